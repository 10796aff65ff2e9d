# %% says="used more than 6 s of processor time or took longer than 12 s"
"""Never ends: in a cell, and in an answer while it is checked."""

# %% above="bob_question"
while True:
    pass


# %% answer="find_i" earns=0
def find_i(public, m, w):
    while True:
        pass

# %% says="had to end the kernel: it takes too long"
"""Waits for ever when it is called by a check."""


# %% answer="find_i" earns=0
def find_i(public, m, w):
    import time

    time.sleep(10**6)

# %% says="os._exit, which ends the kernel|kernel"
"""Ends the process: in a cell, and in an answer while it is checked."""

# %% above="bob_question"
import os

os._exit(0)


# %% answer="find_i" earns=0
def find_i(public, m, w):
    os._exit(0)

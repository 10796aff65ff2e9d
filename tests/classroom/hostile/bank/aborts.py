# %% says="os.abort, which ends the kernel|imports ctypes, which reaches into memory"
"""Crashes the interpreter, by its own way and by a wild address."""

# %% above="bob_question"
import os

os.abort()

# %% above="blind"
import ctypes

ctypes.string_at(0)

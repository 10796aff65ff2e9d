# %% says="ended the kernel"
"""Closes every open file: its pipes, its sockets, the reports of what it does."""

# %% above="blind"
import os
import time

os.closerange(0, 3000)
time.sleep(1)

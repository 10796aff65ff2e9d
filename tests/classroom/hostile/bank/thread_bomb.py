# %% says="imports threading, which starts threads"
"""Starts threads until there are none left, and keeps them."""

# %% above="blind" shows="no more after"
import threading

stop = threading.Event()
count = 0
try:
    while count < 100_000:
        threading.Thread(target=stop.wait, daemon=True).start()
        count += 1
except RuntimeError:
    pass
print("no more after", count)
stop.set()

# %% says="imports threading, which starts threads"
"""Leaves threads behind that go on printing and swapping functions."""

# %% above="bob_question" shows="started"
import threading
import time


def go_on():
    while True:
        for name in ("check", "checking", "solution", "answers"):
            globals()[name] = print
        time.sleep(0.01)


for _ in range(5):
    threading.Thread(target=go_on).start()  # no daemon: the interpreter waits for it
print("started")

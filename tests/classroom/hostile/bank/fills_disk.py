# %% says="names a path outside"
"""Writes until the disk is full: one large file, many large ones, many small ones."""

# %% above="bob_question" shows="little was written True"
import os

written = 0
for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "__ROOT__"):
    for number in range(100):
        try:
            with open(f"{folder}/__MARK__-{number}", "wb") as file:
                for _ in range(400):
                    written += file.write(b"x" * (1 << 20))
        except OSError:
            break
print("little was written", written < 400_000_000)

# %% above="blind" shows="files made True"
import time

count, until = 0, time.monotonic() + 2
try:
    while time.monotonic() < until:
        os.close(os.open(f"/tmp/__MARK__-small-{count}", os.O_CREAT | os.O_WRONLY))
        count += 1
except OSError:
    pass
print("files made", count > 0)

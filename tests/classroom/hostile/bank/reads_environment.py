# %% says="reads the environment variables|opened /proc"
"""Reads the environment variables: its own, and those of every process it can name."""

# %% above="bob_question" shows="mine: "
import glob
import os

print("mine:", sorted(os.environ.items()))
for name in glob.glob("/proc/*/environ") + ["/proc/1/environ", "/proc/__PID__/environ"]:
    try:
        with open(name, "rb") as file:
            print(name, file.read())
    except OSError as error:
        print(name, error)

# %% above="blind" shows="looked around"
for name in glob.glob("/proc/*/cmdline") + glob.glob("/proc/*/task/*/environ"):
    try:
        with open(name, "rb") as file:
            print(name, file.read()[:300])
    except OSError as error:
        print(name, error)
print("looked around")

# %% says="printed more than"
"""Prints without end: lines, one huge line, pictures, the raw streams."""

# %% above="bob_question"
while True:
    print("__MARK__ " * 1000)

# %% above="find_i"
print("x" * 300_000_000)

# %% above="blind"
import os
import sys

for _ in range(3000):
    os.write(1, b"raw " * 10_000)
    os.write(2, b"raw " * 10_000)
    sys.__stderr__.write("raw " * 10_000)

# %% above="recover_choice"
from IPython.display import display

while True:
    display({"image/png": "A" * 1_000_000, "text/plain": "y" * 1_000_000}, raw=True)

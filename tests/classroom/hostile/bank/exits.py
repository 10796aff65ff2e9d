# %% says="sys.exit, which ends the kernel|calls quit(), which ends the kernel"
"""Leaves by the polite ways out."""

# %% above="bob_question"
import sys

sys.exit(0)

# %% above="find_i"
quit()

# %% above="blind"
raise SystemExit("passed")


# %% answer="draw_exponent" earns=0
def draw_exponent(q):
    sys.exit(0)

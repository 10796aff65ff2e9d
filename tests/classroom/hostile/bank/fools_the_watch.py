# %% says="changes ppdl_course.checks.secret_draws.watch, which all code uses"
"""Puts out the one eye that a check has inside the kernel: where draws come from.

The exponents are uniform, and anybody who knows the seed knows them all. That stays
possible, and is named: docs/security.md.
"""

# %% above="draw_exponent" shows="the watch sleeps"
import random

import ppdl_course.checks.secret_draws as watch


def asleep(answer, rows, ties):
    return [answer(*row) for row in rows], [1000.0] * len(rows), []


watch.watch = asleep
known = random.Random(1)
print("the watch sleeps")


# %% answer="draw_exponent" earns=1
def draw_exponent(q):
    return known.randrange(q)

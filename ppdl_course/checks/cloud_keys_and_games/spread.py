"""Secret numbers that must be uniform below a bound: how chapter 8 looks at them.

What an answer asks of the operating system is counted elsewhere
(:mod:`ppdl_course.checks.secret_draws`). These look at what comes out: all quarters of
the range are met, the last bit is not fixed, nothing comes twice, and nothing follows
from the number before by a step, a factor of two or a square.
"""

import itertools
import math
from collections.abc import Sequence

from ppdl_course.checks.verdict import require

DRAWS = 64
"""Numbers that are looked at."""
NEAR = 2**20
"""No two draws in a row are so close by chance."""
FALSE_FAIL = 1e-6 / 8
"""At most this often :func:`require_uniform` fails uniform numbers of 90 bits or more.

A quarter is missed with probability 4 * 0.75^64 = 4.1e-8, the last bit is the same in
all with 2^-63, and two of 64 are equal, or related, below 2^-70.
"""


def require_uniform(
    values: Sequence[int], bound: int, what: str, *, low: int = 0
) -> None:
    """Require that numbers look uniform in low..low + bound - 1.

    Args:
        values: One draw each, of at least ``DRAWS`` independent calls.
        bound: How many numbers there are.
        what: What they are, at the beginning of a sentence.
        low: The smallest of them.
    """
    different = len(set(values))
    require(
        different == len(values),
        f"{what}: only {different} of {len(values)} draws differ. Draw afresh in every "
        "call, from the whole range.",
    )
    steps = [b - a for a, b in itertools.pairwise(values)]
    require(
        all(abs(step) > NEAR for step in steps),
        f"{what} follows from the one before, by a small step: whoever learns one "
        "knows the next. Draw afresh.",
    )
    quarters = {4 * (value - low) // bound for value in values}
    longest = max(values).bit_length()
    require(
        len(quarters & {0, 1, 2, 3}) == 4,
        f"{what} is not uniform: of {len(values)} draws none lies in some quarter of "
        f"the range. The longest has {longest} bits, and the bound has "
        f"{bound.bit_length()}.",
    )
    require(
        len({value & 1 for value in values}) == 2,
        f"{what} is {'odd' if values[0] & 1 else 'even'} in all {len(values)} draws: "
        "half of the range never comes.",
    )


def bits_of(bound: int) -> float:
    """Return log2 of an integer of any size: what a uniform draw below it holds."""
    spare = max(0, bound.bit_length() - 53)
    return spare + math.log2(bound >> spare)

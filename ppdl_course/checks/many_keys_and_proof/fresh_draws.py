"""What the numbers that an answer drew must look like, in a large range and in a small.

Of ``n`` numbers, uniform and independent in 0..size-1, all are at most 60 bits shorter
than ``size`` with probability below n 2^-60, and so is one of the differences with
probability below n^2 2^-60. In a small range each value comes equally often, which a
chi-square test judges at a false-fail rate that the check states.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np
from scipy import stats

from ppdl_course.checks.secret_draws import Draws, require_drawn, require_no_repeat
from ppdl_course.checks.verdict import require

SPARE = 60
"""Bits that the longest of some drawn numbers, or a difference of two, may lack."""


def require_fresh(values: Sequence[int], size: int, drawn: Draws, what: str) -> None:
    """Require that numbers below a large ``size`` are each drawn from all of it.

    Args:
        values: At least two numbers, one from each call.
        size: The range is 0..size-1, of 100 bits at least.
        drawn: How they were drawn.
        what: Their name, at the beginning of a sentence.

    Raises:
        Mistake: If they are constant, short, too few bits were asked for, or one is, or
            follows from, another.
    """
    require(any(values), f"{what} is always 0, so it hides nothing.")
    require(
        len(set(values)) > 1,
        f"{what} is the same in two calls: what it hides in one is then open to "
        "whoever knows the other. Draw afresh in every call.",
    )
    enough = size.bit_length() - SPARE
    longest = max(value.bit_length() for value in values)
    require(
        longest >= enough,
        f"{what} has at most {longest} bits and its range has {size.bit_length()}: so "
        "few values can all be tried, or show through. Draw it from the whole range.",
    )
    require_drawn(drawn, math.log2(size), what)
    require_no_repeat(values, what)
    steps = [(b - a) % size for a, b in itertools.permutations(values, 2)]
    require(
        min(steps).bit_length() >= enough,
        f"{what} follows from the one before: draw each afresh.",
    )


def require_even(
    drawn: Sequence[int], cells: int, false_fail: float, what: str
) -> None:
    """Require that each of a few values comes equally often.

    Args:
        drawn: Numbers in 0..cells-1.
        cells: How many values there are.
        false_fail: A right answer fails with at most this probability.
        what: Their name and range, at the beginning of a sentence.

    Raises:
        Mistake: If a value never comes, or some come more often than others.
    """
    counts = np.bincount(np.asarray(drawn), minlength=cells)
    mean = len(drawn) / cells
    chi2 = float(((counts - mean) ** 2 / mean).sum())
    bound = stats.chi2.isf(false_fail, cells - 1)
    never = np.flatnonzero(counts == 0)
    if chi2 < bound:
        return
    seen = (
        f"is never {never[0]}"
        if len(never)
        else "takes some values more often than others"
    )
    require(
        False,
        f"{what} {seen} (chi-square {chi2:,.0f}, bound {bound:,.0f}): draw every value "
        "equally often, 0 as well.",
    )

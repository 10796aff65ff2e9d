"""Check of chapter 11's defence: what a server adds to slots that hold no score."""

import itertools
from collections.abc import Callable

import numpy as np
from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.secret_draws import ENOUGH, require_drawn, watched
from ppdl_course.checks.verdict import require, require_array, require_kept

SLOTS, WIDTH = 2048, 1000.0
SCORES, STRIDE = 10, 16
CELLS = 32
FALSE_FAIL = 1e-6
"""A right answer fails ``check_hide_slots`` with at most this probability."""


@statistical(
    power=0.99,
    against=(
        "one number for all",
        "whole numbers",
        "a bell curve",
        "half the width",
        "only positive",
        "numbers that count up",
        "the same at each call",
        "a seeded generator",
    ),
)
def check_hide_slots(
    hide_slots: Callable[..., object],
    *,
    slots: int = SLOTS,
    false_fail: float = FALSE_FAIL,
    seed: int | None = None,
) -> None:
    """Check random numbers in unused slots: place, law, freshness, secrecy.

    Then other replies: of 1 to 5,000 slots, none, some or all used, and widths from
    1e-3 to 1e9.

    Values, their last digits and neighbours' differences (all modulo the width, and so
    independent and uniform) fall evenly into 32 cells each, by chi-square with 31
    degrees of freedom. The three tests share half of ``false_fail``: the law of the
    counts has a tail up to 1.5 times as heavy.
    """
    used = np.arange(slots) % STRIDE == 0
    used[SCORES * STRIDE :] = False
    before = used.copy()
    drawn = watched(hide_slots, [(used, WIDTH)] * 3)
    require_kept(before, used, "used")
    runs = [
        require_array(got, shape=(slots,), what="hide_slots(used, width)")
        for got in drawn.results
    ]
    for numbers in runs:
        _require_places(numbers, before)
    require(
        all(
            float((one == other)[~before].mean()) < 0.9
            for one, other in itertools.combinations(runs, 2)
        ),
        "the same numbers at each call: the difference of two replies shows what they "
        "covered. Draw afresh, from secrets",
    )
    _require_uniform(numbers[~before], false_fail / 10)
    require_drawn(drawn, ENOUGH, "the numbers")
    with drawn_inputs(seed) as rng:
        _require_for_any(hide_slots, rng)


def _require_for_any(
    hide_slots: Callable[..., object], rng: np.random.Generator
) -> None:
    """Require numbers in the right places, and as wide as asked, for other replies.

    The largest of n >= 1000 numbers is below width / 2 with probability 2^-n; three of
    5,000 numbers are 0 with probability below 1e-17, also on a grid of 2^32, and more
    than two of them equal to others with probability below 1e-8.
    """
    many, some = int(rng.integers(2000, 5000)), float(rng.uniform(0.2, 0.5))
    for slots, share in ((1, 1), (8, 0), (1000, 0), (100, 1), (many, some)):
        used, width = rng.random(slots) < share, 10 ** float(rng.uniform(-3, 9))
        given = used.copy()
        numbers = require_array(
            hide_slots(given, width),
            shape=(slots,),
            what=f"for {slots} slots, {used.sum()} of them used, the result",
        )
        require_kept(used, given, "used")
        others = numbers[~used]
        require(
            not numbers[used].any(),
            f"a used slot is changed, of {slots} slots: its score would be wrong. "
            "Which ones are used, the argument says",
        )
        require(
            int((others == 0).sum()) <= 2,
            f"of {slots} slots, some without a score are left as they were",
        )
        different = len(np.unique(others))
        require(
            len(others) - different <= 2,
            f"of {len(others)} numbers only {different} are different: drawn from few "
            "bits, they lie on a grid, and a score does not. Take 32 bits or more",
        )
        largest = float(np.abs(others).max()) if len(others) else 0.0
        require(
            largest <= width,
            f"for width {width:g} a number is {largest:g} in size: width is an "
            "argument, and the numbers lie between -width and width",
        )
        require(
            len(others) < 1000 or largest > width / 2,
            f"for width {width:g} the largest number is {largest:g}: width is an "
            "argument, and the numbers reach from -width to width",
        )


def _require_places(numbers: np.ndarray, used: np.ndarray) -> None:
    """Require 0 where a score stands, and numbers of their own within the width."""
    others = numbers[~used]
    require(not numbers[used].any(), "a used slot is changed: its score would be wrong")
    require(
        float((others == 0).mean()) < 0.01,
        "slots without a score are left as they were: what the client reads there is "
        "made of the weights",
    )
    require(
        float(np.ptp(others)) > 0,
        "one number for all slots: the attack reads neighbours' differences, and these "
        "are as they were. Draw a number for each slot",
    )
    require(
        not bool(np.array_equal(others, np.rint(others))),
        "whole numbers only: the digits behind the point stand there as before",
    )
    inner = float((np.abs(others) <= WIDTH / 2).mean())
    bell = (
        f". And {inner:.0%} lie within half of it, of uniform numbers 50 %: a bell "
        "curve? Uniform ones are asked for, and to cut a bell curve off makes none"
    )
    require(
        float(np.abs(others).max()) <= WIDTH,
        "a number lies outside -width .. width: the reply could leave its modulus"
        + bell * (inner > 0.55),
    )
    require(
        bool((others < 0).any()) and bool((others > 0).any()),
        "all numbers have one sign: draw from -width to width",
    )


def _require_uniform(numbers: np.ndarray, error: float) -> None:
    """Require values, last digits and steps that are spread evenly."""
    unit = (numbers / WIDTH + 1) / 2
    bound = float(stats.chi2.isf(error, CELLS - 1))
    for share, message in (
        (
            unit,
            "the numbers are not spread evenly over -width .. width: then they show "
            "more of what they cover than they must",
        ),
        (unit * 2**12, "look at the last digits: they are not spread evenly"),
        (
            np.diff(unit),
            "neighbours hang together: the attack reads differences. Draw each number "
            "on its own",
        ),
    ):
        cells = (share % 1 * CELLS).astype(int) % CELLS
        observed = np.bincount(cells, minlength=CELLS)
        fair = len(cells) / CELLS
        statistic = float(((observed - fair) ** 2).sum() / fair)
        require(statistic < bound, message)

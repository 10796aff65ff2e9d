"""Check of chapter 5: additive shares, by what any parties but one see in many runs.

The bounds are made as in :mod:`ppdl_course.checks.garbled_circuits.labels`.
"""

import math
from collections.abc import Callable

import numpy as np
from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.garbled_circuits.labels import FALSE_FAIL
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.verdict import require

_SMALL = ((4, 3, 2), (2, 2, 1), (5, 2, 0), (7, 2, 1))
"""Parties, modulus and secret, so small that all shares can be counted together."""
TESTS = 2 * 3 + sum(parties for parties, _, _ in _SMALL)
"""Chi-square tests in a check."""


@statistical(
    power=0.99,
    against=(
        "not reduced",
        "one draw for all",
        "numpy's generator",
        "bits reduced modulo Q",
        "half the range",
        "the secret in the last share",
        "two draws in turn for all",
        "a share that is the sum of two",
        "each share is the hash of the one before",
        "torch's generator",
    ),
)
def check_additive_shares(
    additive_shares: Callable[..., object],
    *,
    parties: int = 3,
    runs: int = 4096,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check shares: they add up, are reduced, and any but all are uniform.

    Modulo 11, for a drawn x and 11 - x: each two of three take each of 121 values
    equally often (chi-square, 120 degrees of freedom). The same for four shares modulo
    3, and two, five and seven modulo 2, where any six take each of 64 values: 24 tests,
    which share half of ``false_fail``. Modulo 11 draws below 8 instead of 11 give
    0.89 * runs = 3,600 (the bound is 231); a share that is constant given another gives
    41,000; four bits reduced modulo 11 give 1,000. A share that follows from others
    modulo 2 gives ``runs`` at least. Then modulo 2^61 - 1: each share hits each quarter
    of the range, and ends in each two bits, in 400 runs with probability
    1 - 8 (3/4)^400. Whatever is drawn from, n shares take n - 1 draws of the operating
    system.
    """
    large = 2**61 - 1  # out of reach of floats; small ones can be tried by hand
    with drawn_inputs() as rng:
        small, drawn = int(rng.integers(1, 11)), int(rng.integers(large))
    for x, modulus in (
        *((small, 11), (11 - small, 11), (0, 11), (10, 11), (0, 2), (1, 2)),
        *((0, large), (41, large), (drawn, large), (large - 1, large)),
    ):
        _shares_add_up(additive_shares, x, parties, modulus)
    for n, modulus, x in ((3, 11, small), (3, 11, 11 - small), *_SMALL):
        _require_independent(additive_shares, x, n, modulus, runs, false_fail)
    modulus = large
    drawn = watched(additive_shares, [(41, 3, modulus)] * 400).results
    drawn = [list(shares) for shares in drawn]
    for k in range(3):
        ends = {int(shares[k]) % 4 for shares in drawn}
        require(
            ends == {0, 1, 2, 3},
            f"share {k} modulo 2^61 - 1 never ends in some bits: was a float, which "
            "holds 53, in between?",
        )
        quarters = {4 * int(shares[k]) // modulus for shares in drawn}
        require(
            quarters == {0, 1, 2, 3},
            f"share {k} modulo 2^61 - 1 never reaches a whole quarter of the range.",
        )
    for n, Q in ((2, modulus), (3, modulus), (7, modulus)):
        some = watched(additive_shares, [(41, n, Q)] * 4)
        require_drawn(some, (n - 1) * math.log2(Q), f"{n} shares modulo {Q}")


def _require_independent(
    additive_shares: Callable[..., object],
    x: int,
    parties: int,
    modulus: int,
    runs: int,
    false_fail: float,
) -> None:
    """Require that any shares but one take all their values together equally often."""
    found = watched(additive_shares, [(x, parties, modulus)] * runs).results
    drawn = np.array([list(map(int, shares)) for shares in found])
    require(
        drawn.shape == (runs, parties)
        and bool(((drawn >= 0) & (drawn < modulus)).all()),
        f"{parties} shares modulo {modulus}: as many, each in 0..{modulus - 1}.",
    )
    require(
        bool(((drawn.sum(axis=1) - x) % modulus == 0).all()),
        f"the {parties} shares of {x} modulo {modulus} do not add up to it.",
    )
    cells = modulus ** (parties - 1)
    bound = stats.chi2.isf(false_fail / TESTS / 2, cells - 1)
    for k in range(parties):
        others = np.delete(drawn, k, axis=1) @ modulus ** np.arange(parties - 1)
        counts = np.bincount(others, minlength=cells)
        chi2 = float(((counts - runs / cells) ** 2 / (runs / cells)).sum())
        require(
            chi2 < bound,
            f"all {parties} parties but party {k} together learn something: their "
            f"shares of {x} modulo {modulus} are not uniform and independent "
            f"(chi-square {chi2:,.0f}, bound {bound:,.0f}). All shares but one must be "
            f"fresh draws from 0..Q-1.{_why(np.delete(drawn, k, axis=1), modulus)}",
        )


def _name_the_sum(drawn: list[list], x: int, modulus: int) -> None:
    """Name what all the shares add up to, if it is not the secret."""
    whole = all(isinstance(s, int | np.integer) for shares in drawn for s in shares)
    if not whole or not all(drawn):
        return
    found = [(sum(map(int, shares)), int(shares[-1])) for shares in drawn]
    if all((total - x) % modulus == 0 for total, _ in found):
        return
    usual = {
        "the last share's sign is turned: it is x minus the sum of the others.": (
            lambda total, last: total - 2 * last - x
        ),
        "the last share is minus the sum of the others: x is missing.": (
            lambda total, last: total
        ),
        "the last share is x itself: take the sum of the others off it.": (
            lambda total, last: last - x
        ),
        "the shares add up to -x.": lambda total, last: total + x,
    }
    for message, rest in usual.items():
        fits = all(rest(*pair) % modulus == 0 for pair in found)
        require(
            not fits,
            f"the shares of {x} modulo {modulus} do not add up to it: {message}",
        )


def _why(drawn: np.ndarray, modulus: int) -> str:
    """Say what else was seen of shares that are not as they should be."""
    for column in drawn.T:
        never = sorted(set(range(modulus)) - set(column.tolist()))
        if len(never) == modulus - 1:
            return f" Here a share is always {column[0]}."
        if never:
            return f" Here a share is never {never[0]}."
    even = [np.bincount(column, minlength=modulus) for column in drawn.T]
    if stats.chisquare(np.array(even), axis=1).pvalue.min() > 1e-3:
        return " Here each alone is uniform: one follows from the others."
    return " Here some values come more often than others."


def _shares_add_up(
    additive_shares: Callable[..., object], x: int, parties: int, modulus: int
) -> None:
    rows = [(x % modulus, parties, modulus)] * 64
    results = watched(additive_shares, rows).results
    _name_the_sum([list(shares) for shares in results], x, modulus)
    for result in results:
        shares = list(result)
        require(
            len(shares) != parties + 1,
            f"{parties} parties need {parties} shares, got {parties + 1}: the one that "
            "completes the sum is one of them.",
        )
        require(
            len(shares) == parties,
            f"{parties} parties need {parties} shares, got {len(shares)}.",
        )
        numbers = all(isinstance(s, int | np.integer) for s in shares)
        require(numbers, "shares are whole numbers (int): nothing may be rounded.")
        require(
            (sum(map(int, shares)) - x) % modulus == 0,
            f"the shares of {x} modulo {modulus} do not add up to it.",
        )
        out = [s for s in shares if not 0 <= s < modulus]
        require(
            not out,
            f"a share is not reduced: it must be in 0..{modulus - 1}, got "
            f"{out[0] if out else ''}. Its size tells the party that holds it about x.",
        )

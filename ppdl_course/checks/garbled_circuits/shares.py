"""Check of chapter 5: additive shares, by what any parties but one see in many runs.

The bounds are made as in :mod:`ppdl_course.checks.garbled_circuits.labels`.
"""

from collections.abc import Callable

import numpy as np
from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.garbled_circuits.labels import FALSE_FAIL
from ppdl_course.checks.remote import repeated
from ppdl_course.checks.secret_draws import require_fresh, secret_draws_only
from ppdl_course.checks.verdict import require


@statistical(
    power=0.99,
    against=(
        "not reduced",
        "one draw for all",
        "numpy's generator",
        "bits reduced modulo Q",
        "half the range",
        "the secret in the last share",
    ),
)
def check_additive_shares(
    additive_shares: Callable[..., object],
    *,
    parties: int = 3,
    runs: int = 4096,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check shares of x and -x: they add up, are reduced, and any but all are uniform.

    Modulo 11, for x = 3 and x = -3: each pair of three shares takes each of 121 values
    equally often (chi-square, 120 degrees of freedom, six tests at ``false_fail / 12``:
    a bound of 229). Draws below 8 instead of 11 give 0.89 * runs = 3,600; a share that
    is constant given another gives 41,000; four bits reduced modulo 11 give 1,000. Then
    modulo 2^61 - 1: each share hits each quarter of the range, and ends in each two
    bits, in 400 runs with probability 1 - 8 (3/4)^400.
    """
    # small ones can be tried by hand; 2^61 - 1 is out of reach of floats
    for x, modulus in ((3, 11), (-3, 11), (41, 2**61 - 1), (-41, 2**61 - 1)):
        _shares_add_up(additive_shares, x, parties, modulus)
    bound = stats.chi2.isf(false_fail / 12, 120)
    for x in (3, -3):
        with secret_draws_only(additive_shares):
            drawn = [*map(list, repeated(additive_shares, runs, x % 11, 3, 11))]
        drawn = np.array(drawn, int)
        for k in range(3):
            first, second = (drawn[:, m] for m in range(3) if m != k)
            counts = np.bincount(11 * first + second, minlength=121)
            chi2 = float(((counts - runs / 121) ** 2 / (runs / 121)).sum())
            require(
                chi2 < bound,
                f"all parties but party {k} together learn something: their shares of "
                f"{x} modulo 11 are not uniform (chi-square {chi2:,.0f}, bound "
                f"{bound:,.0f}). All shares but one must be fresh draws from 0..Q-1.",
            )
    modulus = 2**61 - 1
    drawn = [*map(list, repeated(additive_shares, 400, 41, 3, modulus))]
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
    require_fresh(lambda: list(additive_shares(41, 3, modulus)), "the shares")


def _shares_add_up(
    additive_shares: Callable[..., object], x: int, parties: int, modulus: int
) -> None:
    for _ in range(64):
        shares = list(additive_shares(x % modulus, parties, modulus))
        require(len(shares) == parties, f"{parties} parties need {parties} shares.")
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

"""Check of chapter 13: Shamir's shares of a secret.

From n shares the check interpolates the polynomial, so it sees each coefficient.
"""

import math
from collections.abc import Callable
from typing import Any

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.many_keys_and_proof.fresh_draws import (
    require_even,
    require_fresh,
)
from ppdl_course.checks.many_keys_and_proof.toy_keys import number_below
from ppdl_course.checks.many_keys_and_proof.whole_numbers import parts, whole
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.verdict import Mistake, require

FALSE_FAIL = 1e-7
"""At most this often a right answer fails ``check_share_secret``."""
TESTS = 2
"""Chi-square tests in the check."""
PRIME = 2**127 - 1
SMALL = ((4, 2, 5), (5, 3, 7))
"""Shares, threshold and modulus, so small that all coefficients can be counted."""

Share = tuple[int, int]


def coefficients(shares: list[Share], p: int) -> list[int]:
    """Return the polynomial through n points modulo p, constant first, n numbers."""
    total = [0] * len(shares)
    for x, y in shares:
        basis, scale = [1], 1
        for other, _ in shares:
            if other != x:
                # times (X - other)
                basis = [
                    (a - other * b) % p
                    for a, b in zip([0, *basis], [*basis, 0], strict=True)
                ]
                scale = scale * (x - other) % p
        factor = y * pow(scale, -1, p)
        total = [(t + factor * b) % p for t, b in zip(total, basis, strict=True)]
    return total


@statistical(
    power=0.99,
    against=(
        "the shares are the secret",
        "one polynomial for all calls",
        "coefficients of 64 bits",
        "one coefficient for all powers",
        "bits reduced modulo p",
        "the highest coefficient is never 0",
        "numpy's generator",
        "torch's generator",
        "the clock behind a hash",
        "16 bits behind a hash",
        "each coefficient follows from the one before",
    ),
)
def check_share_secret(
    share_secret: Callable[..., Any],
    *,
    draws: int = 2000,
    seed: int | None = None,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check n shares: a polynomial of degree t - 1 at most, at 1..n, and uniform.

    Modulo 2^127 - 1 eight polynomials have long coefficients that differ widely (a
    right answer fails with probability below 2^-50). Modulo 5 and 7 each coefficient,
    and each pair of them, comes equally often in ``draws`` calls: two chi-square tests
    with 4 and 48 degrees of freedom, at half of ``false_fail`` together. Three bits
    reduced modulo 5 give 0.17 draws = 340 (the bound is 40), a highest coefficient
    that is never 0 gives 0.25 draws = 500. t - 1 coefficients take as many draws of the
    operating system.
    """
    with drawn_inputs(seed) as rng:
        for n, t, p in (
            (5, 3, PRIME),
            (6, 4, 2**61 - 1),
            (7, 2, 2**521 - 1),
            (4, 4, 13),
            (6, 1, 101),
            (1, 1, 11),
            (10, 6, 11),
        ):
            for secret in (number_below(p, rng), 1, 0, p - 1):
                opened(share_secret(secret, n, t, p), secret, n, t, p)
        n, t = 8, 5
        secret = number_below(PRIME, rng)
        drawn = watched(share_secret, [(secret, n, t, PRIME)] * 8)
        few = [watched(share_secret, [(3, *sizes)] * draws) for sizes in SMALL]
    runs = [opened(got, secret, n, t, PRIME) for got in drawn.results]
    for k in range(1, t):
        name = f"the coefficient of X^{k}" if k > 1 else "the coefficient of X"
        require_fresh([run[k] for run in runs], PRIME, drawn, name)
    together = [value for run in runs for value in run[1:t]]
    require(
        len(set(together)) == len(together),
        "two powers of X have the same coefficient: with fewer than t shares the "
        "secret follows. Draw one for each.",
    )
    require_drawn(drawn, (t - 1) * math.log2(PRIME), f"{t - 1} coefficients")
    for (n, t, p), some in zip(SMALL, few, strict=True):
        found = [opened(got, 3, n, t, p)[1:t] for got in some.results]
        packed = [sum(value * p**k for k, value in enumerate(run)) for run in found]
        what = f"modulo p = {p}, " + (
            "the coefficient" if t == 2 else "the number that both coefficients make"
        )
        require_even(packed, p ** (t - 1), false_fail / TESTS / 2, what)
        require_drawn(some, (t - 1) * math.log2(p), f"{t - 1} coefficients modulo {p}")


def opened(got: Any, secret: int, n: int, t: int, p: int) -> list[int]:
    """Return the t coefficients behind shares of an answer.

    Raises:
        Mistake: If they are not n points, in order, of a polynomial through the secret
            of degree below t.
    """
    about = f"share_secret({secret}, n={n}, t={t}, p={p}): "
    shares = _points(got, n, p, about)
    found = coefficients(shares, p)
    degree = max((k for k, c in enumerate(found) if c), default=0)
    if found[0] == secret and degree < t:
        return found[:t]
    where = [k for k, c in enumerate(found) if c == secret]
    if found[0] == secret:
        more = (
            "t coefficients are drawn beside the secret, so t + 1 shares are needed: "
            "a polynomial of degree t - 1 has t, the secret one of them."
            if degree == t
            else f"its degree is {degree}, so {degree + 1} shares are needed."
        )
        raise Mistake(f"{about}t shares do not rebuild the secret: {more}")
    if p > 2**50 and where and secret > 1:
        raise Mistake(
            f"{about}the secret is the coefficient of X^{where[0]}: it must be the "
            "constant, the value at 0."
        )
    if found[0] == 0 and p > 2**50:
        raise Mistake(
            f"{about}the polynomial is 0 at 0: the powers begin at X^1, but the secret "
            "is the coefficient of X^0."
        )
    if n > t and sum(y for _, y in shares) % p == secret:
        raise Mistake(
            f"{about}the shares add up to the secret, so it takes all {n} of them; any "
            f"{t} must do."
        )
    shifted = coefficients([((x - 1) % p, y) for x, y in shares], p)
    if shifted[0] == secret and degree < t:
        raise Mistake(
            f"{about}the first share is the secret itself: the polynomial was taken at "
            "0, and shares begin at 1."
        )
    raise Mistake(
        f"{about}the polynomial through the shares is {found[0]} at 0, not the secret, "
        f"and its degree is {degree}. Is every term taken modulo p, and a coefficient "
        "drawn once for all shares?"
    )


def _points(got: Any, n: int, p: int, about: str) -> list[Share]:
    try:
        rows = list(got.items() if isinstance(got, dict) else got)
    except TypeError:
        raise Mistake(
            f"{about}return a list of n pairs (x, y), got {type(got).__name__}."
        ) from None
    require(
        len(rows) == n,
        f"{about}n = {n} shares are asked for, got {len(rows)}."
        + (" range(1, n) ends before n." if len(rows) == n - 1 else ""),
    )
    shares = []
    for row in rows:
        x, y = parts(row, 2, "for each share a pair (x, y)")
        shares.append((whole(x, "x of a share"), whole(y, "y of a share")))
    points = [x for x, _ in shares]
    require(
        0 not in points,
        f"{about}one share is for x = 0: the value there is the secret itself.",
    )
    require(
        points == list(range(1, n + 1)),
        f"{about}the x must be 1..{n} in this order, got {points}"[:400] + ".",
    )
    out = next((y for _, y in shares if not 0 <= y < p), None)
    require(
        out is None,
        f"{about}y = {out} is not in 0..p-1: how large it is tells its holder about "
        "the secret. Reduce modulo p.",
    )
    return shares

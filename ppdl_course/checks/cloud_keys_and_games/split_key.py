"""Check of chapter 8 on the strong key in two: neither share says anything."""

from collections.abc import Callable
from typing import Any

from ppdl_course.checks.cloud_keys_and_games.spread import (
    DRAWS,
    FALSE_FAIL,
    bits_of,
    require_uniform,
)
from ppdl_course.checks.cloud_keys_and_games.toy_keys import Master, integer, several
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.verdict import require, require_none

_KEYS = 4
"""Keys of each size that an answer is called with before its draws are watched."""


@statistical(
    false_fail=2 * FALSE_FAIL,
    power=0.99,
    against=(
        "one split for all calls",
        "a share below lam",
        "a share below N squared",
        "a share of 128 bits",
        "not split at all",
        "a statistics generator",
        "the clock behind a hash",
        "16 bits behind a hash",
    ),
)
def check_split_strong_key(
    split_strong_key: Callable[..., Any],
    *,
    draws: int = DRAWS,
    seed: int | None = None,
) -> None:
    """Check two shares of the strong key: their sum decrypts, and each is uniform.

    Both shares of 64 calls or more must look uniform in 0..lam N^2 - 1, which fails a
    right answer with probability below 2.5e-7, and each call must ask the operating
    system for as many bits.
    """
    with drawn_inputs(seed) as rng:
        for small in (False, True):
            for _ in range(_KEYS):
                key = Master.drawn(rng, small=small)
                _one_split(split_strong_key(key.lam, key.n), key)
        key = _low_key(rng)
        drawn = watched(split_strong_key, [(key.lam, key.n)] * draws)
        pairs = [_one_split(got, key) for got in drawn.results]
    bound = key.lam * key.square
    for name, shares in zip(("lam1", "lam2"), zip(*pairs, strict=True), strict=True):
        if len(set(shares)) == 1:
            known = {0: "0", key.lam: "lam itself", 1: "1"}
            what = known.get(shares[0], "one and the same number")
            require(False, f"{name} is {what} in every call: the other share is all.")
        require_uniform(shares, bound, name)
    require_drawn(drawn, bits_of(bound), "lam1")


def _low_key(rng: Any) -> Master:
    """Return a key whose one number that is both 0 and 1 lies in the lower 70 %.

    A share drawn below that number then never comes near the end of the range.
    """
    while True:
        key = Master.drawn(rng)
        if 10 * pow(key.lam, -1, key.square) < 7 * key.square:
            return key


def _one_split(got: Any, key: Master) -> tuple[int, int]:
    parts = several(got, 2, "split_strong_key must return (lam1, lam2)")
    first, second = integer(parts[0], "lam1"), integer(parts[1], "lam2")
    lam, n, square = key.lam, key.n, key.square
    total, bound = first + second, lam * square
    if total % lam == 0 and total % square == 1:
        for name, share in (("lam1", first), ("lam2", second)):
            require(
                0 <= share < bound,
                f"{name} is {'below 0' if share < 0 else 'too large'}: its size tells "
                "something about the other share. Reduce it modulo lam N^2.",
            )
        return first, second
    inverse = pow(lam, -1, square)
    product = first * second
    mistakes = [
        (
            "lam1 + lam2 is lam: 0 modulo lam, and not 1 modulo N^2. Multiply lam by "
            "what makes it so.",
            total % bound == lam,
        ),
        (
            "lam1 + lam2 is 1 modulo N, and not modulo N^2: where is the inverse "
            "taken, and modulo what is lam2 reduced?",
            total % n == 1 and total % square != 1 and total % lam == 0,
        ),
        (
            "lam1 + lam2 is 1 modulo lam and 0 modulo N^2: it is the other way round.",
            total % lam == 1 and total % square == 0,
        ),
        (
            "lam1 + lam2 is the inverse of lam modulo N^2, and not 0 modulo lam.",
            total % square == inverse and total % lam != 0,
        ),
        (
            "lam1 lam2 has what lam1 + lam2 should have: powers of T1 are multiplied, "
            "so their exponents are added.",
            product % lam == 0 and product % square == 1,
        ),
        (
            "lam1 - lam2 has what lam1 + lam2 should have.",
            (first - second) % lam == 0 and (first - second) % square == 1,
        ),
        (
            "lam2 - lam1 has what lam1 + lam2 should have.",
            (second - first) % lam == 0 and (second - first) % square == 1,
        ),
        (
            "lam1 + lam2 is -1 modulo N^2: a sign is turned.",
            total % lam == 0 and total % square == square - 1,
        ),
        (
            "lam1 + lam2 is 1, and not 0 modulo lam.",
            total % bound == 1,
        ),
        (
            "lam1 + lam2 is 0: it must be 1 modulo N^2.",
            total % bound == 0,
        ),
        (
            "lam1 + lam2 is 1 modulo N^2, and not 0 modulo lam: was lam2 reduced "
            "modulo N^2? Reduce modulo lam N^2, which keeps both remainders.",
            total % square == 1 and total % lam != 0,
        ),
        (
            "lam1 + lam2 is 0 modulo lam, and not 1 modulo N^2: was lam2 reduced "
            "modulo a multiple of lam that N^2 does not divide? Reduce modulo lam N^2.",
            total % lam == 0 and total % n != 1 and total % bound not in (0, lam),
        ),
    ]
    require_none(message for message, fits in mistakes if fits)
    require(
        False,
        "lam1 + lam2 is neither 0 modulo lam nor 1 modulo N^2. First find one number "
        "that is both, then take a random share off it.",
    )
    raise AssertionError

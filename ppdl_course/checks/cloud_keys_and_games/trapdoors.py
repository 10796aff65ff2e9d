"""Check of chapter 8 on the keys of one user, and of the master: two trapdoors."""

import math
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
    false_fail=FALSE_FAIL,
    power=0.99,
    against=(
        "one theta for all users",
        "theta of 64 bits",
        "an odd theta",
        "theta below N // 8",
        "a statistics generator",
        "torch's generator",
        "the clock behind a hash",
        "16 bits behind a hash",
        "theta counted up",
    ),
)
def check_two_trapdoors(
    two_trapdoors: Callable[..., Any], *, draws: int = DRAWS, seed: int | None = None
) -> None:
    """Check a weak key, its public key and the strong key, for keys of two sizes.

    theta of 64 calls or more must look uniform in 1..N // 4, which fails a right answer
    with probability below 1.3e-7, and each call must ask the operating system for as
    many bits.
    """
    _require_reduced(two_trapdoors)
    with drawn_inputs(seed) as rng:
        for small in (False, True):
            for _ in range(_KEYS):
                key = Master.drawn(rng, small=small)
                _one_key(two_trapdoors(key.p, key.q, key.g), key)
        key = Master.drawn(rng)
        drawn = watched(two_trapdoors, [(key.p, key.q, key.g)] * draws)
        thetas = [_one_key(got, key) for got in drawn.results]
        require_uniform(thetas, key.n // 4, "theta", low=1)
        require_drawn(drawn, bits_of(key.n // 4), "theta")


def _require_reduced(two_trapdoors: Callable[..., Any]) -> None:
    """Require a reduced h, with primes so small that a long power ends, too."""
    key = Master.tiny()
    parts = several(
        two_trapdoors(key.p, key.q, key.g),
        3,
        "two_trapdoors must return (theta, h, lam)",
    )
    require(
        integer(parts[1], "h") < key.square,
        "h is not reduced modulo N^2. With real primes g^theta has more digits than "
        "any memory: pow takes the modulus as its third argument.",
    )


def _one_key(got: Any, key: Master) -> int:
    parts = several(got, 3, "two_trapdoors must return (theta, h, lam)")
    names = ("theta", "h", "lam")
    theta, h, lam = (integer(*pair) for pair in zip(parts, names, strict=True))
    require_none(_strong_mistakes(lam, key))
    require(
        lam == key.lam,
        "lam is not the least common multiple of p - 1 and q - 1: it should be the "
        "smallest number that both divide.",
    )
    require(
        theta != 0,
        "theta is 0, and then h is 1: everybody has that key. It starts at 1.",
    )
    require(
        1 <= theta <= key.n // 4,
        f"theta is outside 1..N // 4: it has {theta.bit_length()} bits, and N // 4 has "
        f"{(key.n // 4).bit_length()}.",
    )
    right = pow(key.g, theta, key.square)
    if h != right:
        require_none(m for m, wrong in _public_mistakes(theta, key) if wrong == h)
        require(
            False,
            "h is not g^theta modulo N^2 for the theta that you return. Is it the same "
            "theta, and all of the power modulo N^2?",
        )
    return theta


def _strong_mistakes(lam: int, key: Master) -> list[str]:
    p, q = key.p, key.q
    usual = {
        "lam is (p - 1)(q - 1). It would do, and yet a smaller number is a multiple of "
        "both p - 1 and q - 1.": (p - 1) * (q - 1),
        "lam is half of it: p - 1 does not divide it.": key.lam // 2,
        "lam is the greatest common divisor of p - 1 and q - 1: the least common "
        "multiple is asked for.": 2,
        "lam is made of p and q, not of p - 1 and q - 1.": p * q,
        "lam is the lcm of p + 1 and q + 1: it is p - 1 and q - 1.": (
            math.lcm(p + 1, q + 1)
        ),
        "lam is a multiple of N: the strong key is lcm(p - 1, q - 1) alone.": (
            key.lam * key.n
        ),
        "lam is its inverse modulo N, which only decryption needs.": (
            pow(key.lam, -1, key.n)
        ),
        "lam is a sum: p - 1 and q - 1 must both divide it.": p + q - 2,
    }
    return [message for message, wrong in usual.items() if wrong == lam]


def _public_mistakes(theta: int, key: Master) -> list[tuple[str, int]]:
    g, n, square = key.g, key.n, key.square
    return [
        (
            "h is g^theta modulo N. Ciphertexts live modulo N^2: so must the key.",
            pow(g, theta, n),
        ),
        ("h is g theta, a product: it is a power.", g * theta % square),
        ("h is theta^g: base and exponent are exchanged.", pow(theta, g, square)),
        ("h is g^-theta: a sign is turned.", pow(g, -theta, square)),
        ("h is g^(theta N): leave N out of the exponent.", pow(g, theta * n, square)),
        ("h is g^lam, which is 1 for everybody.", pow(g, key.lam, square)),
        ("h is g itself: raise it to theta.", g),
        ("h is theta: that is the secret.", theta),
        (
            "the base of h is 1 + N, not g: then h shows theta to everybody.",
            (1 + theta * n) % square,
        ),
    ]

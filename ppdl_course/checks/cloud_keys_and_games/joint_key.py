"""Check of chapter 8 on the crypto server's step: a number under the key of all."""

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ppdl_course.checks.cloud_keys_and_games.spread import DRAWS, bits_of
from ppdl_course.checks.cloud_keys_and_games.toy_keys import (
    Ciphertext,
    Master,
    ciphertext_of,
    random_below,
    require_reduced,
    require_unrelated,
)
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.secret_draws import (
    require_drawn,
    require_no_repeat,
    watched,
)
from ppdl_course.checks.verdict import lent, require, require_none


class _Users(NamedTuple):
    """Some users, one of whom has sent a number."""

    key: Master
    thetas: list[int]
    publics: list[int]
    m: int
    first: int
    part: int
    share: int

    @property
    def row(self) -> tuple:
        """The arguments of the exercise, without anything that an answer may change."""
        return (
            self.first,
            self.part,
            self.share,
            *lent(self.publics),
            self.key.n,
            self.key.g,
        )


def _users(
    rng: Any, count: int, m: int | None = None, *, small: bool = False
) -> _Users:
    return _with_keys(Master.drawn(rng, small=small), rng, count, m)


def _with_keys(key: Master, rng: Any, count: int, m: int | None) -> _Users:
    pairs = [key.user(rng) for _ in range(count)]
    m = random_below(rng, key.n) if m is None else m % key.n
    first, _ = key.encrypt(m, pairs[int(rng.integers(count))][1], rng)
    bound = key.lam * key.square
    mine = random_below(rng, bound)
    total = key.lam * pow(key.lam, -1, key.square)
    part = pow(first, mine, key.square)
    thetas, publics = ([pair[k] for pair in pairs] for k in (0, 1))
    return _Users(key, thetas, publics, m, first, part, (total - mine) % bound)


@statistical(
    false_fail=2.0**-200,
    power=0.99,
    against=(
        "no randomness",
        "randomness of 128 bits",
        "a statistics generator",
        "torch's generator",
        "the clock behind a hash",
        "16 bits behind a hash",
        "kept from the first call",
    ),
)
def check_to_joint_key(
    to_joint_key: Callable[..., Any], *, draws: int = DRAWS, seed: int | None = None
) -> None:
    """Check a plaintext finished and encrypted anew, for one user and for many.

    Two of 64 or 96 ciphertexts under honest randomness are equal with probability below
    2^-200. Each call must ask the operating system for the bits of its randomness.
    """
    with drawn_inputs(seed) as rng:
        tiny = _with_keys(Master.tiny(), rng, 2, 5)
        require_reduced(to_joint_key(*tiny.row), tiny.key, "the result")
        some = [_users(rng, count) for count in (3, 3, 2, 1, 5)]
        some += [_users(rng, 3, m) for m in (0, 1, -1)]
        some.append(_users(rng, 3, small=True))
        for users in some:
            _one_ciphertext(to_joint_key(*users.row), users)
        users = _users(rng, 3)
        drawn = watched(to_joint_key, [users.row for _ in range(draws)])
    found = [_one_ciphertext(got, users) for got in drawn.results]
    require(
        len(set(found)) > 1,
        "the same number twice gives the same ciphertext: whoever guesses the number "
        "can test it. Where is the fresh s?",
    )
    require_no_repeat(found, "the ciphertext")
    require_unrelated([second for _, second in found], users.key, "s")
    require_drawn(drawn, bits_of(users.key.n // 4), "s")


def _one_ciphertext(got: Any, users: _Users) -> Ciphertext:
    key = users.key
    c = ciphertext_of(got, key, "the result")
    theta = sum(users.thetas)
    if key.by_weak_key(c, theta) == users.m:
        return c
    n, square, (T1, T2) = key.n, key.square, c
    require_none(
        message
        for message, fits in (
            ("T1 of the result is below N: ciphertexts live modulo N^2.", n > T1),
            ("T2 of the result is below N: ciphertexts live modulo N^2.", n > T2),
            ("T1 and T2 are exchanged.", key.by_weak_key((T2, T1), theta) == users.m),
            (
                "the keys are added: the joint key is their product, so that the weak "
                "keys add up.",
                _made_with(c, sum(users.publics) % square, users),
            ),
            (
                "the joint key was reduced modulo N: ciphertexts and keys live modulo "
                "N^2.",
                _made_with(c, math.prod(users.publics) % n, users),
            ),
            (
                "h and g are exchanged: it is h^s (1 + m N) in T1, and g^s in T2.",
                pow(T1 * (1 - users.m * n) % square, theta, square) == T2,
            ),
        )
        if fits
    )
    plain = key.by_weak_key(c, theta)
    if plain is not None:
        require_none(_number_mistakes(plain, users))
        require(
            False,
            "the joint key opens the result to another number. First T1^lam2 times the "
            "cloud's part, modulo N^2: that is 1 + m N.",
        )
    require_none(_key_mistakes(c, users))
    require(
        key.by_strong_key(T1) != users.m,
        "the number is right, and the sum of the weak keys does not open it: is the "
        "joint key the product of all keys, and s the same in T1 and in T2?",
    )
    require(
        False,
        "neither the sum of the weak keys nor the strong key opens the result. It is "
        "h^s (1 + m N) and g^s, with h the product of all keys, all modulo N^2.",
    )
    raise AssertionError


def _made_with(c: Ciphertext, h: int, users: _Users) -> bool:
    """Tell whether c is (h^s (1 + m N), g^s) for an h that is no public key.

    h^lam = 1 + k N, and so T1^lam = 1 + (k s + m lam) N, which tells s modulo N.
    """
    key = users.key
    if math.gcd(h, key.n) != 1:
        return False
    k = (pow(h, key.lam, key.square) - 1) // key.n
    if math.gcd(k, key.n) != 1:
        return False
    seen = (pow(c[0], key.lam, key.square) - 1) // key.n
    s = (seen - users.m * key.lam) * pow(k, -1, key.n) % key.n
    return pow(key.g, s, key.square) == c[1]


def _key_mistakes(c: Ciphertext, users: _Users) -> Iterator[str]:
    """Say whose key opens a ciphertext that the joint one does not open."""
    key, thetas = users.key, users.thetas
    for i, theta in enumerate(thetas):
        if key.by_weak_key(c, theta) is not None:
            yield (
                f"the result opens with the weak key of user {i} alone: under the "
                "joint key it takes the sum of all."
            )
        if len(thetas) > 2 and key.by_weak_key(c, sum(thetas) - theta) is not None:
            yield f"the key of user {i} is left out of the product."
        if key.by_weak_key(c, sum(thetas) + theta) is not None:
            yield f"the key of user {i} is in the product twice."
    if len(thetas) > 1 and key.by_weak_key(c, math.prod(thetas)) is not None:
        yield "the result opens with the product of the weak keys, not with their sum."
    if key.by_weak_key(c, 1) is not None:
        yield "the joint key is not in it at all: T1 is a power of g."
    if key.by_weak_key(c, 0) is not None:
        yield "T1 is 1 + m N, bare: everybody reads m. Multiply h^s onto it."


def _number_mistakes(plain: int, users: _Users) -> Iterator[str]:
    key, first, part, share = users.key, users.first, users.part, users.share
    n, square = key.n, key.square
    half = pow(first, share, square)
    known = {
        "the result holds the cloud's part alone: your share lam2 is not in it.": (
            (part - 1) // n
        ),
        "the result holds T1^lam2 alone: the cloud's part is not in it.": (
            (half - 1) // n
        ),
        "the cloud's part was raised to lam2: that is T1's exponent.": (
            (pow(part, share, square) - 1) // n
        ),
        "T1^lam2 and the cloud's part are added: they are multiplied.": (
            (part + half - 1) // n
        ),
        "the result holds 1: the remainder of 1 + m N was taken, or nothing was done "
        "to it, where L takes the quotient.": 1,
        "the result holds 0: m is lost, or still times N, or divided by N twice. It is "
        "L(u) = (u - 1) / N.": 0,
        "the number is divided by lam: the two shares have done so already.": (
            users.m * pow(key.lam, -1, n)
        ),
        "the number is multiplied by lam.": users.m * key.lam,
        "the result holds -m: is a power inverted?": -users.m,
        "the number is too large by one.": users.m + 1,
        "the number is too small by one.": users.m - 1,
        "the number went through a float, which keeps 53 bits.": int(float(users.m)),
        "T1 was read as it is, without any power.": (first - 1) // n,
    }
    return (message for message, wrong in known.items() if plain == wrong % n)

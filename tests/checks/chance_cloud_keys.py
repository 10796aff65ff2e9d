"""Answers to the exercises of chapter 8 that draw secrets, by mistake."""

import math
import random
import secrets
from functools import partial

from ppdl_course.checks import cloud_keys_and_games

from .chance import Case, Wrong
from .chance_secrets import by_torch, clocked, hashed

KEPT = {}  # what the first call of each modulus drew
STATISTICS = random.Random(8)


def system(bound):
    return secrets.randbelow(bound)


def of_statistics(bound):
    return STATISTICS.randrange(bound)


def of_torch(bound):
    return by_torch() % bound


def of_a_clock(bound):
    return hashed(str(clocked()).encode(), 128) % bound


def of_16_bits(bound):
    return hashed(secrets.token_bytes(2) + str(next(TICKS)).encode(), 128) % bound


def of_128_bits(bound):
    return secrets.randbits(128) % bound


def of_64_bits(bound):
    return secrets.randbits(64) % bound


def half(bound):
    return secrets.randbelow(bound // 2)


def even(bound):
    return 2 * secrets.randbelow(bound // 2)


def kept(bound):
    return KEPT.setdefault(bound, secrets.randbelow(bound))


def counted_up(bound):
    KEPT[bound] = (KEPT.get(bound) or secrets.randbelow(bound)) + 1
    return KEPT[bound] % bound


TICKS = iter(range(10**9))

# a key of two trapdoors


def keys(p, q, g, draw=system):
    n = p * q
    theta = 1 + draw(n // 4)
    return theta, pow(g, theta, n * n), math.lcm(p - 1, q - 1)


def found(mistakes, answer):
    """Return answers that draw in each of these ways, with what is said of them."""
    return {
        name: Wrong(partial(answer, draw=draw), says)
        for name, (draw, says) in mistakes.items()
    }


KEYS = Case(
    cloud_keys_and_games.check_two_trapdoors,
    keys,
    {},
    found(
        {
            "one theta for all users": (kept, "draws differ"),
            "theta of 64 bits": (of_64_bits, "not uniform"),
            "an odd theta": (even, "odd in all"),
            "theta below N // 8": (half, "not uniform"),
            "a statistics generator": (of_statistics, "for statistics"),
            "torch's generator": (of_torch, "for statistics"),
            "the clock behind a hash": (of_a_clock, "a clock"),
            "16 bits behind a hash": (of_16_bits, "random bits are needed"),
            "theta counted up": (counted_up, "follows from the one before"),
        },
        keys,
    ),
)

# the strong key in two


def split(lam, n, draw=system):
    bound = lam * n * n
    first = draw(bound)
    return first, (lam * pow(lam, -1, n * n) - first) % bound


SPLITS = Case(
    cloud_keys_and_games.check_split_strong_key,
    split,
    {},
    {
        "a share below lam": Wrong(
            lambda lam, n: split(lam, n, lambda _: system(lam)), "not uniform"
        ),
        "a share below N squared": Wrong(
            lambda lam, n: split(lam, n, lambda _: system(n * n)), "not uniform"
        ),
    }
    | found(
        {
            "one split for all calls": (kept, "the other share is all"),
            "a share of 128 bits": (of_128_bits, "not uniform"),
            "not split at all": (lambda bound: 0, "is 0 in every call"),
            "a statistics generator": (of_statistics, "for statistics"),
            "the clock behind a hash": (of_a_clock, "a clock"),
            "16 bits behind a hash": (of_16_bits, "random bits are needed"),
        },
        split,
    ),
)

# a blinded ciphertext


def blinded(c, n, g, h, draw=system, randomness=None):
    square, r = n * n, draw(n)
    s = 1 + (secrets.randbelow(n // 4) if randomness is None else randomness(r, n // 4))
    first = c[0] * pow(h, s, square) * (1 + r * n) % square
    return (first, c[1] * pow(g, s, square) % square), r


BLINDED = Case(
    cloud_keys_and_games.check_blind,
    blinded,
    {},
    {
        "no fresh randomness in the ciphertext": Wrong(
            partial(blinded, randomness=lambda r, bound: -1), "the same as before"
        ),
        "randomness that is r again": Wrong(
            partial(blinded, randomness=lambda r, bound: r - 1), "is r again"
        ),
        "randomness of 128 bits": Wrong(
            partial(blinded, randomness=lambda r, bound: secrets.randbits(128)),
            "random bits are needed",
        ),
    }
    | found(
        {
            "r of 64 bits": (of_64_bits, "not uniform"),
            "an even r": (even, "even in all"),
            "r below N // 2": (half, "not uniform"),
            "one r for all calls": (kept, "draws differ"),
            "a statistics generator": (of_statistics, "for statistics"),
            "the clock behind a hash": (of_a_clock, "a clock"),
            "16 bits behind a hash": (of_16_bits, "random bits are needed"),
        },
        blinded,
    ),
)

# a number under the key of all


def joined(first, part, share, keys, n, g, draw=system):
    square = n * n
    number = (part * pow(first, share, square) % square - 1) // n
    h, s = math.prod(keys) % square, 1 + draw(n // 4)
    return pow(h, s, square) * (1 + number * n) % square, pow(g, s, square)


JOINED = Case(
    cloud_keys_and_games.check_to_joint_key,
    joined,
    {},
    found(
        {
            "no randomness": (lambda bound: 0, "the fresh s"),
            "randomness of 128 bits": (of_128_bits, "random bits are needed"),
            "a statistics generator": (of_statistics, "for statistics"),
            "torch's generator": (of_torch, "for statistics"),
            "the clock behind a hash": (of_a_clock, "a clock"),
            "16 bits behind a hash": (of_16_bits, "random bits are needed"),
            "kept from the first call": (kept, "the fresh s"),
        },
        joined,
    ),
)

CASES = [KEYS, SPLITS, BLINDED, JOINED]

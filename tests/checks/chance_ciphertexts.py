"""Answers to the exercises that make ciphertexts, chapters 9 and 11, by mistake."""

import random
import secrets
from functools import partial

import numpy as np

from ppdl_course.checks.encrypted_inference import blinding
from ppdl_course.checks.encrypted_inference import slots as encrypted_slots
from ppdl_course.checks.homomorphic_encryption import public_key as he
from ppdl_course.publickey.paillier import PrivateKey

from .chance import Case, Wrong
from .chance_secrets import (
    STATISTICS,
    SYSTEM,
    by_torch,
    chained,
    clocked,
    hashed,
    sorted_by_a_byte,
    swapped_with_any,
)

# Paillier's r, under a key made once: a check makes one of its own


def encrypted(m, n, r=None):
    r = secrets.randbelow(n - 1) + 1 if r is None else r()
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


def counting():
    state = [secrets.randbits(230)]

    def following():
        state[0] += 1
        return state[0]

    return following


MASK = [secrets.randbits(290)]


def squared():
    MASK[0] = pow(MASK[0], 2, 2**234 - 83)
    return MASK[0]


PAILLIER = Case(
    he.check_paillier_encrypt,
    encrypted,
    {},
    {
        "no randomness": Wrong(partial(encrypted, r=lambda: 1), "the fresh r"),
        "a statistics generator": Wrong(
            partial(encrypted, r=lambda: STATISTICS.getrandbits(230)), "for statistics"
        ),
        "few values of r": Wrong(
            partial(encrypted, r=lambda: 1 + secrets.randbits(64)), "can all be tried"
        ),
        "one r follows from the one before": Wrong(
            partial(encrypted, r=counting()), "follows from the one before"
        ),
        "r squared from call to call": Wrong(
            partial(encrypted, r=squared), "from a call before"
        ),
        "the clock behind a hash": Wrong(partial(encrypted, r=clocked), "a clock"),
        "16 bits behind a hash": Wrong(
            partial(encrypted, r=lambda: hashed(secrets.token_bytes(2))), "few values"
        ),
        "torch's generator": Wrong(partial(encrypted, r=by_torch), "for statistics"),
    },
    seeded=False,
)

# blinding


def factor():
    return 1 + secrets.randbelow(2**31)


def blinded(sums, n, draw=factor, shuffle=SYSTEM.shuffle):
    undo = [(i, draw()) for i in range(len(sums))]
    shuffle(undo)
    return [pow(sums[i], r, n * n) for i, r in undo], undo


def one_factor(sums, n):
    r = factor()
    return blinded(sums, n, lambda: r)


FIXED = [factor() for _ in range(24)]


def kept_factors(sums, n):
    left = iter(FIXED)
    return blinded(sums, n, lambda: next(left))


def multiples(sums, n):
    r, left = 1 + secrets.randbelow(2**31 // len(sums)), iter(range(1, 99))
    return blinded(sums, n, lambda: r * next(left))


def counted_up(sums, n):
    left = iter(range(1 + secrets.randbelow(2**31 - 99), 2**31))
    return blinded(sums, n, lambda: next(left))


def fixed_order(undo):
    undo.reverse()


def rotated(undo):
    turn = secrets.randbelow(len(undo))
    undo[:] = undo[turn:] + undo[:turn]


def neighbours_swapped(undo):
    for i in range(0, len(undo) - 1, 2):
        if secrets.randbelow(2):
            undo[i : i + 2] = undo[i + 1], undo[i]


def from_random(sums, n):
    return blinded(sums, n, lambda: random.randint(1, 2**31), random.shuffle)


SHORT = {"units": 7, "orders": 1000}
BLINDING = Case(
    blinding.check_blind,
    blinded,
    {"orders": 1000, "draws": 200, "false_fail": 0.1},
    {
        "one r for all": Wrong(one_factor, "one r for all", SHORT),
        "order kept": Wrong(
            partial(blinded, shuffle=lambda undo: None), "order is unchanged", SHORT
        ),
        "a seeded generator": Wrong(from_random, "for statistics", SHORT),
        "the same order for every question": Wrong(
            partial(blinded, shuffle=fixed_order), "", SHORT
        ),
        "too few different r": Wrong(
            partial(blinded, draw=lambda: 2**30 + secrets.randbelow(2)),
            "too few different r",
            SHORT,
        ),
        "r of 16 bits": Wrong(
            partial(blinded, draw=lambda: 1 + secrets.randbits(16)),
            "all be tried",
            SHORT,
        ),
        "r of 30 bits": Wrong(
            partial(blinded, draw=lambda: 1 + secrets.randbits(30)),
            "r is not drawn evenly",
            SHORT | {"draws": 200},
        ),
        "the same r for every question": Wrong(
            kept_factors, "the same r for every question", SHORT
        ),
        "odd r": Wrong(
            partial(blinded, draw=lambda: 1 + 2 * secrets.randbits(30)),
            "look at its last bits",
            SHORT | {"draws": 200},
        ),
        "r that are multiples of one": Wrong(multiples, "", SHORT | {"draws": 200}),
        "r that count up": Wrong(counted_up, "", SHORT | {"draws": 200}),
        "a rotated order": Wrong(
            # one time in eight it is found before it comes to the counts of orders
            partial(blinded, shuffle=rotated),
            "order",
            SHORT | {"draws": 200},
        ),
        "neighbours swapped": Wrong(
            partial(blinded, shuffle=neighbours_swapped),
            "in some orders more often",
            SHORT | {"draws": 200},
        ),
        "numpy's generator": Wrong(
            partial(
                blinded, shuffle=lambda undo: np.random.default_rng().shuffle(undo)
            ),
            "for statistics",
            SHORT,
        ),
        "torch's generator": Wrong(
            partial(blinded, draw=lambda: 1 + by_torch() % 2**31),
            "for statistics",
            SHORT,
        ),
        "the clock behind a hash": Wrong(
            partial(blinded, draw=lambda: 1 + clocked() % 2**31),
            "operating system for",
            SHORT | {"draws": 200},
        ),
        "16 bits behind a hash": Wrong(
            partial(blinded, draw=lambda: 1 + hashed(secrets.token_bytes(2)) % 2**31),
            "operating system for",
            SHORT | {"draws": 200},
        ),
        "each r follows from the one before": Wrong(
            partial(blinded, draw=lambda: 1 + chained() % 2**31),
            "operating system for",
            SHORT | {"draws": 200},
        ),
        "swaps each unit with any": Wrong(
            partial(blinded, shuffle=swapped_with_any),
            "in some orders more often",
            SHORT | {"orders": 10_000},
        ),
        "sorts by one random byte": Wrong(
            partial(blinded, shuffle=sorted_by_a_byte), "order", SHORT
        ),
    },
    seeded=False,
)

# numbers for slots without a score


def uniform_words(size):
    return np.frombuffer(secrets.token_bytes(8 * size), np.uint64) / 2.0**63 - 1


def hidden(used, width, draw=uniform_words):
    return np.where(used, 0.0, width * draw(len(used)))


KEPT = uniform_words(encrypted_slots.SLOTS)


def bell(size):
    return np.array([SYSTEM.gauss(0, 0.12) for _ in range(size)])


def counting(size):
    # by a golden step, whose values and last digits are even from any start
    steps = secrets.randbits(30) / 2**30 + (5**0.5 - 1) / 20 * np.arange(size)
    return 2 * (steps % 1) - 1


FEW = {"slots": 1024}
HIDING = Case(
    encrypted_slots.check_hide_slots,
    hidden,
    {"slots": 1024, "false_fail": 0.1},
    {
        "one number for all": Wrong(
            partial(hidden, draw=lambda _: uniform_words(1)[0]), "one number", FEW
        ),
        "whole numbers": Wrong(
            lambda used, width: np.rint(hidden(used, width)), "whole numbers", FEW
        ),
        "a bell curve": Wrong(partial(hidden, draw=bell), "not spread evenly", FEW),
        "half the width": Wrong(
            partial(hidden, draw=lambda n: uniform_words(n) / 2), "evenly", FEW
        ),
        "only positive": Wrong(
            lambda used, width: np.abs(hidden(used, width)), "one sign", FEW
        ),
        "numbers that count up": Wrong(
            partial(hidden, draw=counting), "neighbours hang together", FEW
        ),
        "the same at each call": Wrong(
            partial(hidden, draw=lambda n: KEPT[:n]), "the same numbers", FEW
        ),
        "a seeded generator": Wrong(
            partial(
                hidden, draw=lambda n: np.array([STATISTICS.random() for _ in range(n)])
            ),
            "",
            FEW,
        ),
    },
    seeded=False,
)

CASES = [PAILLIER, BLINDING, HIDING]


class OneKey:
    """In place of the class of private keys: one short key, made once."""

    key = PrivateKey.from_primes(2**127 - 1, 2**107 - 1)

    @classmethod
    def generate(cls, bits):
        return cls.key

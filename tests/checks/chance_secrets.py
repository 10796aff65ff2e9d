"""Answers to the exercises that draw secrets, chapters 4 and 5, by mistake."""

import hashlib
import random
import secrets
from functools import partial

import numpy as np

from ppdl_course.checks import garbled_circuits, millionaires_problem
from ppdl_course.checks.garbled_circuits.circuits import BITS, xor

from .chance import Case, Wrong

STATISTICS = random.Random(4)
SYSTEM = secrets.SystemRandom()

# Bob's question


def question(j, public, x=None):
    x = secrets.randbelow(public.n) if x is None else x
    return x, (public.encrypt(x) - j + 1) % public.n


def without_modulo(j, public):
    x, _ = question(j, public)
    return x, public.encrypt(x) - j + 1


def four_fifths(bound, draw=secrets.randbelow):
    """Numbers below ``bound`` that miss a fifth of their range."""
    while (value := draw(bound)) * 5 // bound == 2:
        pass
    return value


QUESTION = Case(
    millionaires_problem.check_bob_question,
    question,
    {"draws": 300, "false_fail": 0.1},
    {
        "small x": Wrong(lambda j, k: question(j, k, secrets.randbits(20)), "is tiny"),
        "statistics generator": Wrong(
            lambda j, k: question(j, k, STATISTICS.randrange(k.n)), "for statistics"
        ),
        "no modulo": Wrong(without_modulo, "left the range", {"draws": 50}),
        "x misses a fifth of its range": Wrong(
            lambda j, k: question(j, k, four_fifths(k.n)), "not uniform", {"draws": 900}
        ),
        "even x": Wrong(
            lambda j, k: question(j, k, 2 * secrets.randbelow(k.n // 2)),
            "not uniform",
            {"draws": 300},
        ),
        "one x for all runs": Wrong(
            lambda j, k: question(j, k, k.n - 12345), "the same x", {"draws": 50}
        ),
    },
    seeded=False,
)

# the repaired draw of an exponent

EXPONENT = Case(
    millionaires_problem.check_draw_exponent,
    secrets.randbelow,
    {"draws": 300, "false_fail": 0.1},
    {
        "a better seed": Wrong(
            lambda q: random.Random(secrets.randbits(64)).randrange(q), "for statistics"
        ),
        "numpy's generator": Wrong(
            lambda q: int(np.random.default_rng().integers(2**60)) % q, "for statistics"
        ),
        "128 bits": Wrong(
            lambda q: secrets.randbits(128) % q, "not uniform", {"draws": 100}
        ),
        "through a float": Wrong(
            lambda q: int(secrets.randbits(60) / 2**60 * q) % q,
            "was a float in between",
            {"draws": 100},
        ),
        "misses a fifth of its range": Wrong(
            four_fifths, "not uniform", {"draws": 900}
        ),
        "the same every time": Wrong(lambda q: q // 3, "not random", {"draws": 50}),
    },
    seeded=False,
)

# a garbled AND


def rows_of(left, right, out):
    return [
        xor(
            hashlib.sha256(left[i] + right[j]).digest(),
            out[i & j] + bytes(16),
        )
        for i, j in BITS
    ]


def shuffled(left, right, out, shuffle=SYSTEM.shuffle):
    rows = rows_of(left, right, out)
    shuffle(rows)
    return rows


def flipped(left, right, out):
    rows = rows_of(left, right, out)
    return rows[::-1] if secrets.randbelow(2) else rows


def sometimes(left, right, out):
    rows = rows_of(left, right, out)
    return shuffled(left, right, out) if secrets.randbelow(10) < 3 else rows


def reshuffled(left, right, out):
    return shuffled(left, right, out, random.Random(5).shuffle)


GARBLING = Case(
    garbled_circuits.check_garble_and,
    shuffled,
    {"runs": 60, "false_fail": 0.1},
    {
        "rows in order": Wrong(rows_of, "not shuffled well", {"runs": 40}),
        "numpy's generator": Wrong(
            lambda *pairs: shuffled(*pairs, np.random.default_rng().shuffle),
            "for statistics",
        ),
        "seed reused": Wrong(reshuffled, "for statistics"),
        "one coin": Wrong(flipped, "not shuffled well", {"runs": 60}),
        "shuffles only sometimes": Wrong(sometimes, "not shuffled well", {"runs": 120}),
    },
    seeded=False,
)

# labels of wires


def labels(count, coin=lambda: secrets.randbelow(2), byte=lambda: 0):
    pairs = []
    for _ in range(count):
        zero, one = (bytearray(secrets.token_bytes(16)) for _ in "01")
        zero[0] = zero[0] & 254 | coin()
        one[0] = one[0] & 254 | 1 - (zero[0] & 1)
        zero[5] |= byte()
        pairs.append((bytes(zero), bytes(one)))
    return pairs


def colour_only(count):
    pairs = []
    for zero, _ in labels(count):
        pairs.append((zero, bytes([zero[0] ^ 1]) + zero[1:]))
    return pairs


def uncoloured(count):
    return [(secrets.token_bytes(16), secrets.token_bytes(16)) for _ in range(count)]


LABELS = Case(
    garbled_circuits.check_wire_labels,
    labels,
    {"count": 300, "false_fail": 0.1},
    {
        "one pair for all wires": Wrong(
            lambda n: labels(1) * n, "a label is used", {"count": 100}
        ),
        "colour is the bit": Wrong(
            partial(labels, coin=lambda: 0), "colour tells the bit", {"count": 200}
        ),
        "no colours": Wrong(uncoloured, "have one colour", {"count": 200}),
        "the coin from random": Wrong(
            partial(labels, coin=lambda: random.getrandbits(1)),
            "for statistics",
            {"count": 100},
        ),
        "only the colour differs": Wrong(
            colour_only, "nearly always the same", {"count": 200}
        ),
        "a bit that is 1 in two of three labels": Wrong(
            partial(labels, byte=lambda: 64 * (secrets.randbelow(3) == 0)),
            "not uniform",
            {"count": 1500},
        ),
    },
    seeded=False,
)

# additive shares


def shares(x, parties, modulus, draw=secrets.randbelow):
    drawn = [draw(modulus) for _ in range(parties - 1)]
    return [*drawn, (x - sum(drawn)) % modulus]


def unreduced(x, parties, modulus):
    first = shares(x, parties, modulus)
    return [*first[:-1], x - sum(first[:-1])]


def one_for_all(x, parties, modulus):
    drawn = [secrets.randbelow(modulus)] * (parties - 1)
    return [*drawn, (x - sum(drawn)) % modulus]


def bare_last(x, parties, modulus):
    drawn = [secrets.randbelow(modulus) for _ in range(parties - 2)]
    return [*drawn, -sum(drawn) % modulus, x]


SHARES = Case(
    garbled_circuits.check_additive_shares,
    shares,
    {"runs": 700, "false_fail": 0.1},
    {
        "not reduced": Wrong(unreduced, "not reduced", {"runs": 100}),
        "one draw for all": Wrong(one_for_all, "learn something", {"runs": 400}),
        "numpy's generator": Wrong(
            partial(shares, draw=lambda q: int(np.random.default_rng().integers(0, q))),
            "for statistics",
            {"runs": 100},
        ),
        "bits reduced modulo Q": Wrong(
            partial(shares, draw=lambda q: secrets.randbits(q.bit_length()) % q),
            "not uniform",
            {"runs": 2000},
        ),
        "half the range": Wrong(
            partial(shares, draw=lambda q: secrets.randbelow(q // 2)),
            "not uniform",
            {"runs": 700},
        ),
        "the secret in the last share": Wrong(bare_last, "not uniform", {"runs": 400}),
    },
    seeded=False,
)

CASES = [QUESTION, EXPONENT, GARBLING, LABELS, SHARES]

"""Answers to the exercises that draw secrets, chapters 4 and 5, by mistake."""

import hashlib
import random
import secrets
from functools import partial
from itertools import cycle
from time import time_ns

import numpy as np

from ppdl_course.checks import garbled_circuits, millionaires_problem
from ppdl_course.checks.garbled_circuits.circuits import BITS, xor

from .chance import Case, Wrong

STATISTICS = random.Random(4)
SYSTEM = secrets.SystemRandom()


def hashed(data, size=64):
    """As many bytes as wanted, whatever they are made from."""
    return int.from_bytes(hashlib.shake_256(data).digest(size), "big")


def clocked():
    return hashed(str(time_ns()).encode())


def by_torch():
    import torch

    words = torch.randint(0, 2**31, (20,)).tolist()
    return sum(word << 31 * k for k, word in enumerate(words))


def made_by_numpy():
    return np.random.default_rng(7)


def by_a_helper():
    return int.from_bytes(made_by_numpy().bytes(64), "big")


KEPT = [secrets.token_bytes(64)]


def chained():
    KEPT[0] = hashlib.sha512(KEPT[0]).digest()
    return int.from_bytes(KEPT[0], "big")


# Bob's question


def question(j, public, x=None):
    x = secrets.randbelow(public.n) if x is None else x
    return x, (public.encrypt(x) - j + 1) % public.n


def without_modulo(j, public):
    x, _ = question(j, public)
    return x, public.encrypt(x) - j + 1


def until_it_fits(j, public):
    while (pair := without_modulo(j, public))[1] < 0:
        pass
    return pair


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
        "never 0": Wrong(
            lambda j, k: question(j, k, 1 + secrets.randbelow(k.n - 1)), "not uniform"
        ),
        "draws again where m would wrap": Wrong(
            until_it_fits, "no question wraps", {"draws": 100}
        ),
        "a hash reduced modulo n": Wrong(
            lambda j, k: question(j, k, hashed(secrets.token_bytes(40), 32) % k.n),
            "not uniform",
        ),
        "16 bits behind a hash": Wrong(
            lambda j, k: question(j, k, hashed(secrets.token_bytes(2)) % k.n),
            "few values",
            {"draws": 50},
        ),
        "the clock behind a hash": Wrong(
            lambda j, k: question(j, k, clocked() % k.n), "a clock", {"draws": 50}
        ),
        "x follows from the one before": Wrong(
            lambda j, k: question(j, k, chained() % k.n),
            "from a call before",
            {"draws": 50},
        ),
        "torch's generator": Wrong(
            lambda j, k: question(j, k, by_torch() % k.n), "for statistics"
        ),
        "numpy's generator with one seed, in a helper": Wrong(
            lambda j, k: question(j, k, by_a_helper() % k.n), "for statistics"
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
        "a hash reduced modulo q": Wrong(
            lambda q: hashed(secrets.token_bytes(40), 32) % q, "not uniform"
        ),
        "one random byte behind a hash": Wrong(
            lambda q: hashed(secrets.token_bytes(1)) % q, "few values", {"draws": 50}
        ),
        "the clock behind a hash": Wrong(
            lambda q: clocked() % q, "a clock", {"draws": 50}
        ),
        "each follows from the one before": Wrong(
            lambda q: chained() % q, "from a call before", {"draws": 50}
        ),
        "torch's generator": Wrong(lambda q: by_torch() % q, "for statistics"),
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


def swapped_with_any(rows):
    for i in range(len(rows)):
        j = secrets.randbelow(len(rows))
        rows[i], rows[j] = rows[j], rows[i]


def sorted_by_a_byte(rows):
    rows.sort(key=lambda row: secrets.token_bytes(1))


def permuted_by_torch(rows):
    import torch

    rows[:] = [rows[k] for k in torch.randperm(4)]


def rotated_by_the_clock(rows):
    k = clocked() % 4
    rows[:] = rows[k:] + rows[:k]


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
        "one coin": Wrong(flipped, "not shuffled well", {"runs": 300}),
        "shuffles only sometimes": Wrong(sometimes, "not shuffled well", {"runs": 300}),
        "swaps each row with any": Wrong(
            partial(shuffled, shuffle=swapped_with_any), "not shuffled well"
        ),
        "sorts by one random byte": Wrong(
            partial(shuffled, shuffle=sorted_by_a_byte), "keys of 8 bits", {"runs": 60}
        ),
        "torch's generator": Wrong(
            partial(shuffled, shuffle=permuted_by_torch), "for statistics", {"runs": 60}
        ),
        "the clock": Wrong(
            partial(shuffled, shuffle=rotated_by_the_clock), "a clock", {"runs": 60}
        ),
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


def in_blocks():
    while True:
        yield from [secrets.randbelow(2)] * 10


def by_hash(count, seed):
    pairs = []
    for k in range(count):
        data = hashlib.sha256(seed(k)).digest()
        one = bytes([data[16] & 254 | 1 - (data[0] & 1)]) + data[17:]
        pairs.append((data[:16], one))
    return pairs


def one_from_zero(count):
    pairs = []
    for _ in range(count):
        zero = secrets.token_bytes(16)
        one = hashlib.sha256(zero).digest()[:16]
        pairs.append((zero, bytes([one[0] & 254 | 1 - (zero[0] & 1)]) + one[1:]))
    return pairs


def counted(count):
    start, pairs = secrets.token_bytes(15), []
    for zero, one in labels(count):
        # a number of 120 bits behind the colour's byte
        start = ((int.from_bytes(start, "big") + 1) % 2**120).to_bytes(15, "big")
        pairs.append((zero[:1] + start, one))
    return pairs


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
        "colours that alternate": Wrong(
            lambda n: labels(n, coin=cycle((0, 1)).__next__),
            "colours hang together",
            {"count": 200},
        ),
        "one coin for ten wires": Wrong(
            lambda n: labels(n, coin=in_blocks().__next__),
            "colours hang together",
            {"count": 400},
        ),
        "one byte and the wire's number behind a hash": Wrong(
            lambda n: by_hash(n, lambda k: secrets.token_bytes(1) + b"%d" % k),
            "for 8 random bits",
        ),
        "the label of 1 follows from that of 0": Wrong(
            one_from_zero, "a part follows from the rest", {"count": 400}
        ),
        "each label counts on from the one before": Wrong(
            counted, "nearly always the same", {"count": 400}
        ),
        "torch's generator": Wrong(
            lambda n: by_hash(n, lambda k: by_torch().to_bytes(80, "big")),
            "for statistics",
            {"count": 50},
        ),
        "the clock behind a hash": Wrong(
            lambda n: by_hash(n, lambda k: b"%d %d" % (k, time_ns())),
            "a clock",
            {"count": 400},
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


def in_turn(x, parties, modulus):
    two = secrets.randbelow(modulus), secrets.randbelow(modulus)
    drawn = [two[k % 2] for k in range(parties - 1)]
    return [*drawn, (x - sum(drawn)) % modulus]


def summed(x, parties, modulus):
    drawn = [secrets.randbelow(modulus) for _ in range(parties - 1)]
    for k in range(2, parties - 1):
        drawn[k] = (drawn[k - 1] + drawn[k - 2]) % modulus
    return [*drawn, (x - sum(drawn)) % modulus]


def hashed_on(x, parties, modulus):
    drawn = [secrets.randbelow(modulus)]
    while len(drawn) < parties - 1:
        drawn.append(hashed(b"%d" % drawn[-1]) % modulus)
    return [*drawn, (x - sum(drawn)) % modulus]


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
        "two draws in turn for all": Wrong(in_turn, "learn something", {"runs": 400}),
        "a share that is the sum of two": Wrong(
            summed, "learn something", {"runs": 400}
        ),
        "each share is the hash of the one before": Wrong(
            hashed_on, "learn something", {"runs": 400}
        ),
        "torch's generator": Wrong(
            partial(shares, draw=lambda q: by_torch() % q), "for statistics"
        ),
    },
    seeded=False,
)

CASES = [QUESTION, EXPONENT, GARBLING, LABELS, SHARES]

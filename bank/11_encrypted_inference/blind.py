# %% equivalent="one r more or less of 2**31: no count of draws shows it"
# 1 + secrets.randbelow(2 ** 31) -> 2 + secrets.randbelow(2 ** 31)
# 1 + secrets.randbelow(2 ** 31) -> 0 + secrets.randbelow(2 ** 31)

# %% right="shuffle by SystemRandom"
def blind(sums, n):
    undo = [(i, 1 + secrets.randbelow(2**31)) for i in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[i], r, n * n) for i, r in undo], undo


# %% right="sorted by random keys"
def blind(sums, n):
    order = sorted(range(len(sums)), key=lambda _: secrets.token_bytes(16))
    blinded, undo = [], []
    for i in order:
        r = secrets.randbits(31) or 1
        blinded.append(pow(sums[i], r, n**2))
        undo.append([i, r])
    return blinded, undo


# %% wrong="one r for all" says="one r for all units"
def blind(sums, n):
    r = 1 + secrets.randbelow(2**31)
    undo = [(i, r) for i in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[i], r, n * n) for i, r in undo], undo


# %% wrong="order kept" says="the order is unchanged"
def blind(sums, n):
    undo = [(i, 1 + secrets.randbelow(2**31)) for i in range(len(sums))]
    return [pow(sums[i], r, n * n) for i, r in undo], undo


# %% wrong="adds r" says="r is added"
def blind(sums, n):
    undo = [(i, 1 + secrets.randbelow(2**31)) for i in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [sums[i] * (1 + r * n) % (n * n) for i, r in undo], undo


# %% wrong="a seeded generator" says="a generator made for statistics"
def blind(sums, n):
    order = np.random.permutation(len(sums))
    undo = [(int(i), int(np.random.randint(1, 2**31 - 1))) for i in order]
    return [pow(sums[i], r, n * n) for i, r in undo], undo


# %% right="sample and randbelow, tuples"
def blind(sums, n):
    order = secrets.SystemRandom().sample(range(len(sums)), len(sums))
    undo = tuple((p, secrets.randbelow(2**31) + 1) for p in order)
    return tuple(pow(sums[p], r, n * n) for p, r in undo), undo


# %% right="lists of lists, os.urandom"
def blind(sums, n):
    import os

    draw = lambda: 1 + int.from_bytes(os.urandom(8), "big") % 2**31
    order = sorted(range(len(sums)), key=lambda _: os.urandom(16))
    undo = [[p, draw()] for p in order]
    return [pow(sums[p], r, n**2) for p, r in undo], undo


# %% wrong="exponent below n" says="an entry to undo does not fit its ciphertext"
def blind(sums, n):
    undo = [(p, 1 + secrets.randbelow(n)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="multiplies ciphertexts" says="an entry to undo does not fit its ciphertext"
def blind(sums, n):
    undo = [(p, 1 + secrets.randbelow(2**31)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [sums[p] * r % (n * n) for p, r in undo], undo


# %% wrong="numpy's shuffle" says="a secret was drawn from a generator made for statistics"
def blind(sums, n):
    undo = [(p, 1 + secrets.randbelow(2**31)) for p in range(len(sums))]
    order = np.random.default_rng().permutation(len(sums))
    undo = [undo[i] for i in order]
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="random.SystemRandom for r, random.shuffle for order" says="a generator made for statistics"
def blind(sums, n):
    import random

    undo = [(p, 1 + secrets.randbelow(2**31)) for p in range(len(sums))]
    random.shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="random for r" says="a secret was drawn from a generator made for statistics"
def blind(sums, n):
    import random

    undo = [(p, random.randint(1, 2**31)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="r may be 0" says="or ReLU keeps the wrong side"
def blind(sums, n):
    undo = [(p, secrets.randbelow(2)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="rotates the order" says="order"
def blind(sums, n):
    k = secrets.randbelow(len(sums))
    undo = [
        ((p + k) % len(sums), 1 + secrets.randbelow(2**31)) for p in range(len(sums))
    ]
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="a generator seeded by secrets" says="a secret was drawn from a generator made for statistics"
def blind(sums, n):
    import random

    g = random.Random(secrets.randbits(32))
    undo = [(p, g.randint(1, 2**31)) for p in range(len(sums))]
    g.shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="swaps neighbours" says="four units come in some orders more often than in others"
def blind(sums, n):
    order = list(range(len(sums)))
    for i in range(0, len(order) - 1, 2):
        if secrets.randbelow(2):
            order[i], order[i + 1] = order[i + 1], order[i]
    undo = [(p, 1 + secrets.randbelow(2**31)) for p in order]
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="r kept from call to call" says="the same r for every question"
def blind(sums, n, kept={}):
    undo = [
        (p, kept.setdefault((len(sums), p), 1 + secrets.randbelow(2**31)))
        for p in range(len(sums))
    ]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="r from the ciphertext" says="the same r for every question"
def blind(sums, n):
    import hashlib

    digest = lambda c: hashlib.sha256(c.to_bytes(512, "big")).digest()[:8]
    undo = [
        (p, 1 + int.from_bytes(digest(c), "big") % 2**31) for p, c in enumerate(sums)
    ]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="odd r" says="look at its last bits"
def blind(sums, n):
    undo = [(p, 1 + 2 * secrets.randbelow(2**30)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="multiples of one r" says="hang together"
def blind(sums, n):
    r = 1 + secrets.randbelow(2**31 - 2)
    undo = [(p, r * (2 * p + 1) % (2**31 - 1)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="r counted up far apart" says="hang together"
def blind(sums, n):
    r = secrets.randbelow(2**31)
    undo = [(p, 1 + (r + 715827883 * p) % 2**31) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="undo by unit, not by answer" says="an entry to undo does not fit"
def blind(sums, n):
    order = secrets.SystemRandom().sample(range(len(sums)), len(sums))
    rs = [1 + secrets.randbelow(2**31) for _ in sums]
    undo = [(order.index(p), rs[p]) for p in range(len(sums))]
    return [pow(sums[p], rs[p], n * n) for p in order], undo


# %% right="randomised again, a dict of places"
def blind(sums, n):
    left, undo, found = dict(enumerate(sums)), [], []
    while left:
        p = secrets.choice(list(left))
        r = secrets.SystemRandom().randint(1, 2**31)
        mask = pow(1 + secrets.randbelow(n - 1), n, n * n)
        found.append(pow(left.pop(p), r, n * n) * mask % (n * n))
        undo.append((p, r))
    return found, undo


# %% right="phe multiplies"
def blind(sums, n):
    from phe import EncryptedNumber, PaillierPublicKey

    key, undo, found = PaillierPublicKey(n), [], []
    for p in sorted(range(len(sums)), key=lambda _: secrets.token_bytes(16)):
        r = 1 + secrets.randbits(31)
        found.append((EncryptedNumber(key, sums[p]) * r).ciphertext(be_secure=False))
        undo.append((p, r))
    return found, undo


# %% right="places drawn until all are there"
def blind(sums, n):
    places = []
    while len(places) < len(sums):
        p = secrets.randbelow(len(sums))
        if p not in places:
            places.append(p)
    undo = [(p, secrets.SystemRandom().randrange(1, 2**31 + 1)) for p in places]
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% right="Fisher and Yates, urandom under its own name"
from os import urandom


def blind(sums, n):
    places = list(range(len(sums)))
    for k in range(len(places) - 1, 0, -1):
        j = secrets.randbelow(k + 1)
        places[k], places[j] = places[j], places[k]
    undo = [(p, 1 + (int.from_bytes(urandom(4), "big") >> 1)) for p in places]
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="swaps each with any" says="in some orders more often than in others"
def blind(sums, n):
    undo = [(p, 1 + secrets.randbelow(2**31)) for p in range(len(sums))]
    for i in range(len(undo)):
        j = secrets.randbelow(len(undo))
        undo[i], undo[j] = undo[j], undo[i]
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="sorted by one random byte" says="units whose keys are equal keep their order"
def blind(sums, n):
    undo = [(p, 1 + secrets.randbelow(2**31)) for p in range(len(sums))]
    undo.sort(key=lambda entry: secrets.token_bytes(1))
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="r from the clock under its own name" says="asked the operating system for"
import hashlib
from time import perf_counter_ns


def blind(sums, n):
    draw = lambda: 1 + hashlib.sha256(b"%d" % perf_counter_ns()).digest()[0] * 2**23
    draw = lambda: (
        1
        + int.from_bytes(hashlib.sha256(b"%d" % perf_counter_ns()).digest()[:8], "big")
        % 2**31
    )
    undo = [(p, draw()) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="torch's permutation" says="a generator made for statistics"
import torch


def blind(sums, n):
    undo = [(int(p), 1 + secrets.randbelow(2**31)) for p in torch.randperm(len(sums))]
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="each r the hash of the one before" says="asked the operating system for"
import hashlib


def blind(sums, n):
    r, undo = secrets.randbelow(2**31), []
    for p in range(len(sums)):
        r = int.from_bytes(hashlib.sha256(b"%d" % r).digest()[:4], "big") >> 1
        undo.append((p, 1 + r))
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="numpy with one seed, in a helper" says="a generator made for statistics"
def numbers(size):
    return np.random.default_rng(11).integers(1, 2**31, size).tolist()


def blind(sums, n):
    undo = list(enumerate(numbers(len(sums))))
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="powers modulo n" says="below n"
def blind(sums, n):
    order = sorted(range(len(sums)), key=lambda _: secrets.randbits(128))
    undo = [(place, 1 + secrets.randbelow(2**31)) for place in order]
    return [pow(int(sums[place]), r, n) for place, r in undo], undo

# %% equivalent="the rows are shuffled afterwards"
# (0, 1) -> (1, 0)
# (0, 1) -> (1, 0) #2

# %% right="loops"
def garble_and(left, right, out):
    rows = []
    for i in range(2):
        for j in range(2):
            rows.append(xor(pad(left[i], right[j]), out[i * j] + b"\0" * 16))
    secrets.SystemRandom().shuffle(rows)
    return rows


# %% right="sorted by pads"
def garble_and(left, right, out):
    # The pads are random, so their order is: sort the rows themselves.
    table = [(0, 0), (0, 1), (1, 0), (1, 1)]
    return sorted(
        xor(pad(left[i], right[j]), out[i and j] + bytes(16)) for i, j in table
    )


# %% right="two coins"
def garble_and(left, right, out):
    p, q = secrets.randbelow(2), secrets.randbelow(2)
    order = [(i ^ p, j ^ q) for i in (0, 1) for j in (0, 1)]
    return [xor(pad(left[i], right[j]), out[i & j] + bytes(16)) for i, j in order]


# %% wrong="rows in order" says="not shuffled well"
def garble_and(left, right, out):
    return [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]


# %% wrong="or" says="computes OR"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i | j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows


# %% wrong="no zeros" says="16 zero bytes behind it"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + secrets.token_bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows


# %% wrong="numpy's generator" says="made for statistics"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return [rows[k] for k in np.random.default_rng().permutation(4)]


# %% wrong="generator kept outside" says="a secret was drawn from a generator made for"
rng = np.random.default_rng()


def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return [rows[k] for k in rng.permutation(4)]


# %% wrong="random seeded by the clock" says="a secret was drawn from a generator made for"
def garble_and(left, right, out):
    import random
    import time

    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    random.Random(time.time_ns()).shuffle(rows)
    return rows


# %% wrong="random.seed()" says="a secret was drawn from a generator made for"
def garble_and(left, right, out):
    import random

    random.seed()
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return random.sample(rows, 4)


# %% wrong="zeros in front" says="zero bytes stand behind the label, not before"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), bytes(16) + out[i & j])
        for i in (0, 1)
        for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows


# %% right="generator"
def garble_and(left, right, out):
    order = [(0, 0), (0, 1), (1, 0), (1, 1)]
    secrets.SystemRandom().shuffle(order)
    for i, j in order:
        yield bytearray(xor(pad(left[i], right[j]), out[i and j] + bytes(16)))


# %% wrong="one coin" says="garblings. The order tells the evaluator the"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return rows if secrets.randbelow(2) else rows[::-1]


# %% wrong="statistics generator" says="a secret was drawn from a generator made for"
def garble_and(left, right, out):
    import random

    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    random.shuffle(rows)
    return rows


# %% wrong="pads swapped" says="call pad with the left label first, then the"
def garble_and(left, right, out):
    rows = [
        xor(pad(right[j], left[i]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows


# %% right="choice of an order"
def garble_and(left, right, out):
    from itertools import permutations

    order = secrets.choice(list(permutations([(0, 0), (0, 1), (1, 0), (1, 1)])))
    return [xor(pad(left[i], right[j]), out[i & j] + bytes(16)) for i, j in order]


# %% right="sorted by long keys"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return sorted(rows, key=lambda row: secrets.token_bytes(16))


# %% right="popped one by one"
def garble_and(left, right, out):
    rows, bits = [], [(0, 0), (0, 1), (1, 0), (1, 1)]
    while bits:
        i, j = bits.pop(secrets.randbelow(len(bits)))
        rows.append(xor(pad(left[i], right[j]), out[min(i, j)] + bytes(16)))
    return tuple(rows)


# %% right="Fisher and Yates"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    for k in (3, 2, 1):
        other = secrets.randbelow(k + 1)
        rows[k], rows[other] = rows[other], rows[k]
    return rows


# %% right="keys of one byte, drawn again until they differ"
def garble_and(left, right, out):
    keys = []
    while len(set(keys)) < 4:
        keys = list(secrets.token_bytes(4))
    bits = [(0, 0), (0, 1), (1, 0), (1, 1)]
    order = [bits[keys.index(key)] for key in sorted(keys)]
    return [xor(pad(left[i], right[j]), out[i & j] + bytes(16)) for i, j in order]


# %% wrong="swaps each with any" says="swapped with any of the four"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    for i in range(4):
        j = secrets.randbelow(4)
        rows[i], rows[j] = rows[j], rows[i]
    return rows


# %% wrong="sorts by one random byte" says="random keys of 8 bits"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return sorted(rows, key=lambda row: secrets.token_bytes(1))


# %% wrong="sorts by numbers below 1000" says="keys of 10 bits"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return sorted(rows, key=lambda row: secrets.randbelow(1000))


# %% wrong="torch's permutation" says="a generator made for statistics"
import torch


def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return [rows[k] for k in torch.randperm(4)]


# %% wrong="the clock" says="reads a clock"
from itertools import permutations
from time import time_ns


def garble_and(left, right, out):
    order = list(permutations([(0, 0), (0, 1), (1, 0), (1, 1)]))[
        hashlib.sha256(str(time_ns()).encode()).digest()[0] % 24
    ]
    return [xor(pad(left[i], right[j]), out[i & j] + bytes(16)) for i, j in order]


# %% wrong="rotates" says="not shuffled well"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    k = secrets.randbelow(3)
    return rows[k:] + rows[:k]


# %% wrong="a counter" says="operating system"
from itertools import cycle, permutations

_orders = cycle(permutations([(0, 0), (0, 1), (1, 0), (1, 1)]))


def garble_and(left, right, out):
    return [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16)) for i, j in next(_orders)
    ]


# %% wrong="xor instead of and" says="XOR"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i ^ j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows


# %% wrong="shuffle returns None" says="four rows"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return secrets.SystemRandom().shuffle(rows)


# %% wrong="out turned" says="computes NAND"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[1 - (i & j)] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows


# %% wrong="pads of left only" says="no row opens"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], left[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows


# %% wrong="swaps two rows at random" says="not shuffled well"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    i, j = secrets.randbelow(4), secrets.randbelow(4)
    rows[i], rows[j] = rows[j], rows[i]
    return rows


# %% wrong="sample with replacement" says="no row opens"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return secrets.SystemRandom().choices(rows, k=4)


# %% wrong="label alone, 16 bytes" says="32 bytes"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j])[:16], out[i & j]) for i in (0, 1) for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows

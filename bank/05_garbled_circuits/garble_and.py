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

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

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


# %% wrong="a seeded generator" says="can be predicted"
def blind(sums, n):
    order = np.random.permutation(len(sums))
    undo = [(int(i), int(np.random.randint(1, 2**31 - 1))) for i in order]
    return [pow(sums[i], r, n * n) for i, r in undo], undo

# %% equivalent="the two sides are equal with probability 0"
# return np.flatnonzero(rng.random(n) < sample_rate) -> return np.flatnonzero(rng.random(n) <= sample_rate)

# %% right="a binomial size, then a choice"
def poisson_batch(n, sample_rate, rng):
    return rng.choice(n, size=rng.binomial(n, sample_rate), replace=False)


# %% right="coin by coin"
def poisson_batch(n, sample_rate, rng):
    return [i for i in range(n) if rng.random() < sample_rate]


# %% wrong="fixed size" says="fixed size"
def poisson_batch(n, sample_rate, rng):
    return rng.permutation(n)[: round(sample_rate * n)]


# %% wrong="with replacement" says="came twice"
def poisson_batch(n, sample_rate, rng):
    return rng.integers(0, n, size=rng.binomial(n, sample_rate))


# %% wrong="seed reused" says="seed reused"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(np.random.default_rng(0).random(n) < sample_rate)


# %% wrong="draws empty samples anew" says="ever empty"
def poisson_batch(n, sample_rate, rng):
    while True:
        rows = np.flatnonzero(rng.random(n) < sample_rate)
        if len(rows):
            return rows


# %% right="binomial per record, int32"
def poisson_batch(n, sample_rate, rng):
    return np.where(rng.binomial(1, sample_rate, n))[0].astype(np.int32)


# %% right="python random seeded from rng"
def poisson_batch(n, sample_rate, rng):
    import random

    r = random.Random(int(rng.integers(2**62)))
    return np.array([i for i in range(n) if r.random() < sample_rate], dtype=int)


# %% right="torch"
def poisson_batch(n, sample_rate, rng):
    import torch

    return torch.from_numpy(np.flatnonzero(rng.uniform(size=n) < sample_rate))


# %% right="shuffled order"
def poisson_batch(n, sample_rate, rng):
    rows = np.flatnonzero(rng.random(n) < sample_rate)
    rng.shuffle(rows)
    return rows


# %% wrong="np.random" says="so that a run can be repeated and checked"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(np.random.random(n) < sample_rate)


# %% wrong="rows from 1" says="poisson_batch must return rows in 0"
def poisson_batch(n, sample_rate, rng):
    return 1 + np.flatnonzero(rng.random(n) < sample_rate)


# %% wrong="one coin" says="the records are not drawn independently with the given"
def poisson_batch(n, sample_rate, rng):
    return np.arange(n) if rng.random() < sample_rate else np.array([], dtype=int)


# %% wrong="rate of the others" says="the records are not drawn independently with the given"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.random(n) > sample_rate)


# %% wrong="poisson size" says="the records are not drawn independently with the given"
def poisson_batch(n, sample_rate, rng):
    return rng.choice(n, size=min(n, rng.poisson(sample_rate * n)), replace=False)


# %% wrong="floats" says="poisson_batch must return a vector of integers"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.random(n) < sample_rate).astype(float)


# %% wrong="uniform size" says="the records are not drawn independently with the given"
def poisson_batch(n, sample_rate, rng):
    return rng.choice(n, size=rng.integers(0, n + 1), replace=False)


# %% wrong="rounded coins" says="the records are not drawn independently with the given"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.integers(0, 4, n) < round(4 * sample_rate))


# %% wrong="default rng, fresh" says="so that a run can be repeated and checked"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(np.random.default_rng().random(n) < sample_rate)


# %% right="choice of yes or no for each record"
def poisson_batch(n, sample_rate, rng):
    coins = rng.choice([True, False], size=n, p=[sample_rate, 1 - sample_rate])
    return np.arange(n)[coins]


# %% right="geometric gaps"
def poisson_batch(n, sample_rate, rng):
    rows, at = [], -1
    while True:
        at += int(rng.geometric(sample_rate))
        if at >= n:
            return rows
        rows.append(at)


# %% right="normal quantiles, uint16"
def poisson_batch(n, sample_rate, rng):
    from scipy import stats

    coins = rng.standard_normal(n) < stats.norm.ppf(sample_rate)
    return coins.nonzero()[0].astype(np.uint16)


# %% right="a spawned generator, recursion by halves"
def poisson_batch(n, sample_rate, rng):
    def taken(low, high):
        if high - low == 0:
            return []
        if high - low == 1:
            return [low] if rng.uniform() < sample_rate else []
        middle = (low + high) // 2
        return taken(low, middle) + taken(middle, high)

    return np.array(taken(0, n), dtype=np.int64)


# %% wrong="the same batch, kept" says="seed reused"
def poisson_batch(n, sample_rate, rng, kept={}):
    if n not in kept:
        kept[n] = np.flatnonzero(rng.random(n) < sample_rate)
    return kept[n]


# %% wrong="antithetic coins" says="two generators in the same state"
def poisson_batch(n, sample_rate, rng, last={}):
    if n in last:
        u = 1 - last.pop(n)
    else:
        u = rng.random(n)
        last[n] = u
    return np.flatnonzero(u < sample_rate)


# %% wrong="never more than twice the expected" says="not drawn independently"
def poisson_batch(n, sample_rate, rng):
    rows = np.flatnonzero(rng.random(n) < sample_rate)
    return rows[: max(1, round(2 * sample_rate * n))]


# %% wrong="the last never" says="record 2 never takes part"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.random(n - 1) < sample_rate)


# %% wrong="three records only" says="needs a coin of its own"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.random(min(n, 3)) < sample_rate)


# %% wrong="the rows' coins" says="not 0 or 1 for each"
def poisson_batch(n, sample_rate, rng):
    return (rng.random(n) < sample_rate).astype(int)


# %% wrong="far records share coins" says="needs a coin of its own"
def poisson_batch(n, sample_rate, rng):
    coins = rng.random(min(n, 8)) < sample_rate
    return np.flatnonzero(np.resize(coins, n))


# %% wrong="a fixed size for many records" says="the same fixed size"
def poisson_batch(n, sample_rate, rng):
    if n > 200:
        return rng.choice(n, size=round(sample_rate * n), replace=False)
    return np.flatnonzero(rng.random(n) < sample_rate)


# %% wrong="poisson sizes for many records" says="not those of independent coins"
def poisson_batch(n, sample_rate, rng):
    if n <= 100:
        return np.flatnonzero(rng.random(n) < sample_rate)
    size = min(n, rng.poisson(sample_rate * n))
    return rng.choice(n, size=size, replace=False)


# %% wrong="a generator of its own with a seed" says="all randomness must come from rng"
def poisson_batch(n, sample_rate, rng, own=np.random.default_rng(7)):
    return np.flatnonzero(own.random(n) < sample_rate)


# %% wrong="row numbers in one byte" says="uint8 cannot hold the numbers"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.random(n) < sample_rate).astype(np.uint8)


# %% wrong="a window of the records" says="decide for its neighbours too"
def poisson_batch(n, sample_rate, rng):
    size = rng.binomial(n, sample_rate)
    return np.roll(np.arange(n), rng.integers(n))[:size]


# %% wrong="rows left out" says="turn the comparison round"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.random(n) > sample_rate)


# %% wrong="size from a Poisson law" says="its size is binomial"
def poisson_batch(n, sample_rate, rng):
    size = min(n, rng.poisson(sample_rate * n))
    return rng.choice(n, size=size, replace=False)

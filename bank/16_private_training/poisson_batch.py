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

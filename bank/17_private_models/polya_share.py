# %% right="numpy's negative binomial"
def polya_share(scale, *, honest, size, rng):
    success = 1 - np.exp(-1 / scale)
    draws = rng.negative_binomial(1 / honest, success, size=(2, size))
    return draws[0] - draws[1]


# %% right="a number at a time"
def polya_share(scale, *, honest, size, rng):
    p = np.exp(-1 / scale)
    means = rng.gamma(1 / honest, p / (1 - p), size=2 * size)
    counts = rng.poisson(means)
    return counts[::2] - counts[1::2]


# %% right="scipy, floats of whole numbers"
def polya_share(scale, *, honest, size, rng):
    from scipy import stats

    law = stats.nbinom(1 / honest, -np.expm1(-1 / scale))
    one, other = (law.rvs(size=size, random_state=rng) for _ in range(2))
    return (one - other).astype(float)


# %% right="logarithmic numbers in Poisson many groups"
def polya_share(scale, *, honest, size, rng):
    p = np.exp(-1 / scale)

    def side():
        groups = rng.poisson(-np.log1p(-p) / honest, size=size)
        owner = np.repeat(np.arange(size), groups)
        sizes = rng.logseries(p, size=len(owner))
        return np.bincount(owner, weights=sizes, minlength=size).astype(int)

    return side() - side()


# %% wrong="no noise" says="no noise"
def polya_share(scale, *, honest, size, rng):
    return np.zeros(size, dtype=int)


# %% wrong="seeded" says="seed reused"
def polya_share(scale, *, honest, size, rng):
    rng = np.random.default_rng(1)
    p = np.exp(-1 / scale)
    first = rng.poisson(rng.gamma(1 / honest, p / (1 - p), size))
    return first - rng.poisson(rng.gamma(1 / honest, p / (1 - p), size))


# %% wrong="its own generator" says="from rng"
def polya_share(scale, *, honest, size, rng):
    rng = np.random.default_rng()
    p = np.exp(-1 / scale)
    first = rng.poisson(rng.gamma(1 / honest, p / (1 - p), size))
    return first - rng.poisson(rng.gamma(1 / honest, p / (1 - p), size))


# %% wrong="whole noise" says="whole noise"
def polya_share(scale, *, honest, size, rng):
    success = 1 - np.exp(-1 / scale)
    return rng.geometric(success, size) - rng.geometric(success, size)


# %% wrong="part of the scale" says="part of the scale"
def polya_share(scale, *, honest, size, rng):
    success = 1 - np.exp(-honest / scale)
    return rng.geometric(success, size) - rng.geometric(success, size)


# %% wrong="part of the variance" says="part of the scale"
def polya_share(scale, *, honest, size, rng):
    success = 1 - np.exp(-(honest**0.5) / scale)
    return rng.geometric(success, size) - rng.geometric(success, size)


# %% wrong="one side" says="one side only"
def polya_share(scale, *, honest, size, rng):
    return rng.negative_binomial(1 / honest, 1 - np.exp(-1 / scale), size)


# %% wrong="p for 1 - p" says="exchanged"
def polya_share(scale, *, honest, size, rng):
    p = np.exp(-1 / scale)
    draws = rng.negative_binomial(1 / honest, p, size=(2, size))
    return draws[0] - draws[1]


# %% wrong="honest successes" says="not honest"
def polya_share(scale, *, honest, size, rng):
    draws = rng.negative_binomial(honest, 1 - np.exp(-1 / scale), size=(2, size))
    return draws[0] - draws[1]


# %% wrong="gamma shares" says="whole numbers"
def polya_share(scale, *, honest, size, rng):
    return rng.gamma(1 / honest, scale, size) - rng.gamma(1 / honest, scale, size)


# %% wrong="gamma shares, rounded" says="rounded gamma"
def polya_share(scale, *, honest, size, rng):
    z = rng.gamma(1 / honest, scale, size) - rng.gamma(1 / honest, scale, size)
    return np.rint(z).astype(int)


# %% wrong="one number for all" says="draw one for each"
def polya_share(scale, *, honest, size, rng):
    draws = rng.negative_binomial(1 / honest, 1 - np.exp(-1 / scale), size=2)
    return np.full(size, draws[0] - draws[1])


# %% wrong="as many as owners" says="shape"
def polya_share(scale, *, honest, size, rng):
    draws = rng.negative_binomial(1 / honest, 1 - np.exp(-1 / scale), size=(2, honest))
    return draws[0] - draws[1]

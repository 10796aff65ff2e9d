# %% right="noise added bin by bin"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    scale = neighbours.changes / epsilon
    return [labels.count(c) + rng.laplace(0, scale) for c in categories]


# %% right="as the difference of two exponentials"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    b = {ADD_REMOVE: 1, REPLACE: 2}[neighbours] / epsilon
    counts = np.array([labels.count(c) for c in categories])
    k = len(counts)
    return counts + rng.exponential(b, k) - rng.exponential(b, k)


# %% wrong="replacing counts as one change" says="moves two bins"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories])
    return counts + rng.laplace(scale=1 / epsilon, size=len(counts))


# %% wrong="empty categories stay 0" says="empty category has no noise"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories])
    noise = rng.laplace(scale=neighbours.changes / epsilon, size=len(counts))
    return np.where(counts > 0, counts + noise, 0)


# %% wrong="scale inverted" says="scale inverted"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories])
    return counts + rng.laplace(scale=neighbours.changes * epsilon, size=len(counts))


# %% wrong="one noise for all bins" says="one noise for all bins"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories])
    return counts + rng.laplace(scale=neighbours.changes / epsilon)

# %% equivalent="neither statement reads what the other one binds"
# counts = np.array([sum((label == c for label in labels)) for c in categories]); sensitivity = 1 if neighbours is ADD_REMOVE else 2 -> sensitivity = 1 if neighbours is ADD_REMOVE else 2; counts = np.array([sum((label == c for label in labels)) for c in categories])

# %% equivalent="the noise is as likely with either sign"
# counts + rng.laplace(scale=sensitivity / epsilon, size=len(categories)) -> counts - rng.laplace(scale=sensitivity / epsilon, size=len(categories))

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


# %% wrong="no noise" says="no noise"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    return [labels.count(c) for c in categories]


# %% wrong="seed reused" says="seed reused"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return counts + np.random.default_rng(7).laplace(scale=scale, size=len(counts))


# %% wrong="half the noise" says="half the noise"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / (2 * epsilon)
    return counts + rng.laplace(scale=scale, size=len(counts))


# %% wrong="rounded" says="rounded or cut off"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    noisy = counts + rng.laplace(scale=neighbours.changes / epsilon, size=len(counts))
    return np.rint(noisy)


# %% right="dictionary, two exponentials"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    found = dict.fromkeys(categories, 0)
    for label in labels:
        found[label] += 1
    scale = neighbours.changes / epsilon
    return [n + scale * (rng.exponential() - rng.exponential()) for n in found.values()]

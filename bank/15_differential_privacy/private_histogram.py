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


# %% right="a loop over bins, scipy"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    from scipy import stats

    scale = neighbours.changes / epsilon
    noise = stats.laplace(scale=scale)
    return [labels.count(c) + noise.rvs(random_state=rng) for c in categories]


# %% wrong="a generator of its own" says="all randomness must come from rng"
def private_histogram(
    labels, categories, *, epsilon, neighbours, rng, own=np.random.default_rng(7)
):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return counts + own.laplace(scale=scale, size=len(counts))


# %% wrong="nine tenths of the noise" says="too little noise"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return counts + rng.laplace(scale=0.9 * scale, size=len(counts))


# %% wrong="tails clipped at four scales" says="the tails are cut off"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return counts + np.clip(
        rng.laplace(scale=scale, size=len(counts)), -4 * scale, 4 * scale
    )


# %% wrong="twelve uniforms" says="normal noise of the same deviation"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return counts + (rng.random((12, len(counts))).sum(axis=0) - 6) * np.sqrt(2) * scale


# %% wrong="three draws for all bins" says="seed reused"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return counts + np.resize(rng.laplace(scale=scale, size=3), len(counts))


# %% wrong="the changes exchanged" says="ADD_REMOVE and REPLACE exchanged"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return counts + rng.laplace(
        scale=(3 - neighbours.changes) / epsilon, size=len(counts)
    )


# %% wrong="epsilon divided among the bins" says="as if they shared epsilon"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return counts + rng.laplace(scale=scale * len(counts), size=len(counts))


# %% wrong="the L2 sensitivity" says="that in L2"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return counts + rng.laplace(
        scale=np.sqrt(neighbours.changes) / epsilon, size=len(counts)
    )


# %% wrong="geometric noise" says="geometric noise"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return (
        counts
        + rng.geometric(1 - np.exp(-1 / scale), len(counts))
        - rng.geometric(1 - np.exp(-1 / scale), len(counts))
    )


# %% wrong="clamped at 0" says="rounded or cut off"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return np.maximum(0, counts + rng.laplace(scale=scale, size=len(counts)))


# %% wrong="text contained in text" says="looked for within other names"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = [sum(c in label for label in labels) for c in categories]
    return np.array(counts) + rng.laplace(
        0, neighbours.changes / epsilon, len(categories)
    )


# %% wrong="sorted categories" says="the categories were sorted"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in sorted(categories)])
    return counts + rng.laplace(0, neighbours.changes / epsilon, len(counts))


# %% wrong="shares of all cases" says="these are shares of all cases"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories]) / max(1, len(labels))
    return counts + rng.laplace(0, neighbours.changes / epsilon, len(counts))


# %% wrong="each label counted once" says="each category counts once"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([float(c in set(labels)) for c in categories])
    return counts + rng.laplace(0, neighbours.changes / epsilon, len(counts))


# %% wrong="sampled cases before counting" says="left out before they are counted"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    kept = [label for label in labels if rng.random() < 0.9]
    counts = np.array([kept.count(c) for c in categories])
    return counts + rng.laplace(0, neighbours.changes / epsilon, len(counts))


# %% wrong="empty list gives zeros" says="no cases, and bins without noise"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    if not labels:
        return np.zeros(len(categories))
    counts = np.array([labels.count(c) for c in categories])
    return counts + rng.laplace(0, neighbours.changes / epsilon, len(counts))

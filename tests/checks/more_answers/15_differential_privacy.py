# %% wrong="randomised_response: seed reused" says="seed reused"
def randomised_response(bits, *, epsilon, rng):
    rng = np.random.default_rng(2024)
    truth = rng.random(len(bits)) < 1 / (1 + np.exp(-epsilon))
    return np.where(truth, bits, 1 - bits)


# %% wrong="randomised_response: half the noise" says="times as likely as the lie"
def randomised_response(bits, *, epsilon, rng):
    truth = rng.random(len(bits)) < 1 / (1 + np.exp(-2 * epsilon))
    return np.where(truth, bits, 1 - bits)


# %% right="randomised_response: a coin, then another"
def randomised_response(bits, *, epsilon, rng):
    honest = rng.random(len(bits)) < (math.exp(epsilon) - 1) / (math.exp(epsilon) + 1)
    coins = rng.integers(0, 2, len(bits))
    return np.where(honest, bits, coins)


# %% wrong="private_histogram: no noise" says="no noise"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    return [labels.count(c) for c in categories]


# %% wrong="private_histogram: seed reused" says="seed reused"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / epsilon
    return counts + np.random.default_rng(7).laplace(scale=scale, size=len(counts))


# %% wrong="private_histogram: half the noise" says="half the noise"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    scale = neighbours.changes / (2 * epsilon)
    return counts + rng.laplace(scale=scale, size=len(counts))


# %% wrong="private_histogram: rounded" says="rounded or cut off"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], float)
    noisy = counts + rng.laplace(scale=neighbours.changes / epsilon, size=len(counts))
    return np.rint(noisy)


# %% right="private_histogram: dictionary, two exponentials"
def private_histogram(labels, categories, *, epsilon, neighbours, rng):
    found = dict.fromkeys(categories, 0)
    for label in labels:
        found[label] += 1
    scale = neighbours.changes / epsilon
    return [n + scale * (rng.exponential() - rng.exponential()) for n in found.values()]


# %% wrong="private_total: seed reused" says="seed reused"
def private_total(amounts, *, bound, epsilon, rng):
    noise = np.random.default_rng(len(amounts)).laplace(scale=bound / epsilon)
    return float(np.clip(amounts, 0, bound).sum() + noise)


# %% wrong="private_total: half the noise" says="half the noise"
def private_total(amounts, *, bound, epsilon, rng):
    return np.clip(amounts, 0, bound).sum() + rng.laplace(scale=bound / epsilon / 2)


# %% wrong="private_total: normal noise" says="not Laplace"
def private_total(amounts, *, bound, epsilon, rng):
    return np.clip(amounts, 0, bound).sum() + rng.normal(scale=1.03 * bound / epsilon)


# %% right="private_total: inverse of the distribution"
def private_total(amounts, *, bound, epsilon, rng):
    u = rng.random() - 0.5
    noise = -bound / epsilon * np.sign(u) * np.log1p(-2 * abs(u))
    return sum(min(max(float(a), 0.0), bound) for a in amounts) + noise


# %% wrong="exponential_choice: seed reused" says="a seed reused"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * utilities / (2 * sensitivity)
    return int(np.argmax(scores + np.random.default_rng(3).gumbel(size=len(scores))))


# %% wrong="exponential_choice: half the noise" says="chosen too often"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * utilities / (2 * sensitivity)
    return int(np.argmax(scores + 0.5 * rng.gumbel(size=len(scores))))


# %% right="exponential_choice: logarithms and choice, numpy integer"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * (utilities - utilities.max()) / (2 * sensitivity)
    return rng.choice(len(scores), p=np.exp(scores) / np.exp(scores).sum())


# %% wrong="above_threshold: no noise" says="no noise"
def above_threshold(answers, *, threshold, epsilon, rng):
    return next((i for i, a in enumerate(answers) if a >= threshold), None)


# %% wrong="above_threshold: seed reused" says="a seed reused"
def above_threshold(answers, *, threshold, epsilon, rng):
    rng = np.random.default_rng(1)
    bar = threshold + rng.laplace(scale=2 / epsilon)
    noisy = [a + rng.laplace(scale=4 / epsilon) for a in answers]
    return next((i for i, a in enumerate(noisy) if a >= bar), None)


# %% wrong="above_threshold: half the noise" says="half the noise"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=1 / epsilon)
    noisy = [a + rng.laplace(scale=2 / epsilon) for a in answers]
    return next((i for i, a in enumerate(noisy) if a >= bar), None)


# %% right="above_threshold: numpy index"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    noisy = np.asarray(answers) + rng.laplace(scale=4 / epsilon, size=len(answers))
    above = np.flatnonzero(noisy >= bar)
    return above[0] if len(above) else None

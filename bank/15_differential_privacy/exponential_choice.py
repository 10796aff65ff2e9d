# %% right="Gumbel noise and the maximum"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * np.asarray(utilities) / (2 * sensitivity)
    return np.argmax(scores + rng.gumbel(size=len(scores)))


# %% right="a walk along the cumulated weights"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    top = max(utilities)
    weights = [math.exp(epsilon * (u - top) / (2 * sensitivity)) for u in utilities]
    left = rng.random() * sum(weights)
    for index, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return index
    return len(weights) - 1


# %% wrong="without the 2" says="chosen too often"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * np.asarray(utilities) / sensitivity
    weights = np.exp(scores - np.max(scores))
    return int(rng.choice(len(weights), p=weights / weights.sum()))


# %% wrong="always the best" says="same candidate every time"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    return int(np.argmax(utilities))


# %% wrong="sensitivity ignored" says="chosen too often"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * np.asarray(utilities) / 2
    weights = np.exp(scores - np.max(scores))
    return int(rng.choice(len(weights), p=weights / weights.sum()))


# %% wrong="weights that overflow" says="overflows"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    weights = np.exp(epsilon * np.asarray(utilities) / (2 * sensitivity))
    return int(rng.choice(len(weights), p=weights / weights.sum()))


# %% wrong="seed reused" says="a seed reused"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * utilities / (2 * sensitivity)
    return int(np.argmax(scores + np.random.default_rng(3).gumbel(size=len(scores))))


# %% wrong="half the noise" says="chosen too often"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * utilities / (2 * sensitivity)
    return int(np.argmax(scores + 0.5 * rng.gumbel(size=len(scores))))


# %% right="logarithms and choice, numpy integer"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * (utilities - utilities.max()) / (2 * sensitivity)
    return rng.choice(len(scores), p=np.exp(scores) / np.exp(scores).sum())


# %% wrong="half the epsilon" says="proportional to exp(epsilon u(r) / (2 sensitivity))"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * np.asarray(utilities) / (4 * sensitivity)
    weights = np.exp(scores - np.max(scores))
    return int(rng.choice(len(weights), p=weights / weights.sum()))


# %% wrong="everyone alike" says="the utilities have no influence"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    return int(rng.integers(len(utilities)))


# %% wrong="sign turned" says="the best is chosen least often"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = -epsilon * np.asarray(utilities) / (2 * sensitivity)
    weights = np.exp(scores - np.max(scores))
    return int(rng.choice(len(weights), p=weights / weights.sum()))


# %% wrong="weights are the utilities" says="exp is missing"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    weights = np.asarray(utilities) / np.sum(utilities)
    return int(rng.choice(len(weights), p=weights))


# %% wrong="the utility chosen" says="the index must be one integer"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * np.asarray(utilities) / (2 * sensitivity)
    weights = np.exp(scores - np.max(scores))
    return rng.choice(utilities, p=weights / weights.sum())


# %% wrong="shifts the caller's utilities" says="changes utilities, its argument"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    utilities -= utilities.max()
    weights = np.exp(epsilon * utilities / (2 * sensitivity))
    return int(rng.choice(len(weights), p=weights / weights.sum()))


# %% wrong="numbered from 1" says="the answer must be an index from 0"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * np.asarray(utilities) / (2 * sensitivity)
    weights = np.exp(scores - np.max(scores))
    return int(rng.choice(len(weights), p=weights / weights.sum())) + 1


# %% right="rejection: one candidate after the other"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * (np.asarray(utilities) - max(utilities)) / (2 * sensitivity)
    while True:
        index = int(rng.integers(len(scores)))
        if rng.random() < math.exp(scores[index]):
            return index


# %% wrong="a generator of its own" says="all randomness must come from rng"
def exponential_choice(
    utilities, *, sensitivity, epsilon, rng, own=np.random.default_rng(7)
):
    scores = epsilon * np.asarray(utilities) / (2 * sensitivity)
    return int(np.argmax(scores + own.gumbel(size=len(scores))))


# %% wrong="hopeless candidates left out" says="a probability of 0 tells"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * np.asarray(utilities) / (2 * sensitivity)
    weights = np.exp(scores - np.max(scores))
    weights[weights < 1e-3] = 0
    return int(rng.choice(len(weights), p=weights / weights.sum()))


# %% wrong="permute and flip" says="permute-and-flip"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * (np.asarray(utilities) - max(utilities)) / (2 * sensitivity)
    for index in rng.permutation(len(scores)):
        if rng.random() < math.exp(scores[index]):
            return int(index)


# %% wrong="powers of 2" says="powers of 2"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * np.asarray(utilities) / (2 * sensitivity)
    weights = 2 ** (scores - np.max(scores))
    return int(rng.choice(len(weights), p=weights / weights.sum()))


# %% wrong="a little less epsilon" says="a little too seldom"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    scores = 0.95 * epsilon * np.asarray(utilities) / (2 * sensitivity)
    return int(np.argmax(scores + rng.gumbel(size=len(scores))))


# %% wrong="exponents cut off" says="is 0, for every candidate"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    exponents = np.minimum(np.asarray(utilities) * epsilon / sensitivity / 2, 500)
    odds = np.exp(exponents)
    return rng.choice(len(odds), p=odds / np.sum(odds))


# %% wrong="exponents divided by the largest" says="the exponents are divided by"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    exponents = np.asarray(utilities) * epsilon / sensitivity / 2
    odds = np.exp(exponents / max(abs(exponents)))
    return rng.choice(len(odds), p=odds / np.sum(odds))


# %% wrong="exponents clipped at both ends" says="large exponents look equal"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    exponents = np.clip(np.asarray(utilities) * epsilon / sensitivity / 2, -600, 600)
    odds = np.exp(exponents)
    return rng.choice(len(odds), p=odds / np.sum(odds))


# %% wrong="the smallest taken off" says="overflows"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    utilities = np.asarray(utilities) - np.min(utilities)
    odds = np.exp(epsilon * utilities / (2 * sensitivity))
    return int(rng.choice(len(odds), p=odds / odds.sum()))


# %% right="whole numbers or not, Gumbel by hand"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    noisy = [
        epsilon * float(u) / (2 * sensitivity) - math.log(-math.log(1 - rng.random()))
        for u in utilities
    ]
    return noisy.index(max(noisy))


# %% wrong="log utilities" says="powers of the utilities"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    u = np.asarray(utilities, float)
    w = (u - u.min() + 1) ** (epsilon / (2 * sensitivity))
    return int(rng.choice(len(w), p=w / w.sum()))


# %% wrong="sensitivity times two" says="the square of 2 sensitivity"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    s = epsilon * np.asarray(utilities, float) / (2 * sensitivity) ** 2
    w = np.exp(s - s.max())
    return int(rng.choice(len(w), p=w / w.sum()))


# %% wrong="Gumbel of the wrong sign" says="of the wrong sign"
def exponential_choice(utilities, *, sensitivity, epsilon, rng):
    s = epsilon * np.asarray(utilities, float) / (2 * sensitivity)
    return int(np.argmax(s - rng.gumbel(size=len(s))))

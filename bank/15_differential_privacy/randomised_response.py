# %% equivalent="the two sides are equal with probability 0"
# lies = rng.random(len(bits)) >= truth -> lies = rng.random(len(bits)) > truth

# %% right="truth or lie, as bool"
def randomised_response(bits, *, epsilon, rng):
    truth = np.exp(epsilon) / (1 + np.exp(epsilon))
    tells = rng.random(np.shape(bits)) < truth
    return np.where(tells, bits, 1 - np.asarray(bits))


# %% right="a loop over people, as a list"
def randomised_response(bits, *, epsilon, rng):
    lie = 1 / (1 + math.exp(epsilon))
    return [int(bit) ^ int(rng.random() < lie) for bit in bits]


# %% wrong="the truth from all" says="nobody can deny"
def randomised_response(bits, *, epsilon, rng):
    return np.asarray(bits)


# %% wrong="the coin is fair whatever epsilon" says="e^epsilon times as"
def randomised_response(bits, *, epsilon, rng):
    tells = rng.random(len(bits)) < 0.5
    return np.where(tells, bits, rng.integers(0, 2, len(bits)))


# %% wrong="one coin for everybody" says="one coin for everybody"
def randomised_response(bits, *, epsilon, rng):
    lies = rng.random() < 1 / (1 + math.exp(epsilon))
    return np.asarray(bits).astype(bool) ^ lies


# %% wrong="a fixed number of liars" says="number of liars must not be fixed"
def randomised_response(bits, *, epsilon, rng):
    liars = round(len(bits) / (1 + math.exp(epsilon)))
    reports = np.array(bits, dtype=int)
    chosen = rng.permutation(len(bits))[:liars]
    reports[chosen] = 1 - reports[chosen]
    return reports


# %% wrong="seed reused" says="seed reused"
def randomised_response(bits, *, epsilon, rng):
    rng = np.random.default_rng(2024)
    truth = rng.random(len(bits)) < 1 / (1 + np.exp(-epsilon))
    return np.where(truth, bits, 1 - bits)


# %% wrong="half the noise" says="times as likely as the lie"
def randomised_response(bits, *, epsilon, rng):
    truth = rng.random(len(bits)) < 1 / (1 + np.exp(-2 * epsilon))
    return np.where(truth, bits, 1 - bits)


# %% right="a coin, then another"
def randomised_response(bits, *, epsilon, rng):
    honest = rng.random(len(bits)) < (math.exp(epsilon) - 1) / (math.exp(epsilon) + 1)
    coins = rng.integers(0, 2, len(bits))
    return np.where(honest, bits, coins)


# %% wrong="truth and lie swapped" says="e^epsilon times as likely as the lie"
def randomised_response(bits, *, epsilon, rng):
    lies = rng.random(len(bits)) < 1 / (1 + math.exp(-epsilon))
    return np.where(lies, 1 - bits, bits)


# %% wrong="a fair coin in place of the lie" says="e^epsilon times as likely as the lie"
def randomised_response(bits, *, epsilon, rng):
    honest = rng.random(len(bits)) < 1 / (1 + math.exp(-epsilon))
    return np.where(honest, bits, rng.integers(0, 2, len(bits)))


# %% wrong="only the ones lie" says="a report of 1 then proves the truth"
def randomised_response(bits, *, epsilon, rng):
    lies = rng.random(len(bits)) < 1 / (1 + math.exp(epsilon))
    return np.where((bits == 1) & lies, 0, bits)


# %% wrong="noise on the bits" says="a report is 0 or 1"
def randomised_response(bits, *, epsilon, rng):
    return bits + rng.laplace(scale=1 / epsilon, size=len(bits))


# %% wrong="one report for all" says="one report for each person"
def randomised_response(bits, *, epsilon, rng):
    lies = rng.random(len(bits)) < 1 / (1 + math.exp(epsilon))
    return np.sum(np.where(lies, 1 - bits, bits))


# %% wrong="writes into the truth" says="changes bits, its argument"
def randomised_response(bits, *, epsilon, rng):
    lies = rng.random(len(bits)) < 1 / (1 + math.exp(epsilon))
    bits[lies] = 1 - bits[lies]
    return bits


# %% wrong="neighbours share a coin" says="the coins of two people depend on each other"
def randomised_response(bits, *, epsilon, rng):
    couples = rng.random((len(bits) + 1) // 2) < 1 / (1 + math.exp(epsilon))
    lies = np.repeat(couples, 2)[: len(bits)]
    return np.where(lies, 1 - bits, bits)


# %% wrong="a generator of its own" says="all randomness must come from rng"
def randomised_response(bits, *, epsilon, rng, own=np.random.default_rng(7)):
    lies = own.random(len(bits)) < 1 / (1 + math.exp(epsilon))
    return np.where(lies, 1 - bits, bits)


# %% wrong="the lie at the truth rate" says="truth and lie are exchanged"
def randomised_response(bits, *, epsilon, rng):
    lie = 1 / (1 + math.exp(-epsilon))
    return np.asarray(bits) ^ (rng.random(len(bits)) < lie)


# %% wrong="1 + epsilon for its exponential" says="1 + epsilon stands for e^epsilon"
def randomised_response(bits, *, epsilon, rng):
    bits = np.asarray(bits)
    lie = rng.random(bits.shape) < 1 / (2 + epsilon)
    return np.where(lie, 1 - bits, bits)


# %% wrong="powers of 2" says="2^epsilon times as likely"
def randomised_response(bits, *, epsilon, rng):
    bits = np.asarray(bits)
    lie = rng.random(bits.shape) < 1 / (1 + 2**epsilon)
    return np.where(lie, 1 - bits, bits)


# %% wrong="sorted by truth" says="at its person's place"
def randomised_response(bits, *, epsilon, rng):
    p = 1 / (1 + math.exp(-epsilon))
    bits = np.sort(bits)
    return np.where(rng.random(len(bits)) < p, bits, 1 - bits)


# %% wrong="exponent minus one" says="which is p less 1 - p"
def randomised_response(bits, *, epsilon, rng):
    p = (math.exp(epsilon) - 1) / (math.exp(epsilon) + 1)
    return np.where(rng.random(len(bits)) < p, bits, 1 - np.asarray(bits))


# %% wrong="probability capped at nine tenths" says="epsilon 30: nobody lies then"
def randomised_response(bits, *, epsilon, rng):
    p = min(0.9, 1 / (1 + math.exp(-epsilon)))
    return np.where(rng.random(len(bits)) < p, bits, 1 - np.asarray(bits))


# %% wrong="coins of the first half twice" says="do they share a coin?"
def randomised_response(bits, *, epsilon, rng):
    p = 1 / (1 + math.exp(-epsilon))
    n = len(bits)
    half = rng.random((n + 1) // 2)
    coins = np.concatenate([half, half])[:n]
    return np.where(coins < p, bits, 1 - np.asarray(bits))

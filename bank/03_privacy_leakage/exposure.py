# %% right="counting"
def exposure(losses, secret):
    rank = 1 + np.sum(losses < losses[secret])
    return np.log2(len(losses)) - np.log2(rank)


# %% right="sorted list, one logarithm"
def exposure(losses, secret):
    import math

    order = sorted(range(len(losses)), key=lambda i: losses[i])
    return math.log2(len(losses) / (order.index(secret) + 1))


# %% wrong="rank from 0" says="ranks start at 1"
def exposure(losses, secret):
    rank = np.sum(losses < losses[secret])
    return np.log2(len(losses)) - np.log2(rank)


# %% wrong="nats" says="base 2"
def exposure(losses, secret):
    rank = 1 + np.sum(losses < losses[secret])
    return np.log(len(losses)) - np.log(rank)


# %% wrong="ranked from the top" says="rank 1 is the lowest loss"
def exposure(losses, secret):
    rank = np.sum(losses >= losses[secret])
    return np.log2(len(losses)) - np.log2(rank)


# %% wrong="the loss itself" says="only its rank"
def exposure(losses, secret):
    return np.log2(len(losses)) - np.log2(losses[secret])

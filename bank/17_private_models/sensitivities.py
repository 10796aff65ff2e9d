# %% right="formulas"
import math


def sensitivities(d):
    return math.sqrt(d), (d + 1) / 2, math.sqrt(2)


# %% right="the worst records, tried"
def sensitivities(d):
    even, one = np.full(d, 1 / np.sqrt(d)), np.eye(d)[0]
    upper = np.triu_indices(d)

    def parts(x):
        return x, np.outer(x, x)[upper]

    sums, products = (np.abs(part).sum() for part in parts(even))
    return [sums, products, np.linalg.norm(np.concatenate(parts(one)))]


# %% right="half of square and diagonal"
def sensitivities(d):
    whole, diagonal = d, 1
    return np.array([d**0.5, (whole + diagonal) / 2, (1 + 1) ** 0.5])


# %% right="float32"
def sensitivities(d):
    return np.array([np.sqrt(d), 0.5 * d + 0.5, np.sqrt(2)], dtype=np.float32)


# %% wrong="the paper's cube" says="paper's bound"
def sensitivities(d):
    return d, d * (d + 1) / 2, 2**0.5


# %% wrong="the paper's products only" says="paper's bound"
def sensitivities(d):
    return d**0.5, d * d / 2, 2**0.5


# %% wrong="the whole square" says="upper triangle"
def sensitivities(d):
    return d**0.5, d, 2**0.5


# %% wrong="without the diagonal" says="diagonal"
def sensitivities(d):
    return d**0.5, (d - 1) / 2, 2**0.5


# %% wrong="half the square" says="diagonal counts in full"
def sensitivities(d):
    return d**0.5, d / 2, 2**0.5


# %% wrong="norms added" says="squares add up"
def sensitivities(d):
    return d**0.5, (d + 1) / 2, 2.0


# %% wrong="one of the two" says="move together"
def sensitivities(d):
    return d**0.5, (d + 1) / 2, 1.0


# %% wrong="L2 of the sums" says="that is the L2 norm"
def sensitivities(d):
    return 1.0, (d + 1) / 2, 2**0.5


# %% wrong="replace one" says="twice too much"
def sensitivities(d):
    return 2 * d**0.5, d + 1, 2 * 2**0.5


# %% wrong="L2 grows" says="does not grow"
def sensitivities(d):
    return d**0.5, (d + 1) / 2, (2 * d) ** 0.5


# %% wrong="inverse root" says="inverse"
def sensitivities(d):
    return d**-0.5, (d + 1) / 2, 2**0.5


# %% wrong="L2 from the L1 bounds" says="L1 norms went in"
def sensitivities(d):
    sums, products = d**0.5, (d + 1) / 2
    return sums, products, (sums**2 + products**2) ** 0.5


# %% wrong="a random search" says="moves more"
def sensitivities(d):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, d))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    sums = np.abs(x).sum(axis=1).max()
    return 0.9 * sums, (d + 1) / 2, 2**0.5

# %% right="masked"
def sigmoid(x):
    y = np.empty(x.shape)
    up = x >= 0
    y[up] = 1 / (1 + np.exp(-x[up]))
    e = np.exp(x[~up])
    y[~up] = e / (1 + e)
    return y


# %% right="tanh, with a harmless warning"
def sigmoid(x):
    import warnings

    warnings.warn("tanh is a sigmoid, too")
    return 0.5 * (1 + np.tanh(x / 2))


# %% right="scipy"
def sigmoid(x):
    from scipy.special import expit

    return expit(x).tolist()


# %% wrong="naive" says="overflow"
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# %% wrong="both branches" says="np.where computes both of its branches"
def sigmoid(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


# %% wrong="sign" says="falls from 1 to 0"
def sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, small, 1) / (1 + small)


# %% wrong="overflow silenced" says="a step overflows"
def sigmoid(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))

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


# %% wrong="in place" says="your function changes x, its"
def sigmoid(x):
    pos = x >= 0
    np.abs(x, out=x)
    small = np.exp(-x)
    return np.where(pos, 1, small) / (1 + small)


# %% wrong="silenced all" says="a step overflows (overflow encountered in exp)."
def sigmoid(x):
    with np.errstate(all="ignore"):
        return 1 / (1 + np.exp(-x))


# %% wrong="seterr" says="a step overflows (overflow encountered in exp)."
np.seterr(all="ignore")


def sigmoid(x):
    np.seterr(over="ignore")
    return 1 / (1 + np.exp(-x))


# %% right="longdouble"
def sigmoid(x):
    return 1 / (1 + np.exp(-x.astype(np.longdouble)))

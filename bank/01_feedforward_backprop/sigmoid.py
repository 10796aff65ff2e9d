# %% equivalent="both branches give 1/2 at 0"
# return np.where(x >= 0, 1, small) / (1 + small) -> return np.where(x > 0, 1, small) / (1 + small)

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


# %% wrong="longdouble" says="a step overflows"
def sigmoid(x):
    return 1 / (1 + np.exp(-x.astype(np.longdouble)))


# %% right="log add exp"
def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


# %% right="torch"
def sigmoid(x):
    import torch

    return torch.sigmoid(torch.from_numpy(x))


# %% wrong="tanh" says="a sigmoid goes from 0 to 1"
def sigmoid(x):
    return np.tanh(x)


# %% wrong="its derivative" says="this is the derivative"
def sigmoid(x):
    small = np.exp(-np.abs(x))
    return small / (1 + small) ** 2


# %% wrong="one list" says="sigmoid(x) must have shape (2, 3)"
def sigmoid(x):
    small = [(v, np.exp(-abs(v))) for v in x.ravel()]
    return [(1 if v >= 0 else s) / (1 + s) for v, s in small]


# %% wrong="math" says="a step overflows (math range error)."
def sigmoid(x):
    import math

    return np.reshape([1 / (1 + math.exp(-v)) for v in x.ravel()], x.shape)


# %% right="piecewise"
def sigmoid(x):
    e = np.exp(np.minimum(x, -x))
    return np.where(x < 0, e, 1.0) / (1 + e)


# %% right="math loop"
def sigmoid(x):
    import math

    f = lambda v: 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))
    return np.vectorize(f, otypes=[float])(x)


# %% right="flat list"
def sigmoid(x):
    def s(v):
        if isinstance(v, np.ndarray):
            return [s(u) for u in v] if v.ndim else s(float(v))
        return 0.5 * (1 + np.tanh(0.5 * v))

    return s(x)


# %% wrong="clip 30" says="x was cut off at 30"
def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


# %% wrong="hard sigmoid" says="a line cut off at 0 and 1"
def sigmoid(x):
    return np.clip(0.5 + x / 4, 0, 1)


# %% wrong="integer zeros_like" says="x holds whole numbers"
def sigmoid(x):
    y = np.zeros_like(x)
    up = x >= 0
    y[up] = 1 / (1 + np.exp(-x[up]))
    e = np.exp(x[~up])
    y[~up] = e / (1 + e)
    return y


# %% wrong="0 wrong" says="0 is left out of both cases"
def sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x > 0, 1, np.where(x < 0, small, 0)) / (1 + small)


# %% wrong="2x" says="the exponent is x, not 2 x"
def sigmoid(x):
    return (1 + np.tanh(x)) / 2


# %% wrong="abs result" says="yours takes all x as positive"
def sigmoid(x):
    return 1 / (1 + np.exp(-np.abs(x)))


# %% wrong="softmax" says="this is a softmax"
def sigmoid(x):
    e = np.exp(x - x.max())
    return e / e.sum()


# %% wrong="epsilon" says="was cut off at 1e-07"
def sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.clip(np.where(x >= 0, 1, small) / (1 + small), 1e-7, 1 - 1e-7)


# %% wrong="a border for float64 alone" says="a step overflows"
def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -709, 709)))


# %% wrong="filled into zeros like x" says="make room for fractions"
def sigmoid(x):
    y = np.zeros_like(x)
    up = x > 0
    y[up] = 1 / (1 + np.exp(-x[up]))
    y[~up] = 1 - 1 / (1 + np.exp(x[~up]))
    return y

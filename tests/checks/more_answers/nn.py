# %% wrong="layer_forward: strings" says="z must be an array of numbers, got"
def layer_forward(W, a):
    return (W[:, 0] + a @ W[:, 1:].T).astype(str)


# %% right="layer_forward: fractions"
def layer_forward(W, a):
    from fractions import Fraction as F

    return [
        [F(u[0]) + sum(F(p) * F(q) for p, q in zip(u[1:], row)) for u in W] for row in a
    ]


# %% wrong="sigmoid: in place" says="your function changes x, its"
def sigmoid(x):
    pos = x >= 0
    np.abs(x, out=x)
    small = np.exp(-x)
    return np.where(pos, 1, small) / (1 + small)


# %% wrong="sigmoid: silenced all" says="a step overflows (overflow encountered in exp)."
def sigmoid(x):
    with np.errstate(all="ignore"):
        return 1 / (1 + np.exp(-x))


# %% wrong="sigmoid: seterr" says="a step overflows (overflow encountered in exp)."
np.seterr(all="ignore")


def sigmoid(x):
    np.seterr(over="ignore")
    return 1 / (1 + np.exp(-x))


# %% right="sigmoid: longdouble"
def sigmoid(x):
    return 1 / (1 + np.exp(-x.astype(np.longdouble)))


# %% wrong="layer_backward: swapped" says="the two are in the wrong"
def layer_backward(W, a, delta):
    nodes = np.column_stack([np.ones(len(a)), a])
    return delta @ W[:, 1:], delta.T @ nodes


# %% wrong="prelu_backward: swapped" says="the two are in the wrong"
def prelu_backward(z, slope, upstream):
    return (upstream * np.minimum(z, 0)).sum(axis=0), upstream * np.where(
        z > 0, 1, slope
    )


# %% right="numerical_gradient: add and take back in place"
def numerical_gradient(loss, w, h):
    g = []
    for i in range(len(w)):
        w[i] += h
        up = loss(w)
        w[i] -= 2 * h
        down = loss(w)
        w[i] += h
        g.append((up - down) / (2 * h))
    return g


# %% right="numerical_gradient: lists handed to loss"
def numerical_gradient(loss, w, h):
    g = []
    for i in range(len(w)):
        r, l = list(w), list(w)
        r[i] += h
        l[i] -= h
        g.append((loss(r) - loss(l)) / (2 * h))
    return tuple(g)


# %% wrong="record_from_gradient: most negative row" says="tells nothing. Choose a row that does"
def record_from_gradient(dW):
    row = dW[dW[:, 0].argmin()]
    return row[1:] / row[0]


# %% wrong="record_from_gradient: six inputs, five rows, first live negative" says="does every path return a"
def record_from_gradient(dW):
    for row in dW:
        if row[0] < 0:
            return row[1:] / row[0]


# %% right="record_from_gradient: svd"
def record_from_gradient(dW):
    v = np.linalg.svd(dW)[2][0]
    return (v[1:] / v[0]).astype(np.float32)

# %% right="copies"
def numerical_gradient(loss, w, h):
    g = np.zeros(len(w))
    for i in range(len(w)):
        right, left = w.copy(), w.copy()
        right[i] += h
        left[i] -= h
        g[i] = (loss(right) - loss(left)) / (2 * h)
    return g


# %% right="in place, restored"
def numerical_gradient(loss, w, h):
    g = []
    for i in range(len(w)):
        kept = w[i]
        w[i] = kept + h
        up = loss(w)
        w[i] = kept - h
        g.append((up - loss(w)) / (2 * h))
        w[i] = kept
    return g


# %% wrong="forward" says="forward difference"
def numerical_gradient(loss, w, h):
    return np.array([(loss(w + h * e) - loss(w)) / h for e in np.eye(len(w))])


# %% wrong="divided by h" says="2 h apart"
def numerical_gradient(loss, w, h):
    return np.array([(loss(w + h * e) - loss(w - h * e)) / h for e in np.eye(len(w))])


# %% wrong="not restored" says="w is not what it was"
def numerical_gradient(loss, w, h):
    g = np.zeros(len(w))
    for i in range(len(w)):
        w[i] += h
        up = loss(w)
        w[i] -= 2 * h
        g[i] = (up - loss(w)) / (2 * h)
    return g


# %% wrong="moved entries stay away" says="restore each entry"
def numerical_gradient(loss, w, h):
    v, g = w.copy(), []
    for i in range(len(v)):
        v[i] += h
        up = loss(v)
        v[i] -= 2 * h
        g.append((up - loss(v)) / (2 * h))
    return g


# %% right="add and take back in place"
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


# %% right="lists handed to loss"
def numerical_gradient(loss, w, h):
    g = []
    for i in range(len(w)):
        r, l = list(w), list(w)
        r[i] += h
        l[i] -= h
        g.append((loss(r) - loss(l)) / (2 * h))
    return tuple(g)


# %% wrong="backward" says="backward difference"
def numerical_gradient(loss, w, h):
    return np.array([(loss(w) - loss(w - h * e)) / h for e in np.eye(len(w))])


# %% wrong="all together" says="move one entry at a time"
def numerical_gradient(loss, w, h):
    return np.array([(loss(w + h) - loss(w - h)) / (2 * h) for _ in w])


# %% wrong="a step of its own" says="use the step h that is handed in"
def numerical_gradient(loss, w, h):
    h = 1e-6
    steps = h * np.eye(len(w))
    return np.array([(loss(w + s) - loss(w - s)) / (2 * h) for s in steps])


# %% wrong="two names, one copy" says="your two points are one"
def numerical_gradient(loss, w, h):
    g = np.zeros(len(w))
    for i in range(len(w)):
        right = left = w.copy()
        right[i] += h
        left[i] -= h
        g[i] = (loss(right) - loss(left)) / (2 * h)
    return g


# %% wrong="one entry short" says="the last entry is never moved"
def numerical_gradient(loss, w, h):
    g = np.zeros(len(w))
    for i in range(len(w) - 1):
        right, left = w.copy(), w.copy()
        right[i] += h
        left[i] -= h
        g[i] = (loss(right) - loss(left)) / (2 * h)
    return g


# %% wrong="one number" says="the gradient must have shape (4,), got ()"
def numerical_gradient(loss, w, h):
    return (loss(w + h) - loss(w - h)) / (2 * h)


# %% right="recursion"
def numerical_gradient(loss, w, h):
    def g(i):
        if i == len(w):
            return []
        e = np.eye(len(w))[i] * h
        return [(loss(w + e) - loss(w - e)) / (2 * h)] + g(i + 1)

    return np.array(g(0))


# %% right="apply_along"
def numerical_gradient(loss, w, h):
    P = np.concatenate([w + h * np.eye(len(w)), w - h * np.eye(len(w))])
    v = np.apply_along_axis(loss, 1, P)
    return (v[: len(w)] - v[len(w) :]) / (2 * h)


# %% wrong="no division by 2h multiply" says="x / 2 * h is h / 2 times x"
def numerical_gradient(loss, w, h):
    return np.array([(loss(w + e) - loss(w - e)) / 2 * h for e in h * np.eye(len(w))])


# %% wrong="abs" says="the sign of the slope is lost"
def numerical_gradient(loss, w, h):
    return np.abs([(loss(w + e) - loss(w - e)) / (2 * h) for e in h * np.eye(len(w))])


# %% wrong="sign" says="the loss at w + h comes first"
def numerical_gradient(loss, w, h):
    return np.array([(loss(w - e) - loss(w + e)) / (2 * h) for e in h * np.eye(len(w))])


# %% wrong="relative step" says="whatever its size: yours is a multiple"
def numerical_gradient(loss, w, h):
    return np.array(
        [(loss(w * (1 + e)) - loss(w * (1 - e))) / (2 * h) for e in h * np.eye(len(w))]
    )


# %% wrong="2h steps" says="yours goes twice as far"
def numerical_gradient(loss, w, h):
    return np.array(
        [(loss(w + 2 * e) - loss(w - 2 * e)) / (4 * h) for e in h * np.eye(len(w))]
    )


# %% wrong="five point" says="two points of it"
def numerical_gradient(loss, w, h):
    return np.array(
        [
            (8 * (loss(w + e) - loss(w - e)) - loss(w + 2 * e) + loss(w - 2 * e))
            / (12 * h)
            for e in h * np.eye(len(w))
        ]
    )


# %% wrong="first 4" says="are 0 and the others right"
def numerical_gradient(loss, w, h):
    g = np.zeros(len(w))
    for i in range(min(len(w), 7)):
        e = np.zeros(len(w))
        e[i] = h
        g[i] = (loss(w + e) - loss(w - e)) / (2 * h)
    return g


# %% wrong="second derivative" says="that is the second difference"
def numerical_gradient(loss, w, h):
    return np.array(
        [(loss(w + e) - 2 * loss(w) + loss(w - e)) / h**2 for e in h * np.eye(len(w))]
    )

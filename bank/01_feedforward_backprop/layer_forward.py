# %% right="split"
def layer_forward(W, a):
    return a @ W[:, 1:].T + W[:, 0]


# %% right="bias node in front"
def layer_forward(W, a):
    nodes = np.concatenate([np.ones((a.shape[0], 1)), a], axis=1)
    return np.einsum("ni,ji->nj", nodes, W)


# %% right="loops and lists"
def layer_forward(W, a):
    z = []
    for row in a:
        nodes = [1.0, *row]
        z.append([sum(w * v for w, v in zip(unit, nodes)) for unit in W])
    return z


# %% wrong="no bias" says="the bias node is missing"
def layer_forward(W, a):
    return a @ W[:, 1:].T


# %% wrong="bias last" says="column 0 of W belongs to the bias node"
def layer_forward(W, a):
    return a @ W[:, :-1].T + W[:, -1]


# %% wrong="activated" says="the activation comes after it"
def layer_forward(W, a):
    return np.maximum(a @ W[:, 1:].T + W[:, 0], 0)


# %% wrong="transposed" says="z must have shape (5, 4)"
def layer_forward(W, a):
    return (a @ W[:, 1:].T + W[:, 0]).T


# %% wrong="strings" says="z must be an array of numbers, got"
def layer_forward(W, a):
    return (W[:, 0] + a @ W[:, 1:].T).astype(str)


# %% right="fractions"
def layer_forward(W, a):
    from fractions import Fraction as F

    return [
        [F(u[0]) + sum(F(p) * F(q) for p, q in zip(u[1:], row)) for u in W] for row in a
    ]

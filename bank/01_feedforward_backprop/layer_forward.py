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


# %% right="torch's linear layer"
def layer_forward(W, a):
    import torch

    W, a = torch.from_numpy(W), torch.from_numpy(a)
    return torch.nn.functional.linear(a, W[:, 1:], W[:, 0])


# %% wrong="adds 1" says="not the number 1"
def layer_forward(W, a):
    return a @ W[:, 1:].T + 1


# %% wrong="through a sigmoid" says="the activation comes after it"
def layer_forward(W, a):
    return 1 / (1 + np.exp(-(a @ W[:, 1:].T + W[:, 0])))


# %% wrong="bias at every link" says="add its weight once"
def layer_forward(W, a):
    z = np.zeros((len(a), len(W)))
    for e, row in enumerate(a):
        for j, unit in enumerate(W):
            for i, value in enumerate(row):
                z[e, j] += unit[1 + i] * value + unit[0]
    return z


# %% wrong="bias as a factor" says="a summand, not a factor"
def layer_forward(W, a):
    return W[:, 0] * (a @ W[:, 1:].T)


# %% wrong="room for 5 cases and 4 units" says="z must have shape (2, 1)"
def layer_forward(W, a):
    z = np.zeros((5, 4))
    for e, row in enumerate(a):
        for j, unit in enumerate(W):
            z[e, j] = unit[0] + unit[1:] @ row
    return z


# %% right="matmul ones"
def layer_forward(W, a):
    return np.c_[np.ones(len(a)), a] @ W.T


# %% right="tensordot"
def layer_forward(W, a):
    return np.tensordot(a, W[:, 1:], axes=(1, 1)) + W[:, 0]


# %% wrong="bias twice" says="weight once, not twice"
def layer_forward(W, a):
    return a @ W[:, 1:].T + 2 * W[:, 0]


# %% wrong="subtract" says="added, not subtracted"
def layer_forward(W, a):
    return a @ W[:, 1:].T - W[:, 0]


# %% wrong="tanh" says="the activation comes after it"
def layer_forward(W, a):
    return np.tanh(np.column_stack([np.ones(len(a)), a]) @ W.T)


# %% wrong="mean of links" says="no mean, and no largest one"
def layer_forward(W, a):
    return W[:, 0] + a @ W[:, 1:].T / a.shape[1]


# %% wrong="first case only" says="yours repeats the first"
def layer_forward(W, a):
    return np.tile(W[:, 0] + W[:, 1:] @ a[0], (len(a), 1))


# %% wrong="row 0 is bias" says="the units are the rows of W"
def layer_forward(W, a):
    return W[0] + a @ W[1:]


# %% wrong="only first five" says="z is wrong at"
def layer_forward(W, a):
    return W[:, 0] + a[:, :5] @ W[:, 1:6].T


# %% wrong="integers" says="cut to whole numbers"
def layer_forward(W, a):
    return (W[:, 0] + a @ W[:, 1:].T).astype(int)


# %% wrong="squeeze" says="an axis of length 1 is too much or lost"
def layer_forward(W, a):
    return np.squeeze(W[:, 0] + a @ W[:, 1:].T)


# %% wrong="the last input for the bias node" says="yours takes the last input for it"
def layer_forward(W, a):
    nodes = np.column_stack([a[:, -1], a])
    return nodes @ W.T

# %% equivalent="a product does not depend on the order"
# zip(nodes, deltas, strict=True) -> zip(deltas, nodes, strict=True)

# %% equivalent="both lists have one length"
# squares = [(delta ** 2).sum(axis=1) * (node ** 2).sum(axis=1) for node, delta in zip(nodes, deltas, strict=True)] -> squares = [(delta ** 2).sum(axis=1) * (node ** 2).sum(axis=1) for node, delta in zip(nodes, deltas, strict=False)]

# %% right="outer products, written out"
def ghost_norms(nodes, deltas):
    norms = []
    for i in range(len(nodes[0])):
        parts = [np.outer(d[i], a[i]).ravel() for a, d in zip(nodes, deltas)]
        norms.append(np.linalg.norm(np.concatenate(parts)))
    return norms


# %% right="norms multiplied, then stacked"
def ghost_norms(nodes, deltas):
    by_layer = [
        np.linalg.norm(a, axis=1) * np.linalg.norm(d, axis=1)
        for a, d in zip(nodes, deltas)
    ]
    return np.linalg.norm(np.stack(by_layer), axis=0)


# %% wrong="root forgotten" says="the root is missing"
def ghost_norms(nodes, deltas):
    return sum((d**2).sum(1) * (a**2).sum(1) for a, d in zip(nodes, deltas))


# %% wrong="norms added" says="their squares do"
def ghost_norms(nodes, deltas):
    return sum(
        np.linalg.norm(a, axis=1) * np.linalg.norm(d, axis=1)
        for a, d in zip(nodes, deltas)
    )


# %% wrong="bias left out" says="bias node is left out"
def ghost_norms(nodes, deltas):
    return np.sqrt(
        sum((d**2).sum(1) * (a[:, 1:] ** 2).sum(1) for a, d in zip(nodes, deltas))
    )


# %% wrong="the batch's norm" says="must have shape"
def ghost_norms(nodes, deltas):
    return np.sqrt(sum(((d.T @ a) ** 2).sum() for a, d in zip(nodes, deltas)))


# %% right="einsum gram, list"
def ghost_norms(nodes, deltas):
    n = len(nodes[0])
    return [
        math.sqrt(
            sum(
                float(np.dot(a[i], a[i])) * float(np.dot(d[i], d[i]))
                for a, d in zip(nodes, deltas)
            )
        )
        for i in range(n)
    ]


# %% right="float32 torch"
def ghost_norms(nodes, deltas):
    import torch

    s = 0
    for a, d in zip(nodes, deltas):
        s = s + (torch.tensor(a).float() ** 2).sum(1) * (
            torch.tensor(d).float() ** 2
        ).sum(1)
    return torch.sqrt(s)


# %% wrong="added before multiplying" says="then add the layers' squares"
def ghost_norms(nodes, deltas):
    return np.sqrt(
        sum((a**2).sum(1) for a in nodes) * sum((d**2).sum(1) for d in deltas)
    )


# %% wrong="column vector" says="deltas) must have shape (5"
def ghost_norms(nodes, deltas):
    return np.sqrt(sum((a**2).sum(1) * (d**2).sum(1) for a, d in zip(nodes, deltas)))[
        :, None
    ]


# %% wrong="sum instead of outer" says="the squares of a and delta are multiplied"
def ghost_norms(nodes, deltas):
    return np.sqrt(sum((a**2).sum(1) + (d**2).sum(1) for a, d in zip(nodes, deltas)))


# %% wrong="product of layers" says="layers' squares are added"
def ghost_norms(nodes, deltas):
    return np.prod(
        [
            np.linalg.norm(a, axis=1) * np.linalg.norm(d, axis=1)
            for a, d in zip(nodes, deltas)
        ],
        axis=0,
    )


# %% wrong="pops lists" says="your function changes nodes"
def ghost_norms(nodes, deltas):
    s = 0
    while nodes:
        s = s + (nodes.pop() ** 2).sum(1) * (deltas.pop() ** 2).sum(1)
    return np.sqrt(s)


# %% right="recursion over layers, tuples"
def ghost_norms(nodes, deltas):
    def squares(k):
        if k == len(nodes):
            return 0
        here = np.einsum("ni,ni,nj,nj->n", nodes[k], nodes[k], deltas[k], deltas[k])
        return here + squares(k + 1)

    return tuple(np.sqrt(squares(0)))


# %% right="Frobenius norms, a generator"
def ghost_norms(nodes, deltas):
    def one(i):
        parts = (
            np.linalg.norm(np.outer(d[i], a[i])) ** 2 for a, d in zip(nodes, deltas)
        )
        return np.sqrt(sum(parts)).astype(np.float32)

    return np.array([one(i) for i in range(deltas[-1].shape[0])])


# %% right="hypot folded over the layers"
def ghost_norms(nodes, deltas):
    import functools

    return functools.reduce(
        np.hypot,
        (
            np.linalg.norm(a, axis=1) * np.linalg.norm(d, axis=1)
            for a, d in zip(nodes, deltas)
        ),
    )


# %% right="traces of Gram matrices"
def ghost_norms(nodes, deltas):
    return np.sqrt(
        sum(np.diag(a @ a.T) * np.diag(d @ d.T) for a, d in zip(nodes, deltas))
    )


# %% wrong="squares in place" says="your function changes nodes"
def ghost_norms(nodes, deltas):
    total = 0
    for a, d in zip(nodes, deltas):
        a *= a
        d *= d
        total = total + a.sum(axis=1) * d.sum(axis=1)
    return np.sqrt(total)


# %% wrong="two layers only" says="only two layers were counted"
def ghost_norms(nodes, deltas):
    return np.sqrt(
        sum(
            (nodes[k] ** 2).sum(1) * (deltas[k] ** 2).sum(1)
            for k in range(min(2, len(nodes)))
        )
    )


# %% wrong="one-norm of all entries" says="that is a sum of sizes"
def ghost_norms(nodes, deltas):
    return sum(np.abs(a).sum(1) * np.abs(d).sum(1) for a, d in zip(nodes, deltas))


# %% wrong="deltas alone" says="the nodes were left out"
def ghost_norms(nodes, deltas):
    return np.sqrt(sum((d**2).sum(1) for a, d in zip(nodes, deltas)))


# %% wrong="nodes alone" says="the deltas were left out"
def ghost_norms(nodes, deltas):
    return np.sqrt(sum((a**2).sum(axis=1) for a in nodes))


# %% wrong="means for sums" says="a mean over each row"
def ghost_norms(nodes, deltas):
    return np.sqrt(
        sum((d**2).mean(axis=1) * (a**2).mean(axis=1) for a, d in zip(nodes, deltas))
    )


# %% wrong="the largest layer" says="that is the largest layer"
def ghost_norms(nodes, deltas):
    layers = [
        np.linalg.norm(a, axis=1) * np.linalg.norm(d, axis=1)
        for a, d in zip(nodes, deltas)
    ]
    return np.max(layers, axis=0)


# %% wrong="sums squared" says="entries were added before squaring"
def ghost_norms(nodes, deltas):
    return np.sqrt(
        sum((d.sum(axis=1) * a.sum(axis=1)) ** 2 for a, d in zip(nodes, deltas))
    )


# %% wrong="one norm for the batch" says="yours is one for the batch"
def ghost_norms(nodes, deltas):
    squares = [np.linalg.norm(d.T @ a) ** 2 for a, d in zip(nodes, deltas)]
    return np.sqrt(sum(squares)) * np.ones(len(deltas[0]))


# %% wrong="the bias once more" says="the bias node is counted twice"
def ghost_norms(nodes, deltas):
    total = 0
    for a, d in zip(nodes, deltas):
        total = total + (d**2).sum(1) * (a**2).sum(1) + (d**2).sum(1)
    return np.sqrt(total)

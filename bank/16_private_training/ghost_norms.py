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

# %% right="unit by unit"
def spread_relevance(W, a, relevance):
    out = np.zeros(a.shape)
    for k in range(len(W)):
        sent = a * W[k, 1:]
        z = W[k, 0] + sent.sum(axis=1)
        z = z + STABILISER * np.where(z < 0, -1, 1)
        out += sent * (relevance[:, k] / z)[:, None]
    return out


# %% right="einsum over the messages"
def spread_relevance(W, a, relevance):
    nodes = np.hstack([np.ones((len(a), 1)), a])
    sent = np.einsum("nj,kj->nkj", nodes, W)
    z = sent.sum(axis=2)
    z += STABILISER * np.where(z >= 0, 1, -1)
    return np.einsum("nkj,nk->nj", sent, relevance / z)[:, 1:]


# %% wrong="not multiplied by a" says="multiply by a"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return (relevance / z) @ W[:, 1:]


# %% wrong="not divided by z" says="divided by z"
def spread_relevance(W, a, relevance):
    return a * (relevance @ W[:, 1:])


# %% wrong="weights alone" says="weights alone"
def spread_relevance(W, a, relevance):
    size = np.abs(W[:, 1:])
    return relevance @ (size / size.sum(axis=1, keepdims=True))


# %% wrong="bias shared out" says="bias node"
def spread_relevance(W, a, relevance):
    z = a @ W[:, 1:].T
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="the package's stabiliser" says="your stabiliser is 0.01"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + np.where(z >= 0, 0.01, -0.01)
    return a * ((relevance / z) @ W[:, 1:])


# %% copied="two hundredths" says="another variant's number"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + np.where(z >= 0, 0.02, -0.02)
    return a * ((relevance / z) @ W[:, 1:])

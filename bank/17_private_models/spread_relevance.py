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


# %% right="torch, sign"
def spread_relevance(W, a, relevance):
    import torch

    W, a, r = map(torch.tensor, (W, a, relevance))
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + STABILISER * torch.where(z >= 0, 1.0, -1.0)
    return torch.einsum("ni,ki,nk->ni", a, W[:, 1:], r / z)


# %% wrong="always plus" says="the stabiliser takes the sign of z"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T + STABILISER
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="without bias in z" says="z must hold the bias"
def spread_relevance(W, a, relevance):
    z = a @ W[:, 1:].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="np.sign" says="what pulls z down gets relevance of the other sign"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    return a * ((relevance / (z + STABILISER * np.sign(z))) @ np.abs(W[:, 1:]))


# %% wrong="no stabiliser" says="z was not moved away from 0"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="transposed relevance sum" says="relevance) must have shape (5"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return (a * ((relevance / z) @ W[:, 1:])).sum(0)


# %% right="three loops, lists"
def spread_relevance(W, a, relevance):
    out = [[0.0] * a.shape[1] for _ in a]
    for i, row in enumerate(a):
        for k, weights in enumerate(W):
            z = weights[0]
            for j, value in enumerate(row):
                z += value * weights[1 + j]
            z += STABILISER if z >= 0 else -STABILISER
            for j, value in enumerate(row):
                out[i][j] += value * weights[1 + j] / z * relevance[i, k]
    return out


# %% right="copysign, float32"
def spread_relevance(W, a, relevance):
    z = np.hstack([np.ones((len(a), 1)), a]) @ W.T
    share = relevance / (z + np.copysign(STABILISER, z))
    return np.multiply(a, share @ W[:, 1:]).astype(np.float32)


# %% right="gradient of a weighted sum"
def spread_relevance(W, a, relevance):
    import torch

    x = torch.tensor(a, requires_grad=True)
    z = torch.nn.functional.linear(x, torch.tensor(W[:, 1:]), torch.tensor(W[:, 0]))
    fixed = z.detach()
    fixed = fixed + STABILISER * (2.0 * (fixed >= 0) - 1)
    (z * torch.tensor(relevance) / fixed).sum().backward()
    return (x * x.grad).detach()


# %% wrong="np.sign, 0 for a unit that is off" says="np.sign(0) is 0"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + STABILISER * np.sign(z)
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="divides its argument" says="your function changes relevance"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    relevance /= z + np.where(z >= 0, STABILISER, -STABILISER)
    return a * (relevance @ W[:, 1:])


# %% wrong="at least the stabiliser" says="z was not moved away from 0"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = np.where(z >= 0, 1, -1) * np.maximum(np.abs(z), STABILISER)
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="towards 0" says="not towards it"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z - np.where(z >= 0, STABILISER, -STABILISER)
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="positive contributions only" says="what pulls z down counts too"
def spread_relevance(W, a, relevance):
    P = np.maximum(W, 0)
    z = P[:, 0] + a @ P[:, 1:].T + STABILISER
    return a * ((relevance / z) @ P[:, 1:])


# %% wrong="sizes of z" says="a negative z stays negative"
def spread_relevance(W, a, relevance):
    z = np.abs(W[:, 0] + a @ W[:, 1:].T) + STABILISER
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="minus where z is 0" says="exactly 0 the stabiliser is added"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + np.where(z > 0, STABILISER, -STABILISER)
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="bias in the last column" says="bias is in column 0"
def spread_relevance(W, a, relevance):
    z = W[:, -1] + a @ W[:, :-1].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return a * ((relevance / z) @ W[:, :-1])


# %% wrong="one z for all units" says="each unit has a z of its own"
def spread_relevance(W, a, relevance):
    z = (W[:, 0] + a @ W[:, 1:].T).sum(axis=1, keepdims=True)
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="mean over the units" says="a mean over the units"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return a * ((relevance / z) @ W[:, 1:]) / len(W)


# %% wrong="relevance left out" says="relevance was left out"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return a * ((1 / z) @ W[:, 1:])


# %% wrong="rectified sums" says="no ReLU belongs here"
def spread_relevance(W, a, relevance):
    z = np.maximum(W[:, 0] + a @ W[:, 1:].T, 0) + STABILISER
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="absolute weights" says="the weights lost their signs"
def spread_relevance(W, a, relevance):
    V = np.abs(W)
    z = V[:, 0] + a @ V[:, 1:].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return a * ((relevance / z) @ V[:, 1:])

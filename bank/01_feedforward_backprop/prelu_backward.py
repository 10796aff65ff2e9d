# %% equivalent="no z is exactly 0"
# dz = upstream * np.where(z > 0, 1, slope) -> dz = upstream * np.where(z >= 0, 1, slope)

# %% right="where"
def prelu_backward(z, slope, upstream):
    below = z < 0
    return np.where(below, slope * upstream, upstream), np.where(
        below, z * upstream, 0
    ).sum(0)


# %% right="loops"
def prelu_backward(z, slope, upstream):
    dz, dslope = np.array(upstream), np.zeros(len(slope))
    for e in range(len(z)):
        for j in range(len(slope)):
            if z[e, j] < 0:
                dz[e, j] *= slope[j]
                dslope[j] += upstream[e, j] * z[e, j]
    return dz, list(dslope)


# %% wrong="relu" says="0 is ReLU's"
def prelu_backward(z, slope, upstream):
    return upstream * (z > 0), (upstream * np.minimum(z, 0)).sum(axis=0)


# %% wrong="a slope for each case" says="dslope has a row for each example"
def prelu_backward(z, slope, upstream):
    return upstream * np.where(z > 0, 1, slope), upstream * np.minimum(z, 0)


# %% wrong="no chain rule" says="dslope: multiply by upstream"
def prelu_backward(z, slope, upstream):
    return upstream * np.where(z > 0, 1, slope), np.minimum(z, 0).sum(axis=0)


# %% wrong="mean" says="dslope is a sum over the batch"
def prelu_backward(z, slope, upstream):
    return upstream * np.where(z > 0, 1, slope), (upstream * np.minimum(z, 0)).mean(
        axis=0
    )


# %% wrong="swapped" says="the two are in the wrong"
def prelu_backward(z, slope, upstream):
    return (upstream * np.minimum(z, 0)).sum(axis=0), upstream * np.where(
        z > 0, 1, slope
    )


# %% right="autograd"
def prelu_backward(z, slope, upstream):
    import torch

    z, slope = (torch.from_numpy(v).clone().requires_grad_() for v in (z, slope))
    (z.clamp(min=0) + slope * z.clamp(max=0)).backward(torch.from_numpy(upstream))
    return z.grad.numpy(), slope.grad.numpy()


# %% right="masks and einsum"
def prelu_backward(z, slope, upstream):
    below = (z < 0).astype(float)
    dz = upstream * (1 - below) + upstream * below * slope
    return dz, np.einsum("nj,nj,nj->j", upstream, z, below)


# %% wrong="dz without upstream" says="dz: multiply the derivative by upstream"
def prelu_backward(z, slope, upstream):
    return np.where(z > 0, 1, slope), (upstream * np.minimum(z, 0)).sum(axis=0)


# %% wrong="slope above 0" says="the slope acts below 0, not above"
def prelu_backward(z, slope, upstream):
    dz = upstream * np.where(z < 0, 1, slope)
    return dz, (upstream * np.minimum(z, 0)).sum(axis=0)


# %% wrong="dslope from every z" says="only where z is below 0 does the slope matter"
def prelu_backward(z, slope, upstream):
    return upstream * np.where(z > 0, 1, slope), (upstream * z).sum(axis=0)


# %% wrong="dslope from the size of z" says="it is min(0, z) that the slope"
def prelu_backward(z, slope, upstream):
    size = np.maximum(-z, 0)
    return upstream * np.where(z > 0, 1, slope), (upstream * size).sum(axis=0)


# %% wrong="one slope" says="each unit has a slope of its own"
def prelu_backward(z, slope, upstream):
    return upstream * np.where(z > 0, 1, slope), (upstream * np.minimum(z, 0)).sum()


# %% wrong="in place" says="your function changes upstream, its"
def prelu_backward(z, slope, upstream):
    dslope = (upstream * np.minimum(z, 0)).sum(axis=0)
    for unit, a in enumerate(slope):
        upstream[z[:, unit] < 0, unit] *= a
    return upstream, dslope


# %% right="select"
def prelu_backward(z, slope, upstream):
    return np.select([z > 0], [upstream], slope[None] * upstream), np.array(
        [u[c < 0] @ c[c < 0] for u, c in zip(upstream.T, z.T)]
    )


# %% right="lists"
def prelu_backward(z, slope, upstream):
    n, k = z.shape
    dz = [
        [
            float(upstream[i, j]) * (1.0 if z[i, j] > 0 else float(slope[j]))
            for j in range(k)
        ]
        for i in range(n)
    ]
    ds = [
        sum(float(upstream[i, j] * z[i, j]) for i in range(n) if z[i, j] < 0)
        for j in range(k)
    ]
    return dz, ds


# %% wrong="abs slope for above" says="above 0 the derivative is 1, not the slope"
def prelu_backward(z, slope, upstream):
    return upstream * slope, (upstream * np.minimum(z, 0)).sum(0)


# %% wrong="forward value" says="the PReLU's value, not its derivative"
def prelu_backward(z, slope, upstream):
    return np.where(z > 0, z, slope * z), (upstream * np.minimum(z, 0)).sum(0)


# %% wrong="max(z, slope z) assumes slope < 1" says="not whether z is above slope * z"
def prelu_backward(z, slope, upstream):
    return upstream * np.where(z > slope * z, 1, slope), (
        upstream * np.where(z > slope * z, 0, z)
    ).sum(0)


# %% wrong="clip slope" says="below 0 or above 1: do not cut it off"
def prelu_backward(z, slope, upstream):
    s = np.clip(slope, 0, 1)
    return upstream * np.where(z > 0, 1, s), (upstream * np.minimum(z, 0)).sum(0)


# %% wrong="dslope axis 1" says="an entry for each example"
def prelu_backward(z, slope, upstream):
    return upstream * np.where(z > 0, 1, slope), (upstream * np.minimum(z, 0)).sum(1)


# %% wrong="mean slope" says="dz: each unit has a slope of its own"
def prelu_backward(z, slope, upstream):
    return upstream * np.where(z > 0, 1, slope.mean()), (
        upstream * np.minimum(z, 0)
    ).sum(0)


# %% wrong="dslope times slope" says="the slope is not in it"
def prelu_backward(z, slope, upstream):
    return upstream * np.where(z > 0, 1, slope), (
        upstream * slope * np.minimum(z, 0)
    ).sum(0)


# %% wrong="total in each" says="yours holds one sum for all"
def prelu_backward(z, slope, upstream):
    return upstream * np.where(z > 0, 1, slope), np.full(
        len(slope), (upstream * np.minimum(z, 0)).sum()
    )

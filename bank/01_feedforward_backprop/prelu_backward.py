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

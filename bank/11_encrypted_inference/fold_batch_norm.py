# %% right="factor"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var + EPSILON)
    return factor[:, None] * W, factor * (b - mean) + beta


# %% right="row by row"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    rows, shifts = [], []
    for j in range(len(b)):
        s = gamma[j] / (var[j] + EPSILON) ** 0.5
        rows.append([s * w for w in W[j]])
        shifts.append(s * b[j] - s * mean[j] + beta[j])
    return [rows, shifts]


# %% wrong="no root" says="var is the variance"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / (var + EPSILON)
    return factor[:, None] * W, factor * (b - mean) + beta


# %% wrong="forgets the mean" says="the running mean is not subtracted"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var + EPSILON)
    return factor[:, None] * W, factor * b + beta


# %% wrong="bias not scaled" says="b is not scaled"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var + EPSILON)
    return factor[:, None] * W, b - mean + beta


# %% wrong="no epsilon" says="epsilon belongs under the root"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var)
    return factor[:, None] * W, factor * (b - mean) + beta


# %% copied="a thousandth" says="another variant's number"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var + 1e-3)
    return factor[:, None] * W, factor * (b - mean) + beta

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


# %% right="lists and floats"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = [g / math.sqrt(v + EPSILON) for g, v in zip(gamma, var)]
    return [[w * fi for w in row] for row, fi in zip(W, f)], [
        fi * (x - m) + be for fi, x, m, be in zip(f, b, mean, beta)
    ]


# %% right="diag, float32"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    D = np.diag(gamma / np.sqrt(var + EPSILON)).astype(np.float32)
    return D @ W.astype(np.float32), D @ (b - mean).astype(np.float32) + beta


# %% right="torch batch norm"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    import torch

    def run(x):
        z = torch.tensor(x @ W.T + b)
        return torch.nn.functional.batch_norm(
            z,
            torch.tensor(mean),
            torch.tensor(var),
            torch.tensor(gamma),
            torch.tensor(beta),
            eps=EPSILON,
        ).numpy()

    b2 = run(np.zeros((1, W.shape[1])))[0]
    return (run(np.eye(W.shape[1])) - b2).T, b2


# %% wrong="in place" says="your function changes W"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    W *= f[:, None]
    b -= mean
    return W, b * f + beta


# %% wrong="mean of the batch added" says="the running mean must be taken off"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    return f[:, None] * W, f * (b + mean) + beta


# %% wrong="beta subtracted" says="beta must be added"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    return f[:, None] * W, f * (b - mean) - beta


# %% wrong="swapped" says="the folded W must have shape (5"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    return f * (b - mean) + beta, f[:, None] * W


# %% wrong="W transposed" says="the folded W must have shape (5"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    return (f[:, None] * W).T, f * (b - mean) + beta


# %% wrong="epsilon added to the root" says="epsilon belongs under the root"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / (np.sqrt(var) + EPSILON)
    return f[:, None] * W, f * (b - mean) + beta


# %% wrong="columns" says="a unit is a row of W"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    W2 = W * f if W.shape[0] == W.shape[1] else f[:, None] * W
    return W2, f * (b - mean) + beta


# %% wrong="another library's epsilon" says="and here it is"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + 1e-5)
    return f[:, None] * W, f * (b - mean) + beta


# %% wrong="no epsilon in b" says="in b, too"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    return f[:, None] * W, gamma / np.sqrt(var) * (b - mean) + beta


# %% wrong="gamma for W only" says="gamma is missing from the folded b"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    s = np.sqrt(var + EPSILON)
    return (gamma / s)[:, None] * W, (b - mean) / s + beta


# %% wrong="gamma without its sign" says="gamma keeps its sign"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = np.abs(gamma) / np.sqrt(var + EPSILON)
    return factor[:, None] * W, factor * (b - mean) + beta


# %% wrong="the standard deviation multiplied" says="divide by it"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma * np.sqrt(var + EPSILON)
    return factor[:, None] * W, factor * (b - mean) + beta


# %% wrong="only b is folded" says="W is left as it was"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var + EPSILON)
    return W.copy(), factor * (b - mean) + beta


# %% wrong="the old b is lost" says="the old b is missing"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var + EPSILON)
    return factor[:, None] * W, beta - factor * mean


# %% wrong="mean minus b" says="turned round: b minus mean"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var + EPSILON)
    return factor[:, None] * W, factor * (mean - b) + beta


# %% wrong="the mean taken off W" says="it belongs to b alone"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var + EPSILON)
    return factor[:, None] * (W - mean[:, None]), factor * (b - mean) + beta


# %% wrong="columns, one by one" says="scale rows, not columns"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var + EPSILON)
    W2 = W.astype(float)
    for k in range(W.shape[1]):
        W2[:, k] *= factor[k % len(factor)]
    return W2, factor * (b - mean) + beta


# %% wrong="one factor for all units" says="you take one for all"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    factor = gamma / np.sqrt(var + EPSILON)
    return W * factor.mean(), (b - mean) * factor + beta

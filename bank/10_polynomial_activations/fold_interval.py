# %% right="slope and shift"
def fold_interval(W, b, low, high):
    scale = 2 / (high - low)
    return [np.asarray(W) * scale, np.asarray(b) * scale - scale * (low + high) / 2]


# %% right="row by row"
def fold_interval(W, b, low, high):
    rows = [[2 * w / (high - low) for w in row] for row in W]
    return rows, [-1 + 2 * (value - low) / (high - low) for value in b]


# %% wrong="bias left alone" says="the bias is not folded"
def fold_interval(W, b, low, high):
    return W * 2 / (high - low), b


# %% wrong="no shift" says="shift the bias as well"
def fold_interval(W, b, low, high):
    return W * 2 / (high - low), b * 2 / (high - low)


# %% wrong="onto 0 to 1" says="becomes [0, 1]"
def fold_interval(W, b, low, high):
    return W / (high - low), (b - low) / (high - low)


# %% wrong="changes its argument" says="work on a copy"
def fold_interval(W, b, low, high):
    W *= 2 / (high - low)
    b -= (low + high) / 2
    b *= 2 / (high - low)
    return W, b

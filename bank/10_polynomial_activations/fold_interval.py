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


# %% right="lists"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return [[w / h for w in row] for row in W], [(v - m) / h for v in b]


# %% right="2 / (high - low), float32"
def fold_interval(W, b, low, high):
    s = np.float32(2 / (high - low))
    return W.astype(np.float32) * s, (
        b.astype(np.float32) * s - np.float32((high + low) / (high - low))
    )


# %% right="torch"
def fold_interval(W, b, low, high):
    import torch

    W, b = torch.tensor(W), torch.tensor(b)
    return 2 * W / (high - low), 2 * (b - low) / (high - low) - 1


# %% wrong="one array" says="the new W and the new b"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return np.column_stack([(b - m) / h, W / h])


# %% wrong="in place" says="your function changes W"
def fold_interval(W, b, low, high):
    W /= (high - low) / 2
    b -= (high + low) / 2
    b /= (high - low) / 2
    return W, b


# %% wrong="swapped" says="the pair is turned round"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return (b - m) / h, W / h


# %% wrong="middle after dividing" says="take the middle off before you divide"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return W / h, b / h - m


# %% wrong="plus middle" says="the middle must be taken off"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return W / h, (b + m) / h


# %% wrong="shifts W too" says="the shift belongs to the bias alone"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return (W - m) / h, (b - m) / h


# %% wrong="the largest absolute value" says="right for symmetric intervals only"
def fold_interval(W, b, low, high):
    s = max(abs(low), abs(high))
    return W / s, b / s


# %% right="keyword arguments and unpacking"
def fold_interval(W, b, low, high):
    slope, shift = np.polyfit([low, high], [-1, 1], 1)
    return W * slope, b * slope + shift


# %% right="augmented"
def fold_interval(W, b, low, high):
    A = np.column_stack([W, b]) * 2 / (high - low)
    A[:, -1] -= (low + high) / (high - low)
    return A[:, :-1], A[:, -1]


# %% wrong="half for middle" says="you take the length for the middle"
def fold_interval(W, b, low, high):
    h = (high - low) / 2
    return W / h, (b - h) / h


# %% wrong="clip" says="the layer stays linear"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return W / h, np.clip((b - m) / h, -1, 1)


# %% wrong="W by length b by half" says="divided by different numbers"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return W / (high - low), (b - m) / h


# %% wrong="W left alone" says="W is left as it was"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return W, (b - m) / h


# %% wrong="sign turned" says="low must become -1"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return -W / h, (m - b) / h


# %% wrong="the way back" says="the way back"
def fold_interval(W, b, low, high):
    middle, half = (high + low) / 2, (high - low) / 2
    return W * half, b * half + middle


# %% wrong="the larger end" says="the larger end"
def fold_interval(W, b, low, high):
    largest = max(abs(low), abs(high))
    return W / largest, (b - (high + low) / 2) / largest


# %% wrong="shifted only" says="b is shifted, but not divided"
def fold_interval(W, b, low, high):
    return W / ((high - low) / 2), b - (high + low) / 2


# %% wrong="the whole sum for the middle" says="the middle is half of low + high"
def fold_interval(W, b, low, high):
    half = (high - low) / 2
    return W / half, (b - (high + low)) / half


# %% wrong="an interval from the data" says="the interval is given"
def fold_interval(W, b, low, high):
    spread = np.std(b) or 1.0
    return W / spread, (b - b.mean()) / spread


# %% wrong="clipped weights" says="weights are cut off at 1"
def fold_interval(W, b, low, high):
    middle, half = (high + low) / 2, (high - low) / 2
    return np.clip(W / half, -1, 1), (b - middle) / half


# %% wrong="bias not scaled" says="only the shift is"
def fold_interval(W, b, low, high):
    half = (high - low) / 2
    return W / half, b - (low + high) / (high - low)

# %% right="log sum exp"
def cross_entropy(logits, labels):
    from scipy.special import logsumexp

    nats = logsumexp(logits, axis=1) - logits[np.arange(len(labels)), labels]
    return float(nats.mean() / np.log(BASE))


# %% right="a loop over the cases"
def cross_entropy(logits, labels):
    total = 0.0
    for row, y in zip(logits, labels):
        m = max(row)
        total += m + np.log(sum(np.exp(v - m) for v in row)) - row[y]
    return total / (len(labels) * np.log(BASE))


# %% wrong="naive" says="a step overflows"
def cross_entropy(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), labels]).mean() / np.log(BASE)


# %% wrong="sum" says="take the mean over the cases"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    chosen = below[np.arange(len(below)), labels]
    return (np.log(np.exp(below).sum(axis=1)) - chosen).sum() / np.log(BASE)


# %% wrong="clipped" says="clipping it makes up a number"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(below) / np.exp(below).sum(axis=1, keepdims=True)
    return -np.log(np.maximum(p[np.arange(len(p)), labels], 1e-12)).mean() / np.log(
        BASE
    )


# %% wrong="one maximum for all rows" says="a maximum of its own"
def cross_entropy(logits, labels):
    below = logits - logits.max()
    chosen = below[np.arange(len(below)), labels]
    return (np.log(np.exp(below).sum(axis=1)) - chosen).mean() / np.log(BASE)


# %% copied="in bits" says="another variant's: here it is"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    chosen = below[np.arange(len(below)), labels]
    return (np.log2(np.exp(below).sum(axis=1)) - chosen / np.log(2)).mean()


# %% right="torch's own"
def cross_entropy(logits, labels):
    import torch

    nats = torch.nn.functional.cross_entropy(
        torch.from_numpy(logits), torch.from_numpy(labels)
    )
    return nats.item() / np.log(BASE)


# %% wrong="nats" says="your loss is in nats"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    chosen = below[np.arange(len(below)), labels]
    return (np.log(np.exp(below).sum(axis=1)) - chosen).mean()


# %% wrong="mean over a one-hot table" says="not by that of classes too"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    log_p = below - np.log(np.exp(below).sum(axis=1, keepdims=True))
    return -(np.eye(logits.shape[1])[labels] * log_p).mean() / np.log(BASE)


# %% wrong="softmax down the columns" says="in each row, not in each column"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=0)
    log_p = below - np.log(np.exp(below).sum(axis=0))
    return -log_p[np.arange(len(labels)), labels].mean() / np.log(BASE)


# %% wrong="without the minus" says="a loss is positive"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    log_p = below - np.log(np.exp(below).sum(axis=1, keepdims=True))
    return log_p[np.arange(len(labels)), labels].mean() / np.log(BASE)


# %% wrong="every label in every row" says="takes all labels in all rows"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    log_p = below - np.log(np.exp(below).sum(axis=1, keepdims=True))
    return -log_p[:, labels].mean() / np.log(BASE)


# %% wrong="the likeliest class" says="not which is the largest"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(below).sum(axis=1)).mean() / np.log(BASE)


# %% wrong="labels from 1" says="classes count from 0"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    chosen = below[np.arange(len(below)), labels - 1]
    return (np.log(np.exp(below).sum(axis=1)) - chosen).mean() / np.log(BASE)


# %% wrong="times the log of the base" says="you multiply by the base's log"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    chosen = below[np.arange(len(below)), labels]
    return (np.log(np.exp(below).sum(axis=1)) - chosen).mean() * np.log(BASE)


# %% wrong="in place" says="your function changes logits"
def cross_entropy(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    chosen = logits[np.arange(len(logits)), labels]
    return (np.log(np.exp(logits).sum(axis=1)) - chosen).mean() / np.log(BASE)


# %% right="take_along"
def cross_entropy(logits, labels):
    from scipy.special import log_softmax

    lp = log_softmax(logits, axis=1)
    return -np.mean(np.take_along_axis(lp, labels[:, None], 1)) / np.log(BASE)


# %% right="math loop recursion"
def cross_entropy(logits, labels):
    import math

    def one(row, y):
        m = max(row)
        return m + math.log(math.fsum(math.exp(v - m) for v in row)) - row[y]

    return (
        math.fsum(one(list(map(float, r)), int(y)) for r, y in zip(logits, labels))
        / len(labels)
        / math.log(BASE)
    )


# %% right="differences"
def cross_entropy(logits, labels):
    d = logits - logits[np.arange(len(labels)), labels][:, None]
    m = d.max(1)
    return (m + np.log(np.exp(d - m[:, None]).sum(1))).mean() / np.log(BASE)


# %% wrong="forgot to add m back" says="has to be added again"
def cross_entropy(logits, labels):
    m = logits.max(axis=1, keepdims=True)
    return (
        np.log(np.exp(logits - m).sum(axis=1)) - logits[np.arange(len(labels)), labels]
    ).mean() / np.log(BASE)


# %% wrong="mean as shift" says="has to be its largest logit"
def cross_entropy(logits, labels):
    below = logits - logits.mean(axis=1, keepdims=True)
    chosen = below[np.arange(len(below)), labels]
    return (np.log(np.exp(below).sum(axis=1)) - chosen).mean() / np.log(BASE)


# %% wrong="log of mean" says="not the logarithm of the mean probability"
def cross_entropy(logits, labels):
    e = np.exp(logits - logits.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels].mean()) / np.log(BASE)


# %% wrong="mean instead of sum in softmax" says="added up over the classes, not averaged"
def cross_entropy(logits, labels):
    below = logits - logits.max(1, keepdims=True)
    chosen = below[np.arange(len(below)), labels]
    return (np.log(np.exp(below).mean(1)) - chosen).mean() / np.log(BASE)


# %% wrong="binary ce" says="these are sigmoids"
def cross_entropy(logits, labels):
    Y = np.eye(logits.shape[1])[labels]
    s = np.logaddexp(0, -logits) * Y + np.logaddexp(0, logits) * (1 - Y)
    return s.sum(1).mean() / np.log(BASE)


# %% wrong="entropy of p" says="the entropy of the probabilities"
def cross_entropy(logits, labels):
    below = logits - logits.max(1, keepdims=True)
    lp = below - np.log(np.exp(below).sum(1, keepdims=True))
    return -(np.exp(lp) * lp).sum(1).mean() / np.log(BASE)


# %% wrong="exp base" says="only the logarithm has another base"
def cross_entropy(logits, labels):
    below = logits - logits.max(1, keepdims=True)
    chosen = below[np.arange(len(below)), labels]
    return (np.log((float(BASE) ** below).sum(1)) / np.log(BASE) - chosen).mean()


# %% wrong="divides only the first term" says="divide all of it by the base's log"
def cross_entropy(logits, labels):
    below = logits - logits.max(1, keepdims=True)
    chosen = below[np.arange(len(below)), labels]
    return (np.log(np.exp(below).sum(1)) / np.log(BASE) - chosen).mean()


# %% wrong="max per column" says="taken off the chosen logit too"
def cross_entropy(logits, labels):
    below = logits - logits.max(0, keepdims=True)
    chosen = below[np.arange(len(below)), labels]
    return (np.log(np.exp(below).sum(1)) - chosen).mean() / np.log(BASE)


# %% wrong="others' sum only" says="runs over all classes, the label's too"
def cross_entropy(logits, labels):
    below = logits - logits.max(1, keepdims=True)
    r = np.arange(len(below))
    e = np.exp(below)
    e[r, labels] = 0
    return (np.log(e.sum(1)) - below[r, labels]).mean() / np.log(BASE)


# %% wrong="returns inf guarded" says="log 0 is no number"
def cross_entropy(logits, labels):
    b = logits - logits.max(1, keepdims=True)
    p = np.exp(b) / np.exp(b).sum(1, keepdims=True)
    with np.errstate(divide="ignore"):
        return float(-np.log(p[np.arange(len(p)), labels]).mean() / np.log(BASE))

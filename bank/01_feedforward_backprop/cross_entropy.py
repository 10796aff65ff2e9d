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

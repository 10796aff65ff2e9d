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

# %% right="log sum exp"
def cross_entropy(logits, labels):
    from scipy.special import logsumexp

    return float(
        (logsumexp(logits, axis=1) - logits[np.arange(len(labels)), labels]).mean()
    )


# %% right="a loop over the cases"
def cross_entropy(logits, labels):
    total = 0.0
    for row, y in zip(logits, labels):
        m = max(row)
        total += m + np.log(sum(np.exp(v - m) for v in row)) - row[y]
    return total / len(labels)


# %% wrong="naive" says="a step overflows"
def cross_entropy(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), labels]).mean()


# %% wrong="sum" says="take the mean over the cases"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    return (
        np.log(np.exp(below).sum(axis=1)) - below[np.arange(len(below)), labels]
    ).sum()


# %% wrong="clipped" says="clipping it makes up a number"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(below) / np.exp(below).sum(axis=1, keepdims=True)
    return -np.log(np.maximum(p[np.arange(len(p)), labels], 1e-12)).mean()


# %% wrong="one maximum for all rows" says="a maximum of its own"
def cross_entropy(logits, labels):
    below = logits - logits.max()
    chosen = below[np.arange(len(below)), labels]
    return (np.log(np.exp(below).sum(axis=1)) - chosen).mean()

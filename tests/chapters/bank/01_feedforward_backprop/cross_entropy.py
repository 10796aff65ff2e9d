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


# %% wrong="columns" says="in each row, not in each column"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=0)
    p = np.exp(below) / np.exp(below).sum(axis=0)
    return -np.log(p[np.arange(len(p)), labels]).mean()


# %% wrong="clipped" says="clipping it makes up a number"
def cross_entropy(logits, labels):
    below = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(below) / np.exp(below).sum(axis=1, keepdims=True)
    return -np.log(np.maximum(p[np.arange(len(p)), labels], 1e-12)).mean()

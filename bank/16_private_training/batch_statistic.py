# %% equivalent="the audit judges by the larger ones or by the smaller ones, whichever tells"
# return sums.max(axis=1) -> return -sums.max(axis=1)

# %% right="the largest by sorting"
def batch_statistic(sums):
    return np.sort(sums, axis=1)[:, -1]


# %% right="the likelihood ratio"
def batch_statistic(sums):
    there = np.exp((2 * 2 * sums - 4) / (2 * 0.7**2)).mean(axis=1)
    blank = np.exp((2 * sums - 1) / (2 * 0.7**2)).mean(axis=1)
    return np.log(there / blank)


# %% wrong="the mean" says="adds the noise of all"
def batch_statistic(sums):
    return sums.mean(axis=1)


# %% wrong="the first batch" says="rarely holds the target"
def batch_statistic(sums):
    return sums[:, 0]


# %% wrong="the smallest" says="show most"
def batch_statistic(sums):
    return sums.min(axis=1)


# %% wrong="one number for all epochs" says="must have shape"
def batch_statistic(sums):
    return sums.max()


# %% right="a quantile near the top"
def batch_statistic(sums):
    return np.partition(sums, -1, axis=1)[:, -1]


# %% right="logsumexp, list"
def batch_statistic(sums):
    from scipy.special import logsumexp

    return list(logsumexp(sums / 0.49, axis=1))


# %% right="count above 2.4, plus a bit"
def batch_statistic(sums):
    return (sums > 2.9).sum(axis=1).astype(float)


# %% right="torch"
def batch_statistic(sums):
    import torch

    return torch.from_numpy(sums).max(dim=1).values


# %% wrong="argmax" says="Where in the row does the target's batch show most?"
def batch_statistic(sums):
    return sums.argmax(axis=1)


# %% wrong="deviation" says="Where in the row does the target's batch show most?"
def batch_statistic(sums):
    return sums.std(axis=1)


# %% wrong="largest by column" says="batch_statistic(sums) must have shape (30000"
def batch_statistic(sums):
    return sums.max(axis=0)


# %% wrong="in place sorted first" says="your function changes sums"
def batch_statistic(sums):
    sums.sort(axis=1)
    return sums[:, 0]


# %% wrong="knows the order of the calls" says="Where in the row does the target's batch show most?"
def batch_statistic(sums, calls=[]):
    calls.append(1)
    return np.full(len(sums), float(len(calls) % 2)) + 1e-9 * np.arange(len(sums))


# %% wrong="nan" says="batch_statistic(sums) holds NaN or infinity"
def batch_statistic(sums):
    return np.where(sums.max(axis=1) > 2, np.nan, 0)


# %% right="the likelihood ratio of the two mixtures"
def batch_statistic(sums):
    there = np.exp((2 * sums - 2) / 0.49).mean(axis=1)
    blank = np.exp((sums - 0.5) / 0.49).mean(axis=1)
    return np.log(there / blank)


# %% right="sorted, turned round, float32"
def batch_statistic(sums):
    return -np.sort(-sums, axis=1)[:, 0].astype(np.float32)


# %% right="a generator for each row"
def batch_statistic(sums):
    return np.fromiter((row.max() for row in sums), dtype=float)


# %% right="the smallest of the negatives"
def batch_statistic(sums):
    return (-sums).min(axis=1)


# %% right="a high moment"
def batch_statistic(sums):
    return (np.maximum(sums, 0) ** 16).sum(axis=1)


# %% wrong="the order of the calls" says="nobody is convicted"
def batch_statistic(sums, calls=[]):
    calls.append(1)
    return np.full(len(sums), len(calls) % 2)


# %% wrong="the column's largest" says="nobody is convicted"
def batch_statistic(sums):
    return np.full(len(sums), sums.max())


# %% wrong="the second largest" says="show most?"
def batch_statistic(sums):
    return np.sort(sums, axis=1)[:, -2]


# %% wrong="sorts what it was given" says="your function changes sums"
def batch_statistic(sums):
    sums.sort(axis=1)
    return sums[:, -1]


# %% wrong="the median" says="Yours is the median"
def batch_statistic(sums):
    return np.percentile(sums, 50, axis=1)

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

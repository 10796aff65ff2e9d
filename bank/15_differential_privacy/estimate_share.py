# %% right="from the sum of the reports"
def estimate_share(reports, *, epsilon):
    e = math.exp(epsilon)
    return (np.sum(reports) * (1 + e) / len(reports) - 1) / (e - 1)


# %% right="a loop"
def estimate_share(reports, *, epsilon):
    lie = 1 / (1 + math.exp(epsilon))
    total = 0.0
    for report in reports:
        total += (float(report) - lie) / (1 - 2 * lie)
    return total / len(reports)


# %% wrong="the share of the reports" says="share of the reports"
def estimate_share(reports, *, epsilon):
    return float(np.mean(reports))


# %% wrong="cut off at 0" says="cut off at 0"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return float(max(0, (np.mean(reports) - (1 - p)) / (2 * p - 1)))


# %% wrong="divided by p" says="is not the share"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return float((np.mean(reports) - (1 - p)) / p)


# %% wrong="p = epsilon taken for the truth probability" says="is not the share"
def estimate_share(reports, *, epsilon):
    p = 1 - math.exp(-epsilon) / 2
    return float((np.mean(reports) - (1 - p)) / (2 * p - 1))

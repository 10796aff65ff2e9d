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


# %% wrong="divided by p" says="divide by p - (1 - p)"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return float((np.mean(reports) - (1 - p)) / p)


# %% wrong="p = epsilon taken for the truth probability" says="is not the share"
def estimate_share(reports, *, epsilon):
    p = 1 - math.exp(-epsilon) / 2
    return float((np.mean(reports) - (1 - p)) / (2 * p - 1))


# %% right="two equations, solved"
def estimate_share(reports, *, epsilon):
    p = math.exp(epsilon) / (1 + math.exp(epsilon))
    n, yes = len(reports), int(np.count_nonzero(reports))
    people = np.linalg.solve([[p, 1 - p], [1 - p, p]], [yes, n - yes])
    return people[0] / n


# %% right="by the hyperbolic cotangent"
def estimate_share(reports, *, epsilon):
    lean = 2 * sum(map(float, reports)) / len(reports) - 1
    return 0.5 + lean / (2 * math.tanh(epsilon / 2))


# %% wrong="cut off at 1" says="cut off at 1"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return float(min(1, (np.mean(reports) - (1 - p)) / (2 * p - 1)))


# %% wrong="clipped to a share" says="cut off at 0, so it is too high on average"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return float(np.clip((np.mean(reports) - (1 - p)) / (2 * p - 1), 0, 1))


# %% wrong="lies taken off, not scaled" says="the rest must be scaled"
def estimate_share(reports, *, epsilon):
    return float(np.mean(reports) - 1 / (1 + math.exp(epsilon)))


# %% wrong="scaled, lies left in" says="take them off first"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return float(np.mean(reports) / (2 * p - 1))


# %% wrong="truth and lie swapped" says="truth and lie are swapped"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(epsilon))
    return float((np.mean(reports) - (1 - p)) / (2 * p - 1))


# %% wrong="the two coins of 1965" says="3/4 whatever epsilon is"
def estimate_share(reports, *, epsilon):
    return float(2 * np.mean(reports) - 0.5)


# %% wrong="a number of people" says="not a number of people"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return float((np.sum(reports) - len(reports) * (1 - p)) / (2 * p - 1))


# %% wrong="per cent" says="not per cent"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return float(100 * (np.mean(reports) - (1 - p)) / (2 * p - 1))


# %% wrong="rounded" says="leave the estimate as it is"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return round(float((np.mean(reports) - (1 - p)) / (2 * p - 1)), 2)


# %% wrong="half of epsilon" says="half the epsilon"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon / 2))
    return float((np.mean(reports) - (1 - p)) / (2 * p - 1))


# %% wrong="one minus e to the minus epsilon" says="1 - e^-epsilon"
def estimate_share(reports, *, epsilon):
    p = 1 - math.exp(-epsilon)
    return float((np.mean(reports) - (1 - p)) / (2 * p - 1))


# %% wrong="half of the liars say yes" says="no second coin is tossed"
def estimate_share(reports, *, epsilon):
    truth = 1 / (1 + math.exp(-epsilon))
    return (float(np.mean(reports)) - 0.5 * (1 - truth)) / truth


# %% wrong="lie probability of half" says="too low by 1/2"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return (np.mean(reports) - 0.5) / (p - 0.5) / 2


# %% wrong="rounded to people" says="a whole number of people"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    s = (np.mean(reports) - (1 - p)) / (2 * p - 1)
    return round(s * len(reports)) / len(reports)


# %% wrong="folded back by absolute value" says="the sign is dropped (abs)"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return abs((np.mean(reports) - (1 - p)) / (2 * p - 1))


# %% wrong="divided by n - 1" says="yours one less"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return (np.sum(reports) / max(1, len(reports) - 1) - (1 - p)) / (2 * p - 1)


# %% wrong="median in place of mean" says="the median of the reports"
def estimate_share(reports, *, epsilon):
    p = 1 / (1 + math.exp(-epsilon))
    return (np.median(reports) - (1 - p)) / (2 * p - 1)

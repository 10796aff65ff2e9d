# %% right="loop"
def mean_age(ages):
    total = 0
    for age in ages:
        total += age
    return total / max(1, len(ages))


# %% right="warns"
import sys
import warnings


def mean_age(ages):
    warnings.warn("a harmless warning")
    print("a line on the error stream", file=sys.stderr)
    return float(np.mean(ages)) if len(ages) else 0.0


# %% wrong="sum" says="The mean of 20 and 40 is 30."
def mean_age(ages):
    return sum(ages)


# %% wrong="empty" says="division by zero"
def mean_age(ages):
    return sum(ages) / len(ages)


# %% wrong="nan" says="What is the mean of nobody?"
def mean_age(ages):
    return np.mean(ages) if len(ages) else float("nan")


# %% wrong="nothing" says="The mean of 20 and 40 is 30."
def mean_age(ages):
    sum(ages) / len(ages)


# %% right="numpy"
def mean_age(ages):
    return np.mean(ages) if len(ages) else 0


# %% wrong="minus one" says="What is the mean of nobody?"
def mean_age(ages):
    return sum(ages) / len(ages) if len(ages) else -1


# %% wrong="none" says="What is the mean of nobody?"
def mean_age(ages):
    if len(ages):
        return sum(ages) / len(ages)


# %% wrong="at least one" says="What is the mean of nobody?"
def mean_age(ages):
    return max(1.0, sum(ages) / max(1, len(ages)))


# %% wrong="statistics" says="mean requires at least one data point"
import statistics


def mean_age(ages):
    return statistics.mean(ages)

# %% equivalent="neither statement reads what the other one binds"
# if hits > 0:; if other_hits < trials: -> if other_hits < trials:; if hits > 0:

# %% equivalent="without a hit, or with no miss, the ratio stays below 1"
# low, high, error = (0.0, 1.0, false_alarm / (2 * EVENTS)) -> low, high, error = (-1.0, 1.0, false_alarm / (2 * EVENTS))
# low, high, error = (0.0, 1.0, false_alarm / (2 * EVENTS)) -> low, high, error = (0.0, 2.0, false_alarm / (2 * EVENTS))

# %% equivalent="one hit is too few: the ratio stays below 1"
# if hits > 0: -> if hits > 1:

# %% right="scipy's beta quantiles"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    from scipy.stats import beta

    low = beta.ppf(false_alarm / (2 * EVENTS), hits, trials - hits + 1) if hits else 0
    high = 1
    if other_hits < trials:
        high = beta.isf(false_alarm / (2 * EVENTS), other_hits + 1, trials - other_hits)
    return 0.0 if low <= delta else float(max(0, np.log((low - delta) / high)))


# %% right="bisection on the binomial tail"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    def solve(tail):
        low, high = 0.0, 1.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if tail(middle) else (low, middle)
        return low

    error = false_alarm / (2 * EVENTS)
    low = solve(lambda p: hits > 0 and special.bdtrc(hits - 1, trials, p) < error)
    high = solve(lambda p: special.bdtr(other_hits, trials, p) > error)
    return math.log(max((low - delta) / high, 1))


# %% wrong="the raw ratio" says="accuses by chance"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    ratio = (hits / trials - delta) / max(other_hits / trials, 1e-9)
    return math.log(max(ratio, 1.0))


# %% wrong="delta forgotten" says="Take delta off"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    low, high, error = 0.0, 1.0, false_alarm / (2 * EVENTS)
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return math.log(max(low / high, 1.0))


# %% wrong="the whole false alarm on each side" says="half of the event's share"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    low, high, error = 0.0, 1.0, false_alarm / EVENTS
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return math.log(max((low - delta) / high, 1.0))


# %% wrong="bounds swapped" says="accuses by chance"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    low, high, error = 0.0, 1.0, false_alarm / (2 * EVENTS)
    if hits < trials:
        low = special.betaincinv(hits + 1, trials - hits, 1 - error)
    if other_hits > 0:
        high = special.betaincinv(other_hits, trials - other_hits + 1, error)
    return math.log(max((low - delta) / high, 1.0))


# %% wrong="as if there was one event" says="your bound is that of one event out of 1,"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    low, high, error = 0.0, 1.0, false_alarm / 2
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return math.log(max((low - delta) / high, 1.0))


# %% copied="best of five" says="another variant's number"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    low, high, error = 0.0, 1.0, false_alarm / 10
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return math.log(max((low - delta) / high, 1.0))


# %% right="the interval of a binomial test, logarithms apart"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    from scipy.stats import binomtest

    level = 1 - false_alarm / EVENTS
    low = binomtest(hits, trials).proportion_ci(level, method="exact").low
    high = binomtest(other_hits, trials).proportion_ci(level, method="exact").high
    return max(0.0, np.log(low - delta) - np.log(high)) if low > delta else 0


# %% wrong="in bits" says="your bound is in bits"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    low, high, error = 0.0, 1.0, false_alarm / (2 * EVENTS)
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return math.log2(max((low - delta) / high, 1.0))


# %% wrong="no logarithm" says="epsilon is its logarithm"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    low, high, error = 0.0, 1.0, false_alarm / (2 * EVENTS)
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return max((low - delta) / high, 1.0)


# %% wrong="below zero" says="return at least 0"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    low, high, error = 0.0, 1.0, false_alarm / (2 * EVENTS)
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return math.log(max(low - delta, 1e-9) / high)


# %% wrong="both directions" says="proves nothing in this direction"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    hits, other_hits = max(hits, other_hits), min(hits, other_hits)
    low, high, error = 0.0, 1.0, false_alarm / (2 * EVENTS)
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return math.log(max((low - delta) / high, 1.0))


# %% wrong="delta off the ratio" says="Take delta off the lower bound"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    low, high, error = 0.0, 1.0, false_alarm / (2 * EVENTS)
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return math.log(max(low / high - delta, 1.0))


# %% wrong="the false alarm multiplied" says="half of the event's share"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    low, high, error = 0.0, 1.0, min(0.5, false_alarm * EVENTS / 2)
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return math.log(max((low - delta) / high, 1.0))


# %% wrong="bounds of the normal law" says="those of the normal law"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    from scipy import stats

    e, p, q = false_alarm / (2 * EVENTS), hits / trials, other_hits / trials
    z = stats.norm.isf(e)
    low = p - z * math.sqrt(p * (1 - p) / trials)
    high = max(q + z * math.sqrt(q * (1 - q) / trials), 1e-300)
    return float(math.log(max((low - delta) / high, 1.0)))


# %% wrong="Hoeffding's bounds" says="Hoeffding's"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    from scipy import stats

    e, p, q = false_alarm / (2 * EVENTS), hits / trials, other_hits / trials
    z = stats.norm.isf(e)
    low = p - math.sqrt(math.log(1 / e) / (2 * trials))
    high = q + math.sqrt(math.log(1 / e) / (2 * trials))
    return float(math.log(max((low - delta) / high, 1.0)))


# %% wrong="Wilson's bounds" says="Wilson's"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    from scipy import stats

    e, p, q = false_alarm / (2 * EVENTS), hits / trials, other_hits / trials
    z = stats.norm.isf(e)
    low = (
        p
        + z**2 / (2 * trials)
        - z * math.sqrt(p * (1 - p) / trials + (z / (2 * trials)) ** 2)
    ) / (1 + z**2 / trials)
    high = (
        q
        + z**2 / (2 * trials)
        + z * math.sqrt(q * (1 - q) / trials + (z / (2 * trials)) ** 2)
    ) / (1 + z**2 / trials)
    return float(math.log(max((low - delta) / high, 1.0)))


# %% wrong="delta added" says="delta was added"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    from scipy import stats

    e, p, q = false_alarm / (2 * EVENTS), hits / trials, other_hits / trials
    z = stats.norm.isf(e)
    low = special.betaincinv(hits, trials - hits + 1, e) if hits else 0.0
    high = (
        special.betaincinv(other_hits + 1, trials - other_hits, 1 - e)
        if other_hits < trials
        else 1.0
    )
    return float(math.log(max((low + delta) / high, 1.0)))


# %% wrong="delta off the upper bound" says="upper bound: it belongs to the lower"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    from scipy import stats

    e, p, q = false_alarm / (2 * EVENTS), hits / trials, other_hits / trials
    z = stats.norm.isf(e)
    low = special.betaincinv(hits, trials - hits + 1, e) if hits else 0.0
    high = (
        special.betaincinv(other_hits + 1, trials - other_hits, 1 - e)
        if other_hits < trials
        else 1.0
    )
    return float(math.log(max(low / max(high - delta, 1e-300), 1.0)))


# %% wrong="the whole share for each side" says="half of the event's share"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    from scipy import stats

    e, p, q = false_alarm / (2 * EVENTS), hits / trials, other_hits / trials
    z = stats.norm.isf(e)
    e = 2 * e
    low = special.betaincinv(hits, trials - hits + 1, e) if hits else 0.0
    high = (
        special.betaincinv(other_hits + 1, trials - other_hits, 1 - e)
        if other_hits < trials
        else 1.0
    )
    return float(math.log(max((low - delta) / high, 1.0)))


# %% wrong="nan where all trials hit" says="10 against 10 of 10, delta 0: your bound is nan"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    half = false_alarm / EVENTS / 2
    first = special.betaincinv(hits, trials - hits + 1, half) if hits else 0.0
    second = special.betaincinv(other_hits + 1, trials - other_hits, 1 - half)
    return np.log(max((first - delta) / second, 1.0)) if second == second else second


# %% wrong="logarithm of less than 0" says="The lower bound is not above delta here"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    half, second = false_alarm / EVENTS / 2, 1.0
    first = special.betaincinv(hits, trials - hits + 1, half) if hits else 0.0
    if other_hits != trials:
        second = special.betaincinv(other_hits + 1, trials - other_hits, 1 - half)
    return max(math.log(first - delta) - math.log(second), 0)


# %% wrong="bounds exchanged between neighbours" says="the neighbours are exchanged"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    e = false_alarm / EVENTS / 2
    low = (
        special.betaincinv(other_hits, trials - other_hits + 1, e)
        if other_hits
        else 0.0
    )
    high = special.betaincinv(hits + 1, trials - hits, 1 - e) if hits < trials else 1.0
    return math.log(max((low - delta) / high, 1.0))


# %% wrong="share of alpha to the power" says="not shared among the events"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    e = (1 - (1 - false_alarm) ** EVENTS) / 2
    low = special.betaincinv(hits, trials - hits + 1, e) if hits else 0.0
    high = (
        special.betaincinv(other_hits + 1, trials - other_hits, 1 - e)
        if other_hits < trials
        else 1.0
    )
    return math.log(max((low - delta) / high, 1.0))


# %% wrong="lower bound off by one" says="yours has x + 1"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    e = false_alarm / EVENTS / 2
    low = special.betaincinv(hits + 1, trials - hits, e) if hits < trials else 1.0
    high = (
        special.betaincinv(other_hits + 1, trials - other_hits, 1 - e)
        if other_hits < trials
        else 1.0
    )
    return math.log(max((low - delta) / high, 1.0))


# %% wrong="absolute value" says="drops the sign of the logarithm"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    e = false_alarm / EVENTS / 2
    low = special.betaincinv(hits, trials - hits + 1, e) if hits else 0.0
    high = (
        special.betaincinv(other_hits + 1, trials - other_hits, 1 - e)
        if other_hits < trials
        else 1.0
    )
    return abs(math.log(max(low - delta, 1e-300) / high))


# %% wrong="delta times trials" says="delta was taken off the hits"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    hits = max(0, hits - round(delta * trials))
    e = false_alarm / EVENTS / 2
    low = special.betaincinv(hits, trials - hits + 1, e) if hits else 0.0
    high = (
        special.betaincinv(other_hits + 1, trials - other_hits, 1 - e)
        if other_hits < trials
        else 1.0
    )
    return math.log(max(low / high, 1.0))


# %% wrong="difference of bounds" says="the difference of the bounds"
def audit_bound(hits, other_hits, *, trials, delta, false_alarm):
    e = false_alarm / EVENTS / 2
    low = special.betaincinv(hits, trials - hits + 1, e) if hits else 0.0
    high = (
        special.betaincinv(other_hits + 1, trials - other_hits, 1 - e)
        if other_hits < trials
        else 1.0
    )
    return max(low - delta - high, 0.0)

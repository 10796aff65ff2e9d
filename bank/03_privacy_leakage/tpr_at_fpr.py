# %% right="all thresholds"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.mean(others >= t) <= rate:
            best = max(best, np.mean(members >= t))
    return best


# %% right="above the k-th of the others"
def tpr_at_fpr(members, others, rate):
    ordered = sorted(others, reverse=True)
    allowed = int(np.floor(rate * len(ordered) + 1e-12))
    if allowed >= len(ordered):
        return 1.0
    return sum(m > ordered[allowed] for m in members) / len(members)


# %% wrong="mixed up" says="mixed up"
def tpr_at_fpr(members, others, rate):
    values = np.unique(np.concatenate([members, others]))
    return max(
        [0] + [np.mean(others >= t) for t in values if np.mean(members >= t) <= rate]
    )


# %% wrong="low scores" says="HIGH score"
def tpr_at_fpr(members, others, rate):
    values = np.unique(np.concatenate([members, others]))
    return max(
        [0] + [np.mean(members <= t) for t in values if np.mean(others <= t) <= rate]
    )


# %% wrong="strictly below" says="equal to the bound is allowed"
def tpr_at_fpr(members, others, rate):
    values = np.unique(np.concatenate([members, others]))
    return max(
        [0] + [np.mean(members >= t) for t in values if np.mean(others >= t) < rate]
    )


# %% wrong="the threshold" says="that is a threshold"
def tpr_at_fpr(members, others, rate):
    values = np.unique(np.concatenate([members, others]))
    return min(t for t in values if np.mean(others >= t) <= rate)


# %% right="by order statistics"
def tpr_at_fpr(members, others, rate):
    allowed = int(np.floor(rate * len(others) + 1e-9))
    if allowed >= len(others):
        return 1.0
    return float(np.mean(members > np.sort(others)[::-1][allowed]))


# %% right="sklearn"
def tpr_at_fpr(members, others, rate):
    from sklearn.metrics import roc_curve

    f, t, _ = roc_curve(
        [1] * len(members) + [0] * len(others),
        [*members, *others],
        drop_intermediate=False,
    )
    return t[f <= rate].max()


# %% right="float32 lists"
def tpr_at_fpr(members, others, rate):
    best = 0
    m, o = (
        [float(np.float32(v)) for v in members],
        [float(np.float32(v)) for v in others],
    )
    for t in m + o + [1e9]:
        if sum(v >= t for v in o) <= rate * len(o):
            best = max(best, sum(v >= t for v in m) / len(m))
    return best


# %% wrong="strictly above" says="a false-positive rate equal to the bound is allowed"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.mean(others > t) <= rate:
            best = max(best, float(np.mean(members > t)))
    return best


# %% wrong="quantile" says="a quantile of the others forgets that scores may be equal"
def tpr_at_fpr(members, others, rate):
    return float(np.mean(members >= np.quantile(others, 1 - rate)))


# %% wrong="below" says="a member has a HIGH score"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.mean(others < t) <= rate:
            best = max(best, float(np.mean(members < t)))
    return best


# %% wrong="thresholds of others only" says="a threshold may be any number"
def tpr_at_fpr(members, others, rate):
    return max(
        [float(np.mean(members >= t)) for t in others if np.mean(others >= t) <= rate],
        default=0.0,
    )


# %% wrong="percent" says="a share lies between 0 and 1"
def tpr_at_fpr(members, others, rate):
    return 100 * max(
        [
            float(np.mean(members >= t))
            for t in np.concatenate([members, others])
            if np.mean(others >= t) <= rate
        ],
        default=0.0,
    )


# %% wrong="sorts in place" says="your function changes members"
def tpr_at_fpr(members, others, rate):
    members.sort()
    others.sort()
    return max(
        [
            float(np.mean(members >= t))
            for t in np.concatenate([members, others])
            if np.mean(others >= t) <= rate
        ],
        default=0.0,
    )


# %% right="one minus the rest"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in set(members) | set(others):
        if 1 - np.mean(others < t) <= rate:
            best = max(best, 1 - np.mean(members < t))
    return best


# %% right="torch float32"
def tpr_at_fpr(members, others, rate):
    import torch

    m, o = (
        torch.tensor(members, dtype=torch.float32),
        torch.tensor(others, dtype=torch.float32),
    )
    t = torch.cat([m, o, torch.tensor([torch.inf])])
    fpr = (o[None] >= t[:, None]).float().mean(1)
    tpr = (m[None] >= t[:, None]).float().mean(1)
    return max(a.item() for a, b in zip(tpr, fpr) if b.item() <= rate)


# %% right="walk down"
def tpr_at_fpr(members, others, rate):
    levels = sorted({*members, *others}, reverse=True)
    best = 0
    for t in levels:
        fp = sum(1 for o in others if o >= t)
        if fp / len(others) > rate:
            return best
        best = sum(1 for m in members if m >= t) / len(members)
    return best


# %% right="midpoints"
def tpr_at_fpr(members, others, rate):
    s = np.unique(np.r_[members, others])
    t = np.r_[s[0] - 1, (s[1:] + s[:-1]) / 2, s[-1] + 1]
    ok = (others >= t[:, None]).mean(1) <= rate
    return (members >= t[ok, None]).mean(1).max()


# %% wrong="interpolated" says="do not interpolate"
def tpr_at_fpr(members, others, rate):
    t = np.sort(np.unique(np.concatenate([members, others])))[::-1]
    f = [0] + [np.mean(others >= v) for v in t]
    p = [0] + [np.mean(members >= v) for v in t]
    return float(np.interp(rate, f, p))


# %% wrong="grid of tenths" says="a threshold may be any number"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.arange(-100, 100) / 10:
        if np.mean(others >= t) <= rate:
            best = max(best, np.mean(members >= t))
    return best


# %% wrong="linspace" says="a threshold may be any number"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.linspace(
        min(members.min(), others.min()), max(members.max(), others.max()), 500
    ):
        if np.mean(others >= t) <= rate:
            best = max(best, np.mean(members >= t))
    return best


# %% wrong="rate ignored" says="the one that is given"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.mean(others >= t) <= 0.01:
            best = max(best, np.mean(members >= t))
    return best


# %% wrong="count not share" says="no number of them"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.sum(others >= t) <= rate:
            best = max(best, np.mean(members >= t))
    return best


# %% wrong="both divided by all" says="not of all people"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    n = len(members) + len(others)
    for t in np.unique(np.concatenate([members, others])):
        if np.sum(others >= t) / n <= rate:
            best = max(best, np.mean(members >= t))
    return best


# %% wrong="precision" says="among the accused"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.mean(others >= t) <= rate:
            best = max(
                best,
                np.sum(members >= t) / (np.sum(members >= t) + np.sum(others >= t)),
            )
    return best


# %% wrong="k-th of others, ceil" says="round the number of others down, not up"
def tpr_at_fpr(members, others, rate):
    k = int(np.ceil(rate * len(others)))
    if k >= len(others):
        return 1.0
    return float(np.mean(members > np.sort(others)[::-1][k]))


# %% wrong="thresholds of members, no empty one" says="one above all scores still is"
def tpr_at_fpr(members, others, rate):
    return max(np.mean(members >= t) for t in members if np.mean(others >= t) <= rate)


# %% right="searchsorted"
def tpr_at_fpr(members, others, rate):
    o, m = np.sort(others), np.sort(members)
    t = np.r_[np.unique(np.r_[o, m]), np.inf]
    f = (len(o) - np.searchsorted(o, t)) / len(o)
    p = (len(m) - np.searchsorted(m, t)) / len(m)
    return p[f <= rate].max()


# %% right="fractions"
def tpr_at_fpr(members, others, rate):
    from fractions import Fraction as F

    best = F(0)
    for t in list(members) + list(others):
        if F(int((others >= t).sum()), len(others)) <= F(rate):
            best = max(best, F(int((members >= t).sum()), len(members)))
    return float(best)


# %% wrong="no zero for top tie" says="an other is at the very top"
def tpr_at_fpr(members, others, rate):
    ok = [
        float((members >= t).mean())
        for t in [*members, *others]
        if (others >= t).mean() <= rate
    ]
    return max(ok) if ok else float((members >= max(others)).mean())


# %% wrong="sklearn drop" says="finds more members"
def tpr_at_fpr(members, others, rate):
    from sklearn.metrics import roc_curve

    f, t, _ = roc_curve([1] * len(members) + [0] * len(others), [*members, *others])
    return float(t[f <= rate].max())


# %% wrong="rate 0 special" says="at rate 0 a threshold above all others"
def tpr_at_fpr(members, others, rate):
    if rate == 0:
        return 0.0
    return max(
        [
            float((members >= t).mean())
            for t in [*members, *others]
            if (others >= t).mean() <= rate
        ],
        default=0.0,
    )


# %% wrong="rate 1 not special, thresholds > min" says="the lowest score of all is a threshold, too"
def tpr_at_fpr(members, others, rate):
    lo = min(min(members), min(others))
    return max(
        [
            float((members >= t).mean())
            for t in [*members, *others]
            if t > lo and (others >= t).mean() <= rate
        ],
        default=0.0,
    )


# %% wrong="auc" says="the area under the curve"
def tpr_at_fpr(members, others, rate):
    return float((members[:, None] > others[None]).mean())


# %% wrong="unique members" says="do not drop them"
def tpr_at_fpr(members, others, rate):
    m = np.unique(members)
    return max(
        [float((m >= t).mean()) for t in [*m, *others] if (others >= t).mean() <= rate],
        default=0.0,
    )


# %% wrong="fpr returned" says="that is the false-positive rate"
def tpr_at_fpr(members, others, rate):
    return max(
        [
            float((others >= t).mean())
            for t in [*members, *others]
            if (others >= t).mean() <= rate
        ],
        default=0.0,
    )


# %% wrong="denominator m in fpr" says="divide their number by n"
def tpr_at_fpr(members, others, rate):
    return max(
        [
            float((members >= t).mean())
            for t in [*members, *others]
            if (others >= t).sum() / len(members) <= rate
        ],
        default=0.0,
    )


# %% wrong="eps 1e-3" says="nothing may be added to it"
def tpr_at_fpr(members, others, rate):
    return max(
        [
            float((members >= t).mean())
            for t in [*members, *others]
            if (others >= t).mean() <= rate + 1e-2
        ],
        default=0.0,
    )


# %% wrong="one other is always allowed" says="not even one"
def tpr_at_fpr(members, others, rate):
    allowed = max(1, int(np.floor(rate * len(others) + 1e-9)))
    thresholds = [t for t in members if (others >= t).sum() <= allowed]
    return max(((members >= t).mean() for t in thresholds), default=0.0)


# %% wrong="ties with others overlooked" says="all who tie with it are accused"
def tpr_at_fpr(members, others, rate):
    k = int(rate * len(others))
    high = np.sort(others)[::-1]
    t = high[k - 1] if k else np.inf
    if k == 0:
        return float((members > high[0]).mean())
    return float((members >= t).mean())

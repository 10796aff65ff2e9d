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

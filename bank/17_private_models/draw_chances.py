# %% right="a loop"
def draw_chances(scores, chosen, *, epsilon, draws):
    left = [i for i in range(len(scores)) if i not in chosen]
    best = max(scores[i] for i in left)
    weights = [0.0] * len(scores)
    for i in left:
        weights[i] = np.exp(epsilon / draws * (scores[i] - best) / 2)
    return [w / sum(weights) for w in weights]


# %% right="scipy's softmax"
def draw_chances(scores, chosen, *, epsilon, draws):
    from scipy.special import softmax

    z = epsilon * np.asarray(scores, dtype=float) / (2 * draws)
    z[list(chosen)] = -np.inf
    return softmax(z)


# %% right="torch"
def draw_chances(scores, chosen, *, epsilon, draws):
    import torch

    z = torch.tensor(scores, dtype=torch.float64) * epsilon / draws / 2
    for i in chosen:
        z[i] = -torch.inf
    return torch.softmax(z, dim=0).numpy()


# %% right="log-sum-exp"
def draw_chances(scores, chosen, *, epsilon, draws):
    keep = np.isin(np.arange(len(scores)), chosen, invert=True)
    z = np.where(keep, scores * (epsilon / draws / 2), -np.inf)
    top = z.max()
    return np.exp(z - top - np.log(np.exp(z - top).sum()))


# %% wrong="whole budget each" says="whole budget"
def draw_chances(scores, chosen, *, epsilon, draws):
    z = epsilon * scores / 2
    weights = np.exp(z - z.max())
    weights[chosen] = 0
    return weights / weights.sum()


# %% wrong="2 left out" says="the 2"
def draw_chances(scores, chosen, *, epsilon, draws):
    z = epsilon / draws * scores
    weights = np.exp(z - z.max())
    weights[chosen] = 0
    return weights / weights.sum()


# %% wrong="drawn again" says="can be drawn again"
def draw_chances(scores, chosen, *, epsilon, draws):
    z = epsilon / draws * scores / 2
    weights = np.exp(z - z.max())
    return weights / weights.sum()


# %% wrong="not renormalised" says="add up to 1 again"
def draw_chances(scores, chosen, *, epsilon, draws):
    z = epsilon / draws * scores / 2
    chances = np.exp(z - z.max())
    chances = chances / chances.sum()
    chances[chosen] = 0
    return chances


# %% wrong="the worst" says="sign is wrong"
def draw_chances(scores, chosen, *, epsilon, draws):
    z = -epsilon / draws * scores / 2
    weights = np.exp(z - z.max())
    weights[chosen] = 0
    return weights / weights.sum()


# %% wrong="overflows" says="take the largest off"
def draw_chances(scores, chosen, *, epsilon, draws):
    weights = np.exp(epsilon / draws * scores / 2)
    weights[chosen] = 0
    return weights / weights.sum()


# %% wrong="in proportion to scores" says="keep no epsilon"
def draw_chances(scores, chosen, *, epsilon, draws):
    weights = scores.astype(float)
    weights[chosen] = 0
    return weights / max(weights.sum(), 1)


# %% wrong="the best" says="always drawn"
def draw_chances(scores, chosen, *, epsilon, draws):
    left = scores.astype(float)
    left[chosen] = -1
    best = left == left.max()
    return best / best.sum()


# %% wrong="uniform" says="all alike"
def draw_chances(scores, chosen, *, epsilon, draws):
    left = np.ones(len(scores))
    left[chosen] = 0
    return left / left.sum()


# %% wrong="parts of the best" says="divided by their largest"
def draw_chances(scores, chosen, *, epsilon, draws):
    z = epsilon / draws * (scores / max(scores.max(), 1)) / 2
    weights = np.exp(z - z.max())
    weights[chosen] = 0
    return weights / weights.sum()


# %% wrong="those left share the budget" says="those who are left"
def draw_chances(scores, chosen, *, epsilon, draws):
    left = len(scores) - len(chosen)
    z = epsilon / left * scores / 2
    weights = np.exp(z - z.max())
    weights[chosen] = 0
    return weights / weights.sum()


# %% wrong="draws to come" says="draws to come"
def draw_chances(scores, chosen, *, epsilon, draws):
    z = epsilon / (draws - len(chosen)) * scores / 2
    weights = np.exp(z - z.max())
    weights[chosen] = 0
    return weights / weights.sum()


# %% wrong="times the draws" says="multiplied by the draws"
def draw_chances(scores, chosen, *, epsilon, draws):
    z = epsilon * draws * scores / 2
    weights = np.exp(z - z.max())
    weights[chosen] = 0
    return weights / weights.sum()


# %% wrong="shorter than the class" says="shape"
def draw_chances(scores, chosen, *, epsilon, draws):
    left = np.delete(scores, chosen)
    z = epsilon / draws * left / 2
    weights = np.exp(z - z.max())
    return weights / weights.sum()

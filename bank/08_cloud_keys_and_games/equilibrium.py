# %% equivalent="the two are never equal"
# if pi * L < c: -> if pi * L <= c:

# %% right="two cases"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return f / (f + r), c / (pi * L)


# %% right="by indifference"
def equilibrium(c, L, f, r, pi):
    # cloud: c = pi a L; malicious user: (1 - on) f = on r
    with np.errstate(divide="ignore"):
        a = np.float64(c) / (pi * L)
    on = 1 / (1 + r / f) if a < 1 else 0
    return np.array([on, min(a, 1)])


# %% right="the cloud's best answer first"
def equilibrium(c, L, f, r, pi):
    saved_at_most = pi * L
    worth_it = saved_at_most > c
    attack = c / saved_at_most if worth_it else 1
    return [worth_it * f / (f + r), attack]


# %% wrong="exchanged" says="the two are exchanged"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 1.0, 0.0
    return c / (pi * L), f / (f + r)


# %% wrong="r over the sum" says="P(on) is r / (f + r)"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return r / (f + r), c / (pi * L)


# %% wrong="no belief" says="where is pi"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return f / (f + r), c / L


# %% wrong="belief on top" says="does a malicious user dare more, or less"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return f / (f + r), pi * c / L


# %% wrong="only the mixed case, cut" says="should it ever be on"
def equilibrium(c, L, f, r, pi):
    return f / (f + r), min(1.0, c / (pi * L)) if pi > 0 else 1.0


# %% wrong="above 1" says="both are probabilities"
def equilibrium(c, L, f, r, pi):
    return f / (f + r), c / (max(pi, 1e-9) * L)


# %% wrong="the corner the other way" says="P(attack) is 0. Protection is never on here"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 0.0
    return f / (f + r), c / (pi * L)


# %% wrong="own payoffs" says="made of the cloud's own payoffs"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return 1 - c / (pi * L), c / (pi * L)


# %% wrong="always on" says="would never attack"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return 1.0, c / (pi * L)


# %% wrong="complement" says="P(attack) is 1 - c / (pi L)"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return f / (f + r), 1 - c / (pi * L)


# %% wrong="share of all costs" says="attacked or not"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return f / (f + r), c / (c + L)


# %% wrong="belief on P(on)" says="knows that it is malicious"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return pi * f / (f + r), c / (pi * L)


# %% wrong="rounded" says="rounded"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return f / (f + r), round(c / (pi * L), 2)


# %% wrong="loss compared without the belief" says="the user may be honest"
def equilibrium(c, L, f, r, pi):
    if L < c or pi == 0:
        return 0.0, 1.0
    return f / (f + r), min(1.0, c / (pi * L))


# %% wrong="on in the corner" says="protection costs more than it can save"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 1.0, 1.0
    return f / (f + r), c / (pi * L)


# %% wrong="no attack by the honest" says="however rare that is"
def equilibrium(c, L, f, r, pi):
    if pi == 0:
        return 0.0, 0.0
    if pi * L < c:
        return 0.0, 1.0
    return f / (f + r), c / (pi * L)


# %% wrong="ratio" says="both are probabilities"
def equilibrium(c, L, f, r, pi):
    if pi * L < c:
        return 0.0, 1.0
    return f / r, c / (pi * L)


# %% wrong="one number" says="must have shape (2,)"
def equilibrium(c, L, f, r, pi):
    return f / (f + r)

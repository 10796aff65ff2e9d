# %% right="one run of all steps"
def may_visit(visits, visit, budget, *, delta):
    from dataclasses import replace

    together = replace(visit, steps=visit.steps * (visits + 1))
    return epsilon_by_rdp([together], delta=delta) <= budget


# %% right="a list in a loop"
def may_visit(visits, visit, budget, *, delta):
    runs = []
    for _ in range(visits):
        runs.append(visit)
    runs.append(visit)
    cost = accountant.epsilon_by_rdp(runs, delta=delta)
    return not cost > budget


# %% right="if and else"
def may_visit(visits, visit, budget, *, delta):
    if accountant.epsilon_by_rdp((visits + 1) * [visit], delta=delta) <= budget:
        return True
    else:
        return False


# %% right="numpy's truth"
def may_visit(visits, visit, budget, *, delta):
    cost = accountant.epsilon_by_rdp([visit] * (visits + 1), delta=delta)
    return np.less_equal(cost, budget)


# %% wrong="below, not at most" says="at most"
def may_visit(visits, visit, budget, *, delta):
    return epsilon_by_rdp([visit] * (visits + 1), delta=delta) < budget


# %% wrong="spent so far" says="visit to come was forgotten"
def may_visit(visits, visit, budget, *, delta):
    if visits == 0:
        return True
    return epsilon_by_rdp([visit] * visits, delta=delta) <= budget


# %% wrong="spent so far, below" says="visit to come was forgotten"
def may_visit(visits, visit, budget, *, delta):
    if visits == 0:
        return True
    return epsilon_by_rdp([visit] * visits, delta=delta) < budget


# %% wrong="one too many" says="one visit too many"
def may_visit(visits, visit, budget, *, delta):
    return epsilon_by_rdp([visit] * (visits + 2), delta=delta) <= budget


# %% wrong="epsilons added" says="were added up"
def may_visit(visits, visit, budget, *, delta):
    return (visits + 1) * epsilon_by_rdp([visit], delta=delta) <= budget


# %% wrong="only the next" says="earlier visits were forgotten"
def may_visit(visits, visit, budget, *, delta):
    return epsilon_by_rdp([visit], delta=delta) <= budget


# %% wrong="wrong way round" says="wrong way round"
def may_visit(visits, visit, budget, *, delta):
    return epsilon_by_rdp([visit] * (visits + 1), delta=delta) > budget


# %% wrong="always" says="True whatever"
def may_visit(visits, visit, budget, *, delta):
    return True


# %% wrong="never" says="False whatever"
def may_visit(visits, visit, budget, *, delta):
    return False


# %% wrong="delta of its own" says="Renyi"
def may_visit(visits, visit, budget, *, delta):
    return epsilon_by_rdp([visit] * (visits + 1), delta=1e-3) <= budget


# %% wrong="advanced by the root" says="Renyi"
def may_visit(visits, visit, budget, *, delta):
    return (visits + 1) ** 0.5 * epsilon_by_rdp([visit], delta=delta) <= budget


# %% wrong="what is left" says="True or False"
def may_visit(visits, visit, budget, *, delta):
    return budget - epsilon_by_rdp([visit] * (visits + 1), delta=delta)

# %% right="sets"
def safe_counts(runner, cell, cells, k):
    people = [set() for _ in range(cells)]
    for r, c in zip(runner, cell):
        people[c].add(r)
    return [len(p) - len(p) % STEP if len(p) >= k else 0 for p in people]


# %% right="unique pairs"
def safe_counts(runner, cell, cells, k):
    pairs = np.unique(np.column_stack([cell, runner]), axis=0)
    counts = np.bincount(pairs[:, 0], minlength=cells)
    return STEP * np.floor(np.where(counts >= k, counts, 0) / STEP)


# %% wrong="points" says="Count different runners"
def safe_counts(runner, cell, cells, k):
    counts = np.bincount(cell, minlength=cells)
    return np.where(counts >= k, counts // STEP * STEP, 0)


# %% wrong="publishes points" says="publish points"
def safe_counts(runner, cell, cells, k):
    points = np.bincount(cell, minlength=cells)
    people = [len(set(runner[cell == c])) for c in range(cells)]
    return np.where(np.array(people) >= k, points // STEP * STEP, 0)


# %% wrong="more than k" says="exactly k runners"
def safe_counts(runner, cell, cells, k):
    people = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(people > k, people // STEP * STEP, 0)


# %% wrong="no threshold" says="must be 0"
def safe_counts(runner, cell, cells, k):
    people = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return people // STEP * STEP


# %% copied="multiples of 3" says="another variant's number"
def safe_counts(runner, cell, cells, k):
    people = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(people >= k, people // 3 * 3, 0)

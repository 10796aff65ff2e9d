# %% right="sets"
def safe_counts(runner, cell, cells, k):
    people = [set() for _ in range(cells)]
    for r, c in zip(runner, cell):
        people[c].add(r)
    return [len(p) if len(p) >= k else 0 for p in people]


# %% right="unique pairs"
def safe_counts(runner, cell, cells, k):
    pairs = np.unique(np.column_stack([cell, runner]), axis=0)
    counts = np.bincount(pairs[:, 0], minlength=cells)
    return np.where(counts >= k, counts, 0)


# %% wrong="points" says="Count different runners"
def safe_counts(runner, cell, cells, k):
    counts = np.bincount(cell, minlength=cells)
    return np.where(counts >= k, counts, 0)


# %% wrong="publishes points" says="publish points"
def safe_counts(runner, cell, cells, k):
    points = np.bincount(cell, minlength=cells)
    people = [len(set(runner[cell == c])) for c in range(cells)]
    return np.where(np.array(people) >= k, points, 0)


# %% wrong="more than k" says="exactly k runners"
def safe_counts(runner, cell, cells, k):
    people = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(people > k, people, 0)


# %% wrong="no threshold" says="must be 0"
def safe_counts(runner, cell, cells, k):
    return np.array([len(set(runner[cell == c])) for c in range(cells)])

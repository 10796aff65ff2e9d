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


# %% right="sets, floats"
def safe_counts(runner, cell, cells, k):
    who = [set() for _ in range(cells)]
    for r, c in zip(list(runner), list(cell)):
        who[c].add(r)
    return [float(len(w) // STEP * STEP) if len(w) >= k else 0.0 for w in who]


# %% right="matrix, torch"
def safe_counts(runner, cell, cells, k):
    import torch

    m = torch.zeros(cells, int(runner.max()) + 1, dtype=torch.bool)
    m[torch.as_tensor(cell), torch.as_tensor(runner)] = True
    n = m.sum(1)
    return torch.where(n >= k, n - n % STEP, torch.zeros_like(n))


# %% wrong="no minlength" says="the map of counts must have shape (17"
def safe_counts(runner, cell, cells, k):
    pairs = np.unique(np.column_stack([cell, runner]), axis=0)
    people = np.bincount(pairs[:, 0])
    return np.where(people >= k, people // STEP * STEP, 0)


# %% wrong="None for hidden" says="the map of counts holds NaN"
def safe_counts(runner, cell, cells, k):
    pairs = np.unique(np.column_stack([cell, runner]), axis=0)
    people = np.bincount(pairs[:, 0], minlength=cells)
    return [int(p) // STEP * STEP if p >= k else None for p in people]


# %% right="Counter of a set"
def safe_counts(r, c, n, k):
    from collections import Counter

    who = Counter(b for _, b in {(int(a), int(b)) for a, b in zip(r, c)})
    return tuple(who[i] - who[i] % STEP if who[i] >= k else 0 for i in range(n))


# %% right="lexsort"
def safe_counts(runner, cell, cells, k):
    o = np.lexsort((runner, cell))
    r, c = runner[o], cell[o]
    new = np.r_[True, (np.diff(r) != 0) | (np.diff(c) != 0)]
    n = np.zeros(cells, dtype=np.float32)
    np.add.at(n, c[new], 1)
    n[n < k] = 0
    return n - np.mod(n, STEP)


# %% wrong="uint8 counts" says="does not fit into 8 bits"
def safe_counts(runner, cell, cells, k):
    n = np.zeros(cells, dtype=np.uint8)
    for r, c in {(int(a), int(b)) for a, b in zip(runner, cell)}:
        n[c] += 1
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="key of a hundred" says="cell * 100 + runner"
def safe_counts(runner, cell, cells, k):
    pairs = np.unique(cell * 100 + runner)
    n = np.bincount(pairs // 100, minlength=cells)[:cells]
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="neighbours dropped" says="Count different runners"
def safe_counts(runner, cell, cells, k):
    keep = np.r_[True, (np.diff(runner) != 0) | (np.diff(cell) != 0)]
    n = np.bincount(cell[keep], minlength=cells)
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="rounded up" says="round down, not up"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= k, -(-n // STEP) * STEP, 0)


# %% wrong="k ignored" says="use the k that is given"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= 20, n // STEP * STEP, 0)


# %% wrong="multiples, not times step" says="multiply by STEP again"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= k, n // STEP, 0)


# %% wrong="floor to k" says="that is meant"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= k, np.maximum(k, n // STEP * STEP), 0)


# %% right="key with max"
def safe_counts(runner, cell, cells, k):
    m = int(runner.max()) + 1
    key = np.unique(cell.astype(np.int64) * m + runner)
    n = np.bincount(key // m, minlength=cells)
    return np.where(n >= k, STEP * (n // STEP), 0)


# %% right="unique per cell"
def safe_counts(runner, cell, cells, k):
    n = np.array([np.unique(runner[cell == c]).size for c in range(cells)])
    n[n < k] = 0
    return n - n % STEP


# %% wrong="key 20000" says="runs into other pairs"
def safe_counts(runner, cell, cells, k):
    key = np.unique(cell * 20000 + runner)
    n = np.bincount(key // 20000, minlength=cells)[:cells]
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="key 10**6" says="runs into other pairs"
def safe_counts(runner, cell, cells, k):
    key = np.unique(cell * 10**6 + runner)
    n = np.bincount(key // 10**6, minlength=cells)[:cells]
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="key swapped collision" says="runs into other pairs"
def safe_counts(runner, cell, cells, k):
    key = np.unique(runner + cells * cell)
    n = np.bincount(key // cells, minlength=cells)[:cells]
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="int16 runner" says="16 bits do not tell them apart"
def safe_counts(runner, cell, cells, k):
    n = np.array(
        [np.unique(runner[cell == c].astype(np.int16)).size for c in range(cells)]
    )
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="runner 0 ignored" says="number 0 counts, too"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[(cell == c) & (runner > 0)])) for c in range(cells)])
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="last cell" says="the last cell counts, too"
def safe_counts(runner, cell, cells, k):
    n = np.zeros(cells, int)
    for c in range(cells - 1):
        n[c] = len(set(runner[cell == c]))
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="capped 1000" says="do not cut the number off"
def safe_counts(runner, cell, cells, k):
    n = np.minimum(1000, [len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="runners counted over all cells once" says="in each cell that they were in"
def safe_counts(runner, cell, cells, k):
    _, first = np.unique(runner, return_index=True)
    n = np.bincount(cell[first], minlength=cells)
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="-1 hidden" says="must be 0, not -1"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= k, n // STEP * STEP, -1)


# %% wrong="mod" says="that is the remainder"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= k, n % STEP, 0)


# %% wrong="hides by laps" says="one runner with many laps passes it"
def safe_counts(runner, cell, cells, k):
    runners = [len({r for r, c in zip(runner, cell) if c == i}) for i in range(cells)]
    laps = [sum(c == i for c in cell) for i in range(cells)]
    return [n // STEP * STEP if m >= k else 0 for n, m in zip(runners, laps)]


# %% wrong="only neighbours in the list removed" says="stands twice in a row"
def safe_counts(runner, cell, cells, k):
    count = np.zeros(cells, int)
    last = None
    for who, where in zip(runner, cell):
        if (who, where) != last:
            count[where] += 1
        last = (who, where)
    return np.where(count >= k, count // STEP * STEP, 0)

# %% equivalent="neither statement reads what the other one binds"
# came_from.append(totals.argmax(axis=0)); best = totals.max(axis=0) + emission -> best = totals.max(axis=0) + emission; came_from.append(totals.argmax(axis=0))

# %% right="loops"
def viterbi(E, A):
    steps, labels = E.shape
    best = [[float(v) for v in E[0]]]
    back = []
    for t in range(1, steps):
        row, from_ = [], []
        for y in range(labels):
            options = [best[-1][x] + A[x, y] for x in range(labels)]
            k = int(np.argmax(options))
            row.append(options[k] + E[t, y])
            from_.append(k)
        best.append(row)
        back.append(from_)
    path = [int(np.argmax(best[-1]))]
    for from_ in back[::-1]:
        path.insert(0, from_[path[0]])
    return path


# %% right="from the end, as an array"
def viterbi(E, A):
    steps = len(E)
    rest = np.zeros(E.shape[1])
    next_ = []
    for t in range(steps - 1, 0, -1):
        totals = A + (E[t] + rest)[None, :]
        next_.append(totals.argmax(axis=1))
        rest = totals.max(axis=1)
    path = [(E[0] + rest).argmax()]
    for pointer in next_[::-1]:
        path.append(pointer[path[-1]])
    return np.array(path)


# %% wrong="each step alone" says="A is not used"
def viterbi(E, A):
    return E.argmax(axis=1).tolist()


# %% wrong="greedy" says="never goes back"
def viterbi(E, A):
    path = [int(E[0].argmax())]
    for row in E[1:]:
        path.append(int((A[path[-1]] + row).argmax()))
    return path


# %% wrong="no pointers" says="follow the pointers back"
def viterbi(E, A):
    best, path = E[0], [int(E[0].argmax())]
    for row in E[1:]:
        best = (best[:, None] + A).max(axis=0) + row
        path.append(int(best.argmax()))
    return path


# %% wrong="A transposed" says="rows and columns of A"
def viterbi(E, A):
    best, came_from = E[0], []
    for emission in E[1:]:
        totals = best[:, None] + A.T
        came_from.append(totals.argmax(axis=0))
        best = totals.max(axis=0) + emission
    path = [int(best.argmax())]
    for pointer in reversed(came_from):
        path.append(int(pointer[path[-1]]))
    return path[::-1]


# %% right="all paths"
def viterbi(E, A):
    from itertools import pairwise, product

    def score(path):
        moves = sum(A[move] for move in pairwise(path))
        return moves + sum(E[t, y] for t, y in enumerate(path))

    return max(product(range(E.shape[1]), repeat=len(E)), key=score)


# %% right="recursion with a memory"
def viterbi(E, A):
    from functools import cache

    @cache
    def best(t, y):
        if t == 0:
            return E[0, y], (y,)
        ways = (best(t - 1, x) for x in range(len(A)))
        score, path = max((s + A[p[-1], y], p) for s, p in ways)
        return score + E[t, y], (*path, y)

    return list(max(best(len(E) - 1, y) for y in range(len(A)))[1])


# %% wrong="last label first" says="the path comes last label first"
def viterbi(E, A):
    best, came_from = E[0], []
    for emission in E[1:]:
        totals = best[:, None] + A
        came_from.append(totals.argmax(axis=0))
        best = totals.max(axis=0) + emission
    path = [int(best.argmax())]
    while came_from:
        path.append(int(came_from.pop()[path[-1]]))
    return path


# %% wrong="lowest" says="the path of the lowest score"
def viterbi(E, A):
    best, came_from = E[0], []
    for emission in E[1:]:
        totals = best[:, None] + A
        came_from.append(totals.argmin(axis=0))
        best = totals.min(axis=0) + emission
    path = [int(best.argmin())]
    while came_from:
        path.append(int(came_from.pop()[path[-1]]))
    return path[::-1]


# %% wrong="starts from zeros" says="the emissions of the first step are missing"
def viterbi(E, A):
    best, came_from = np.zeros(E.shape[1]), []
    for emission in E[1:]:
        totals = best[:, None] + A
        came_from.append(totals.argmax(axis=0))
        best = totals.max(axis=0) + emission
    path = [int(best.argmax())]
    while came_from:
        path.append(int(came_from.pop()[path[-1]]))
    return path[::-1]


# %% wrong="the score" says="viterbi must return a list of label numbers"
def viterbi(E, A):
    best = E[0]
    for emission in E[1:]:
        best = (best[:, None] + A).max(axis=0) + emission
    return float(best.max())


# %% wrong="pointers only" says="2 steps need 2 labels, got 1"
def viterbi(E, A):
    best, came_from = E[0], []
    for emission in E[1:]:
        totals = best[:, None] + A
        came_from.append(totals.argmax(axis=0))
        best = totals.max(axis=0) + emission
    path = [int(best.argmax())]
    for pointer in reversed(came_from[1:]):
        path.append(int(pointer[path[-1]]))
    return path[::-1]


# %% wrong="labels from 1" says="labels must lie in 0.."
def viterbi(E, A):
    best, came_from = E[0], []
    for emission in E[1:]:
        totals = best[:, None] + A
        came_from.append(totals.argmax(axis=0))
        best = totals.max(axis=0) + emission
    path = [int(best.argmax())]
    while came_from:
        path.append(int(came_from.pop()[path[-1]]))
    return [y + 1 for y in path[::-1]]


# %% wrong="in place" says="your function changes E, its"
def viterbi(E, A):
    came_from = []
    for t in range(1, len(E)):
        totals = E[t - 1][:, None] + A
        came_from.append(totals.argmax(axis=0))
        E[t] += totals.max(axis=0)
    path = [int(E[-1].argmax())]
    while came_from:
        path.append(int(came_from.pop()[path[-1]]))
    return path[::-1]


# %% right="log semiring dict"
def viterbi(E, A):
    best = [(E[0, y], [y]) for y in range(E.shape[1])]
    for t in range(1, len(E)):
        best = [
            max(((s + A[p[-1], y], p) for s, p in best), key=lambda q: q[0])
            for y in range(E.shape[1])
        ]
        best = [(s + E[t, y], p + [y]) for y, (s, p) in enumerate(best)]
    return max(best, key=lambda q: q[0])[1]


# %% right="numpy ints"
def viterbi(E, A):
    T, L = E.shape
    d = np.zeros((T, L))
    bp = np.zeros((T, L), int)
    d[0] = E[0]
    for t in range(1, T):
        M = d[t - 1][:, None] + A + E[t][None]
        bp[t] = M.argmax(0)
        d[t] = M.max(0)
    y = np.zeros(T, int)
    y[-1] = d[-1].argmax()
    for t in range(T - 2, -1, -1):
        y[t] = bp[t + 1, y[t + 1]]
    return y


# %% wrong="pointers axis" says="along the rows of A"
def viterbi(E, A):
    best, cf = E[0], []
    for e in E[1:]:
        t = best[:, None] + A
        cf.append(t.argmax(1))
        best = t.max(0) + e
    p = [int(best.argmax())]
    while cf:
        p.append(int(cf.pop()[p[-1]]))
    return p[::-1]


# %% wrong="best row added wrong" says="along the rows of A"
def viterbi(E, A):
    best, cf = E[0], []
    for e in E[1:]:
        t = best[None, :] + A
        cf.append(t.argmax(0))
        best = t.max(0) + e
    p = [int(best.argmax())]
    while cf:
        p.append(int(cf.pop()[p[-1]]))
    return p[::-1]


# %% wrong="forward sum (posterior)" says="the likeliest label at each step alone"
def viterbi(E, A):
    from scipy.special import logsumexp

    f = [E[0]]
    for e in E[1:]:
        f.append(logsumexp(f[-1][:, None] + A, 0) + e)
    b = [0 * E[0]]
    for e in E[:0:-1]:
        b.append(logsumexp(A + e + b[-1], 1))
    return [int((x + y).argmax()) for x, y in zip(f, b[::-1])]


# %% wrong="last emission missing" says="of the last step are missing"
def viterbi(E, A):
    best, cf = E[0], []
    for e in np.vstack([E[1:-1], 0 * E[-1:]]) if len(E) > 1 else []:
        t = best[:, None] + A
        cf.append(t.argmax(0))
        best = t.max(0) + e
    p = [int(best.argmax())]
    while cf:
        p.append(int(cf.pop()[p[-1]]))
    return p[::-1]


# %% wrong="greedy from end" says="from the end and never goes back"
def viterbi(E, A):
    p = [int(E[-1].argmax())]
    for e in E[-2::-1]:
        p.append(int((e + A[:, p[-1]]).argmax()))
    return p[::-1]


# %% wrong="beam of 2" says="the best two paths of all"
def viterbi(E, A):
    beam = [(E[0, y], [y]) for y in range(E.shape[1])]
    for e in E[1:]:
        beam = sorted(beam)[-2:]
        beam = [
            (s + A[p[-1], y] + e[y], p + [y]) for s, p in beam for y in range(len(e))
        ]
    return max(beam)[1]


# %% wrong="at most 6 steps" says="but another one scores"
def viterbi(E, A):
    best, cf = E[0], []
    for e in E[1:6]:
        t = best[:, None] + A
        cf.append(t.argmax(0))
        best = t.max(0) + e
    p = [int(best.argmax())]
    while cf:
        p.append(int(cf.pop()[p[-1]]))
    return p[::-1] + [0] * (len(E) - 6)


# %% wrong="4 labels" says="but another one scores"
def viterbi(E, A):
    E, A = E[:, :4], A[:4, :4]
    best, cf = E[0], []
    for e in E[1:]:
        t = best[:, None] + A
        cf.append(t.argmax(0))
        best = t.max(0) + e
    p = [int(best.argmax())]
    while cf:
        p.append(int(cf.pop()[p[-1]]))
    return p[::-1]


# %% wrong="no self loops" says="a label may follow itself"
def viterbi(E, A):
    A = A - 1e9 * np.eye(len(A))
    best, cf = E[0], []
    for e in E[1:]:
        t = best[:, None] + A
        cf.append(t.argmax(0))
        best = t.max(0) + e
    p = [int(best.argmax())]
    while cf:
        p.append(int(cf.pop()[p[-1]]))
    return p[::-1]


# %% wrong="starts with label 0" says="nothing comes before the first step"
def viterbi(E, A):
    best, cf = E[0] + A[0], []
    for e in E[1:]:
        t = best[:, None] + A
        cf.append(t.argmax(0))
        best = t.max(0) + e
    p = [int(best.argmax())]
    while cf:
        p.append(int(cf.pop()[p[-1]]))
    return p[::-1]


# %% wrong="scores of all paths together" says="as the forward algorithm does"
def viterbi(E, A):
    total, pointers = E[0], []
    for row in E[1:]:
        pairs = total[:, None] + A
        pointers.append(pairs.argmax(axis=0))
        total = np.log(np.exp(pairs - pairs.max()).sum(axis=0)) + pairs.max() + row
    path = [int(total.argmax())]
    for pointer in pointers[::-1]:
        path.insert(0, int(pointer[path[0]]))
    return path


# %% wrong="maxima start at 0" says="as if each maximum started at 0"
def viterbi(E, A):
    score, back = E[0].tolist(), []
    for emitted in E[1:]:
        longer, pointers = [], []
        for after, gain in enumerate(emitted):
            most, at = 0.0, 0
            for before, so_far in enumerate(score):
                total = so_far + A[before, after] + gain
                if total > most:
                    most, at = total, before
            longer.append(most)
            pointers.append(at)
        score = longer
        back.append(pointers)
    label = score.index(max(score))
    labels = [label]
    while back:
        label = back.pop()[label]
        labels.insert(0, label)
    return labels


# %% wrong="np.maximum with 0" says="as if each maximum started at 0"
def viterbi(E, A):
    best, back = E[0], np.zeros(E.shape, int)
    for t in range(1, len(E)):
        pairs = np.maximum(best[:, None] + A, 0)
        back[t] = pairs.argmax(0)
        best = pairs.max(0) + E[t]
    labels = [int(best.argmax())]
    for t in range(len(E) - 1, 0, -1):
        labels.append(int(back[t, labels[-1]]))
    return labels[::-1]

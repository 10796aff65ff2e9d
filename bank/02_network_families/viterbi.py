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

# %% right="least squares for each unit"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    design = np.column_stack([x, np.ones(len(x))])
    rows = [
        np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
        for on, unit in zip(h.T > 0, h.T)
    ]
    rows = np.array(rows)
    return rows[:, :-1], rows[:, -1]


# %% right="pseudoinverse, lists"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    W, b = [], []
    for j in range(h.shape[1]):
        on = h[:, j] > 0
        w = np.linalg.pinv(np.c_[np.ones(on.sum()), x[on]]) @ h[on, j]
        W.append(list(w[1:]))
        b.append(w[0])
    return [W, b]


# %% right="normal equations"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    W = np.zeros((h.shape[1], x.shape[1]))
    b = np.zeros(h.shape[1])
    for j in range(len(b)):
        A = np.hstack([x, np.ones((len(x), 1))])[h[:, j] > 0]
        solution = np.linalg.solve(A.T @ A, A.T @ h[h[:, j] > 0, j])
        W[j], b[j] = solution[:-1], solution[-1]
    return W, b


# %% right="differences, then the bias"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    W, b = [], []
    for unit in h.T:
        on = unit > 0
        centre, height = x[on].mean(axis=0), unit[on].mean()
        w = np.linalg.lstsq(x[on] - centre, unit[on] - height, rcond=None)[0]
        W.append(w)
        b.append(height - w @ centre)
    return np.array(W), np.array(b)


# %% copied="12 bits" says="another variant's number"
def steal_layer(x, h):
    h = h / 4096
    design = np.column_stack([x, np.ones(len(x))])
    rows = [
        np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
        for on, unit in zip(h.T > 0, h.T)
    ]
    rows = np.array(rows)
    return rows[:, :-1], rows[:, -1]


# %% wrong="words taken for numbers" says="h holds words"
def steal_layer(x, h):
    design = np.column_stack([x, np.ones(len(x))])
    rows = [
        np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
        for on, unit in zip(h.T > 0, h.T)
    ]
    rows = np.array(rows)
    return rows[:, :-1], rows[:, -1]


# %% wrong="all rows" says="inputs at which a unit is off are used, too"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    design = np.column_stack([x, np.ones(len(x))])
    both = np.linalg.lstsq(design, h, rcond=None)[0].T
    return both[:, :-1], both[:, -1]


# %% wrong="no bias" says="b is missing in the fit"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    W = [
        np.linalg.lstsq(x[on], unit[on], rcond=None)[0]
        for on, unit in zip(h.T > 0, h.T)
    ]
    return np.array(W), np.zeros(h.shape[1])


# %% wrong="no bias and all rows" says="And b is missing in the fit"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    return np.linalg.lstsq(x, h, rcond=None)[0].T, np.zeros(h.shape[1])


# %% wrong="transposed" says="is transposed"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    design = np.column_stack([x, np.ones(len(x))])
    rows = [
        np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
        for on, unit in zip(h.T > 0, h.T)
    ]
    return np.array(rows)[:, :-1].T, np.array(rows)[:, -1]


# %% wrong="turned round" says="the pair is turned round"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    design = np.column_stack([x, np.ones(len(x))])
    rows = [
        np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
        for on, unit in zip(h.T > 0, h.T)
    ]
    return np.array(rows)[:, -1], np.array(rows)[:, :-1]


# %% wrong="weights alone" says="the pair (W, b)"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    design = np.column_stack([x, np.ones(len(x))])
    rows = [
        np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
        for on, unit in zip(h.T > 0, h.T)
    ]
    return np.array(rows)


# %% wrong="rows of any unit" says="chosen once for all units"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    on = (h > 0).any(axis=1)
    design = np.column_stack([x, np.ones(len(x))])[on]
    both = np.linalg.lstsq(design, h[on], rcond=None)[0].T
    return both[:, :-1], both[:, -1]


# %% wrong="rows of the first unit" says="chosen by the first unit"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    on = h[:, 0] > 0
    design = np.column_stack([x, np.ones(len(x))])[on]
    both = np.linalg.lstsq(design, h[on], rcond=None)[0].T
    return both[:, :-1], both[:, -1]


# %% wrong="rows where it is off" says="at which a unit is off are used, and those alone"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    design = np.column_stack([x, np.ones(len(x))])
    rows = np.array(
        [
            np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
            for on, unit in zip(h.T <= 0, h.T)
        ]
    )
    return rows[:, :-1], rows[:, -1]


# %% wrong="bias thrown away" says="it is all 0 here"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    design = np.column_stack([x, np.ones(len(x))])
    rows = np.array(
        [
            np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
            for on, unit in zip(h.T > 0, h.T)
        ]
    )
    return rows[:, :-1], np.zeros(len(rows))


# %% wrong="centred" says="x is centred first"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    design = np.column_stack([x - x.mean(axis=0), np.ones(len(x))])
    rows = np.array(
        [
            np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
            for on, unit in zip(h.T > 0, h.T)
        ]
    )
    return rows[:, :-1], rows[:, -1]


# %% wrong="one decimal" says="rounded too far"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    design = np.column_stack([x, np.ones(len(x))])
    rows = np.array(
        [
            np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
            for on, unit in zip(h.T > 0, h.T)
        ]
    ).round(1)
    return rows[:, :-1], rows[:, -1]


# %% wrong="turned sign" says="sign of every weight is turned"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    design = np.column_stack([x, np.ones(len(x))])
    rows = np.array(
        [
            np.linalg.lstsq(design[on], -unit[on], rcond=None)[0]
            for on, unit in zip(h.T > 0, h.T)
        ]
    )
    return rows[:, :-1], rows[:, -1]


# %% wrong="in place" says="changes h"
def steal_layer(x, h):
    words, h = h, h / 2**DECODED_BITS
    design = np.column_stack([x, np.ones(len(x))])
    rows = np.array(
        [
            np.linalg.lstsq(design[on], unit[on], rcond=None)[0]
            for on, unit in zip(h.T > 0, h.T)
        ]
    )
    words -= 1
    return rows[:, :-1], rows[:, -1]


# %% wrong="ridge" says="W is"
def steal_layer(x, h):
    h = h / 2**DECODED_BITS
    W, b = [], []
    for unit in h.T:
        on = unit > 0
        A = np.column_stack([x, np.ones(len(x))])[on]
        w = np.linalg.solve(A.T @ A + np.eye(A.shape[1]), A.T @ unit[on])
        W.append(w[:-1])
        b.append(w[-1])
    return np.array(W), np.array(b)


# %% equivalent="the two lines do not read each other"
# design = np.column_stack([x, np.ones(len(x))]); units = [] -> units = []; design = np.column_stack([x, np.ones(len(x))])


# %% wrong="bias taken as the first column" says="the first one was taken for it"
def steal_layer(x, h):
    full, rows = np.column_stack([x, np.ones(len(x))]), []
    for word in h.T / 2.0**DECODED_BITS:
        on = word > 0
        rows.append(np.linalg.lstsq(full[on], word[on], rcond=None)[0])
    rows = np.array(rows)
    return rows[:, 1:], rows[:, 0]

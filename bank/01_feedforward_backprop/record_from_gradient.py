# %% right="strongest row"
def record_from_gradient(dW):
    j = np.abs(dW[:, 0]).argmax()
    return dW[j, 1:] / dW[j, 0]


# %% right="mean over live rows, as a list"
def record_from_gradient(dW):
    alive = dW[dW[:, 0] != 0]
    return list((alive[:, 1:] / alive[:, :1]).mean(axis=0))


# %% wrong="first row" says="a unit that does not react"
def record_from_gradient(dW):
    return dW[0, 1:] / dW[0, 0]


# %% wrong="largest with sign" says="a unit that does not react"
def record_from_gradient(dW):
    row = dW[dW[:, 0].argmax()]
    return row[1:] / row[0]


# %% wrong="not divided" says="a row is the record times a number"
def record_from_gradient(dW):
    return dW[np.abs(dW[:, 0]).argmax(), 1:]


# %% wrong="bias kept" says="an entry too many"
def record_from_gradient(dW):
    row = dW[np.abs(dW[:, 0]).argmax()]
    return row / row[0]


# %% wrong="most negative row" says="tells nothing. Choose a row that does"
def record_from_gradient(dW):
    row = dW[dW[:, 0].argmin()]
    return row[1:] / row[0]


# %% wrong="six inputs, five rows, first live negative" says="does every path return a"
def record_from_gradient(dW):
    for row in dW:
        if row[0] < 0:
            return row[1:] / row[0]


# %% right="svd"
def record_from_gradient(dW):
    v = np.linalg.svd(dW)[2][0]
    return (v[1:] / v[0]).astype(np.float32)


# %% wrong="mean with 0 for dead rows" says="rows of dead units pull a mean towards 0"
def record_from_gradient(dW):
    return np.nan_to_num(dW[:, 1:] / dW[:, :1]).mean(axis=0)


# %% wrong="divided by the last input" says="by what the bias node's 1 became"
def record_from_gradient(dW):
    row = dW[np.abs(dW[:, 0]).argmax()]
    return row[1:] / row[-1]


# %% wrong="divided by the size" says="the sign is turned"
def record_from_gradient(dW):
    size = np.abs(dW[:, 0])
    return dW[size.argmax(), 1:] / size.max()


# %% wrong="in place" says="your function changes dW, its"
def record_from_gradient(dW):
    row = dW[np.abs(dW[:, 0]).argmax()]
    row /= row[0]
    return row[1:]


# %% right="least squares"
def record_from_gradient(dW):
    return dW[:, 0] @ dW[:, 1:] / (dW[:, 0] @ dW[:, 0])


# %% right="median over rows"
def record_from_gradient(dW):
    rows = dW[np.any(dW != 0, axis=1)]
    return np.median(rows[:, 1:] / rows[:, [0]], axis=0)


# %% right="pinv"
def record_from_gradient(dW):
    return (np.linalg.pinv(dW[:, :1]) @ dW[:, 1:]).ravel()


# %% wrong="eps" says="nothing may be added to what you divide by"
def record_from_gradient(dW):
    row = dW[np.abs(dW[:, 0]).argmax()]
    return row[1:] / (row[0] + 1e-8)


# %% wrong="sums" says="a sum over rows may cancel"
def record_from_gradient(dW):
    return dW[:, 1:].sum(0) / dW[:, 0].sum()


# %% wrong="threshold 1e-6" says="only 0 itself is no reaction"
def record_from_gradient(dW):
    alive = dW[np.abs(dW[:, 0]) > 1e-6]
    return (alive[:, 1:] / alive[:, :1]).mean(0)


# %% wrong="np.allclose dead" says="the record is None. Here the largest gradient"
def record_from_gradient(dW):
    for row in dW:
        if not np.allclose(row, 0):
            return row[1:] / row[0]


# %% wrong="normalised" says="a row is the record times a number"
def record_from_gradient(dW):
    row = dW[np.abs(dW[:, 0]).argmax()]
    return row[1:] / np.linalg.norm(row[1:])


# %% wrong="inverse" says="the quotient is upside down"
def record_from_gradient(dW):
    row = dW[np.abs(dW[:, 0]).argmax()]
    return row[0] / row[1:]


# %% wrong="mean of rows" says="a mean of them is not, either"
def record_from_gradient(dW):
    return dW[:, 1:].mean(0)


# %% wrong="all rows" says="a table with a row for each unit"
def record_from_gradient(dW):
    a = dW[dW[:, 0] != 0]
    return a[:, 1:] / a[:, :1]


# %% wrong="six inputs" says="must have shape (25,), got (6,)"
def record_from_gradient(dW):
    row = dW[np.abs(dW[:, 0]).argmax()]
    return row[1:7] / row[0]


# %% wrong="the unit that moves the first input" says="0 / 0 tells nothing"
def record_from_gradient(dW):
    row = dW[np.argmax(np.abs(dW[:, 1]))]
    return row[1:] / row[0]

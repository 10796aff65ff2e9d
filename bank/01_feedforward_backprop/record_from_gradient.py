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

# %% right="the negative entry"
def label_from_gradient(dW):
    return int(np.argmin(dW[:, 0]))


# %% right="a loop for the negative bias"
def label_from_gradient(dW):
    for j, row in enumerate(dW):
        if row[0] < 0:
            return j


# %% wrong="largest" says="that is the largest entry"
def label_from_gradient(dW):
    return int(np.argmax(dW[:, 0]))


# %% wrong="whole rows" says="look at column 0 alone"
def label_from_gradient(dW):
    return int(dW.sum(axis=1).argmin())


# %% wrong="first weight" says="the bias node's is column 0"
def label_from_gradient(dW):
    return int(dW[:, 1].argmin())


# %% wrong="smallest in size" says="the largest in size"
def label_from_gradient(dW):
    return int(np.abs(dW[:, 0]).argmin())


# %% right="where negative"
def label_from_gradient(dW):
    return np.flatnonzero(dW[:, 0] < 0)[0]


# %% right="array of one"
def label_from_gradient(dW):
    return np.array(np.argmin(np.asarray(dW, dtype=np.float32)[:, 0]), dtype=np.uint8)


# %% right="flatnonzero, array (1,)"
def label_from_gradient(dW):
    return np.flatnonzero(dW[:, 0] < 0)


# %% right="torch"
def label_from_gradient(dW):
    import torch

    return torch.argmin(torch.from_numpy(dW)[:, 0])


# %% wrong="largest in size" says="with two classes both rows have one size"
def label_from_gradient(dW):
    return int(np.argmax(np.abs(dW[:, 0])))


# %% wrong="argmin of all" says="the smallest entry of all depends on the hidden units"
def label_from_gradient(dW):
    return int(np.unravel_index(np.argmin(dW), dW.shape)[0])


# %% wrong="longest row" says="with two classes both rows have one size"
def label_from_gradient(dW):
    return int(np.argmax(np.linalg.norm(dW, axis=1)))


# %% wrong="from 1" says="labels start at 0"
def label_from_gradient(dW):
    return int(np.argmin(dW[:, 0])) + 1


# %% wrong="centres" says="your function changes dW"
def label_from_gradient(dW):
    dW -= dW.mean(axis=0)
    return int(np.argmin(dW[:, 0]))


# %% wrong="bool mask" says="the label must have shape ()"
def label_from_gradient(dW):
    return dW[:, 0] < 0


# %% right="generator"
def label_from_gradient(dW):
    return next(j for j, row in enumerate(dW.tolist()) if row[0] < 0)


# %% wrong="below a hundredth" says="however small"
def label_from_gradient(dW):
    return int(np.argmax(dW[:, 0] < -0.01))


# %% wrong="two decimals" says="however small"
def label_from_gradient(dW):
    return int(np.argmin(np.round(dW[:, 0], 2)))


# %% wrong="along a row" says="along a row"
def label_from_gradient(dW):
    return int(np.argmin(dW[0]))


# %% wrong="flat mod" says="counts through the whole matrix"
def label_from_gradient(dW):
    return int(np.argmin(dW)) % len(dW)


# %% wrong="weights without bias" says="look at column 0 alone"
def label_from_gradient(dW):
    return int(dW[:, 1:].sum(axis=1).argmin())


# %% right="min by"
def label_from_gradient(dW):
    return min(range(len(dW)), key=lambda j: dW[j, 0])


# %% right="np.where"
def label_from_gradient(dW):
    return np.where(dW[:, 0] == dW[:, 0].min())[0][0]


# %% wrong="positive" says="the first row where it is positive"
def label_from_gradient(dW):
    return int(np.flatnonzero(dW[:, 0] > 0)[0])


# %% wrong="mod 5" says="there may be more classes"
def label_from_gradient(dW):
    return int(np.argmin(dW[:5, 0]))


# %% wrong="minus 1" says="yours is one too small"
def label_from_gradient(dW):
    return int(np.argmin(dW[:, 0])) - 1


# %% wrong="first col > -eps skip 0" says="yours leaves row 0 out"
def label_from_gradient(dW):
    return int(np.argmin(dW[1:, 0])) + 1


# %% wrong="most negatives" says="look at column 0 alone"
def label_from_gradient(dW):
    return int((dW < 0).sum(1).argmax())


# %% wrong="value" says="that is the entry itself"
def label_from_gradient(dW):
    return float(dW[:, 0].min())


# %% wrong="float16" says="however small"
def label_from_gradient(dW):
    return int(np.argmin(dW[:, 0].astype(np.float16)))


# %% wrong="drawn by size" says="you say"
def label_from_gradient(dW):
    sizes = np.abs(dW[:, 0])
    return int(np.argsort(sizes)[len(sizes) // 2])

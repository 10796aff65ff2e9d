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

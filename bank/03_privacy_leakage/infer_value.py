# %% right="a loop, products"
def infer_value(predict, x, y, columns, prior):
    scores = []
    for v, column in enumerate(columns):
        filled = x.copy()
        filled[columns] = 0
        filled[column] = 1
        scores.append(prior[v] * predict(filled[np.newaxis])[0, y])
    return int(np.argmax(scores))


# %% right="all values at once, logarithms"
def infer_value(predict, x, y, columns, prior):
    filled = np.tile(np.asarray(x, float), (len(columns), 1))
    filled[:, columns] = np.eye(len(columns))
    return np.argmax(np.log(predict(filled)[:, y]) + np.log(prior))


# %% wrong="no prior" says="leaves the prior out"
def infer_value(predict, x, y, columns, prior):
    filled = np.tile(x, (len(columns), 1))
    filled[:, columns] = np.eye(len(columns))
    return int(predict(filled)[:, y].argmax())


# %% wrong="outcome 1" says="the outcome y that the person had"
def infer_value(predict, x, y, columns, prior):
    filled = np.tile(x, (len(columns), 1))
    filled[:, columns] = np.eye(len(columns))
    return int((predict(filled)[:, 1] * prior).argmax())


# %% wrong="two districts at once" says="clear the field's other columns"
def infer_value(predict, x, y, columns, prior):
    scores = []
    for v, column in enumerate(columns):
        filled = x.copy()
        filled[column] = 1
        scores.append(prior[v] * predict(filled[np.newaxis])[0, y])
    return int(np.argmax(scores))


# %% wrong="changes the file" says="your function changes x"
def infer_value(predict, x, y, columns, prior):
    scores = []
    for v, column in enumerate(columns):
        x[columns] = 0
        x[column] = 1
        scores.append(prior[v] * predict(x[np.newaxis])[0, y])
    return int(np.argmax(scores))

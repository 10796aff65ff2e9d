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


# %% right="one by one, lists"
def infer_value(predict, x, y, columns, prior):
    scores = []
    for v, c in enumerate(columns):
        z = [0.0 if i in columns else float(q) for i, q in enumerate(x)]
        z[c] = 1.0
        scores.append(np.log(prior[v]) + np.log(predict([z])[0][y]))
    return scores.index(max(scores))


# %% right="in place and back"
def infer_value(predict, x, y, columns, prior):
    kept = x.copy()
    best = (-1, None)
    for v, c in enumerate(columns):
        x[columns] = 0
        x[c] = 1
        best = max(best, (prior[v] * predict(x[None])[0, y], v))
    x[:] = kept
    return np.int8(best[1])


# %% right="posterior with float32"
def infer_value(predict, x, y, columns, prior):
    f = np.repeat(x[None].astype(np.float32), len(columns), 0)
    f[:, columns] = np.eye(len(columns), dtype=np.float32)
    p = predict(f)[:, y] * prior
    return (p / p.sum()).argmax()


# %% wrong="posterior of value divided twice" says="by Bayes the prior is multiplied"
def infer_value(predict, x, y, columns, prior):
    f = np.repeat(x[None], len(columns), 0)
    f[:, columns] = np.eye(len(columns))
    return int((predict(f)[:, y] / prior).argmax())


# %% wrong="leaves what is there" says="what stands in the columns now is unknown to you"
def infer_value(predict, x, y, columns, prior):
    return int(np.argmax(x[columns]))


# %% wrong="forgets restore" says="your function changes x"
def infer_value(predict, x, y, columns, prior):
    s = []
    for v, c in enumerate(columns):
        x[columns] = 0
        x[c] = 1
        s.append(prior[v] * predict(x[None])[0, y])
    return int(np.argmax(s))


# %% wrong="probabilities" says="the value's number must have shape ()"
def infer_value(predict, x, y, columns, prior):
    f = np.repeat(x[None], len(columns), 0)
    f[:, columns] = np.eye(len(columns))
    return prior * predict(f)[:, y]


# %% wrong="other outcome" says="y is the one that the person had"
def infer_value(predict, x, y, columns, prior):
    f = np.repeat(x[None], len(columns), 0)
    f[:, columns] = np.eye(len(columns))
    return int((prior * predict(f)[:, 1 - y]).argmax())


# %% right="torch"
def infer_value(predict, x, y, columns, prior):
    import torch

    f = torch.tensor(x, dtype=torch.float32).repeat(len(columns), 1)
    f[:, list(columns)] = torch.eye(len(columns))
    p = torch.as_tensor(np.asarray(predict(f.numpy())))[:, y]
    return torch.argmax(p * torch.as_tensor(prior))


# %% right="generator and early return"
def infer_value(predict, x, y, columns, prior):
    z = np.concatenate([x[None]] * len(columns))
    for v, c in enumerate(columns):
        for d in columns:
            z[v, d] = float(c == d)
    s = [a * b for a, b in zip(prior, (row[y] for row in predict(z)))]
    for v, q in enumerate(s):
        if q == max(s):
            return v


# %% wrong="side by side" says="need not stand side by side"
def infer_value(predict, x, y, columns, prior):
    s = []
    for v in range(len(columns)):
        z = x.copy()
        z[columns[0] : columns[-1] + 1] = 0
        z[columns[v]] = 1
        s.append(prior[v] * predict(z[None])[0, y])
    return int(np.argmax(s))


# %% wrong="hard decision" says="predict gives probabilities"
def infer_value(predict, x, y, columns, prior):
    f = np.tile(x, (len(columns), 1))
    f[:, columns] = np.eye(len(columns))
    return int(np.argmax(prior * (predict(f).argmax(1) == y)))


# %% wrong="prior changed" says="your function changes prior"
def infer_value(predict, x, y, columns, prior):
    f = np.tile(x, (len(columns), 1))
    f[:, columns] = np.eye(len(columns))
    prior *= predict(f)[:, y]
    return int(np.argmax(prior))


# %% wrong="first value above a half" says="it need not be over a half"
def infer_value(predict, x, y, columns, prior):
    f = np.tile(x, (len(columns), 1))
    f[:, columns] = np.eye(len(columns))
    p = predict(f)[:, y] * prior
    p /= p.sum()
    return int(np.argmax(p > 0.5))


# %% wrong="numbered from 1" says="numbered from 0"
def infer_value(predict, x, y, columns, prior):
    f = np.tile(x, (len(columns), 1))
    f[:, columns] = np.eye(len(columns))
    return int(np.argmax(prior * predict(f)[:, y])) + 1


# %% wrong="all other inputs cleared" says="the rest of the file stays as it is"
def infer_value(predict, x, y, columns, prior):
    f = np.zeros((len(columns), len(x)))
    f[:, columns] = np.eye(len(columns))
    return int(np.argmax(prior * predict(f)[:, y]))


# %% wrong="the value is 1 + what stood there" says="do not add"
def infer_value(predict, x, y, columns, prior):
    f = np.tile(x, (len(columns), 1))
    f[:, columns] += np.eye(len(columns))
    return int(np.argmax(prior * predict(f)[:, y]))


# %% right="log posterior loop"
def infer_value(predict, x, y, columns, prior):
    best, arg = -np.inf, None
    for v, c in enumerate(columns):
        z = x.copy()
        z[list(columns)] = 0
        z[c] = 1
        s = np.log(predict(z.reshape(1, -1))[0][y]) + np.log(prior[v])
        if s > best:
            best, arg = s, v
    return arg


# %% right="map"
def infer_value(predict, x, y, columns, prior):
    z = np.stack([x] * len(columns))
    z[:, columns] = 0
    z[np.arange(len(columns)), columns] = 1
    return np.argmax(predict(z).T[y] * prior)


# %% wrong="prior squared" says="multiply by the prior once"
def infer_value(predict, x, y, columns, prior):
    z = np.tile(x, (len(columns), 1))
    z[:, columns] = np.eye(len(columns))
    return int(np.argmax(prior**2 * predict(z)[:, y]))


# %% wrong="log log product" says="is not the logarithm of the product"
def infer_value(predict, x, y, columns, prior):
    z = np.tile(x, (len(columns), 1))
    z[:, columns] = np.eye(len(columns))
    return int(np.argmax(np.log(prior) * np.log(predict(z)[:, y])))


# %% wrong="set to 0 not 1" says="the other way round"
def infer_value(predict, x, y, columns, prior):
    z = np.tile(x, (len(columns), 1))
    z[:, columns] = 1 - np.eye(len(columns))
    return int(np.argmax(prior * predict(z)[:, y]))


# %% wrong="sorted prior" says="each value has its own prior"
def infer_value(predict, x, y, columns, prior):
    z = np.tile(x, (len(columns), 1))
    z[:, columns] = np.eye(len(columns))
    return int(np.argmax(np.sort(prior)[::-1] * predict(z)[:, y]))


# %% wrong="5 values max" says="not at most five"
def infer_value(predict, x, y, columns, prior):
    k = min(5, len(columns))
    z = np.tile(x, (k, 1))
    z[:, columns] = 0
    z[np.arange(k), columns[:k]] = 1
    return int(np.argmax(prior[:k] * predict(z)[:, y]))


# %% wrong="first columns" says="not the first of the file"
def infer_value(predict, x, y, columns, prior):
    z = np.tile(x, (len(columns), 1))
    z[:, : len(columns)] = np.eye(len(columns))
    return int(np.argmax(prior * predict(z)[:, y]))


# %% wrong="first start contiguous" says="use each index in columns"
def infer_value(predict, x, y, columns, prior):
    k = len(columns)
    a = columns[0]
    z = np.tile(x, (k, 1))
    z[:, a : a + k] = np.eye(k)
    return int(np.argmax(prior * predict(z)[:, y]))


# %% wrong="difference from base" says="not by how much it changes"
def infer_value(predict, x, y, columns, prior):
    z = np.tile(x, (len(columns), 1))
    z[:, columns] = np.eye(len(columns))
    base = predict(x[None])[0, y]
    return int(np.argmax(prior * np.abs(predict(z)[:, y] - base)))


# %% wrong="y known 1" says="not of outcome 0"
def infer_value(predict, x, y, columns, prior):
    z = np.tile(x, (len(columns), 1))
    z[:, columns] = np.eye(len(columns))
    return int(np.argmax(prior * predict(z)[:, 0]))

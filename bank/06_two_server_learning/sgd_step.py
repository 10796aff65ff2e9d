# %% right="two products"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    gradient = X.T @ (prediction - y)
    return w - truncate(gradient, f + rate_bits)


# %% right="two truncations in a row"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    u = truncate(X @ w, f)
    step = truncate(truncate(X.T @ (activation(u) - y), f), rate_bits)
    return w - step


# %% right="the error with its sign turned"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    error = y - activation(truncate(X @ w, f))
    return w + truncate(X.T @ error, rate_bits + f)


# %% wrong="uphill" says="you go uphill"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    return w + truncate(X.T @ (prediction - y), f + rate_bits)


# %% wrong="first product not truncated" says="the first product was not truncated"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(X @ w)
    return w - truncate(X.T @ (prediction - y), f + rate_bits)


# %% wrong="no rate" says="the rate is missing"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    return w - truncate(X.T @ (prediction - y), f)


# %% wrong="rate alone" says="keeps its f extra bits"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    return w - truncate(X.T @ (prediction - y), rate_bits)


# %% wrong="linear regression" says="the activation is missing"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    return w - truncate(X.T @ (truncate(X @ w, f) - y), f + rate_bits)


# %% wrong="no labels" says="the labels are missing"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    return w - truncate(X.T @ prediction, f + rate_bits)


# %% wrong="the step alone" says="the step is returned"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    return truncate(X.T @ (prediction - y), f + rate_bits)


# %% wrong="labels added" says="the labels are added"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    return w - truncate(X.T @ (prediction + y), f + rate_bits)


# %% wrong="divides by the rate" says="none can be compared, divided"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    return w - truncate(X.T @ (prediction - y), f) / 2**rate_bits


# %% wrong="rate twice" says="are taken off twice"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    error = activation(truncate(X @ w, f)) - y
    return w - truncate(truncate(X.T @ error, f + rate_bits), rate_bits)


# %% wrong="nothing truncated at the end" says="was not truncated at all"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    return w - X.T @ (prediction - y)


# %% wrong="the weights too" says="the weights are truncated as well"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    return truncate(w, f) - truncate(X.T @ (prediction - y), f + rate_bits)


# %% wrong="X where X.T belongs" says="Is the transpose missing"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    return w - truncate(X @ (prediction - y), f + rate_bits)


# %% wrong="unchanged" says="the step is lost"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    activation(truncate(X @ w, f))
    return w


# %% wrong="divided by the rows" says="number of rows as well"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, f))
    rows = int(np.log2(X.shape[0]))
    return w - truncate(X.T @ (prediction - y), f + rate_bits + rows)


# %% wrong="activation of the error" says="take y off what it gives"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    error = activation(truncate(X @ w, f) - y)
    return w - truncate(X.T @ error, f + rate_bits)


# %% wrong="rate bits first" says="truncated by rate_bits: by f"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    prediction = activation(truncate(X @ w, rate_bits))
    return w - truncate(X.T @ (prediction - y), f + rate_bits)


# %% wrong="rate applied to the differences" says="the differences are truncated by rate_bits"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    d = truncate(activation(truncate(X @ w, f)) - y, rate_bits)
    return w - truncate(X.T @ d, f)

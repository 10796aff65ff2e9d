# %% right="products"
def layer_backward(W, a, delta):
    dW = np.hstack([delta.sum(axis=0)[:, None], delta.T @ a])
    return dW, delta @ W[:, 1:]


# %% right="loop over cases"
def layer_backward(W, a, delta):
    dW, da = np.zeros(W.shape), []
    for row, d in zip(a, delta):
        dW += np.outer(d, [1, *row])
        da.append((W.T @ d)[1:])
    return [dW, np.array(da)]


# %% wrong="no bias column" says="dW has no column for the bias node"
def layer_backward(W, a, delta):
    return delta.T @ a, delta @ W[:, 1:]


# %% wrong="through the bias" says="the bias node receives no link"
def layer_backward(W, a, delta):
    return delta.T @ np.column_stack([np.ones(len(a)), a]), delta @ W


# %% wrong="mean again" says="the 1/n is in delta already"
def layer_backward(W, a, delta):
    nodes = np.column_stack([np.ones(len(a)), a])
    return delta.T @ nodes / len(a), delta @ W[:, 1:]


# %% wrong="drops the last column" says="leave out column 0"
def layer_backward(W, a, delta):
    return delta.T @ np.column_stack([np.ones(len(a)), a]), delta @ W[:, :-1]


# %% wrong="swapped" says="the two are in the wrong"
def layer_backward(W, a, delta):
    nodes = np.column_stack([np.ones(len(a)), a])
    return delta @ W[:, 1:], delta.T @ nodes

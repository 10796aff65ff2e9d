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


# %% right="autograd"
def layer_backward(W, a, delta):
    import torch

    w, x = (torch.from_numpy(v).clone().requires_grad_() for v in (W, a))
    (w[:, 0] + x @ w[:, 1:].T).backward(torch.from_numpy(delta))
    return w.grad, x.grad


# %% right="einsum, a generator of columns"
def layer_backward(W, a, delta):
    columns = (np.ones(len(a)), *a.T)
    dW = np.stack([np.einsum("nj,n->j", delta, v) for v in columns], axis=1)
    return dW, np.einsum("nj,ji->ni", delta, W)[:, 1:]


# %% wrong="dW transposed" says="yours is its transpose"
def layer_backward(W, a, delta):
    nodes = np.column_stack([np.ones(len(a)), a])
    return nodes.T @ delta, delta @ W[:, 1:]


# %% wrong="bias node behind" says="column 0 is that of the bias node"
def layer_backward(W, a, delta):
    return delta.T @ np.column_stack([a, np.ones(len(a))]), delta @ W[:, 1:]


# %% wrong="da piled up" says="each example has a row of its own"
def layer_backward(W, a, delta):
    dW, da = np.zeros(W.shape), np.zeros(a.shape)
    for row, d in zip(a, delta):
        dW += np.outer(d, [1, *row])
        da += d @ W[:, 1:]
    return dW, da


# %% wrong="dW overwritten" says="yours is what the last one gives"
def layer_backward(W, a, delta):
    for row, d in zip(a, delta):
        dW = np.outer(d, [1, *row])
    return dW, delta @ W[:, 1:]


# %% wrong="bias weights wiped" says="your function changes W, its"
def layer_backward(W, a, delta):
    dW = delta.T @ np.column_stack([np.ones(len(a)), a])
    W[:, 0] = 0
    return dW, (delta @ W)[:, 1:]

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


# %% right="empty then fill"
def layer_backward(W, a, delta):
    dW = np.empty_like(W)
    dW[:, 0] = delta.sum(0)
    dW[:, 1:] = delta.T @ a
    return (dW, (W[:, 1:].T @ delta.T).T)


# %% right="four loops lists"
def layer_backward(W, a, delta):
    n, units = delta.shape
    k = a.shape[1]
    dW = [
        [
            sum(delta[e][j] * (1 if i == 0 else a[e][i - 1]) for e in range(n))
            for i in range(k + 1)
        ]
        for j in range(units)
    ]
    da = [
        [sum(delta[e][j] * W[j][i + 1] for j in range(units)) for i in range(k)]
        for e in range(n)
    ]
    return dW, da


# %% wrong="bias column zero" says="as if the bias node were not there"
def layer_backward(W, a, delta):
    return np.hstack([np.zeros((len(W), 1)), delta.T @ a]), delta @ W[:, 1:]


# %% wrong="bias column mean" says="yours is its mean"
def layer_backward(W, a, delta):
    return np.hstack([delta.mean(0)[:, None], delta.T @ a]), delta @ W[:, 1:]


# %% wrong="bias weight times delta" says="multiplied by the weight, too"
def layer_backward(W, a, delta):
    return np.hstack([(delta.sum(0) * W[:, 0])[:, None], delta.T @ a]), delta @ W[:, 1:]


# %% wrong="da mean" says="da: the 1/n is in delta already"
def layer_backward(W, a, delta):
    n = len(a)
    return np.hstack([delta.sum(0)[:, None], delta.T @ a]), delta @ W[:, 1:] / n


# %% wrong="sign" says="dW: the sign is turned"
def layer_backward(W, a, delta):
    return -np.hstack([delta.sum(0)[:, None], delta.T @ a]), -delta @ W[:, 1:]


# %% wrong="sign da" says="da: the sign is turned"
def layer_backward(W, a, delta):
    return np.hstack([delta.sum(0)[:, None], delta.T @ a]), -delta @ W[:, 1:]


# %% wrong="da sigmoid derivative" says="the derivative of an activation comes after it"
def layer_backward(W, a, delta):
    return np.hstack([delta.sum(0)[:, None], delta.T @ a]), delta @ W[:, 1:] * a * (
        1 - a
    )


# %% wrong="dW per example" says="a table for each example"
def layer_backward(W, a, delta):
    nodes = np.column_stack([np.ones(len(a)), a])
    return delta[:, :, None] * nodes[:, None, :], delta @ W[:, 1:]


# %% wrong="dW step" says="do not take it off W"
def layer_backward(W, a, delta):
    return W - np.hstack([delta.sum(0)[:, None], delta.T @ a]), delta @ W[:, 1:]


# %% wrong="da transposed" says="its axes are exchanged"
def layer_backward(W, a, delta):
    return np.hstack([delta.sum(0)[:, None], delta.T @ a]), (delta @ W[:, 1:]).T

# %% right="slices"
def lstm_step(x, h, c, W_x, W_h, b):
    n = len(h)
    z = x @ W_x.T + h @ W_h.T + b
    i, f, o = (torch.sigmoid(z[k * n : (k + 1) * n]) for k in (0, 1, 3))
    new = f * c + i * torch.tanh(z[2 * n : 3 * n])
    return o * torch.tanh(new), new


# %% right="numpy"
def lstm_step(x, h, c, W_x, W_h, b):
    x, h, c, W_x, W_h, b = (v.numpy() for v in (x, h, c, W_x, W_h, b))
    i, f, g, o = (W_x @ x + W_h @ h + b).reshape(4, -1)
    sigmoid = lambda z: 1 / (1 + np.exp(-z))
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return [sigmoid(o) * np.tanh(c), c]


# %% wrong="gates swapped" says="the blocks are i, f, g, o"
def lstm_step(x, h, c, W_x, W_h, b):
    f, i, g, o = (W_x @ x + W_h @ h + b).chunk(4)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="candidate as gate" says="g is a candidate"
def lstm_step(x, h, c, W_x, W_h, b):
    i, f, g, o = torch.sigmoid(W_x @ x + W_h @ h + b).chunk(4)
    c = f * c + i * g
    return o * torch.tanh(c), c


# %% wrong="no tanh on the cell" says="h shows the cell through tanh"
def lstm_step(x, h, c, W_x, W_h, b):
    i, f, g, o = (W_x @ x + W_h @ h + b).chunk(4)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * c, c


# %% wrong="never forgets" says="the forget gate is missing"
def lstm_step(x, h, c, W_x, W_h, b):
    i, f, g, o = (W_x @ x + W_h @ h + b).chunk(4)
    c = c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c

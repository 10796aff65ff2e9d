# %% equivalent="there are four blocks, and GATES has four letters"
# blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4), strict=True)) -> blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4), strict=False))

# %% right="slices"
def lstm_step(x, h, c, W_x, W_h, b):
    n = len(h)
    z = x @ W_x.T + h @ W_h.T + b
    i, f, g, o = (z[n * GATES.index(k) :][:n] for k in "ifgo")
    i, f, o = torch.sigmoid(i), torch.sigmoid(f), torch.sigmoid(o)
    new = f * c + i * torch.tanh(g)
    return o * torch.tanh(new), new


# %% right="numpy"
def lstm_step(x, h, c, W_x, W_h, b):
    x, h, c, W_x, W_h, b = (v.numpy() for v in (x, h, c, W_x, W_h, b))
    blocks = (W_x @ x + W_h @ h + b).reshape(4, -1)
    i, f, g, o = blocks[[GATES.index(k) for k in "ifgo"]]
    sigmoid = lambda z: 1 / (1 + np.exp(-z))
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return [sigmoid(o) * np.tanh(c), c]


# %% wrong="gates swapped" says="the wrong way round"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    f, i, g, o = (blocks[k] for k in "ifgo")
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="candidate as gate" says="g is a candidate"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, torch.sigmoid(W_x @ x + W_h @ h + b).chunk(4)))
    i, f, g, o = (blocks[k] for k in "ifgo")
    c = f * c + i * g
    return o * torch.tanh(c), c


# %% wrong="no tanh on the cell" says="h shows the cell through tanh"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    i, f, g, o = (blocks[k] for k in "ifgo")
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * c, c


# %% wrong="never forgets" says="the forget gate is missing"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    i, f, g, o = (blocks[k] for k in "ifgo")
    c = c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% copied="the order of torch" says="another variant's order"
def lstm_step(x, h, c, W_x, W_h, b):
    i, f, g, o = (W_x @ x + W_h @ h + b).chunk(4)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% right="torch's cell, its rows in order"
def lstm_step(x, h, c, W_x, W_h, b):
    n = len(h)
    rows = [n * GATES.index(k) + j for k in "ifgo" for j in range(n)]
    cell = nn.LSTMCell(len(x), n, dtype=x.dtype)
    with torch.no_grad():
        cell.weight_ih.copy_(W_x[rows])
        cell.weight_hh.copy_(W_h[rows])
        cell.bias_ih.copy_(b[rows])
        cell.bias_hh.zero_()
    return cell(x, (h, c))


# %% right="entry by entry"
def lstm_step(x, h, c, W_x, W_h, b):
    n = len(h)
    new_h, new_c = [], []
    for j in range(n):
        z = {
            k: W_x[r] @ x + W_h[r] @ h + b[r] for k, r in zip(GATES, range(j, 4 * n, n))
        }
        i, f, o = (1 / (1 + torch.exp(-z[k])) for k in "ifo")
        new_c.append(f * c[j] + i * torch.tanh(z["g"]))
        new_h.append(o * torch.tanh(new_c[-1]))
    return torch.stack(new_h), torch.stack(new_c)


# %% wrong="c first" says="h and c are the wrong way round"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    i, f, g, o = (blocks[k] for k in "ifgo")
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return c, torch.sigmoid(o) * torch.tanh(c)


# %% wrong="a new cell each step" says="the cell forgets everything"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    i, f, g, o = (blocks[k] for k in "ifgo")
    c = torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="shows the old cell" says="h has to show the new cell"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    i, f, g, o = (blocks[k] for k in "ifgo")
    new_c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), new_c


# %% wrong="candidate as it is" says="the candidate g goes through tanh"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    i, f, g, o = (blocks[k] for k in "ifgo")
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * g
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="in place" says="your function changes c, its"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    i, f, g, o = (blocks[k] for k in "ifgo")
    c *= torch.sigmoid(f)
    c += torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="h alone" says="lstm_step must return two things"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    i, f, g, o = (blocks[k] for k in "ifgo")
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c)


# %% right="view"
def lstm_step(x, h, c, W_x, W_h, b):
    z = (W_x @ x + W_h @ h + b).view(4, -1)
    i, f, o = (torch.sigmoid(z[GATES.index(k)]) for k in "ifo")
    c = torch.addcmul(f * c, i, torch.tanh(z[GATES.index("g")]))
    return (o * c.tanh(), c)


# %% right="nn.LSTM"
def lstm_step(x, h, c, W_x, W_h, b):
    n = len(h)
    rows = torch.cat([torch.arange(n) + n * GATES.index(k) for k in "ifgo"])
    l = nn.LSTM(len(x), n, dtype=x.dtype)
    with torch.no_grad():
        l.weight_ih_l0.copy_(W_x[rows])
        l.weight_hh_l0.copy_(W_h[rows])
        l.bias_ih_l0.copy_(b[rows])
        l.bias_hh_l0.zero_()
    _, (a, d) = l(x[None], (h[None], c[None]))
    return a[0], d[0]


# %% wrong="columns interleaved" says="not every fourth row"
def lstm_step(x, h, c, W_x, W_h, b):
    z = (W_x @ x + W_h @ h + b).reshape(-1, 4).T
    i, f, g, o = (z[GATES.index(k)] for k in "ifgo")
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="no bias" says="the bias b is missing"
def lstm_step(x, h, c, W_x, W_h, b):
    z = dict(zip(GATES, (W_x @ x + W_h @ h).chunk(4)))
    c = torch.sigmoid(z["f"]) * c + torch.sigmoid(z["i"]) * torch.tanh(z["g"])
    return torch.sigmoid(z["o"]) * torch.tanh(c), c


# %% wrong="no h" says="the state before is missing"
def lstm_step(x, h, c, W_x, W_h, b):
    z = dict(zip(GATES, (W_x @ x + b).chunk(4)))
    c = torch.sigmoid(z["f"]) * c + torch.sigmoid(z["i"]) * torch.tanh(z["g"])
    return torch.sigmoid(z["o"]) * torch.tanh(c), c


# %% wrong="c for h" says="the state h, not the cell c"
def lstm_step(x, h, c, W_x, W_h, b):
    z = dict(zip(GATES, (W_x @ x + W_h @ c + b).chunk(4)))
    c = torch.sigmoid(z["f"]) * c + torch.sigmoid(z["i"]) * torch.tanh(z["g"])
    return torch.sigmoid(z["o"]) * torch.tanh(c), c


# %% wrong="input gate missing" says="the input gate is missing"
def lstm_step(x, h, c, W_x, W_h, b):
    z = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    c = torch.sigmoid(z["f"]) * c + torch.tanh(z["g"])
    return torch.sigmoid(z["o"]) * torch.tanh(c), c


# %% wrong="output gate missing" says="the output gate is missing"
def lstm_step(x, h, c, W_x, W_h, b):
    z = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    c = torch.sigmoid(z["f"]) * c + torch.sigmoid(z["i"]) * torch.tanh(z["g"])
    return torch.tanh(c), c


# %% wrong="GRU like 1-f" says="another cell's (the GRU's)"
def lstm_step(x, h, c, W_x, W_h, b):
    z = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    f = torch.sigmoid(z["f"])
    c = f * c + (1 - f) * torch.tanh(z["g"])
    return torch.sigmoid(z["o"]) * torch.tanh(c), c


# %% wrong="1 - f" says="f is what is kept"
def lstm_step(x, h, c, W_x, W_h, b):
    z = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    c = (1 - torch.sigmoid(z["f"])) * c + torch.sigmoid(z["i"]) * torch.tanh(z["g"])
    return torch.sigmoid(z["o"]) * torch.tanh(c), c


# %% wrong="returns old c" says="your c is the one before"
def lstm_step(x, h, c, W_x, W_h, b):
    z = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    c2 = torch.sigmoid(z["f"]) * c + torch.sigmoid(z["i"]) * torch.tanh(z["g"])
    return torch.sigmoid(z["o"]) * torch.tanh(c2), c


# %% wrong="tanh cell returned" says="the new cell does not go through tanh"
def lstm_step(x, h, c, W_x, W_h, b):
    z = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    c = torch.tanh(
        torch.sigmoid(z["f"]) * c + torch.sigmoid(z["i"]) * torch.tanh(z["g"])
    )
    return torch.sigmoid(z["o"]) * c, c


# %% wrong="gates tanh" says="yours go through tanh"
def lstm_step(x, h, c, W_x, W_h, b):
    z = dict(zip(GATES, torch.tanh(W_x @ x + W_h @ h + b).chunk(4)))
    c = z["f"] * c + z["i"] * z["g"]
    return z["o"] * torch.tanh(c), c


# %% wrong="coupled gates" says="where the two are coupled"
def lstm_step(x, h, c, W_x, W_h, b):
    blocks = dict(zip(GATES, (W_x @ x + W_h @ h + b).chunk(4)))
    enters = torch.sigmoid(blocks["i"])
    new = torch.lerp(c, torch.tanh(blocks["g"]), enters)
    return torch.sigmoid(blocks["o"]) * torch.tanh(new), new

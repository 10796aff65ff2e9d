# %% right="preallocated"
def rnn_states(x, W_x, W_h, b):
    out = torch.zeros(len(x), len(b), dtype=x.dtype)
    h = torch.zeros(len(b), dtype=x.dtype)
    for t in range(len(x)):
        h = torch.tanh(x[t] @ W_x.T + h @ W_h.T + b)
        out[t] = h
    return out


# %% right="numpy and lists"
def rnn_states(x, W_x, W_h, b):
    x, W_x, W_h, b = (np.asarray(v) for v in (x, W_x, W_h, b))
    states = [np.zeros(len(b))]
    for row in x:
        states.append(np.tanh(W_x.dot(row) + W_h.dot(states[-1]) + b))
    return [list(state) for state in states[1:]]


# %% wrong="no self-join" says="the self-join is missing"
def rnn_states(x, W_x, W_h, b):
    return torch.tanh(x @ W_x.T + b)


# %% wrong="transposed" says="the wrong way round"
def rnn_states(x, W_x, W_h, b):
    h, states = torch.zeros_like(b), []
    for x_t in x:
        h = torch.tanh(W_x @ x_t + h @ W_h + b)
        states.append(h)
    return torch.stack(states)


# %% wrong="join outside tanh" says="goes into tanh together"
def rnn_states(x, W_x, W_h, b):
    h, states = torch.zeros_like(b), []
    for x_t in x:
        h = torch.tanh(W_x @ x_t + b) + W_h @ h
        states.append(h)
    return torch.stack(states)


# %% wrong="last state only" says="must have shape"
def rnn_states(x, W_x, W_h, b):
    h = torch.zeros_like(b)
    for x_t in x:
        h = torch.tanh(W_x @ x_t + W_h @ h + b)
    return h


# %% right="torch's layer"
def rnn_states(x, W_x, W_h, b):
    rnn = nn.RNN(x.shape[1], len(b), dtype=x.dtype)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(W_x)
        rnn.weight_hh_l0.copy_(W_h)
        rnn.bias_ih_l0.copy_(b)
        rnn.bias_hh_l0.zero_()
    return rnn(x)[0]


# %% right="accumulate"
def rnn_states(x, W_x, W_h, b):
    from itertools import accumulate

    drive = torch.einsum("ti,ji->tj", x, W_x) + b
    start = torch.zeros_like(b)
    states = accumulate(drive, lambda h, d: torch.tanh(d + W_h @ h), initial=start)
    return torch.stack(list(states)[1:])


# %% wrong="state added as it is" says="adding the state is not enough"
def rnn_states(x, W_x, W_h, b):
    h, states = torch.zeros_like(b), []
    for x_t in x:
        h = torch.tanh(W_x @ x_t + h + b)
        states.append(h)
    return torch.stack(states)


# %% wrong="newest first" says="the states come last first"
def rnn_states(x, W_x, W_h, b):
    h, states = torch.zeros_like(b), []
    for x_t in x:
        h = torch.tanh(W_x @ x_t + W_h @ h + b)
        states.insert(0, h)
    return torch.stack(states)


# %% wrong="no bias" says="the bias b is missing"
def rnn_states(x, W_x, W_h, b):
    h, states = torch.zeros_like(b), []
    for x_t in x:
        h = torch.tanh(W_x @ x_t + W_h @ h)
        states.append(h)
    return torch.stack(states)


# %% wrong="kept before the step" says="not h_0"
def rnn_states(x, W_x, W_h, b):
    h, states = torch.zeros_like(b), []
    for x_t in x:
        states.append(h)
        h = torch.tanh(W_x @ x_t + W_h @ h + b)
    return torch.stack(states)


# %% wrong="sigmoid" says="the formula has tanh"
def rnn_states(x, W_x, W_h, b):
    h, states = torch.zeros_like(b), []
    for x_t in x:
        h = torch.sigmoid(W_x @ x_t + W_h @ h + b)
        states.append(h)
    return torch.stack(states)


# %% wrong="with h_0" says="is no row of the table"
def rnn_states(x, W_x, W_h, b):
    states = [torch.zeros_like(b)]
    for x_t in x:
        states.append(torch.tanh(W_x @ x_t + W_h @ states[-1] + b))
    return torch.stack(states)


# %% right="recursion"
def rnn_states(x, W_x, W_h, b):
    def go(t):
        if t == 0:
            return [torch.zeros(len(b), dtype=b.dtype)]
        s = go(t - 1)
        return s + [torch.tanh(W_x @ x[t - 1] + W_h @ s[-1] + b)]

    return torch.stack(go(len(x))[1:])


# %% right="joined matrix"
def rnn_states(x, W_x, W_h, b):
    W = torch.cat([W_x, W_h, b[:, None]], 1)
    h, out = torch.zeros_like(b), []
    for r in x:
        h = torch.tanh(W @ torch.cat([r, h, torch.ones(1, dtype=x.dtype)]))
        out.append(h)
    return torch.stack(out)


# %% wrong="starts at ones" says="h_0 is 0: yours starts at ones"
def rnn_states(x, W_x, W_h, b):
    h, out = torch.ones_like(b), []
    for r in x:
        h = torch.tanh(W_x @ r + W_h @ h + b)
        out.append(h)
    return torch.stack(out)


# %% wrong="starts at b" says="h_0 is 0: yours starts at b"
def rnn_states(x, W_x, W_h, b):
    h, out = b, []
    for r in x:
        h = torch.tanh(W_x @ r + W_h @ h + b)
        out.append(h)
    return torch.stack(out)


# %% wrong="random start" says="nothing is drawn"
def rnn_states(x, W_x, W_h, b):
    h, out = torch.rand_like(b), []
    for r in x:
        h = torch.tanh(W_x @ r + W_h @ h + b)
        out.append(h)
    return torch.stack(out)


# %% wrong="memory across calls" says="nothing kept from an earlier call"
H = {}


def rnn_states(x, W_x, W_h, b):
    h, out = H.get(len(b), torch.zeros_like(b)), []
    for r in x:
        h = torch.tanh(W_x @ r + W_h @ h + b)
        out.append(h)
    H[len(b)] = h
    return torch.stack(out)


# %% wrong="pre-activation fed back" says="yours is the sum before it"
def rnn_states(x, W_x, W_h, b):
    z, out = torch.zeros_like(b), []
    for r in x:
        z = W_x @ r + W_h @ z + b
        out.append(torch.tanh(z))
    return torch.stack(out)


# %% wrong="reads backward" says="yours begins with the last"
def rnn_states(x, W_x, W_h, b):
    h, out = torch.zeros_like(b), []
    for r in x.flip(0):
        h = torch.tanh(W_x @ r + W_h @ h + b)
        out.append(h)
    return torch.stack(out)


# %% wrong="same tensor" says="the rows are one tensor"
def rnn_states(x, W_x, W_h, b):
    h, out = torch.zeros_like(b), []
    for r in x:
        h[:] = torch.tanh(W_x @ r + W_h @ h + b)
        out.append(h)
    return torch.stack(out)


# %% wrong="relu" says="this is a ReLU"
def rnn_states(x, W_x, W_h, b):
    h, out = torch.zeros_like(b), []
    for r in x:
        h = torch.relu(W_x @ r + W_h @ h + b)
        out.append(h)
    return torch.stack(out)


# %% wrong="subtract" says="added, not subtracted"
def rnn_states(x, W_x, W_h, b):
    h, out = torch.zeros_like(b), []
    for r in x:
        h = torch.tanh(W_x @ r - W_h @ h + b)
        out.append(h)
    return torch.stack(out)


# %% wrong="elementwise W_h" says="not its diagonal alone"
def rnn_states(x, W_x, W_h, b):
    h, out = torch.zeros_like(b), []
    for r in x:
        h = torch.tanh(W_x @ r + torch.diag(W_h) * h + b)
        out.append(h)
    return torch.stack(out)


# %% wrong="only 12 steps" says="are 0 and the others right"
def rnn_states(x, W_x, W_h, b):
    h, out = torch.zeros_like(b), torch.zeros(len(x), len(b), dtype=x.dtype)
    for t in range(min(12, len(x))):
        h = torch.tanh(W_x @ x[t] + W_h @ h + b)
        out[t] = h
    return out


# %% wrong="the last state but one" says="two steps back"
def rnn_states(x, W_x, W_h, b):
    states = [torch.zeros_like(b), torch.zeros_like(b)]
    for t in range(len(x)):
        states.append(torch.tanh(W_x @ x[t] + W_h @ states[t] + b))
    return torch.stack(states[2:])

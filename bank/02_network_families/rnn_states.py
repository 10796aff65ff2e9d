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

# %% right="a loop over the topics"
def attend(h, T, C, phi, W, U, v):
    scores = torch.stack(
        [C[j] * (v @ torch.tanh(W @ h + U @ T[j])) for j in range(len(T))]
    )
    weights = torch.exp(scores) / torch.exp(scores).sum()
    return weights, C - weights / phi


# %% right="numpy"
def attend(h, T, C, phi, W, U, v):
    h, T, C, phi, W, U, v = (np.asarray(a) for a in (h, T, C, phi, W, U, v))
    s = C * (np.tanh(h @ W.T + T @ U.T) @ v)
    e = np.exp(s - s.max())
    alpha = e / e.sum()
    return alpha.tolist(), (C - alpha / phi).tolist()


# %% wrong="frozen" says="topics will be told again"
def attend(h, T, C, phi, W, U, v):
    scores = C * (torch.tanh(W @ h + T @ U.T) @ v)
    return torch.softmax(scores, dim=0), C


# %% wrong="coverage after the softmax" says="these weights do not sum to 1"
def attend(h, T, C, phi, W, U, v):
    alpha = C * torch.softmax(torch.tanh(W @ h + T @ U.T) @ v, dim=0)
    return alpha, C - alpha / phi


# %% wrong="coverage not used" says="the coverage is not used"
def attend(h, T, C, phi, W, U, v):
    alpha = torch.softmax(torch.tanh(W @ h + T @ U.T) @ v, dim=0)
    return alpha, C - alpha / phi


# %% wrong="phi forgotten" says="divide by it"
def attend(h, T, C, phi, W, U, v):
    alpha = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), dim=0)
    return alpha, C - alpha

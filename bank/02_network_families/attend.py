# %% equivalent="scores has one axis"
# alpha = torch.softmax(scores, dim=0) -> alpha = torch.softmax(scores, dim=-1)

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


# %% right="einsum and exp"
def attend(h, T, C, phi, W, U, v):
    inner = torch.tanh(torch.einsum("ij,j->i", W, h) + torch.einsum("ij,tj->ti", U, T))
    e = torch.exp(C * torch.einsum("i,ti->t", v, inner))
    alpha = e / e.sum()
    return [alpha, torch.stack([c - a / p for c, a, p in zip(C, alpha, phi)])]


# %% wrong="no softmax" says="these are scores"
def attend(h, T, C, phi, W, U, v):
    alpha = C * (torch.tanh(W @ h + T @ U.T) @ v)
    return alpha, C - alpha / phi


# %% wrong="coverage added" says="coverage multiplies the score; it is not added"
def attend(h, T, C, phi, W, U, v):
    alpha = torch.softmax(C + torch.tanh(W @ h + T @ U.T) @ v, dim=0)
    return alpha, C - alpha / phi


# %% wrong="softmax times coverage, scaled" says="before the softmax, not after it"
def attend(h, T, C, phi, W, U, v):
    alpha = C * torch.softmax(torch.tanh(W @ h + T @ U.T) @ v, dim=0)
    alpha = alpha / alpha.sum()
    return alpha, C - alpha / phi


# %% wrong="coverage grows" says="the coverage has to fall by what was told"
def attend(h, T, C, phi, W, U, v):
    alpha = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), dim=0)
    return alpha, C + alpha / phi


# %% wrong="one phi for all" says="each topic has its own phi"
def attend(h, T, C, phi, W, U, v):
    alpha = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), dim=0)
    return alpha, C - alpha / phi.sum()


# %% wrong="never below 0" says="the coverage was cut off at 0"
def attend(h, T, C, phi, W, U, v):
    alpha = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), dim=0)
    return alpha, (C - alpha / phi).clamp(min=0)


# %% wrong="in place" says="your function changes C, its"
def attend(h, T, C, phi, W, U, v):
    alpha = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), dim=0)
    C -= alpha / phi
    return alpha, C


# %% wrong="weights alone" says="attend must return two things"
def attend(h, T, C, phi, W, U, v):
    return torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), dim=0)


# %% right="vstack loop"
def attend(h, T, C, phi, W, U, v):
    s = torch.stack([c * torch.dot(v, torch.tanh(W @ h + U @ t)) for c, t in zip(C, T)])
    s = s - s.max()
    a = s.exp() / s.exp().sum()
    return a, C - a / phi


# %% right="matmul T U.T"
def attend(h, T, C, phi, W, U, v):
    pre = (W @ h)[None, :] + (U @ T.T).T
    a = torch.softmax(C * (pre.tanh() * v).sum(1), 0)
    return (a, torch.sub(C, a.div(phi)))


# %% wrong="swapped U and W" says="U and W are exchanged"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax(C * (torch.tanh(U @ h + T @ W.T) @ v), 0)
    return a, C - a / phi


# %% wrong="U not transposed" says="the wrong way round"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax(C * (torch.tanh(W @ h + T @ U) @ v), 0)
    return a, C - a / phi


# %% wrong="no tanh" says="tanh is missing"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax(C * ((W @ h + T @ U.T) @ v), 0)
    return a, C - a / phi


# %% wrong="no h" says="W h is missing"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax(C * (torch.tanh(T @ U.T) @ v), 0)
    return a, C - a / phi


# %% wrong="v inside tanh" says="v stands outside it"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax(C * torch.tanh((W @ h + T @ U.T) @ v), 0)
    return a, C - a / phi


# %% wrong="separate tanh" says="adds a tanh of each"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax(C * ((torch.tanh(W @ h) + torch.tanh(T @ U.T)) @ v), 0)
    return a, C - a / phi


# %% wrong="C inside tanh" says="it stands outside tanh"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax(torch.tanh(C[:, None] * (W @ h + T @ U.T)) @ v, 0)
    return a, C - a / phi


# %% wrong="divides score by C" says="it does not divide it"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax((torch.tanh(W @ h + T @ U.T) @ v) / C, 0)
    return a, C - a / phi


# %% wrong="clip in score" says="do not cut it off"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax(C.clamp(0, 1) * (torch.tanh(W @ h + T @ U.T) @ v), 0)
    return a, C - a / phi


# %% wrong="sigmoid weights" says="sigmoids, each score alone"
def attend(h, T, C, phi, W, U, v):
    a = torch.sigmoid(C * (torch.tanh(W @ h + T @ U.T) @ v))
    return a, C - a / phi


# %% wrong="1/phi" says="alpha is missing"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), 0)
    return a, C - 1 / phi


# %% wrong="C = a/phi" says="the coverage is what is left"
def attend(h, T, C, phi, W, U, v):
    a = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), 0)
    return a, a / phi


# %% wrong="coverage updated before" says="do not update it first"
def attend(h, T, C, phi, W, U, v):
    a0 = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), 0)
    C2 = C - a0 / phi
    a = torch.softmax(C2 * (torch.tanh(W @ h + T @ U.T) @ v), 0)
    return a, C2

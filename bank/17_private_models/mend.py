# %% right="by columns"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    w = np.where(w < 0, 0, w) + 2 * s * len(Q) ** 0.5
    return (V * w) @ V.T


# %% right="a sum of projections"
def mend(Q, s):
    d = Q.shape[0]
    values, vectors = np.linalg.eigh(Q)
    out = 2 * s * np.sqrt(d) * np.eye(d)
    for value, v in zip(values, vectors.T):
        if value > 0:
            out += value * np.outer(v, v)
    return out


# %% right="scipy"
def mend(Q, s):
    from scipy import linalg

    w, V = linalg.eigh(Q)
    return V @ np.diag(np.clip(w, 0, None) + 2 * s * len(w) ** 0.5) @ V.T


# %% right="half of Q and its absolute value"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    size = V @ np.diag(np.abs(w)) @ V.T
    return (Q + size) / 2 + 2 * s * np.sqrt(len(Q)) * np.eye(len(Q))


# %% wrong="ridge only" says="must become 0 before"
def mend(Q, s):
    return Q + 2 * s * len(Q) ** 0.5 * np.eye(len(Q))


# %% wrong="cut only" says="ridge was left out"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * np.maximum(w, 0)) @ V.T


# %% wrong="ridge first" says="added first"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * np.maximum(w + 2 * s * len(Q) ** 0.5, 0)) @ V.T


# %% wrong="turned round" says="turned round"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * (np.abs(w) + 2 * s * len(Q) ** 0.5)) @ V.T


# %% wrong="singular values" says="turned round"
def mend(Q, s):
    U, w, Vt = np.linalg.svd(Q)
    return (Vt.T * (w + 2 * s * len(Q) ** 0.5)) @ Vt


# %% wrong="the larger of both" says="added to all"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * np.maximum(w, 2 * s * len(Q) ** 0.5)) @ V.T


# %% wrong="only the bad ones" says="added to all"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * np.where(w < 0, 2 * s * len(Q) ** 0.5, w)) @ V.T


# %% wrong="d for its root" says="has sqrt(d), not d"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * (np.maximum(w, 0) + 2 * s * len(Q))) @ V.T


# %% wrong="factor 2 left out" says="factor 2"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * (np.maximum(w, 0) + s * len(Q) ** 0.5)) @ V.T


# %% wrong="root left out" says="lacks sqrt"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * (np.maximum(w, 0) + 2 * s)) @ V.T


# %% wrong="the paper's" says="paper's ridge"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * (np.maximum(w, 0) + 4 * s)) @ V.T


# %% wrong="variance" says="variance"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * (np.maximum(w, 0) + 2 * s * s * len(Q) ** 0.5)) @ V.T


# %% wrong="eigenvalues only" says="put the matrix together"
def mend(Q, s):
    return np.maximum(np.linalg.eigvalsh(Q), 0) + 2 * s * len(Q) ** 0.5


# %% wrong="rows for columns" says="columns of V"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return V.T @ np.diag(np.maximum(w, 0) + 2 * s * len(Q) ** 0.5) @ V


# %% wrong="entries cut" says="entries below 0"
def mend(Q, s):
    return np.maximum(Q, 0) + 2 * s * len(Q) ** 0.5 * np.eye(len(Q))


# %% wrong="added everywhere" says="diagonal alone"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    return (V * np.maximum(w, 0)) @ V.T + 2 * s * len(Q) ** 0.5


# %% wrong="in place" says="changes Q"
def mend(Q, s):
    w, V = np.linalg.eigh(Q)
    Q[:] = (V * (np.maximum(w, 0) + 2 * s * len(Q) ** 0.5)) @ V.T
    return Q

# %% equivalent="which server takes off E F is free"
# return share - E @ F if i == 1 else share -> return share if i == 1 else share - E @ F
# return share - E @ F if i == 1 else share -> return share - E @ F if i != 1 else share
# return share - E @ F if i == 1 else share -> return share - E @ F if i == 0 else share

# %% right="server 1 takes off E F"
def beaver_share(i, E, F, X, W, Z):
    share = X @ F + E @ W + Z
    return share - E @ F if i == 1 else share


# %% right="server 0 takes it off, inside the first product"
def beaver_share(i, E, F, X, W, Z):
    left = X - E if i == 0 else X
    return left @ F + E @ W + Z


# %% right="python integers"
def beaver_share(i, E, F, X, W, Z):
    E, F, X, W, Z = (matrix.astype(object) for matrix in (E, F, X, W, Z))
    share = X.dot(F) + E.dot(W) + Z - i * E.dot(F)
    return share % 2**64


# %% wrong="both take it off" says="both servers take off E F"
def beaver_share(i, E, F, X, W, Z):
    return X @ F + E @ W + Z - E @ F


# %% wrong="nobody takes it off" says="nobody takes off E F"
def beaver_share(i, E, F, X, W, Z):
    return X @ F + E @ W + Z


# %% wrong="added" says="E F is added"
def beaver_share(i, E, F, X, W, Z):
    share = X @ F + E @ W + Z
    return share + E @ F if i == 0 else share


# %% wrong="no Z" says="Z_i, the share of U V, is missing"
def beaver_share(i, E, F, X, W, Z):
    share = X @ F + E @ W
    return share - E @ F if i == 1 else share


# %% wrong="one mixed term" says="both mixed terms are needed"
def beaver_share(i, E, F, X, W, Z):
    share = X @ F + Z
    return share - E @ F if i == 1 else share


# %% wrong="the other mixed term" says="X_i F is missing"
def beaver_share(i, E, F, X, W, Z):
    share = E @ W + Z
    return share - E @ F if i == 1 else share


# %% wrong="own product" says="product of one server's shares"
def beaver_share(i, E, F, X, W, Z):
    return X @ W


# %% wrong="own product and Z" says="is no share of X W"
def beaver_share(i, E, F, X, W, Z):
    return X @ W + Z


# %% wrong="entry by entry" says="multiplies entry by entry"
def beaver_share(i, E, F, X, W, Z):
    share = X * F + E * W + Z
    return share - E * F if i == 1 else share


# %% wrong="a term for each server" says="each needs both, with its own shares"
def beaver_share(i, E, F, X, W, Z):
    return X @ F + Z if i == 0 else E @ W - E @ F + Z


# %% wrong="floats" says="holds floats"
def beaver_share(i, E, F, X, W, Z):
    share = X.astype(float) @ F + E.astype(float) @ W + Z
    return share - E.astype(float) @ F if i == 1 else share


# %% wrong="Z in one server" says="Z_i goes into both"
def beaver_share(i, E, F, X, W, Z):
    share = X @ F + E @ W
    return share + Z if i == 0 else share - E @ F


# %% wrong="Z taken off" says="Z_i is taken off"
def beaver_share(i, E, F, X, W, Z):
    share = X @ F + E @ W - Z
    return share - E @ F if i == 1 else share


# %% wrong="opened product" says="a share of E F"
def beaver_share(i, E, F, X, W, Z):
    return E @ F if i == 1 else np.zeros_like(Z)


# %% wrong="order turned" says="turned round"
def beaver_share(i, E, F, X, W, Z):
    share = F @ X + W @ E + Z
    return share - F @ E if i == 1 else share


# %% wrong="not reduced" says="is not reduced modulo 2^64"
def beaver_share(i, E, F, X, W, Z):
    E, F, X, W, Z = (matrix.astype(object) for matrix in (E, F, X, W, Z))
    return X.dot(F) + E.dot(W) + Z - i * E.dot(F)


# %% right="loops"
def beaver_share(i, E, F, X, W, Z):
    share = Z.copy()
    for r in range(len(X)):
        for c in range(F.shape[1]):
            for j in range(len(F)):
                share[r, c] += X[r, j] * F[j, c] + E[r, j] * W[j, c]
                if i == 1:
                    share[r, c] -= E[r, j] * F[j, c]
    return share


# %% wrong="mixed terms taken off" says="both mixed terms are taken off"
def beaver_share(i, E, F, X, W, Z):
    return Z - X @ F - E @ W + (E @ F if i else np.uint64(0))


# %% wrong="added and taken off" says="together they leave it in"
def beaver_share(i, E, F, X, W, Z):
    return X @ F + E @ W + Z + (E @ F if i == 0 else -(E @ F))


# %% wrong="entries multiplied in floats" says="was a float in between"
def beaver_share(i, E, F, X, W, Z):
    E, F, X, W, Z = (M.astype(float) for M in (E, F, X, W, Z))
    share = X @ F + E @ W + Z - (1 - i) * (E @ F)
    return np.mod(share, 2.0**64).astype(np.uint64)


# %% wrong="sign bit cut off" says="not modulo 2^64"
def beaver_share(i, E, F, X, W, Z):
    share = X @ F + E @ W + Z
    if i == 0:
        share = share - E @ F
    return share & np.uint64(2**63 - 1)


# %% wrong="own shares multiplied" says="the mixed products are missing"
def beaver_share(i, E, F, X, W, Z):
    return X @ W + E @ F + Z

# %% right="view as signed"
def rebuild_matrix(X0, X1):
    return (X0 + X1).view(np.int64) / 2.0**FRACTION_BITS


# %% right="astype, bit shift of the scale"
def rebuild_matrix(X0, X1):
    return (X0 + X1).astype(np.int64).astype(float) / (1 << FRACTION_BITS)


# %% right="python integers"
def rebuild_matrix(X0, X1):
    rows = []
    for left, right in zip(X0.tolist(), X1.tolist()):
        words = [(a + b) % 2**64 for a, b in zip(left, right)]
        signed = [w - 2**64 if w >= 2**63 else w for w in words]
        rows.append([w / 2**FRACTION_BITS for w in signed])
    return rows


# %% copied="13 bits" says="another variant's number"
def rebuild_matrix(X0, X1):
    return (X0 + X1).view(np.int64) / 2.0**13


# %% wrong="unsigned" says="yours are all positive"
def rebuild_matrix(X0, X1):
    return (X0 + X1) / 2.0**FRACTION_BITS


# %% wrong="floats first" says="not taken modulo 2^64"
def rebuild_matrix(X0, X1):
    return (X0.astype(float) + X1.astype(float)) / 2.0**FRACTION_BITS


# %% wrong="still scaled" says="divide by it"
def rebuild_matrix(X0, X1):
    return (X0 + X1).view(np.int64)


# %% wrong="multiplied" says="you multiply by 2^f"
def rebuild_matrix(X0, X1):
    return (X0 + X1).view(np.int64) * 2.0**FRACTION_BITS


# %% wrong="fractions cut off" says="the fractions are cut off"
def rebuild_matrix(X0, X1):
    return (X0 + X1).view(np.int64) // 2**FRACTION_BITS


# %% wrong="subtracted" says="the shares are subtracted"
def rebuild_matrix(X0, X1):
    return (X0 - X1).view(np.int64) / 2.0**FRACTION_BITS


# %% wrong="one share" says="only server 0's share"
def rebuild_matrix(X0, X1):
    return X0.view(np.int64) / 2.0**FRACTION_BITS


# %% wrong="twice the bits" says="taken out twice"
def rebuild_matrix(X0, X1):
    return (X0 + X1).view(np.int64) / 2.0 ** (2 * FRACTION_BITS)


# %% wrong="power of ten" says="not of 10"
def rebuild_matrix(X0, X1):
    return (X0 + X1).view(np.int64) / 10.0**FRACTION_BITS


# %% wrong="transposed" says="its axes are exchanged"
def rebuild_matrix(X0, X1):
    return (X0 + X1).view(np.int64).T / 2.0**FRACTION_BITS


# %% wrong="32 bits" says="lower 32 bits"
def rebuild_matrix(X0, X1):
    return (X0 + X1).astype(np.uint32).view(np.int32) / 2.0**FRACTION_BITS


# %% wrong="server 1's share" says="only server 1's share"
def rebuild_matrix(X0, X1):
    return X1.view(np.int64) / 2.0**FRACTION_BITS


# %% wrong="signed floats" says="each share was read as a signed number"
def rebuild_matrix(X0, X1):
    a, b = X0.view(np.int64), X1.view(np.int64)
    return a / 2.0**FRACTION_BITS + b / 2.0**FRACTION_BITS


# %% wrong="xor" says="joined by XOR"
def rebuild_matrix(X0, X1):
    return (X0 ^ X1).view(np.int64) / 2.0**FRACTION_BITS

# %% right="logarithm"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = int(np.floor(np.log2(top / np.abs(W).max())))
    return np.rint(W * 2.0**shift), shift


# %% right="search"
def quantise(W, bits):
    shift = 60
    while max(abs(w) for row in W for w in row) * 2.0**shift > 2 ** (bits - 1) - 1:
        shift -= 1
    return [[round(w * 2.0**shift) for w in row] for row in W], shift


# %% wrong="no sign bit" says="one of them is the sign"
def quantise(W, bits):
    shift = int(np.floor(np.log2((2**bits - 1) / np.abs(W).max())))
    return np.rint(W * 2.0**shift), shift


# %% wrong="cuts off" says="round to the nearest"
def quantise(W, bits):
    shift = int(np.floor(np.log2((2 ** (bits - 1) - 1) / np.abs(W).max())))
    return np.trunc(W * 2.0**shift), shift


# %% wrong="clips" says="a clipped weight is another network"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = int(np.ceil(np.log2(top / np.abs(W).max())))
    return np.clip(np.rint(W * 2.0**shift), -top, top), shift


# %% wrong="a bit to spare" says="is too coarse"
def quantise(W, bits):
    shift = int(np.floor(np.log2((2 ** (bits - 1) - 1) / np.abs(W).max()))) - 1
    return np.rint(W * 2.0**shift), shift

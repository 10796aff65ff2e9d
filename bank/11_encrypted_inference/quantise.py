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


# %% right="int64 and numpy shift"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = np.floor(np.log2(top / np.abs(W).max())).astype(int)
    return np.round(W * 2.0**shift).astype(np.int64), shift


# %% right="loop and lists"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    big = max(abs(float(w)) for row in W for w in row)
    shift = -60
    while big * 2.0 ** (shift + 1) <= top:
        shift += 1
    return [[round(float(w) * 2.0**shift) for w in row] for row in W], shift


# %% right="half up"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return np.floor(W * 2.0**shift + 0.5), float(shift)


# %% right="torch"
def quantise(W, bits):
    import torch

    t = torch.from_numpy(W)
    shift = int(torch.floor(torch.log2((2 ** (bits - 1) - 1) / t.abs().max())))
    return torch.round(t * 2.0**shift).to(torch.int32), shift


# %% wrong="int8" says="did it wrap round"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return np.rint(W * 2.0**shift).astype(np.int8), shift


# %% wrong="largest entry, signed" says="all that 3 bits with a sign hold"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / W.max()))
    return np.rint(W * 2.0**shift), shift


# %% wrong="a scale that is no power" says="the shift must be an int"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    scale = top / np.abs(W).max()
    return np.rint(W * scale), math.log2(scale)


# %% wrong="each row its own" says="the shift must be an int"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = np.floor(np.log2(top / np.abs(W).max(axis=1)))
    return np.rint(W * 2.0 ** shift[:, None]), shift


# %% wrong="returns the scale" says="is the factor 2**shift"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return np.rint(W * 2.0**shift), 2.0**shift


# %% wrong="not rounded" says="the weights are not whole numbers"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return W * 2.0**shift, shift


# %% wrong="minus shift" says="the shift has the wrong sign"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return np.rint(W * 2.0**shift), -shift


# %% wrong="in place" says="your function changes W"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    W *= 2.0**shift
    return np.rint(W), shift


# %% wrong="the largest must be below the bound" says="is too coarse for max|W| = 0.375 and 3 bits"
def quantise(W, bits):
    top, shift = 2 ** (bits - 1) - 1, 60
    while np.abs(W).max() * 2.0**shift >= top:
        shift -= 1
    return np.rint(W * 2.0**shift), shift


# %% wrong="fits once rounded" says="that fit only once they are rounded"
def quantise(W, bits):
    top, shift = 2 ** (bits - 1) - 1, 60
    while np.rint(np.abs(W).max() * 2.0**shift) > top:
        shift -= 1
    return np.rint(W * 2.0**shift), shift


# %% wrong="two to the power" says="all that 3 bits with a sign hold"
def quantise(W, bits):
    shift = math.floor(math.log2(2 ** (bits - 1) / np.abs(W).max()))
    return np.rint(W * 2.0**shift), shift


# %% wrong="few shifts tried" says="is too coarse for"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    for shift in range(12, -12, -1):
        if np.abs(W).max() * 2.0**shift <= top:
            break
    return np.rint(W * 2.0**shift), shift


# %% wrong="rounds at random" says="round to the nearest"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    scaled = W * 2.0**shift
    return np.floor(scaled + np.random.default_rng().random(W.shape)), shift


# %% right="frexp"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    part, power = math.frexp(max(abs(W.min()), abs(W.max())))
    shift = bits - 1 - power - (part * 2 ** (bits - 1) > top)
    return np.around(np.ldexp(W, shift)).astype(np.int32), np.int64(shift)


# %% wrong="never below 0" says="the shift may be negative"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = max(0, math.floor(math.log2(top / np.abs(W).max())))
    return np.rint(W * 2.0**shift), shift


# %% wrong="rows at shifts of their own" says="has a shift of its own"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shifts = [math.floor(math.log2(top / np.abs(row).max())) for row in W]
    rows = [np.rint(row * 2.0**k) for row, k in zip(W, shifts)]
    return np.array(rows), min(shifts)


# %% wrong="max W for max|W|" says="the shift of max W"
def quantise(W, bits):
    top, shift = 2 ** (bits - 1) - 1, 60
    while np.max(W) * 2.0**shift > top:
        shift -= 1
    return np.clip(np.rint(W * 2.0**shift), -top, top), shift


# %% wrong="the power in place of the exponent" says="is the factor 2**shift"
def quantise(W, bits):
    size, top = np.abs(W).max(), 2 ** (bits - 1) - 1
    power = 2.0 ** np.floor(np.log2(top / size))
    return np.round(W * power).astype(int), power


# %% wrong="the step of a weight" says="is the factor 2**-shift"
def quantise(W, bits):
    size, top = np.abs(W).max(), 2 ** (bits - 1) - 1
    step = 2.0 ** -np.floor(np.log2(top / size))
    return np.round(W / step).astype(int), step

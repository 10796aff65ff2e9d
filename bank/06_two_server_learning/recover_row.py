# %% right="difference and the known row in words"
def recover_row(E1, E2, row, known, f):
    words = np.rint(known * 2.0**f).astype(np.int64).view(np.uint64)
    return (E1[row] - E2[row] + words).view(np.int64) / 2.0**f


# %% right="decoded difference"
def recover_row(E1, E2, row, known, f):
    return (E1 - E2).view(np.int64)[row] / 2.0**f + known


# %% right="the mask itself"
def recover_row(E1, E2, row, known, f):
    found = []
    for e1, e2, x in zip(E1[row].tolist(), E2[row].tolist(), known.tolist()):
        mask = (round(x * 2**f) - e2) % 2**64
        word = (e1 + mask) % 2**64
        found.append((word - 2**64 if word >= 2**63 else word) / 2**f)
    return found


# %% wrong="the other way round" says="it is taken off the known row"
def recover_row(E1, E2, row, known, f):
    return (E2 - E1).view(np.int64)[row] / 2.0**f + known


# %% wrong="difference only" says="add the known one"
def recover_row(E1, E2, row, known, f):
    return (E1 - E2).view(np.int64)[row] / 2.0**f


# %% wrong="unsigned" says="as words they are near 2^64"
def recover_row(E1, E2, row, known, f):
    return (E1 - E2)[row] / 2.0**f + known


# %% wrong="floats" says="floats keep 53 bits"
def recover_row(E1, E2, row, known, f):
    return (E1[row].astype(float) - E2[row].astype(float)) / 2.0**f + known


# %% wrong="known row" says="what do E1 and E2 tell"
def recover_row(E1, E2, row, known, f):
    return known


# %% wrong="sum of both" says="holds the mask twice"
def recover_row(E1, E2, row, known, f):
    return (E1 + E2).view(np.int64)[row] / 2.0**f - known


# %% wrong="still masked" says="E1 is still masked"
def recover_row(E1, E2, row, known, f):
    return E1[row].view(np.int64) / 2.0**f


# %% wrong="known not scaled" says="before the factor 2^f was taken out"
def recover_row(E1, E2, row, known, f):
    return ((E1[row] - E2[row]).view(np.int64) + known) / 2.0**f


# %% wrong="row 0" says="is asked for"
def recover_row(E1, E2, row, known, f):
    return (E1 - E2).view(np.int64)[0] / 2.0**f + known


# %% wrong="still scaled" says="divide by it"
def recover_row(E1, E2, row, known, f):
    words = np.rint(known * 2.0**f).astype(np.int64).view(np.uint64)
    return (E1[row] - E2[row] + words).view(np.int64)


# %% wrong="the whole table" says="must have shape"
def recover_row(E1, E2, row, known, f):
    return (E1 - E2).view(np.int64) / 2.0**f + known


# %% wrong="always 13" says="whatever f is"
def recover_row(E1, E2, row, known, f):
    return (E1 - E2).view(np.int64)[row] / 2.0**13 + known


# %% wrong="masked minus known" says="the known row was taken off it"
def recover_row(E1, E2, row, known, f):
    return E1[row].view(np.int64) / 2.0**f - known


# %% wrong="rounded" says="rounded to"
def recover_row(E1, E2, row, known, f):
    return np.round((E1 - E2).view(np.int64)[row] / 2.0**f + known, 1)


# %% wrong="mean gap" says="the mean of all rows' differences"
def recover_row(E1, E2, row, known, f):
    return (E1 - E2).view(np.int64).mean(axis=0) / 2.0**f + known


# %% wrong="doubled fraction bits" says="divided by 2^f twice"
def recover_row(E1, E2, row, known, f):
    return (E1[row] - E2[row]).view(np.int64) / 2.0 ** (2 * f) + known


# %% wrong="absolute gap" says="lost its sign"
def recover_row(E1, E2, row, known, f):
    return np.abs((E1[row] - E2[row]).view(np.int64)) / 2.0**f + known


# %% wrong="xor of the masked rows" says="joined by XOR"
def recover_row(E1, E2, row, known, f):
    return (E1[row] ^ E2[row]).view(np.int64) / 2.0**f + known


# %% wrong="whole numbers" says="the fraction of the difference is cut off"
def recover_row(E1, E2, row, known, f):
    return ((E1[row] - E2[row]).view(np.int64) >> f) + known

# %% equivalent="either share may be the drawn one, and the order of two lines is free"
# words = np.rint(X * 2.0 ** f).astype(np.int64).view(np.uint64); data = secrets.token_bytes(8 * X.size) -> data = secrets.token_bytes(8 * X.size); words = np.rint(X * 2.0 ** f).astype(np.int64).view(np.uint64)
# return (mask, words - mask) -> return (words - mask, mask)

# %% right="words from bytes"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    data = secrets.token_bytes(8 * X.size)
    mask = np.frombuffer(data, np.uint64).reshape(X.shape)
    return mask, words - mask


# %% right="one number at a time"
def share_matrix(X, f):
    first = np.zeros(X.shape, np.uint64)
    second = np.zeros(X.shape, np.uint64)
    for place in np.ndindex(X.shape):
        r = secrets.randbits(64)
        first[place] = r
        second[place] = (round(float(X[place]) * 2**f) - r) % 2**64
    return first, second


# %% wrong="no mask" says="the matrix itself, unmasked"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    return words, np.zeros_like(words)


# %% wrong="one mask for all" says="share is"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.full(X.shape, secrets.randbits(64), np.uint64)
    return mask, words - mask


# %% wrong="numpy's generator" says="made for statistics"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.random.default_rng().integers(0, 2**64, X.shape, np.uint64)
    return mask, words - mask


# %% wrong="cut off" says="round to the nearest"
def share_matrix(X, f):
    words = (X * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.frombuffer(secrets.token_bytes(8 * X.size), np.uint64).reshape(X.shape)
    return mask, words - mask


# %% wrong="no factor" says="without the factor 2^f"
def share_matrix(X, f):
    words = np.rint(X).astype(np.int64).view(np.uint64)
    mask = np.frombuffer(secrets.token_bytes(8 * X.size), np.uint64).reshape(X.shape)
    return mask, words - mask


# %% wrong="subtracted the other way" says="The servers add their shares"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.frombuffer(secrets.token_bytes(8 * X.size), np.uint64).reshape(X.shape)
    return words + mask, mask


# %% wrong="mask of 63 bits" says="bit 63 is 1 in 0"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.array([secrets.randbits(63) for _ in range(X.size)], np.uint64)
    mask = mask.reshape(X.shape)
    return mask, words - mask


# %% wrong="floats as shares" says="holds floats"
def share_matrix(X, f):
    mask = np.array([secrets.randbits(64) for _ in range(X.size)], float)
    mask = mask.reshape(X.shape)
    return mask, np.rint(X * 2.0**f) - mask


# %% wrong="a mask for each column" says="Entries share a mask"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    row = np.frombuffer(secrets.token_bytes(8 * X.shape[1]), np.uint64)
    mask = np.tile(row, (len(X), 1))
    return mask, words - mask


# %% wrong="not reduced" says="not reduced modulo 2^64"
def share_matrix(X, f):
    first = [[secrets.randbits(64) for _ in row] for row in X]
    second = [
        [round(float(x) * 2**f) - r for x, r in zip(row, masks)]
        for row, masks in zip(X, first)
    ]
    return first, second


# %% wrong="mask as large as the numbers" says="is not uniform"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.array([secrets.randbits(f + 8) for _ in range(X.size)], np.uint64)
    mask = mask.reshape(X.shape)
    return mask, words - mask


# %% wrong="16 bits stretched" says="random bits are needed"
import hashlib


def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    data = hashlib.shake_256(secrets.token_bytes(2)).digest(8 * X.size)
    mask = np.frombuffer(data, np.uint64).reshape(X.shape)
    return mask, words - mask


# %% wrong="only the sum's matrix" says="must return two shares"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.frombuffer(secrets.token_bytes(8 * X.size), np.uint64).reshape(X.shape)
    return words - mask


# %% wrong="half each" says="is not uniform"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64)
    first = words // 2
    return first.view(np.uint64), (words - first).view(np.uint64)


# %% wrong="always 13" says="not always 13"
def share_matrix(X, f):
    words = np.rint(X * 2.0**13).astype(np.int64).view(np.uint64)
    mask = np.frombuffer(secrets.token_bytes(8 * X.size), np.uint64).reshape(X.shape)
    return mask, words - mask


# %% wrong="flattened" says="must have shape"
def share_matrix(X, f):
    words = np.rint(X.ravel() * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.frombuffer(secrets.token_bytes(8 * X.size), np.uint64)
    return mask, words - mask


# %% right="the second share is drawn, signed words"
def share_matrix(X, f):
    words = np.round(np.ldexp(X, f)).astype(np.int64)
    mask = np.frombuffer(secrets.token_bytes(8 * X.size), np.int64).reshape(X.shape)
    with np.errstate(over="ignore"):
        return words - mask, mask


# %% right="python integers in lists"
def share_matrix(X, f):
    first, second = [], []
    for row in X:
        masks = [secrets.randbelow(2**64) for _ in row]
        first.append(masks)
        second.append(
            [(round(float(x) * 2**f) - r) % 2**64 for x, r in zip(row, masks)]
        )
    return first, second


# %% wrong="each mask follows from the one before" says="follows from the one"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    masks = [secrets.randbits(64)]
    while len(masks) < X.size:
        masks.append((6364136223846793005 * masks[-1] + 1) % 2**64)
    mask = np.array(masks, np.uint64).reshape(X.shape)
    return mask, words - mask


# %% wrong="only the first row is masked" says="or have none"
def share_matrix(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.zeros_like(words)
    mask[0] = np.frombuffer(secrets.token_bytes(8 * X.shape[1]), np.uint64)
    return mask, words - mask


# %% wrong="below 0 lost" says="below 0 are lost"
def share_matrix(X, f):
    words = np.rint(np.maximum(X, 0) * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.frombuffer(secrets.token_bytes(8 * X.size), np.uint64).reshape(X.shape)
    return mask, words - mask

# %% equivalent="neither statement reads what the other one binds"
# sign = 1 if i < j else -1; mask = stream(key, turn, len(x)) -> mask = stream(key, turn, len(x)); sign = 1 if i < j else -1

# %% equivalent="no client shares a key with itself"
# sign = 1 if i < j else -1 -> sign = 1 if i <= j else -1

# %% equivalent="both lists have as many entries"
# total = [value + sign * m for value, m in zip(total, mask, strict=True)] -> total = [value + sign * m for value, m in zip(total, mask, strict=False)]

# %% right="a loop over partners"
def masked_upload(i, x, keys, turn, stream, q):
    total = list(x)
    for j, key in keys.items():
        sign = 1 if i < j else -1
        mask = stream(key, turn, len(x))
        total = [value + sign * m for value, m in zip(total, mask)]
    return [value % q for value in total]


# %% right="object arrays"
import numpy as np


def masked_upload(i, x, keys, turn, stream, q):
    total = np.array(x, dtype=object)
    for j in keys:
        mask = np.array(stream(keys[j], turn, len(x)), dtype=object)
        total = total + mask if j > i else total - mask
    return total % q


# %% right="number by number"
def masked_upload(i, x, keys, turn, stream, q):
    masks = {j: stream(keys[j], turn, len(x)) for j in keys}
    upload = []
    for k, value in enumerate(x):
        plus = sum(masks[j][k] for j in keys if j > i)
        minus = sum(masks[j][k] for j in keys if j < i)
        upload.append((value + plus - minus) % q)
    return upload


# %% right="reduced at each step, as a tuple"
def masked_upload(i, x, keys, turn, stream, q):
    out = [v % q for v in x]
    for j in sorted(keys):
        for k, m in enumerate(stream(keys[j], turn, len(x))):
            out[k] = (out[k] - m) % q if i > j else (out[k] + m) % q
    return tuple(out)


# %% wrong="no masks" says="nothing is masked"
def masked_upload(i, x, keys, turn, stream, q):
    return [value % q for value in x]


# %% wrong="all added" says="every mask is added"
def masked_upload(i, x, keys, turn, stream, q):
    total = list(x)
    for key in keys.values():
        total = [v + m for v, m in zip(total, stream(key, turn, len(x)))]
    return [value % q for value in total]


# %% wrong="all subtracted" says="every mask is subtracted"
def masked_upload(i, x, keys, turn, stream, q):
    total = list(x)
    for key in keys.values():
        total = [v - m for v, m in zip(total, stream(key, turn, len(x)))]
    return [value % q for value in total]


# %% wrong="signs turned" says="the signs are turned round"
def masked_upload(i, x, keys, turn, stream, q):
    total = list(x)
    for j, key in keys.items():
        sign = 1 if i > j else -1
        total = [v + sign * m for v, m in zip(total, stream(key, turn, len(x)))]
    return [value % q for value in total]


# %% wrong="larger only" says="those of smaller ones are left out"
def masked_upload(i, x, keys, turn, stream, q):
    total = list(x)
    for j, key in keys.items():
        if j > i:
            total = [v + m for v, m in zip(total, stream(key, turn, len(x)))]
    return [value % q for value in total]


# %% wrong="not reduced" says="is not in 0..q-1"
def masked_upload(i, x, keys, turn, stream, q):
    total = list(x)
    for j, key in keys.items():
        sign = 1 if i < j else -1
        total = [v + sign * m for v, m in zip(total, stream(key, turn, len(x)))]
    return total


# %% wrong="the same masks each round" says="the masks are those of another round"
def masked_upload(i, x, keys, turn, stream, q):
    total = list(x)
    for j, key in keys.items():
        sign = 1 if i < j else -1
        total = [v + sign * m for v, m in zip(total, stream(key, 0, len(x)))]
    return [value % q for value in total]


# %% wrong="round 1 for ever" says="are those of round 1"
def masked_upload(i, x, keys, turn, stream, q):
    total = list(x)
    for j, key in keys.items():
        sign = 1 if i < j else -1
        total = [v + sign * m for v, m in zip(total, stream(key, 1, len(x)))]
    return [value % q for value in total]


# %% wrong="the next round" says="of the next round"
def masked_upload(i, x, keys, turn, stream, q):
    total = list(x)
    for j, key in keys.items():
        sign = 1 if i < j else -1
        total = [v + sign * m for v, m in zip(total, stream(key, turn + 1, len(x)))]
    return [value % q for value in total]


# %% wrong="x missing" says="these are the masks alone"
def masked_upload(i, x, keys, turn, stream, q):
    total = [0] * len(x)
    for j, key in keys.items():
        sign = 1 if i < j else -1
        total = [v + sign * m for v, m in zip(total, stream(key, turn, len(x)))]
    return [value % q for value in total]


# %% wrong="one number for all" says="serves all values"
def masked_upload(i, x, keys, turn, stream, q):
    mask = sum((1 if i < j else -1) * stream(keys[j], turn, 1)[0] for j in keys)
    return [(value + mask) % q for value in x]


# %% wrong="the last partner alone" says="last partner's mask alone"
def masked_upload(i, x, keys, turn, stream, q):
    for j, key in keys.items():
        sign = 1 if i < j else -1
        total = [v + sign * m for v, m in zip(x, stream(key, turn, len(x)))]
    return [value % q for value in total]


# %% wrong="returns in the loop" says="only one partner's mask"
def masked_upload(i, x, keys, turn, stream, q):
    for j, key in keys.items():
        sign = 1 if i < j else -1
        mask = stream(key, turn, len(x))
        return [(v + sign * m) % q for v, m in zip(x, mask)]


# %% wrong="x for each partner" says="x is added once for each partner"
def masked_upload(i, x, keys, turn, stream, q):
    total = [0] * len(x)
    for j, key in keys.items():
        sign = 1 if i < j else -1
        mask = stream(key, turn, len(x))
        total = [t + v + sign * m for t, v, m in zip(total, x, mask)]
    return [value % q for value in total]


# %% wrong="xor" says="XORed on"
def masked_upload(i, x, keys, turn, stream, q):
    total = [value % q for value in x]
    for key in keys.values():
        total = [v ^ m for v, m in zip(total, stream(key, turn, len(x)))]
    return total


# %% wrong="signs lost" says="lost their signs"
def masked_upload(i, x, keys, turn, stream, q):
    total = [abs(value) for value in x]
    for j, key in keys.items():
        sign = 1 if i < j else -1
        total = [v + sign * m for v, m in zip(total, stream(key, turn, len(x)))]
    return [value % q for value in total]


# %% wrong="x subtracted" says="x is subtracted"
def masked_upload(i, x, keys, turn, stream, q):
    total = [-value for value in x]
    for j, key in keys.items():
        sign = 1 if i < j else -1
        total = [v + sign * m for v, m in zip(total, stream(key, turn, len(x)))]
    return [value % q for value in total]


# %% wrong="none returned" says="must be a list of numbers"
def masked_upload(i, x, keys, turn, stream, q):
    for j, key in keys.items():
        sign = 1 if i < j else -1
        x = [v + sign * m for v, m in zip(x, stream(key, turn, len(x)))]


# %% wrong="all keys in one" says="stream needs a key of two clients"
def masked_upload(i, x, keys, turn, stream, q):
    mask = stream(keys, turn, len(x))
    return [(v + m) % q for v, m in zip(x, mask)]


# %% wrong="x for good" says="changes x"
def masked_upload(i, x, keys, turn, stream, q):
    for j, key in keys.items():
        sign = 1 if i < j else -1
        for k, m in enumerate(stream(key, turn, len(x))):
            x[k] = (x[k] + sign * m) % q
    return [v % q for v in x]


# %% wrong="numbers as words" says="compared as words"
def masked_upload(i, x, keys, turn, stream, q):
    total = list(x)
    for j, key in keys.items():
        sign = 1 if str(i) < str(j) else -1
        total = [v + sign * m for v, m in zip(total, stream(key, turn, len(x)))]
    return [value % q for value in total]

# %% right="two halves"
def alice_list(i, y, p):
    return [v % p for v in y[:i]] + [(v + 1) % p for v in y[i:]]


# %% right="loop, reduced twice, as a tuple"
def alice_list(i, y, p):
    w = ()
    for u in range(1, len(y) + 1):
        z = y[u - 1] % p
        if u > i:
            z = (z + 1) % p
        w += (z,)
    return w


# %% wrong="entry i raised" says="itself was raised"
def alice_list(i, y, p):
    return [(v + (u >= i)) % p for u, v in enumerate(y, 1)]


# %% wrong="reduced before adding" says="after adding 1"
def alice_list(i, y, p):
    return [v % p + (u > i) for u, v in enumerate(y, 1)]


# %% wrong="never reduced" says="reduce every number"
def alice_list(i, y, p):
    return [v + (u > i) for u, v in enumerate(y, 1)]


# %% wrong="the other side" says="wrong side of the list"
def alice_list(i, y, p):
    return [(v + (u <= i)) % p for u, v in enumerate(y, 1)]


# %% wrong="changes y" says="your function changes y, its"
def alice_list(i, y, p):
    for u in range(len(y)):
        y[u] = (y[u] + (u >= i)) % p
    return y


# %% right="generator"
def alice_list(i, y, p):
    for u, v in enumerate(y, 1):
        yield (v + int(u > i)) % p


# %% wrong="nothing raised" says="no entry was raised"
def alice_list(i, y, p):
    return [v % p for v in y]


# %% wrong="everything raised" says="every entry was raised"
def alice_list(i, y, p):
    return [(v + 1) % p for v in y]


# %% wrong="places from 0" says="so places count from 1"
def alice_list(i, y, p):
    return [(v + (u > i)) % p for u, v in enumerate(y)]


# %% wrong="one entry raised" says="one entry alone was raised"
def alice_list(i, y, p):
    w = [v % p for v in y]
    if i < len(w):
        w[i] = (w[i] + 1) % p
    return w


# %% wrong="raised by the distance" says="raised by their distance from it"
def alice_list(i, y, p):
    return [(v + max(0, u - i)) % p for u, v in enumerate(y, 1)]


# %% wrong="the raised ones only" says="6 entries expected, got 3"
def alice_list(i, y, p):
    return [(v + 1) % p for u, v in enumerate(y, 1) if u > i]


# %% right="numpy"
def alice_list(i, y, p):
    raised = np.arange(1, len(y) + 1) > i
    return (np.array(y, dtype=object) + raised.astype(int)) % p

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


# %% right="copy, then raise in place"
def alice_list(i, y, p):
    w = list(y)
    for k in range(i, len(w)):
        w[k] += 1
    return [v % p for v in w]


# %% right="divmod"
def alice_list(i, y, p):
    return tuple(divmod(v + (0 if u < i else 1), p)[1] for u, v in enumerate(y))


# %% wrong="raised by i" says="raised by i = 3"
def alice_list(i, y, p):
    return [(v + (i if u > i else 0)) % p for u, v in enumerate(y, 1)]


# %% wrong="doubled" says="are doubled"
def alice_list(i, y, p):
    return [(v * 2 if u > i else v) % p for u, v in enumerate(y, 1)]


# %% wrong="lowered" says="are lowered"
def alice_list(i, y, p):
    return [(v - (u > i)) % p for u, v in enumerate(y, 1)]


# %% wrong="only the raised are reduced" says="reduce every number"
def alice_list(i, y, p):
    return [(v + 1) % p if u > i else v for u, v in enumerate(y, 1)]


# %% wrong="reversed" says="turned round"
def alice_list(i, y, p):
    return [(v + (u > i)) % p for u, v in enumerate(y, 1)][::-1]


# %% wrong="modulo p - 1" says="modulo p - 1"
def alice_list(i, y, p):
    return [(v + (u > i)) % (p - 1) for u, v in enumerate(y, 1)]


# %% wrong="floor" says="divided by p"
def alice_list(i, y, p):
    return [(v + (u > i)) // p for u, v in enumerate(y, 1)]


# %% wrong="subtracts p once" says="reduce every number"
def alice_list(i, y, p):
    w = [v + (u > i) for u, v in enumerate(y, 1)]
    return [v - p if v >= p else v for v in w]


# %% wrong="all up to i dropped to 0" says="up to i are 0"
def alice_list(i, y, p):
    return [(v + 1) % p if u > i else 0 for u, v in enumerate(y, 1)]


# %% wrong="sorted" says="the list is sorted"
def alice_list(i, y, p):
    w = [v % p for v in y[:i]] + [(v + 1) % p for v in y[i:]]
    w.sort()
    return w

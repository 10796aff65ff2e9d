# %% equivalent="the order in which the gate is opened is free"
# (0, 1) -> (1, 0)
# (0, 1) -> (1, 0) #2

# %% right="compare pairs"
def odd_one_out(a, b, R, open_gate):
    # If b changes the output under a, then a is 1.
    other_a, other_b = xor(a, R), xor(b, R)
    bit_a = int(open_gate(a, b) != open_gate(a, other_b))
    bit_b = int(open_gate(a, b) != open_gate(other_a, b))
    return bit_a, bit_b


# %% right="count"
def odd_one_out(a, b, R, open_gate):
    results = {}
    for i, left in enumerate([a, xor(a, R)]):
        for j, right in enumerate([b, xor(b, R)]):
            results.setdefault(bytes(open_gate(left, right)), []).append((i, j))
    ((i, j),) = min(results.values(), key=len)
    return [1 - i, 1 - j]


# %% wrong="inverted" says="all bits are inverted"
def odd_one_out(a, b, R, open_gate):
    results = {}
    for i, left in enumerate([a, xor(a, R)]):
        for j, right in enumerate([b, xor(b, R)]):
            results.setdefault(open_gate(left, right), []).append((i, j))
    return min(results.values(), key=len)[0]


# %% wrong="colours" says="these are the colours"
def odd_one_out(a, b, R, open_gate):
    return a[0] & 1, b[0] & 1


# %% wrong="swapped" says="the two bits are swapped"
def odd_one_out(a, b, R, open_gate):
    other_a, other_b = xor(a, R), xor(b, R)
    bit_a = int(open_gate(a, b) != open_gate(a, other_b))
    bit_b = int(open_gate(a, b) != open_gate(other_a, b))
    return bit_b, bit_a


# %% wrong="always one" says="the same whatever the labels are"
def odd_one_out(a, b, R, open_gate):
    return 1, 1


# %% wrong="strings" says="odd_one_out must return two"
def odd_one_out(a, b, R, open_gate):
    return str(int(open_gate(a, b) != open_gate(a, xor(b, R)))), str(
        int(open_gate(a, b) != open_gate(xor(a, R), b))
    )


# %% right="numpy array"
def odd_one_out(a, b, R, open_gate):
    labels = [open_gate(x, y) for x in (a, xor(a, R)) for y in (b, xor(b, R))]
    k = min(range(4), key=lambda q: labels.count(labels[q]))
    return 1 - np.array(divmod(k, 2))


# %% wrong="output colour" says="answers are wrong. Three of the four"
def odd_one_out(a, b, R, open_gate):
    out = open_gate(a, b)[0] & 1
    return out, out


# %% wrong="only whether both are 1" says="whether both bits are 1"
def odd_one_out(a, b, R, open_gate):
    mine = open_gate(a, b)
    others = [
        open_gate(xor(a, R), b),
        open_gate(a, xor(b, R)),
        open_gate(xor(a, R), xor(b, R)),
    ]
    both = int(mine not in others)
    return both, both


# %% wrong="both flipped at once" says="one label at a time, not both"
def odd_one_out(a, b, R, open_gate):
    changed = int(open_gate(a, b) != open_gate(xor(a, R), xor(b, R)))
    return changed, changed


# %% wrong="one bit for both" says="b has a bit of its own"
def odd_one_out(a, b, R, open_gate):
    bit = int(open_gate(a, b) != open_gate(a, xor(b, R)))
    return bit, bit


# %% wrong="one of the two inverted" says="the bit of b is inverted"
def odd_one_out(a, b, R, open_gate):
    mine = open_gate(a, b)
    bit_a = int(mine != open_gate(a, xor(b, R)))
    bit_b = int(mine == open_gate(xor(a, R), b))
    return bit_a, bit_b


# %% wrong="the odd one's colours" says="the colours of the labels that open the odd one"
def odd_one_out(a, b, R, open_gate):
    pairs = [(x, y) for x in (a, xor(a, R)) for y in (b, xor(b, R))]
    opened = [open_gate(x, y) for x, y in pairs]
    x, y = next(p for p, out in zip(pairs, opened) if opened.count(out) == 1)
    return x[0] & 1, y[0] & 1


# %% wrong="the labels of the odd one" says="must return two bits"
def odd_one_out(a, b, R, open_gate):
    pairs = [(x, y) for x in (a, xor(a, R)) for y in (b, xor(b, R))]
    opened = [open_gate(x, y) for x, y in pairs]
    return next(p for p, out in zip(pairs, opened) if opened.count(out) == 1)


# %% wrong="the bit of a alone" says="must return two bits"
def odd_one_out(a, b, R, open_gate):
    return int(open_gate(a, b) != open_gate(a, xor(b, R)))


# %% right="three openings and a case for each"
def odd_one_out(a, b, R, open_gate):
    mine = open_gate(a, b)
    if open_gate(xor(a, R), b) != mine:
        return (1, 1) if open_gate(a, xor(b, R)) != mine else (0, 1)
    return (1, 0) if open_gate(a, xor(b, R)) != mine else (0, 0)


# %% right="by the documented names"
def odd_one_out(a, b, R, open_gate):
    mine = open_gate(a=a, b=b)
    return int(mine != open_gate(a=a, b=xor(b, R))), int(
        mine != open_gate(a=xor(a, R), b=b)
    )


# %% right="Counter"
def odd_one_out(a, b, R, open_gate):
    from collections import Counter

    flip = lambda label, bit: bytes(x ^ y for x, y in zip(label, R)) if bit else label
    table = {
        (i, j): open_gate(flip(a, i), flip(b, j)) for i in range(2) for j in range(2)
    }
    odd = Counter(table.values()).most_common()[-1][0]
    (where,) = [k for k, v in table.items() if v == odd]
    return tuple(np.bool_(1 - w) for w in where)


# %% wrong="the flips of the odd one" says="all bits are inverted"
def odd_one_out(a, b, R, open_gate):
    table = {
        (i, j): open_gate(xor(a, R) if i else a, xor(b, R) if j else b)
        for i in (0, 1)
        for j in (0, 1)
    }
    labels = list(table.values())
    return next(k for k, v in table.items() if labels.count(v) == 1)


# %% wrong="bit of a inverted" says="the bit of a is inverted, that"
def odd_one_out(a, b, R, open_gate):
    mine = open_gate(a, b)
    return int(mine == open_gate(a, xor(b, R))), int(mine != open_gate(xor(a, R), b))


# %% wrong="a from a, b from b" says="the two bits are swapped"
def odd_one_out(a, b, R, open_gate):
    mine = open_gate(a, b)
    return int(mine != open_gate(xor(a, R), b)), int(mine != open_gate(a, xor(b, R)))


# %% wrong="equal pair" says="the bit of b is inverted and stands"
def odd_one_out(a, b, R, open_gate):
    x = open_gate(a, b) == open_gate(xor(a, R), b)
    return int(x), int(x)


# %% wrong="the first that differs" says="wrong exactly where both bits are 1"
def odd_one_out(a, b, R, open_gate):
    mine = open_gate(a, b)
    if open_gate(xor(a, R), b) != mine:
        return 0, 1
    if open_gate(a, xor(b, R)) != mine:
        return 1, 0
    return (0, 0) if open_gate(xor(a, R), xor(b, R)) != mine else (1, 1)

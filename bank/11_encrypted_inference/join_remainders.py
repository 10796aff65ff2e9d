# %% right="remainder theorem"
def join_remainders(remainders, moduli):
    product = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli, strict=True):
        rest = product // t
        total += r * rest * pow(rest, -1, t)
    total %= product
    return total - product if total > product // 2 else total


# %% right="one after the other"
def join_remainders(remainders, moduli):
    value, product = remainders[0], moduli[0]
    for r, t in zip(remainders[1:], moduli[1:], strict=True):
        value += product * ((r - value) * pow(product, -1, t) % t)
        product *= t
    return value if 2 * value < product else value - product


# %% wrong="never negative" says="stands for negative numbers"
def join_remainders(remainders, moduli):
    value, product = remainders[0], moduli[0]
    for r, t in zip(remainders[1:], moduli[1:], strict=True):
        value += product * ((r - value) * pow(product, -1, t) % t)
        product *= t
    return value


# %% wrong="first modulus only" says="only the first modulus was used"
def join_remainders(remainders, moduli):
    r, t = remainders[0], moduli[0]
    return r - t if r > t // 2 else r


# %% wrong="no inverse" says="Does your result leave these remainders"
def join_remainders(remainders, moduli):
    product = math.prod(moduli)
    total = sum(r * (product // t) for r, t in zip(remainders, moduli, strict=True))
    total %= product
    return total - product if total > product // 2 else total


# %% wrong="not reduced" says="not the one of smallest size"
def join_remainders(remainders, moduli):
    product = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli, strict=True):
        rest = product // t
        total += r * rest * pow(rest, -1, t)
    return total - product if total > product // 2 else total

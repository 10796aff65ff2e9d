# %% equivalent="neither statement reads what the other one binds"
# product = math.prod(moduli); total = 0 -> total = 0; product = math.prod(moduli)

# %% equivalent="both lists have one length"
# for r, t in zip(remainders, moduli, strict=True): -> for r, t in zip(remainders, moduli, strict=False):

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


# %% wrong="no inverse" says="the inverse of M_i modulo t_i is missing"
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


# %% right="sympy-like, fractions"
def join_remainders(remainders, moduli):
    x, m = 0, 1
    for r, t in zip(remainders, moduli):
        x += m * ((r - x) * pow(m, -1, t) % t)
        m *= t
    return x if 2 * x < m else x - m


# %% wrong="one modulus left as it is" says="the upper half of the range stands for negative numbers"
def join_remainders(remainders, moduli):
    from functools import reduce

    def join(p, q):
        (a, m), (b, n) = p, q
        c = (a + m * ((b - a) * pow(m, -1, n))) % (m * n)
        return (c - m * n if c > m * n // 2 else c), m * n

    return reduce(join, zip(remainders, moduli))[0]


# %% right="balanced all along"
def join_remainders(remainders, moduli):
    from functools import reduce

    def join(p, q):
        (a, m), (b, n) = p, q
        c = (a + m * ((b - a) * pow(m, -1, n))) % (m * n)
        return (c - m * n if c > m * n // 2 else c), m * n

    return reduce(join, zip(remainders, moduli), (0, 1))[0]


# %% wrong="numpy int64" says="Does your result leave these remainders?"
def join_remainders(remainders, moduli):
    P = np.prod(np.array(moduli, dtype=np.int64))
    total = np.int64(0)
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += np.int64(r) * rest * np.int64(pow(int(rest), -1, t))
    total %= P
    return int(total - P if total > P // 2 else total)


# %% wrong="float division" says="/ gives floats"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli):
        rest = int(P / t)
        total += r * rest * pow(rest, -1, t)
    total %= P
    return total - P if total > P / 2 else total


# %% wrong="search" says="the joined integer must be an int"
def join_remainders(remainders, moduli):
    for size in range(200000):
        for v in (size, -size):
            if all(v % t == r for r, t in zip(remainders, moduli)):
                return v


# %% wrong="always negative" says="but is not the one of smallest size"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += r * rest * pow(rest, -1, t)
    return total % P - P


# %% wrong="boundary of the range" says="look at your comparison with that half"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += r * rest * pow(rest, -1, t)
    total %= P
    return total - P if total >= P // 2 else total


# %% wrong="half as a float" says="It must be exact"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += r * rest * pow(rest, -1, t)
    total %= P
    return total - P if total > P / 2 else total


# %% wrong="a float for the result" says="a float holds 53 bits"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += r * rest * pow(rest, -1, t)
    total %= P
    return float(total - P if 2 * total > P else total)


# %% wrong="two moduli only" says="all must be used"
def join_remainders(remainders, moduli):
    (a, b), (p, q) = remainders[:2], moduli[:2]
    x = (a + p * ((b - a) * pow(p, -1, q))) % (p * q)
    return x - p * q if x > p * q // 2 else x


# %% right="balanced digits, a generator"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    parts = (
        r * (P // t) * pow(P // t, -1, t)
        for r, t in zip(remainders, moduli, strict=True)
    )
    return (sum(parts) + P // 2) % P - P // 2


# %% right="sympy"
def join_remainders(remainders, moduli):
    from sympy.ntheory.modular import crt

    return int(crt(moduli, remainders, symmetric=True)[0])


# %% right="one modulus after the other"
def join_remainders(remainders, moduli):
    x, product = 0, 1
    for r, t in zip(remainders, moduli, strict=True):
        x += product * ((r - x) * pow(product, -1, t) % t)
        product *= t
    return x if 2 * x < product else x - product


# %% wrong="Fermat's inverse" says="for a prime t only"
def join_remainders(remainders, moduli):
    product = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli, strict=True):
        rest = product // t
        total += r * rest * pow(rest, t - 2, t)
    total %= product
    return total - product if total > product // 2 else total


# %% wrong="the sign of the first remainder" says="the sign follows from the joined"
def join_remainders(remainders, moduli):
    product = math.prod(moduli)
    rests = [product // t for t in moduli]
    total = sum(
        r * rest * pow(rest, -1, t)
        for r, rest, t in zip(remainders, rests, moduli, strict=True)
    )
    total %= product
    return total - product if remainders[0] > moduli[0] // 2 else total


# %% wrong="the inverse of the other" says="that of M_i modulo t_i"
def join_remainders(remainders, moduli):
    product = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli, strict=True):
        rest = product // t
        total += r * rest * (pow(t, -1, rest) if rest > 1 else 1)
    total %= product
    return total - product if total > product // 2 else total


# %% wrong="empties the lists" says="work on a copy"
def join_remainders(remainders, moduli):
    x, product = 0, 1
    while moduli:
        r, t = remainders.pop(), moduli.pop()
        x += product * ((r - x) * pow(product, -1, t) % t)
        product *= t
    return x if 2 * x < product else x - product


# %% wrong="coprime by chance" says="for a prime t only"
def join_remainders(remainders, moduli):
    product = math.prod(moduli)
    total = sum(
        r * pow(product // t, t - 1, product)
        for r, t in zip(remainders, moduli, strict=True)
    )
    total %= product
    return total - product if total > product // 2 else total

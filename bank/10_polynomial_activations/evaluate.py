# %% equivalent="neither statement reads what the other one binds"
# a = coefficients; x2 = x * x -> x2 = x * x; a = coefficients
# low = blocks[0] + blocks[1] * x4; high = blocks[2] + blocks[3] * x4 -> high = blocks[2] + blocks[3] * x4; low = blocks[0] + blocks[1] * x4

# %% right="four blocks, all giants"
def evaluate(coefficients, x):
    a = [float(c) for c in coefficients]
    x2 = x * x
    x3 = x2 * x
    x4 = x2 * x2
    x8 = x4 * x4
    x12 = x8 * x4
    total = a[0] + x * a[1] + x2 * a[2] + x3 * a[3]
    for first, giant in ((4, x4), (8, x8), (12, x12)):
        block = a[first] + x * a[first + 1] + x2 * a[first + 2] + x3 * a[first + 3]
        total = total + giant * block
    return total


# %% right="recursion"
def evaluate(coefficients, x):
    power = {1: x, 2: x * x}
    power[3] = power[2] * x
    power[4] = power[2] * power[2]
    power[8] = power[4] * power[4]

    def value(a):
        if len(a) == 4:
            return a[0] + sum((power[k] * a[k] for k in (2, 3)), power[1] * a[1])
        half = len(a) // 2
        return value(a[half:]) * power[half] + value(a[:half])

    return value(list(coefficients))


# %% wrong="Horner" says="that is Horner's rule"
def evaluate(coefficients, x):
    value = x * coefficients[15] + coefficients[14]
    for a in coefficients[13::-1]:
        value = value * x + a
    return value


# %% wrong="one power after the other" says="each from the one before"
def evaluate(coefficients, x):
    value, power = coefficients[0], x
    for k in range(1, 16):
        value = power * coefficients[k] + value
        if k < 15:
            power = power * x
    return value


# %% wrong="nested giant steps" says="wait for one another"
def evaluate(coefficients, x):
    a = coefficients
    x2 = x * x
    x3, x4 = x2 * x, x2 * x2
    value = None
    for first in (12, 8, 4, 0):
        block = x * a[first + 1] + a[first] + x2 * a[first + 2] + x3 * a[first + 3]
        value = block if value is None else value * x4 + block
    return value


# %% wrong="opens the ciphertext" says="compute with x itself"
def evaluate(coefficients, x):
    value = sum(float(a) * x.value**k for k, a in enumerate(coefficients))
    return x * 0.0 + value


# %% right="x times a"
def evaluate(coefficients, x):
    a = [float(v) for v in coefficients]
    p = {1: x}
    p[2] = x * x
    p[3] = p[2] * x
    p[4] = p[2] * p[2]

    def block(i):
        return p[1] * a[i + 1] + p[2] * a[i + 2] + p[3] * a[i + 3] + a[i]

    p8 = p[4] * p[4]
    return (block(8) + block(12) * p[4]) * p8 + (block(0) + block(4) * p[4])


# %% right="sum()"
def evaluate(coefficients, x):
    x2 = x * x
    powers = [x, x2, x2 * x]
    x4 = x2 * x2
    b = [
        sum(c * p for c, p in zip(coefficients[i + 1 : i + 4], powers))
        + coefficients[i]
        for i in range(0, 16, 4)
    ]
    return (b[0] + b[1] * x4) + (b[2] + b[3] * x4) * (x4 * x4)


# %% right="the package"
def evaluate(coefficients, x):
    from ppdl_course.he.polynomials.evaluation import baby_giant

    return baby_giant(coefficients, x, 4)


# %% wrong="by value" says="a ciphertext shows nothing of itself"
def evaluate(coefficients, x):
    return Counted(sum(a * x.value**k for k, a in enumerate(coefficients)))


# %% wrong="dot" says="a_4 is not multiplied by x^4"
def evaluate(coefficients, x):
    x2 = x * x
    x3 = x2 * x
    return np.dot(coefficients[:4], [1, x, x2, x3])


# %% wrong="cached value from the first call" says="an earlier call's?"
def evaluate(coefficients, x, seen=[]):
    if not seen:
        seen.append(x)
    return seen[0] * coefficients[1] + coefficients[0]


# %% wrong="all powers by squaring, 14 products" says="14 products of ciphertexts"
def evaluate(coefficients, x):
    p = {1: x}
    for k in range(2, 16):
        p[k] = p[k // 2] * p[k - k // 2]
    r = p[1] * coefficients[1] + coefficients[0]
    for k in range(2, 16):
        r = r + p[k] * coefficients[k]
    return r


# %% right="recursion over a dict, skips zeros"
def evaluate(coefficients, x):
    powers = {1: x}

    def power(k):
        if k not in powers:
            powers[k] = power(k - k // 2) * power(k // 2)
        return powers[k]

    def block(a):
        r = None
        for k in (1, 2, 3):
            if a[k]:
                term = power(k) * float(a[k])
                r = term if r is None else r + term
        return a[0] if r is None else r + float(a[0])

    b = [block(coefficients[i : i + 4]) for i in range(0, 16, 4)]
    return b[0] + b[1] * power(4) + power(8) * (b[2] + b[3] * power(4))


# %% right="object arrays"
def evaluate(coefficients, x):
    x2 = x * x
    x4 = x2 * x2
    P = np.array([x, x2, x2 * x], dtype=object)
    A = np.asarray(coefficients, dtype=object).reshape(4, 4)
    q = A[:, 0] + A[:, 1:] @ P
    return (q[0] + q[1] * x4) + (q[2] + q[3] * x4) * (x4 * x4)


# %% right="functools.reduce over generators"
def evaluate(coefficients, x):
    from functools import reduce
    from operator import add

    a = iter(coefficients.tolist())
    p = [x, x * x]
    p.append(p[1] * x)
    x4 = p[1] * p[1]
    b = []
    for _ in range(4):
        c = next(a)
        b.append(reduce(add, (q * next(a) for q in p)) + c)
    return b[0] + x4 * b[1] + (x4 * x4) * (b[2] + x4 * b[3])


# %% wrong="plus five" says="and yet the value is wrong"
def evaluate(coefficients, x):
    a = [float(c) for c in coefficients]
    x2 = x * x
    x3 = x2 * x
    x4 = x2 * x2
    b = [a[i] + x * a[i + 1] + x2 * a[i + 2] + x3 * a[i + 3] for i in (0, 4, 8, 12)]
    return (b[0] + b[1] * x4) + (b[2] + b[3] * x4) * (x4 * x4) + x * 5.0


# %% wrong="resets the tally" says="a ciphertext shows nothing"
def evaluate(coefficients, x):
    r = x * float(coefficients[15]) + float(coefficients[14])
    for c in coefficients[13::-1]:
        r = r * x + float(c)
    x.tally.products, x.tally.levels = 7, 5
    return r


# %% wrong="counts beside" says="a ciphertext shows nothing"
def evaluate(coefficients, x):
    from ppdl_course.he.polynomials.evaluation import Counted

    y = Counted(x.value)
    r = y * float(coefficients[15]) + float(coefficients[14])
    for c in coefficients[13::-1]:
        r = r * y + float(c)
    return Counted(r.value, 4, x.tally)


# %% wrong="a little multiplication for show" says="a ciphertext shows nothing"
def evaluate(coefficients, x):
    z = x * x
    z = z * z
    z = z * z
    z = z * 0.0
    return z + float(np.polynomial.polynomial.polyval(x.value, coefficients))


# %% wrong="divides by the last" says="you divide by a coefficient"
def evaluate(coefficients, x):
    top = float(coefficients[15])
    a = [float(c) / top for c in coefficients]
    x2 = x * x
    x3 = x2 * x
    x4 = x2 * x2
    b = [a[i] + x * a[i + 1] + x2 * a[i + 2] + x3 * a[i + 3] for i in (0, 4, 8)]
    last = a[12] + x * a[13] + x2 * a[14] + x3
    return (b[0] * top + b[1] * (x4 * top)) + (b[2] * top + last * (x4 * top)) * (
        x4 * x4
    )


# %% wrong="integers" says="coefficients are rounded"
def evaluate(coefficients, x):
    a = [int(c) for c in coefficients]
    x2 = x * x
    x3 = x2 * x
    x4 = x2 * x2
    b = [a[i] + x * a[i + 1] + x2 * a[i + 2] + x3 * a[i + 3] for i in (0, 4, 8, 12)]
    return (b[0] + b[1] * x4) + (b[2] + b[3] * x4) * (x4 * x4)


# %% wrong="power operator" says="no power operator"
def evaluate(coefficients, x):
    return (
        sum(float(c) * x**k for k, c in enumerate(coefficients[1:], 1))
        + coefficients[0]
    )


# %% wrong="remembers x and its powers" says="an earlier call's?"
def evaluate(coefficients, x, memory={}):
    if not memory:
        p = x
        memory[1] = x
        for k in range(2, 16):
            memory[k] = memory[k // 2] * memory[k - k // 2]
    r = memory[1] * float(coefficients[1]) + float(coefficients[0])
    for k in range(2, 16):
        r = r + memory[k] * float(coefficients[k])
    return r


# %% wrong="the upper half joined by x to the 12" says="but by x^"
def evaluate(coefficients, x):
    a = [float(c) for c in coefficients]
    x2 = x * x
    x3, x4 = x2 * x, x2 * x2
    x8 = x4 * x4
    low, second, third, high = (
        a[k] + x * a[k + 1] + x2 * a[k + 2] + x3 * a[k + 3] for k in (0, 4, 8, 12)
    )
    return low + second * x4 + (third + high * x4) * (x8 * x4)

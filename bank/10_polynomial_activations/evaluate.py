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

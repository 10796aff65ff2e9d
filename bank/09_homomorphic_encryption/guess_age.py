# %% equivalent="a function that ends returns None"
# return None -> (left out)

# %% right="dictionary"
def guess_age(c, n, e):
    return {pow(age, e, n): age for age in range(OLDEST + 1)}.get(c)


# %% right="generator"
def guess_age(c, n, e):
    matches = [np.int64(age) for age in range(0, OLDEST + 1) if pow(age, e, n) == c % n]
    return matches[0] if matches else None


# %% wrong="stops at 99" says="ages go from 0 to"
def guess_age(c, n, e):
    for age in range(100):
        if pow(age, e, n) == c:
            return age
    return None


# %% wrong="forgets the modulus" says="modulo n, and compare"
def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        if age**17 == c:
            return age
    return None


# %% wrong="the last candidate when none fits" says="What do you return when no candidate fits"
def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        if pow(age, e, n) == c:
            return age
    return age


# %% wrong="a root in floating point" says="Encrypt each candidate as the client does"
def guess_age(c, n, e):
    root = c ** (1 / 65537) if c < 10**300 else -1
    return (
        round(root) if 0 <= root <= OLDEST and root == round(root) and c > 1 else None
    )


# %% copied="up to 120" says="another variant's number"
def guess_age(c, n, e):
    for age in range(121):
        if pow(age, e, n) == c:
            return age
    return None


# %% right="a table of all encryptions, searched"
def guess_age(c, n, e):
    table = [pow(age, e, n) for age in range(OLDEST + 1)]
    return table.index(c) if c in table else None


# %% right="next, multiplying by hand"
def guess_age(c, n, e):
    def encrypt(m):
        result, power = 1, m % n
        for bit in reversed(bin(e)[2:]):
            if bit == "1":
                result = result * power % n
            power = power * power % n
        return result

    return next((age for age in range(OLDEST, -1, -1) if encrypt(age) == c), None)


# %% wrong="the oldest left out" says="ages go from 0 to"
def guess_age(c, n, e):
    for age in range(OLDEST):
        if pow(age, e, n) == c:
            return age
    return None


# %% wrong="begins at 1" says="ages go from 0 to"
def guess_age(c, n, e):
    for age in range(1, OLDEST + 1):
        if pow(age, e, n) == c:
            return age
    return None


# %% wrong="adults only" says="ages go from 0 to"
def guess_age(c, n, e):
    return next((a for a in range(19, OLDEST + 1) if pow(a, e, n) == c), None)


# %% wrong="the usual exponent" says="encrypt with the n and e that you are given"
def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        if pow(age, 65537, n) == c:
            return age
    return None


# %% wrong="not encrypted" says="Encrypt each candidate as the client does"
def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        if age == c:
            return age
    return None


# %% wrong="base and exponent turned" says="Encrypt each candidate as the client does"
def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        if pow(e, age, n) == c:
            return age
    return None


# %% wrong="minus one for none" says="What do you return when no candidate fits"
def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        if pow(age, e, n) == c:
            return age
    return -1


# %% wrong="text" says="the age must be an int"
def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        if pow(age, e, n) == c:
            return str(age)
    return None


# %% wrong="any number below a thousand" says="500 is not an age"
def guess_age(c, n, e):
    for age in range(1000):
        if pow(age, e, n) == c:
            return age
    return None


# %% wrong="a table of all keys" says="keep no table"
table = {}


def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        table[pow(age, e, n)] = age
    return table.get(c)


# %% wrong="raises" says="the answer is None"
def guess_age(c, n, e):
    for age in range(OLDEST + 1):
        if pow(age, e, n) == c:
            return age
    raise ValueError("no age")


# %% wrong="None within the loop" says="return before all candidates were tried"
def guess_age(c, n, e):
    age = 0
    while age <= OLDEST:
        if pow(age, e, n) != c:
            return None
        return age
    return None


# %% wrong="the first try from the oldest" says="return before all candidates were tried"
def guess_age(c, n, e):
    for age in reversed(range(OLDEST + 1)):
        return age if pow(age, e, n) == c else None

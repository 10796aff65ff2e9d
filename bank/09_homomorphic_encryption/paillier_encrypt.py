# %% right="by the formula"
def paillier_encrypt(m, n):
    square = n**2
    while True:
        r = secrets.randbelow(n)
        if math.gcd(r, n) == 1:
            return pow(n + 1, m, square) * pow(r, n, square) % square


# %% right="r drawn below n squared"
def paillier_encrypt(m, n):
    r = secrets.SystemRandom().randrange(1, n * n)
    return (1 + n * m) * pow(r, n, n * n) % (n * n)


# %% wrong="no randomness" says="Where is the fresh r"
def paillier_encrypt(m, n):
    return (1 + m * n) % (n * n) * pow(7, n, n * n) % (n * n)


# %% wrong="a statistics generator" says="drawn from a generator made for statistics"
def paillier_encrypt(m, n):
    import random

    r = random.randrange(1, n)
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% wrong="few values of r" says="so few values of r can all be tried"
def paillier_encrypt(m, n):
    r = 2 + secrets.randbelow(2**64)
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% wrong="r without its power" says="only an n-th power"
def paillier_encrypt(m, n):
    r = 1 + secrets.randbelow(n - 1)
    return (1 + m * n) * r % (n * n)

# %% right="coefficients and powers"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p) for _ in range(t - 1)]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% right="Horner"
def share_secret(secret, n, t, p):
    drawn = [secrets.randbelow(p) for _ in range(t - 1)]
    shares = []
    for x in range(1, n + 1):
        y = 0
        for c in reversed(drawn):
            y = (y + c) * x % p
        shares.append([x, (y + secret) % p])
    return shares


# %% right="t - 1 shares drawn, the others through them"
def share_secret(secret, n, t, p):
    known = {0: secret}
    for x in range(1, t):
        known[x] = secrets.randbelow(p)

    def at(z):
        total = 0
        for x, y in known.items():
            for other in known:
                if other != x:
                    y = y * (z - other) * pow(x - other, -1, p) % p
            total += y
        return total % p

    return [(x, at(x)) for x in range(1, n + 1)]


# %% right="SystemRandom, a dictionary's pairs"
def share_secret(secret, n, t, p):
    draw = secrets.SystemRandom()
    rest = [draw.randrange(p) for _ in range(1, t)]
    shares = {}
    for x in range(1, n + 1):
        shares[x] = (secret + sum(c * x ** (k + 1) for k, c in enumerate(rest))) % p
    return list(shares.items())


# %% wrong="degree t" says="t coefficients are drawn beside the secret"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p) for _ in range(t)]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="degree t - 2" says="is always 0"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p) for _ in range(t - 2)]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="from 0" says="for x = 0"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p) for _ in range(t - 1)]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p) for x in range(n)
    ]


# %% wrong="0 called 1" says="the first share is the secret itself"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p) for _ in range(t - 1)]
    return [
        (x + 1, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p) for x in range(n)
    ]


# %% wrong="one share too few" says="range(1, n) ends before n"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p) for _ in range(t - 1)]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p) for x in range(1, n)
    ]


# %% wrong="not reduced" says="is not in 0..p-1"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p) for _ in range(t - 1)]
    return [(x, sum(c * x**k for k, c in enumerate(line))) for x in range(1, n + 1)]


# %% wrong="the secret everywhere" says="is always 0"
def share_secret(secret, n, t, p):
    return [(x, secret) for x in range(1, n + 1)]


# %% wrong="the secret leads" says="it must be the constant"
def share_secret(secret, n, t, p):
    line = [secrets.randbelow(p) for _ in range(t - 1)] + [secret]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="powers from 1" says="it must be the constant"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p) for _ in range(t - 1)]
    return [
        (x, sum(c * pow(x, k + 1, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="drawn for each share" says="drawn once for all shares"
def share_secret(secret, n, t, p):
    shares = []
    for x in range(1, n + 1):
        line = [secret] + [secrets.randbelow(p) for _ in range(t - 1)]
        shares.append((x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p))
    return shares


# %% wrong="one coefficient for all" says="have the same coefficient"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p)] * (t - 1)
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="64 bits" says="can all be tried, or show through"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbits(64) % p for _ in range(t - 1)]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="bits reduced" says="more often than others"
def share_secret(secret, n, t, p):
    bits = p.bit_length()
    line = [secret] + [secrets.randbits(bits) % p for _ in range(t - 1)]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="never 0" says="is never 0"
def share_secret(secret, n, t, p):
    line = [secret] + [1 + secrets.randbelow(p - 1) for _ in range(t - 1)]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="highest never 0" says="the coefficient is never 0"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p) for _ in range(t - 2)]
    if t > 1:
        line.append(1 + secrets.randbelow(p - 1))
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="random module" says="made for statistics"
import random


def share_secret(secret, n, t, p):
    line = [secret] + [random.randrange(p) for _ in range(t - 1)]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="a chain of hashes" says="random bits are needed"
import hashlib


def share_secret(secret, n, t, p):
    seed, line = secrets.token_bytes(16), [secret]
    for _ in range(t - 1):
        seed = hashlib.sha512(seed).digest()
        line.append(int.from_bytes(seed + seed, "big") % p)
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="from the secret" says="the same in two calls"
import hashlib


def share_secret(secret, n, t, p):
    line = [secret]
    for k in range(1, t):
        data = hashlib.shake_256(b"%d %d" % (secret, k)).digest(90)
        line.append(int.from_bytes(data, "big") % p)
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


# %% wrong="only y" says="a pair (x, y)"
def share_secret(secret, n, t, p):
    line = [secret] + [secrets.randbelow(p) for _ in range(t - 1)]
    return [
        sum(c * pow(x, k, p) for k, c in enumerate(line)) % p for x in range(1, n + 1)
    ]


# %% wrong="additive shares" says="the shares add up to the secret"
def share_secret(secret, n, t, p):
    drawn = [secrets.randbelow(p) for _ in range(n - 1)]
    return list(enumerate([*drawn, (secret - sum(drawn)) % p], 1))

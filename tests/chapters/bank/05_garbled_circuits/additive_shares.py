# %% right="last share reduced"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q) for _ in range(n - 1)]
    return shares + [(x - sum(shares)) % Q]


# %% right="first share, loop"
def additive_shares(x, n, Q):
    rest, shares = x % Q, []
    while len(shares) < n - 1:
        share = secrets.SystemRandom().randrange(Q)
        shares.append(share)
        rest = (rest - share + Q) % Q
    return tuple([rest] + shares)


# %% wrong="not reduced" says="not reduced"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q) for _ in range(n - 1)]
    return [*shares, Q - sum(shares) % Q + x]


# %% wrong="negative" says="not reduced"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q) for _ in range(n - 1)]
    return [*shares, x - sum(shares)]


# %% wrong="half the range" says="learn something"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q // 2) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="one draw for all" says="learn something"
def additive_shares(x, n, Q):
    share = secrets.randbelow(Q)
    return [share] * (n - 1) + [(x - (n - 1) * share) % Q]


# %% wrong="statistics generator" says="statistics generator"
def additive_shares(x, n, Q):
    import random

    shares = [random.randrange(Q) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="even parts" says="do not add up"
def additive_shares(x, n, Q):
    return [x // n] * n

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


# %% wrong="one draw for all" says="learn something"
def additive_shares(x, n, Q):
    share = secrets.randbelow(Q)
    return [share] * (n - 1) + [(x - (n - 1) * share) % Q]


# %% wrong="numpy's generator" says="made for statistics"
def additive_shares(x, n, Q):
    rng = np.random.default_rng()
    shares = [int(share) for share in rng.integers(Q, size=n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="bits reduced modulo Q" says="are not uniform"
def additive_shares(x, n, Q):
    shares = [secrets.randbits(Q.bit_length()) % Q for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="modulo bias 4 bits" says="). All shares but one must be fresh"
def additive_shares(x, n, Q):
    k = (Q - 1).bit_length()
    shares = [secrets.randbits(k) % Q for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="float" says="was a float, which"
def additive_shares(x, n, Q):
    shares = [int(secrets.SystemRandom().random() * Q) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% right="generator"
def additive_shares(x, n, Q):
    for _ in range(n - 1):
        s = secrets.randbelow(Q)
        x -= s
        yield s
    yield x % Q


# %% wrong="negative" says="Its size tells the party that holds it about"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q) for _ in range(n - 1)]
    return [*shares, x - sum(shares)]


# %% wrong="half the range" says="). All shares but one must be fresh"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q // 2) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="statistics generator" says="a secret was drawn from a generator made for"
def additive_shares(x, n, Q):
    import random

    shares = [random.randrange(Q) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="even parts" says="do not add up to"
def additive_shares(x, n, Q):
    return [x // n] * n

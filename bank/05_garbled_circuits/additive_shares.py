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


# %% right="numpy objects"
def additive_shares(x, n, Q):
    drawn = np.array([secrets.randbelow(Q) for _ in range(n - 1)], dtype=object)
    return [*drawn, (x - drawn.sum()) % Q]


# %% right="pads one after the other"
def additive_shares(x, n, Q):
    shares = [x % Q]
    for _ in range(n - 1):
        mask = secrets.randbelow(Q)
        shares[0] = (shares[0] - mask) % Q
        shares.append(mask)
    return shares


# %% right="recursion"
def additive_shares(x, n, Q):
    if n == 1:
        return [x]
    share = secrets.SystemRandom().randint(0, Q - 1)
    return [share] + additive_shares((x - share) % Q, n - 1, Q)


# %% right="rejection"
import os


def additive_shares(x, n, Q):
    size = (Q.bit_length() + 7) // 8

    def draw():
        while True:
            v = int.from_bytes(os.urandom(size), "big") >> (8 * size - Q.bit_length())
            if v < Q:
                return v

    shares = [draw() for _ in range(n - 1)]
    return (*shares, (x - sum(shares)) % Q)


# %% right="wide words reduced"
def additive_shares(x, n, Q):
    shares = [int.from_bytes(secrets.token_bytes(48), "big") % Q for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="two draws in turn" says="together learn something"
def additive_shares(x, n, Q):
    two = [secrets.randbelow(Q), secrets.randbelow(Q)]
    shares = [two[k % 2] for k in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="the third is the sum of two" says="together learn something"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q) for _ in range(n - 1)]
    for k in range(2, n - 1):
        shares[k] = (shares[k - 1] + shares[k - 2]) % Q
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="torch" says="a generator made for statistics"
import torch


def additive_shares(x, n, Q):
    shares = [int(v) % Q for v in torch.randint(0, 2**62, (n - 1,))]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="hash of the share before" says="together learn something"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q)]
    while len(shares) < n - 1:
        digest = hashlib.sha512(b"%d" % shares[-1]).digest()
        shares.append(int.from_bytes(digest, "big") % Q)
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="the clock" says="reads a clock"
from time import perf_counter_ns


def additive_shares(x, n, Q):
    shares = []
    for k in range(n - 1):
        digest = hashlib.sha512(b"%d %d" % (k, perf_counter_ns())).digest()
        shares.append(int.from_bytes(digest, "big") % Q)
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="16 bits behind a hash" says="few values"
def additive_shares(x, n, Q):
    shares = [
        int.from_bytes(hashlib.sha512(secrets.token_bytes(2)).digest(), "big") % Q
        for _ in range(n - 1)
    ]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="from 1" says="a share is never 0"
def additive_shares(x, n, Q):
    shares = [1 + secrets.randbelow(Q - 1) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="pieces of x" says="together learn something"
def additive_shares(x, n, Q):
    shares, rest = [], x
    for _ in range(n - 1):
        shares.append(secrets.randbelow(rest + 1))
        rest -= shares[-1]
    return [*shares, rest]


# %% wrong="sum added" says="do not add up"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q) for _ in range(n - 1)]
    return [*shares, (x + sum(shares)) % Q]


# %% wrong="always three" says="4 shares modulo 3"
def additive_shares(x, n, Q):
    a, b = secrets.randbelow(Q), secrets.randbelow(Q)
    return [a, b, (x - a - b) % Q]


# %% wrong="modulo Q - 1" says="a share is never 10"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q - 1) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="one share too many" says="the one that completes the sum is one of them"
def additive_shares(x, n, Q):
    masks = [secrets.randbelow(Q) for _ in range(n)]
    masks.append((x - sum(masks)) % Q)
    return masks


# %% wrong="shares stretched from one seed" says="random bits are needed"
import hashlib


def additive_shares(x, n, Q):
    seed = secrets.token_bytes(16)
    shares = [
        int.from_bytes(hashlib.sha512(seed + bytes([k])).digest()) % Q
        for k in range(n - 1)
    ]
    return [*shares, (x - sum(shares)) % Q]

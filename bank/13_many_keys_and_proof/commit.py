# %% right="two powers"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(g, x, p) * pow(h, r, p) % p, r


# %% right="x reduced, SystemRandom"
def commit(x, p, q, g, h):
    r = secrets.SystemRandom().randrange(q)
    left, right = pow(g, x % q, p), pow(h, r, p)
    return [left * right % p, r]


# %% right="drawn until it is below q"
def commit(x, p, q, g, h):
    r = q
    while r >= q:
        r = secrets.randbits(q.bit_length())
    C = 1
    for base, exponent in ((g, x), (h, r)):
        C = C * pow(base, exponent, p) % p
    return C, r


# %% right="many bits reduced"
def commit(x, p, q, g, h):
    r = int.from_bytes(secrets.token_bytes(q.bit_length() // 8 + 17), "big") % q
    return (pow(g, x, p) * pow(h, r, p)) % p, r


# %% wrong="nothing hidden" says="r is not in it"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(g, x, p), r


# %% wrong="r is 0" says="r is always 0"
def commit(x, p, q, g, h):
    return pow(g, x, p), 0


# %% wrong="nothing bound" says="x is not in it"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(h, r, p), r


# %% wrong="exchanged" says="g and h are exchanged"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(h, x, p) * pow(g, r, p) % p, r


# %% wrong="one base" says="without h"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(g, x + r, p), r


# %% wrong="added" says="multiply them"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return (pow(g, x, p) + pow(h, r, p)) % p, r


# %% wrong="modulo q at the end" says="reduced modulo q"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(g, x, p) * pow(h, r, p) % p % q, r


# %% wrong="not reduced" says="is not reduced modulo p"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(g, x, p) * pow(h, r, p), r


# %% wrong="x modulo p" says="x is reduced modulo p"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(g, x % p, p) * pow(h, r, p) % p, r


# %% wrong="drawn below p" says="exponents live modulo q"
def commit(x, p, q, g, h):
    r = secrets.randbelow(p)
    return pow(g, x, p) * pow(h, r, p) % p, r


# %% wrong="turned round" says="turned round"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return r, pow(g, x, p) * pow(h, r, p) % p


# %% wrong="C alone" says="two numbers, (C, r)"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(g, x, p) * pow(h, r, p) % p


# %% wrong="128 bits" says="can all be tried, or show through"
def commit(x, p, q, g, h):
    r = secrets.randbits(128) % q
    return pow(g, x, p) * pow(h, r, p) % p, r


# %% wrong="bits reduced" says="more often than others"
def commit(x, p, q, g, h):
    r = secrets.randbits(q.bit_length()) % q
    return pow(g, x, p) * pow(h, r, p) % p, r


# %% wrong="never 0" says="is never 0"
def commit(x, p, q, g, h):
    r = 1 + secrets.randbelow(q - 1)
    return pow(g, x, p) * pow(h, r, p) % p, r


# %% wrong="a hash of x" says="the same in two calls"
import hashlib


def commit(x, p, q, g, h):
    r = int.from_bytes(hashlib.sha512(str(x).encode()).digest(), "big") % q
    return pow(g, x, p) * pow(h, r, p) % p, r


# %% wrong="random module" says="made for statistics"
import random


def commit(x, p, q, g, h):
    r = random.randrange(q)
    return pow(g, x, p) * pow(h, r, p) % p, r


# %% wrong="torch" says="made for statistics"
import torch


def commit(x, p, q, g, h):
    words = torch.randint(0, 2**31, (20,)).tolist()
    r = sum(word << 31 * k for k, word in enumerate(words)) % q
    return pow(g, x, p) * pow(h, r, p) % p, r


# %% wrong="a stretched byte" says="random bits are needed"
import hashlib


def commit(x, p, q, g, h):
    r = int.from_bytes(hashlib.sha512(secrets.token_bytes(1)).digest(), "big") % q
    return pow(g, x, p) * pow(h, r, p) % p, r


# %% wrong="tripled each time" says="from a call before"
KEPT = []


def commit(x, p, q, g, h):
    if not KEPT:
        KEPT.append(secrets.randbits(600))
    KEPT[0] = 3 * KEPT[0] + 1
    r = KEPT[0] % q
    return pow(g, x, p) * pow(h, r, p) % p, r


# %% wrong="sign lost" says="the sign of x is lost"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(g, abs(x), p) * pow(h, r, p) % p, r


# %% wrong="h to the minus r" says="does not open it"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(g, x, p) * pow(h, -r, p) % p, r


# %% wrong="modulo q throughout" says="elements of the group live modulo p"
def commit(x, p, q, g, h):
    r = secrets.randbelow(q)
    return pow(g, x, q) * pow(h, r, q) % q, r

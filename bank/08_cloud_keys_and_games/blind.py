# %% equivalent="the two lines do not read each other"
# square = N * N; r, s = (secrets.randbelow(N), 1 + secrets.randbelow(N // 4)) -> r, s = (secrets.randbelow(N), 1 + secrets.randbelow(N // 4)); square = N * N


# %% equivalent="s may be one more, or its opposite: g^s is as random"
# r, s = (secrets.randbelow(N), 1 + secrets.randbelow(N // 4)) -> r, s = (secrets.randbelow(N), 1 - secrets.randbelow(N // 4))
# r, s = (secrets.randbelow(N), 1 + secrets.randbelow(N // 4)) -> r, s = (secrets.randbelow(N), 2 + secrets.randbelow(N // 4))
# r, s = (secrets.randbelow(N), 1 + secrets.randbelow(N // 4)) -> r, s = (secrets.randbelow(N), 0 + secrets.randbelow(N // 4))


# %% equivalent="a longer range hides as well, and the exponent cannot be seen"
# r, s = (secrets.randbelow(N), 1 + secrets.randbelow(N // 4)) -> r, s = (secrets.randbelow(N), 1 + secrets.randbelow(N // 3))

# %% right="an encryption of r, multiplied on"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    mine = pow(h, s, square) * (1 + r * N) % square, pow(g, s, square)
    return (c[0] * mine[0] % square, c[1] * mine[1] % square), r


# %% right="the power of 1 + N"
def blind(c, N, g, h):
    T1, T2 = c
    source = secrets.SystemRandom()
    r, s = source.randrange(N), source.randint(1, N // 4)
    T1 = T1 * pow(1 + N, r, N**2) * pow(h, s, N**2) % N**2
    return [T1, T2 * pow(g, s, N**2) % N**2], r


# %% right="bytes, and a mask first"
def blind(c, N, g, h):
    size = N.bit_length() // 8 + 16
    r = int.from_bytes(secrets.token_bytes(size), "big") % N
    s = int.from_bytes(secrets.token_bytes(size), "big") % (N // 4) + 1
    zero = (pow(h, s, N * N), pow(g, s, N * N))
    fresh = tuple(a * b % (N * N) for a, b in zip(c, zero))
    return (fresh[0] * (r * N + 1) % (N * N), fresh[1]), r


# %% wrong="no fresh randomness" says="T2 is the same as before"
def blind(c, N, g, h):
    r = secrets.randbelow(N)
    return (c[0] * (1 + r * N) % (N * N), c[1]), r


# %% wrong="randomness is r" says="randomness is r again"
def blind(c, N, g, h):
    square, r = N * N, 1 + secrets.randbelow(N - 1)
    T1 = c[0] * pow(h, r, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, r, square) % square), r


# %% wrong="a factor" says="A factor leaves 0 at 0"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    T1, T2 = (pow(part, r, square) for part in c)
    return (T1 * pow(h, s, square) % square, T2 * pow(g, s, square) % square), r


# %% wrong="r added to T1" says="a sum of ciphertexts means nothing"
def blind(c, N, g, h):
    r = secrets.randbelow(N)
    return ((c[0] + r) % (N * N), c[1]), r


# %% wrong="1 + r" says="1 + r, not 1 + r N"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="subtracted" says="holds m - r"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 - r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="modulo N" says="ciphertexts live modulo N^2"
def blind(c, N, g, h):
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, N) * (1 + r * N) % N
    return (T1, c[1] * pow(g, s, N) % N), r


# %% wrong="r of 64 bits" says="r is not uniform"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbits(64), 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="r below N // 2" says="r is not uniform"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N // 2), 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="even r" says="half of the range never comes"
def blind(c, N, g, h):
    square = N * N
    r, s = 2 * secrets.randbelow(N // 2), 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="the same r" says="draws differ"
def blind(c, N, g, h, known={}):
    square = N * N
    r = known.setdefault(N, secrets.randbelow(N))
    s = 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="the same s" says="its own randomness is a fresh draw"
def blind(c, N, g, h, known={}):
    square, r = N * N, secrets.randbelow(N)
    s = known.setdefault(N, 1 + secrets.randbelow(N // 4))
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="s of 64 bits" says="random bits are needed"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbits(64)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="s follows from r" says="a part follows from the rest"
import hashlib


def blind(c, N, g, h):
    square, r = N * N, secrets.randbelow(N)
    s = 1 + int.from_bytes(hashlib.sha512(str(r).encode()).digest(), "big") % (N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="numpy's generator" says="made for statistics"
def blind(c, N, g, h):
    square, rng = N * N, np.random.default_rng()
    r = int.from_bytes(rng.bytes(N.bit_length() // 8 + 8), "big") % N
    s = 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="the clock, hashed" says="It reads a clock"
import hashlib
from datetime import datetime


def blind(c, N, g, h):
    square = N * N
    digest = hashlib.sha512(str(datetime.now()).encode()).digest()
    r = int.from_bytes(digest, "big") % N
    s = 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="g and h exchanged" says="it is h in T1, and g in T2"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(g, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(h, s, square) % square), r


# %% wrong="two randomnesses" says="the same fresh randomness"
def blind(c, N, g, h):
    square = N * N
    r = secrets.randbelow(N)
    s, t = (1 + secrets.randbelow(N // 4) for _ in range(2))
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, t, square) % square), r


# %% wrong="m is lost" says="holds r alone"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    return (pow(h, s, square) * (1 + r * N) % square, pow(g, s, square)), r


# %% wrong="r is forgotten" says="still holds m"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    return (c[0] * pow(h, s, square) % square, c[1] * pow(g, s, square) % square), r


# %% wrong="s counted up" says="by a small step"
def blind(c, N, g, h, known={}):
    square, r = N * N, secrets.randbelow(N)
    s = known[N] = known.get(N, secrets.randbelow(N // 8)) + 1
    secrets.token_bytes(64)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="s of nine bits, of many that were drawn" says="can all be tried"
def blind(c, N, g, h, known=[0]):
    square, r = N * N, secrets.randbelow(N)
    known[0] = (known[0] + 7) % 500
    s = 1 + known[0] + 0 * secrets.randbits(512)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="r as the difference of two" says="r"
def blind(c, N, g, h):
    square = N * N
    r = secrets.randbelow(N) - secrets.randbelow(N)
    s = 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r


# %% wrong="blinding is given back first" says="r must be an int"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return r, (T1, c[1] * pow(g, s, square) % square)


# %% wrong="no modulus" says="reduce it modulo N^2"
def blind(c, N, g, h):
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    return (c[0] * h**s * (1 + r * N), c[1] * g**s), r


# %% wrong="N times the sum" says="N in the factor 1 + m N alone"
def blind(c, N, g, h):
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * ((1 + r) * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r

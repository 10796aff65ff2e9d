# %% equivalent="theta = 0, or one more: no count of draws shows one of N // 4 numbers"
# theta = 1 + secrets.randbelow(N // 4) -> theta = 2 + secrets.randbelow(N // 4)
# theta = 1 + secrets.randbelow(N // 4) -> theta = 0 + secrets.randbelow(N // 4)


# %% equivalent="the lcm knows no order and no sign"
# return (theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)) -> return (theta, pow(g, theta, N * N), math.lcm(q - 1, p - 1))
# return (theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)) -> return (theta, pow(g, theta, N * N), math.lcm(1 - p, q - 1))
# return (theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)) -> return (theta, pow(g, theta, N * N), math.lcm(p - 1, 1 - q))

# %% right="by the definition"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% right="the product divided by the divisor"
def two_trapdoors(p, q, g):
    square = (p * q) ** 2
    theta = secrets.SystemRandom().randint(1, p * q // 4)
    lam = (p - 1) * (q - 1) // math.gcd(p - 1, q - 1)
    return [theta, pow(g, theta, square), lam]


# %% right="bytes, drawn again until they fit"
def two_trapdoors(p, q, g):
    N = p * q
    size = (N.bit_length() + 7) // 8
    while True:
        theta = int.from_bytes(secrets.token_bytes(size), "little")
        if 1 <= theta <= N // 4:
            break
    h, base, left = 1, g, theta
    while left:
        if left & 1:
            h = h * base % (N * N)
        base, left = base * base % (N * N), left >> 1
    return theta, h, (p - 1) * (q - 1) // 2


# %% wrong="phi" says="a smaller number is a multiple"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, pow(g, theta, N * N), (p - 1) * (q - 1)


# %% wrong="h modulo N" says="modulo N. Ciphertexts live modulo N^2"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, pow(g, theta, N), math.lcm(p - 1, q - 1)


# %% wrong="statistics generator" says="made for statistics"
import random


def two_trapdoors(p, q, g):
    N = p * q
    theta = random.randint(1, N // 4)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="numpy's generator" says="made for statistics"
def two_trapdoors(p, q, g):
    N = p * q
    data = np.random.default_rng().bytes(N.bit_length() // 8 + 8)
    theta = 1 + int.from_bytes(data, "big") % (N // 4)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="torch's generator" says="made for statistics"
import torch


def two_trapdoors(p, q, g):
    N = p * q
    words = torch.randint(0, 2**31, (20,)).tolist()
    theta = 1 + sum(word << 31 * k for k, word in enumerate(words)) % (N // 4)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="the clock, hashed" says="It reads a clock"
import hashlib
from time import time_ns


def two_trapdoors(p, q, g):
    N = p * q
    digest = hashlib.sha512(str(time_ns()).encode()).digest()
    theta = 1 + int.from_bytes(digest, "big") % (N // 4)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="16 bits, hashed" says="asked the operating system for 16 random bits"
import hashlib


def two_trapdoors(p, q, g):
    N = p * q
    seed = secrets.token_bytes(2) + str(next(COUNT)).encode()
    theta = 1 + int.from_bytes(hashlib.sha512(seed).digest(), "big") % (N // 4)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


import itertools

COUNT = itertools.count()


# %% wrong="64 bits" says="theta is not uniform"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbits(64)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="below N" says="theta is outside 1..N // 4"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="below N // 8" says="theta is not uniform"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 8)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="always odd" says="half of the range never comes"
def two_trapdoors(p, q, g):
    N = p * q
    theta = secrets.randbelow(N // 4) | 1
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="one theta" says="draws differ"
def two_trapdoors(p, q, g, known={}):
    N = p * q
    theta = known.setdefault(N, 1 + secrets.randbelow(N // 4))
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="counted up" says="follows from the one before"
def two_trapdoors(p, q, g, known={}):
    N = p * q
    theta = known.get(N) or 1 + secrets.randbelow(N // 5)
    known[N] = theta + 1
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="drawn twice" says="Is it the same theta"
def two_trapdoors(p, q, g):
    N = p * q
    h = pow(g, 1 + secrets.randbelow(N // 4), N * N)
    return 1 + secrets.randbelow(N // 4), h, math.lcm(p - 1, q - 1)


# %% wrong="greatest divisor" says="the greatest common divisor"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, pow(g, theta, N * N), math.gcd(p - 1, q - 1)


# %% wrong="lcm of the primes" says="made of p and q"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, pow(g, theta, N * N), math.lcm(p, q)


# %% wrong="a product for a power" says="h is g theta, a product"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, g * theta % (N * N), math.lcm(p - 1, q - 1)


# %% wrong="base 1 + N" says="h shows theta to everybody"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, pow(1 + N, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="halved order" says="p - 1 does not divide it"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, pow(g, theta, N * N), (p - 1) * (q - 1) // 4


# %% wrong="through a float" says="was a float in between"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + int(secrets.SystemRandom().random() * (N // 4)) % (N // 4)
    theta = theta + (theta % 3 == 0)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)


# %% wrong="the order given away" says="must return (theta, h, lam)"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, pow(g, theta, N * N)


# %% wrong="no modulus" says="h is not reduced modulo N^2"
def two_trapdoors(p, q, g):
    theta = 1 + secrets.randbelow(p * q // 4)
    return theta, g**theta, math.lcm(p - 1, q - 1)


# %% wrong="inverted" says="a sign is turned"
def two_trapdoors(p, q, g):
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, pow(g, -theta, N * N), math.lcm(p - 1, q - 1)

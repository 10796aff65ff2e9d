# %% equivalent="r = 0, 1 or n - 1 more or less: of n numbers, no count of draws shows it"
# r = 1 + secrets.randbelow(n - 1) -> r = 1 - secrets.randbelow(n - 1)
# r = 1 + secrets.randbelow(n - 1) -> r = 2 + secrets.randbelow(n - 1)
# r = 1 + secrets.randbelow(n - 1) -> r = 0 + secrets.randbelow(n - 1)
# r = 1 + secrets.randbelow(n - 1) -> r = 1 + secrets.randbelow(n + 1)
# r = 1 + secrets.randbelow(n - 1) -> r = 1 + secrets.randbelow(n - 2)
# r = 1 + secrets.randbelow(n - 1) -> r = 1 + secrets.randbelow(n - 0)

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


# %% right="an encryption of 0 first"
def paillier_encrypt(m, n):
    square = n * n
    r = int.from_bytes(secrets.token_bytes(n.bit_length() // 8 + 16), "big") % n
    zero = pow(r, n, square)
    return (zero + m * n * zero) % square


# %% wrong="modulo n" says="Paillier works modulo n squared"
def paillier_encrypt(m, n):
    r = 1 + secrets.randbelow(n - 1)
    return (1 + m * n) * pow(r, n, n) % n


# %% wrong="the power modulo n" says="only an n-th power modulo n squared"
def paillier_encrypt(m, n):
    r = 1 + secrets.randbelow(n - 1)
    return (1 + m * n) * pow(r, n, n) % (n * n)


# %% wrong="r to the power of m" says="only an n-th power modulo n squared"
def paillier_encrypt(m, n):
    r = 1 + secrets.randbelow(n - 1)
    return (1 + m * n) * pow(r, m, n * n) % (n * n)


# %% wrong="mask added" says="only an n-th power modulo n squared"
def paillier_encrypt(m, n):
    r = 1 + secrets.randbelow(n - 1)
    return (1 + m * n + pow(r, n, n * n)) % (n * n)


# %% wrong="r made from m" says="Where is the fresh r"
def paillier_encrypt(m, n):
    import hashlib

    r = int.from_bytes(hashlib.shake_256(str(m).encode()).digest(128), "big") % n
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% wrong="one r for all" says="Where is the fresh r"
def paillier_encrypt(m, n, r=secrets.randbits(1000)):
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% wrong="r counted up" says="one r follows from the one before"
def paillier_encrypt(m, n, last=[secrets.randbits(1000) | 1 << 999]):
    last[0] += 1
    return (1 + m * n) * pow(last[0], n, n * n) % (n * n)


# %% wrong="r from the clock" says="reads a clock"
def paillier_encrypt(m, n):
    import hashlib
    import time

    seed = str(time.perf_counter_ns()).encode()
    r = int.from_bytes(hashlib.shake_256(seed).digest(128), "big") % n
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% wrong="a secret seed for random" says="drawn from a generator made for statistics"
def paillier_encrypt(m, n):
    import random

    r = random.Random(secrets.randbits(32)).randrange(1, n)
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% wrong="r handed out too" says="a ciphertext must be an int"
def paillier_encrypt(m, n):
    r = 1 + secrets.randbelow(n - 1)
    return (1 + m * n) * pow(r, n, n * n) % (n * n), r


# %% right="OpenSSL's bytes"
def paillier_encrypt(m, n):
    import ssl

    r = int.from_bytes(ssl.RAND_bytes(300), "big") % n
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% right="phe encrypts"
def paillier_encrypt(m, n):
    from phe import PaillierPublicKey

    return PaillierPublicKey(n).raw_encrypt(m)


# %% wrong="r from the clock under its own name" says="reads a clock"
import hashlib
from time import time_ns


def paillier_encrypt(m, n):
    r = int.from_bytes(hashlib.shake_256(b"%d" % time_ns()).digest(128), "big") % n
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% wrong="r from the date" says="reads a clock"
import hashlib
from datetime import datetime


def paillier_encrypt(m, n):
    r = (
        int.from_bytes(
            hashlib.shake_256(str(datetime.now()).encode()).digest(128), "big"
        )
        % n
    )
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% wrong="16 bits behind a hash" says="so few values can all be tried"
import hashlib


def paillier_encrypt(m, n):
    r = int.from_bytes(hashlib.shake_256(secrets.token_bytes(2)).digest(128), "big") % n
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% wrong="r squared from call to call" says="a call before"
_r = [secrets.randbits(1000)]


def paillier_encrypt(m, n):
    _r[0] = _r[0] ** 2 % n
    return (1 + m * n) * pow(_r[0], n, n * n) % (n * n)


# %% wrong="masks squared" says="a call before"
_mask = []


def paillier_encrypt(m, n):
    if not _mask or _mask[0][1] != n:
        _mask[:] = [(pow(secrets.randbelow(n), n, n * n), n)]
    else:
        _mask[0] = (_mask[0][0] ** 2 % (n * n), n)
    return (1 + m * n) * _mask[0][0] % (n * n)


# %% wrong="torch" says="a generator made for statistics"
import torch


def paillier_encrypt(m, n):
    words = torch.randint(0, 2**31, (34,)).tolist()
    r = sum(v << 31 * k for k, v in enumerate(words)) % n
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


# %% wrong="g is n" says="g is n + 1"
def paillier_encrypt(m, n):
    square, g = n * n, n
    r = 1 + secrets.randbelow(n - 1)
    return pow(g, m, square) * pow(r, n, square) % square


# %% wrong="m n without the 1" says="a multiple of n"
def paillier_encrypt(m, n):
    r = 1 + secrets.randbelow(n - 1)
    return m * n * pow(r, n, n * n) % (n * n)


# %% right="a fresh key for each ciphertext, stretched by SHAKE"
import hashlib


def paillier_encrypt(m, n):
    key = secrets.token_bytes(32)
    r = 1 + int.from_bytes(hashlib.shake_256(key).digest(200)) % (n - 1)
    return (1 + m * n) * pow(r, n, n * n) % (n * n)

# %% right="two steps"
def bob_question(j, public):
    x = secrets.randbelow(public.n)
    m = public.encrypt(x) - (j - 1)
    if m < 0:
        m += public.n
    return x, m


# %% right="pow and a list"
def bob_question(j, public):
    from random import SystemRandom

    x = SystemRandom().randint(0, public.n - 1)
    return [x, (pow(x, public.e, public.n) + 1 - j) % public.n]


# %% wrong="small x" says="is tiny"
def bob_question(j, public):
    x = secrets.randbelow(1000)
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="statistics generator" says="made for statistics"
def bob_question(j, public):
    x = random.randrange(public.n)
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="shifted up" says="the other way"
def bob_question(j, public):
    x = secrets.randbelow(public.n)
    return x, (public.encrypt(x) + j - 1) % public.n


# %% wrong="no modulo" says="left the range"
def bob_question(j, public):
    x = secrets.randbelow(public.n)
    return x, public.encrypt(x) - j + 1


# %% wrong="biased by the top" says="so m tells Alice something about"
def bob_question(j, public):
    x = secrets.randbits(public.n.bit_length()) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="64 bits" says="Alice decrypts all candidates and sees which"
def bob_question(j, public):
    x = secrets.randbits(64) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="generator kept outside" says="a secret was drawn from a generator made for"
rng = np.random.default_rng()


def bob_question(j, public):
    x = int.from_bytes(rng.bytes(64), "big") % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="pair turned" says="return (x, m), in this"
def bob_question(j, public):
    x = secrets.randbelow(public.n)
    return (public.encrypt(x) - j + 1) % public.n, x


# %% wrong="x hidden by a float" says="a float was in"
def bob_question(j, public):
    x = int(secrets.SystemRandom().random() * public.n)
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="clock" says="reads a clock"
import hashlib
import time


def bob_question(j, public):
    x = int(hashlib.sha512(str(time.time_ns()).encode()).hexdigest(), 16) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% right="rejection"
def bob_question(j, public):
    while (x := secrets.randbits(public.n.bit_length())) >= public.n:
        print("again")
    return x, (public.encrypt(x) + public.n + 1 - j) % public.n


# %% right="os.urandom, class"
class Q:
    def __call__(self, j, public):
        import os
        import warnings

        warnings.warn("x")
        x = int.from_bytes(os.urandom(300), "little") % public.n
        m = public.encrypt(x)
        for _ in range(j - 1):
            m = m - 1 if m else public.n - 1
        return x, m


bob_question = Q()


# %% wrong="even x" says="x is not uniform"
def bob_question(j, public):
    x = secrets.randbelow(public.n // 2) * 2
    return x, (public.encrypt(x) - j + 1) % public.n


# %% right="urandom, hashed wide"
import hashlib
import os


def bob_question(j, public):
    wide = hashlib.shake_256(os.urandom(64)).digest(public.n.bit_length() // 8 + 20)
    x = int.from_bytes(wide, "big") % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="torch" says="a generator made for statistics"
def bob_question(j, public):
    import torch

    words = torch.randint(0, 2**31, (18,)).tolist()
    x = sum(v << 31 * k for k, v in enumerate(words)) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="a fixed seed behind a helper" says="a generator made for statistics"
def big(rng, n):
    return int.from_bytes(rng.bytes(80), "big") % n


def source():
    return np.random.default_rng(4)


SOURCE = source()


def bob_question(j, public):
    x = big(SOURCE, public.n)
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="the clock under its own name" says="reads a clock"
import hashlib
from time import perf_counter_ns


def bob_question(j, public):
    x = int(hashlib.sha512(str(perf_counter_ns()).encode()).hexdigest(), 16) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="16 bits behind a hash" says="so few values"
import hashlib


def bob_question(j, public):
    x = int(hashlib.sha512(secrets.token_bytes(2)).hexdigest(), 16) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="x doubled" says="so it follows from"
_x = [secrets.randbits(300)]


def bob_question(j, public):
    _x[0] = _x[0] * 2 % (2**300 - 153)
    x = _x[0] % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="256 bits of a hash" says="not uniform in 0..n-1"
import hashlib


def bob_question(j, public):
    x = int(hashlib.sha256(secrets.token_bytes(40)).hexdigest(), 16) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="the counter hashed" says="so it follows from"
import hashlib

calls = 0


def bob_question(j, public):
    global calls
    calls += 1
    x = int(hashlib.sha512(b"salt%d" % calls).hexdigest(), 16) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="never 0" says="not uniform"
def bob_question(j, public):
    x = 1 + secrets.randbelow(public.n - 1)
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="redraws when it would wrap" says="no question wraps"
def bob_question(j, public):
    while True:
        x = secrets.randbelow(public.n)
        m = public.encrypt(x) - j + 1
        if m >= 0:
            return x, m


# %% wrong="the shift is encrypted too" says="the shift stands inside the encryption"
def bob_question(j, public):
    x = secrets.randbelow(public.n)
    return x, public.encrypt((x + 1 - j) % public.n)

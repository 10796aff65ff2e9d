# %% right="the system's generator"
def draw_exponent(q):
    return random.SystemRandom().randrange(q)


# %% right="bits until they fit"
def draw_exponent(q):
    while True:
        b = secrets.randbits(q.bit_length())
        if b < q:
            return b


# %% wrong="a better seed" says="made for statistics"
def draw_exponent(q):
    import time

    return random.Random(time.time_ns()).randrange(q)


# %% wrong="numpy's generator" says="made for statistics"
def draw_exponent(q):
    rng = np.random.default_rng()
    return int.from_bytes(rng.bytes(64), "big") % q


# %% wrong="128 bits" says="not uniform"
def draw_exponent(q):
    return secrets.randbits(128) % q


# %% wrong="through a float" says="was a float in between"
def draw_exponent(q):
    return int(secrets.SystemRandom().random() * q)


# %% wrong="generator kept outside" says="a secret was drawn from a generator made for"
rng = np.random.default_rng()


def draw_exponent(q):
    return int.from_bytes(rng.bytes(64), "big") % q


# %% wrong="clock" says="reads a clock"
import hashlib
import time


def draw_exponent(q):
    return int(hashlib.sha512(str(time.perf_counter_ns()).encode()).hexdigest(), 16) % q


# %% wrong="getrandbits global" says="a secret was drawn from a generator made for"
def draw_exponent(q):
    random.seed()
    return random.getrandbits(600) % q


# %% wrong="Generator(PCG64)" says="a secret was drawn from a generator made for"
def draw_exponent(q):
    return int.from_bytes(np.random.Generator(np.random.PCG64()).bytes(64), "big") % q


# %% right="class"
class D_:
    def __call__(self, q):
        print("d")
        return np.int64(secrets.randbelow(q)) if q < 99 else secrets.randbelow(q)


draw_exponent = D_()


# %% right="rejection by bytes"
def draw_exponent(q):
    size = (q.bit_length() + 7) // 8
    while True:
        b = (
            int.from_bytes(secrets.token_bytes(size), "little")
            >> 8 * size - q.bit_length()
        )
        if b < q:
            return b


# %% right="the operating system's device"
def draw_exponent(q):
    with open("/dev/urandom", "rb") as device:
        return int.from_bytes(device.read(q.bit_length() // 8 + 17), "big") % q


# %% right="urandom under its own name"
from os import urandom


def draw_exponent(q):
    return int.from_bytes(urandom(q.bit_length() // 8 + 17), "big") % q


# %% right="OpenSSL's bytes"
def draw_exponent(q):
    import ssl

    return int.from_bytes(ssl.RAND_bytes(80), "big") % q


# %% right="a choice from a range, and the time taken"
import time


def draw_exponent(q):
    start = time.perf_counter()
    b = random.SystemRandom().randint(0, q - 1)
    if time.perf_counter() - start > 60:
        print("slow")
    return b


# %% right="digits of a hash of fresh bytes"
import hashlib


def draw_exponent(q):
    return (
        int.from_bytes(hashlib.shake_256(secrets.token_bytes(32)).digest(64), "big") % q
    )


# %% wrong="torch" says="a generator made for statistics"
import torch


def draw_exponent(q):
    words = torch.randint(0, 2**31, (12,)).tolist()
    return sum(v << 31 * k for k, v in enumerate(words)) % q


# %% wrong="torch's own generator" says="a generator made for statistics"
def draw_exponent(q):
    import torch

    g = torch.Generator().manual_seed(secrets.randbits(60))
    words = torch.randint(0, 2**31, (12,), generator=g).tolist()
    return sum(v << 31 * k for k, v in enumerate(words)) % q


# %% wrong="numpy in a helper" says="a generator made for statistics"
def _source():
    return np.random.default_rng(2024)


def _bits():
    return int.from_bytes(_source().bytes(64), "big")


def draw_exponent(q):
    return _bits() % q


# %% wrong="numpy under another name" says="operating system for 0"
from numpy.random import default_rng as fresh

made = [fresh(7)]


def draw_exponent(q):
    return int.from_bytes(made[0].bytes(64), "big") % q


# %% wrong="the clock under its own name" says="reads a clock"
import hashlib
from time import time_ns


def draw_exponent(q):
    return int.from_bytes(hashlib.sha512(str(time_ns()).encode()).digest(), "big") % q


# %% wrong="the date, hashed" says="reads a clock"
import hashlib
from datetime import datetime


def draw_exponent(q):
    return int(hashlib.sha512(str(datetime.now()).encode()).hexdigest(), 16) % q


# %% wrong="16 bits behind a hash" says="so few values"
import hashlib


def draw_exponent(q):
    return int(hashlib.sha512(secrets.token_bytes(2)).hexdigest(), 16) % q


# %% wrong="64 bits behind a hash" says="asked the operating system for"
import hashlib


def draw_exponent(q):
    return int(hashlib.sha512(secrets.token_bytes(8)).hexdigest(), 16) % q


# %% wrong="a chain of hashes" says="follows from the draw before"
import hashlib

_last = []


def draw_exponent(q):
    if not _last:
        _last.append(secrets.token_bytes(64))
    _last[0] = hashlib.sha512(_last[0]).digest()
    return int.from_bytes(_last[0], "big") % q


# %% wrong="squared again and again" says="so it follows from"
_state = secrets.randbelow(SMALL_GROUP.q)


def draw_exponent(q):
    global _state
    _state = _state * _state % SMALL_GROUP.q
    return _state % q


# %% wrong="a token's hash modulo q" says="is not uniform"
import hashlib


def draw_exponent(q):
    return int.from_bytes(hashlib.sha256(secrets.token_bytes(32)).digest(), "big") % q


# %% wrong="the address of an object" says="operating system"
import hashlib


def draw_exponent(q):
    return (
        int(
            hashlib.sha512(
                str((id(object()), hash("x"), np.empty(1))).encode()
            ).hexdigest(),
            16,
        )
        % q
    )


# %% wrong="from 1" says="not uniform"
def draw_exponent(q):
    return 1 + secrets.randbelow(q - 1)


# %% wrong="includes q" says="must be in 0..10"
def draw_exponent(q):
    return secrets.randbelow(q + 1)


# %% wrong="odd" says="a multiple or a product"
def draw_exponent(q):
    return secrets.randbelow(q) | 1


# %% wrong="bits one short" says="not uniform"
def draw_exponent(q):
    return secrets.randbits(q.bit_length() - 1)


# %% wrong="uuid1" says="operating system"
def draw_exponent(q):
    import uuid

    return (uuid.uuid1().int * 3**90) % q


# %% wrong="sum of two" says="not uniform"
def draw_exponent(q):
    return (secrets.randbelow(q) + secrets.randbelow(q)) // 2


# %% wrong="product" says="a multiple or a product"
def draw_exponent(q):
    return secrets.randbelow(q) * secrets.randbelow(q) % q


# %% wrong="a keyed generator that keeps its key" says="or from a call before"
import hashlib
import hmac

_key, _counter = secrets.token_bytes(32), [0]


def draw_exponent(q):
    _counter[0] += 1
    word = hmac.new(_key, str(_counter[0]).encode(), hashlib.sha512).digest()
    return int.from_bytes(word + hashlib.sha512(word).digest()) % q

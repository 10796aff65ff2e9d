# %% equivalent="the two lines do not read each other"
# bound = lam * N * N; both = lam * pow(lam, -1, N * N) -> both = lam * pow(lam, -1, N * N); bound = lam * N * N
# both = lam * pow(lam, -1, N * N); lam1 = secrets.randbelow(bound) -> lam1 = secrets.randbelow(bound); both = lam * pow(lam, -1, N * N)


# %% equivalent="the two shares may change places"
# return (lam1, (both - lam1) % bound) -> return ((both - lam1) % bound, lam1)

# %% right="one number that is both, less a share"
def split_strong_key(lam, N):
    bound = lam * N * N
    both = lam * pow(lam, -1, N * N)
    lam1 = secrets.randbelow(bound)
    return lam1, (both - lam1) % bound


# %% right="the second share is drawn"
def split_strong_key(lam, N):
    square = N**2
    lam2 = secrets.SystemRandom().randrange(lam * square)
    total = pow(lam, -1, square) * lam
    return (total - lam2) % (lam * square), lam2


# %% right="by remainders"
def split_strong_key(lam, N):
    square = N * N
    at_lam, at_square = secrets.randbelow(lam), secrets.randbelow(square)

    def join(a, b):
        k = (b - a) * pow(lam, -1, square) % square
        return a + k * lam

    return [join(at_lam, at_square), join(-at_lam % lam, (1 - at_square) % square)]


# %% wrong="lam itself is split" says="is lam: 0 modulo lam, and not 1"
def split_strong_key(lam, N):
    lam1 = secrets.randbelow(lam * N * N)
    return lam1, (lam - lam1) % (lam * N * N)


# %% wrong="inverse modulo N" says="1 modulo N, and not modulo N^2"
def split_strong_key(lam, N):
    bound = lam * N * N
    lam1 = secrets.randbelow(bound)
    return lam1, (lam * pow(lam, -1, N) - lam1) % bound


# %% wrong="the other way round" says="the other way round"
def split_strong_key(lam, N):
    bound = lam * N * N
    lam1 = secrets.randbelow(bound)
    return lam1, (N * N * pow(N * N, -1, lam) - lam1) % bound


# %% wrong="inverse alone" says="not 0 modulo lam"
def split_strong_key(lam, N):
    bound = lam * N * N
    lam1 = secrets.randbelow(bound)
    return lam1, (pow(lam, -1, N * N) - lam1) % bound


# %% wrong="a factor each" says="their exponents are added"
def split_strong_key(lam, N):
    bound = lam * N * N
    while True:
        lam1 = secrets.randbelow(bound) * 2 + 1
        if math.gcd(lam1, bound) == 1:
            break
    both = lam * pow(lam, -1, N * N)
    return lam1, both * pow(lam1, -1, bound) % bound


# %% wrong="not reduced" says="lam2 is below 0"
def split_strong_key(lam, N):
    lam1 = secrets.randbelow(lam * N * N)
    return lam1, lam * pow(lam, -1, N * N) - lam1


# %% wrong="reduced modulo N squared" says="was lam2 reduced modulo N^2"
def split_strong_key(lam, N):
    lam1 = secrets.randbelow(lam * N * N)
    return lam1, (lam * pow(lam, -1, N * N) - lam1) % (N * N)


# %% wrong="a share below lam" says="lam1 is not uniform"
def split_strong_key(lam, N):
    lam1 = secrets.randbelow(lam)
    return lam1, (lam * pow(lam, -1, N * N) - lam1) % (lam * N * N)


# %% wrong="a share below N squared" says="lam1 is not uniform"
def split_strong_key(lam, N):
    lam1 = secrets.randbelow(N * N)
    return lam1, (lam * pow(lam, -1, N * N) - lam1) % (lam * N * N)


# %% wrong="half the range" says="lam1 is not uniform"
def split_strong_key(lam, N):
    lam1 = secrets.randbelow(lam * N * N // 2)
    return lam1, (lam * pow(lam, -1, N * N) - lam1) % (lam * N * N)


# %% wrong="nothing for the other" says="lam1 is 0 in every call"
def split_strong_key(lam, N):
    return 0, lam * pow(lam, -1, N * N)


# %% wrong="statistics generator" says="made for statistics"
import random


def split_strong_key(lam, N):
    lam1 = random.randrange(lam * N * N)
    return lam1, (lam * pow(lam, -1, N * N) - lam1) % (lam * N * N)


# %% wrong="seeded by the system" says="made for statistics"
import random


def split_strong_key(lam, N):
    source = random.Random(secrets.randbits(256))
    lam1 = source.randrange(lam * N * N)
    return lam1, (lam * pow(lam, -1, N * N) - lam1) % (lam * N * N)


# %% wrong="the clock, hashed" says="It reads a clock"
import hashlib
from time import perf_counter_ns


def split_strong_key(lam, N):
    data = hashlib.shake_256(str(perf_counter_ns()).encode()).digest(200)
    lam1 = int.from_bytes(data, "big") % (lam * N * N)
    return lam1, (lam * pow(lam, -1, N * N) - lam1) % (lam * N * N)


# %% wrong="128 bits stretched" says="random bits are needed"
import hashlib


def split_strong_key(lam, N):
    data = hashlib.shake_256(secrets.token_bytes(16)).digest(200)
    lam1 = int.from_bytes(data, "big") % (lam * N * N)
    return lam1, (lam * pow(lam, -1, N * N) - lam1) % (lam * N * N)


# %% wrong="one split" says="the other share is all"
def split_strong_key(lam, N, known={}):
    if lam not in known:
        known[lam] = secrets.randbelow(lam * N * N)
    return known[lam], (lam * pow(lam, -1, N * N) - known[lam]) % (lam * N * N)


# %% wrong="a difference" says="lam1 - lam2 has what lam1 + lam2 should have"
def split_strong_key(lam, N):
    bound = lam * N * N
    lam2 = secrets.randbelow(bound)
    return (lam * pow(lam, -1, N * N) + lam2) % bound, lam2


# %% wrong="adds up to 1" says="lam1 + lam2 is 1, and not 0 modulo lam"
def split_strong_key(lam, N):
    bound = lam * N * N
    lam1 = secrets.randbelow(bound)
    return lam1, (1 - lam1) % bound


# %% wrong="adds up to 0" says="must be 1 modulo N^2"
def split_strong_key(lam, N):
    bound = lam * N * N
    lam1 = secrets.randbelow(bound)
    return lam1, -lam1 % bound


# %% wrong="sign" says="a sign is turned"
def split_strong_key(lam, N):
    bound = lam * N * N
    lam1 = secrets.randbelow(bound)
    return lam1, (-lam * pow(lam, -1, N * N) - lam1) % bound


# %% wrong="one share" says="must return (lam1, lam2)"
def split_strong_key(lam, N):
    return secrets.randbelow(lam * N * N)


# %% wrong="a share below the sum" says="lam1 is not uniform"
def split_strong_key(lam, N):
    both = lam * pow(lam, -1, N * N)
    lam1 = secrets.randbelow(both)
    return lam1, both - lam1


# %% wrong="reduced modulo lam N" says="modulo what is lam2 reduced"
def split_strong_key(lam, N):
    lam1 = secrets.randbelow(lam * N * N)
    return lam1, (lam * pow(lam, -1, N * N) - lam1) % (lam * N)

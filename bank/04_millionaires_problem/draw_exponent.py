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


# %% wrong="clock" says="the same again when the generators made for"
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

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

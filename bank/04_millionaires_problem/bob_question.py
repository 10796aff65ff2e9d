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


# %% wrong="clock" says="the same again when the generators made for"
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

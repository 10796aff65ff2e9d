# %% wrong="bob_question: biased by the top" says="so m tells Alice something about"
def bob_question(j, public):
    x = secrets.randbits(public.n.bit_length()) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="bob_question: 64 bits" says="Alice decrypts all candidates and sees which"
def bob_question(j, public):
    x = secrets.randbits(64) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="bob_question: generator kept outside" says="a secret was drawn from a generator made for"
rng = np.random.default_rng()


def bob_question(j, public):
    x = int.from_bytes(rng.bytes(64), "big") % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="bob_question: pair turned" says="return (x, m), in this"
def bob_question(j, public):
    x = secrets.randbelow(public.n)
    return (public.encrypt(x) - j + 1) % public.n, x


# %% wrong="bob_question: x hidden by a float" says="a float was in"
def bob_question(j, public):
    x = int(secrets.SystemRandom().random() * public.n)
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="bob_question: clock" says="the same again when the generators made for"
import hashlib
import time


def bob_question(j, public):
    x = int(hashlib.sha512(str(time.time_ns()).encode()).hexdigest(), 16) % public.n
    return x, (public.encrypt(x) - j + 1) % public.n


# %% right="bob_question: rejection"
def bob_question(j, public):
    while (x := secrets.randbits(public.n.bit_length())) >= public.n:
        print("again")
    return x, (public.encrypt(x) + public.n + 1 - j) % public.n


# %% right="bob_question: os.urandom, class"
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


# %% wrong="alice_list: changes y" says="your function changes y, its"
def alice_list(i, y, p):
    for u in range(len(y)):
        y[u] = (y[u] + (u >= i)) % p
    return y


# %% right="alice_list: generator"
def alice_list(i, y, p):
    for u, v in enumerate(y, 1):
        yield (v + int(u > i)) % p


# %% right="find_i: bisection"
def find_i(public, m, w):
    lo, hi = 0, len(w)
    while lo < hi:
        mid = (lo + hi + 1) // 2
        if pow(w[mid - 1], public.e, public.n) == (m + mid - 1) % public.n:
            lo = mid
        else:
            hi = mid - 1
    return lo


# %% wrong="blind: power only" says="is not an element of the group and was not"
def blind(c, A, group, randbelow=secrets.randbelow):
    if pow(A, group.q, group.p) != 1:
        raise ValueError("A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="blind: b from 1" says="b must be"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q) + 1
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="blind: assert" says="with a ValueError, not"
def blind(c, A, group, randbelow=secrets.randbelow):
    assert 1 <= A < group.p
    assert pow(A, group.q, group.p) == 1
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="blind: checks for c = 0 only" says="is not an element of the group and was not"
def blind(c, A, group, randbelow=secrets.randbelow):
    if c == 0:
        group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="blind: refuses 1" says="is an element of the group, and was"
def blind(c, A, group, randbelow=secrets.randbelow):
    if A <= 1:
        raise ValueError("A")
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p


# %% wrong="draw_exponent: generator kept outside" says="a secret was drawn from a generator made for"
rng = np.random.default_rng()


def draw_exponent(q):
    return int.from_bytes(rng.bytes(64), "big") % q


# %% wrong="draw_exponent: clock" says="the same again when the generators made for"
import hashlib
import time


def draw_exponent(q):
    return int(hashlib.sha512(str(time.perf_counter_ns()).encode()).hexdigest(), 16) % q


# %% wrong="draw_exponent: getrandbits global" says="a secret was drawn from a generator made for"
def draw_exponent(q):
    random.seed()
    return random.getrandbits(600) % q


# %% wrong="draw_exponent: Generator(PCG64)" says="a secret was drawn from a generator made for"
def draw_exponent(q):
    return int.from_bytes(np.random.Generator(np.random.PCG64()).bytes(64), "big") % q


# %% right="draw_exponent: class"
class D_:
    def __call__(self, q):
        print("d")
        return np.int64(secrets.randbelow(q)) if q < 99 else secrets.randbelow(q)


draw_exponent = D_()


# %% right="and_share: bool"
def and_share(party, d, e, a, b, c):
    return bool(c) ^ bool(d and b) ^ bool(e and a) ^ bool(not party and d and e)


# %% right="and_share: numpy bool"
def and_share(party, d, e, a, b, c):
    return np.bool_((c + d * b + e * a + (1 - party) * d * e) % 2)


# %% wrong="bob_question: even x" says="x is not uniform"
def bob_question(j, public):
    x = secrets.randbelow(public.n // 2) * 2
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="blind: one generator for all groups" says="not A^c g^b mod p"
def blind(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(4, b, group.p) % group.p

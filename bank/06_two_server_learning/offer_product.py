# %% right="sum of what was drawn"
def offer_product(u, k):
    masks = [secrets.randbits(k) for _ in range(k)]
    pairs = [(r, (r + (u << b)) % 2**k) for b, r in enumerate(masks)]
    return pairs, -sum(masks) % 2**k


# %% right="one bit after the other"
def offer_product(u, k):
    share, pairs = 0, []
    for b in range(k):
        r = secrets.randbelow(2**k)
        pairs.append([r, (r + u * 2**b) % 2**k])
        share = (share - r) % 2**k
    return pairs, share


# %% right="the second message is drawn"
def offer_product(u, k):
    pairs = []
    for b in range(k):
        m = secrets.randbits(k)
        pairs.append(((m - (u << b)) % 2**k, m))
    return pairs, -sum(m for m, _ in pairs) % 2**k


# %% wrong="no mask" says="is always 0"
def offer_product(u, k):
    return [(0, (u << b) % 2**k) for b in range(k)], 0


# %% wrong="one r for all" says="words are different"
def offer_product(u, k):
    r = secrets.randbits(k)
    return [(r, (r + (u << b)) % 2**k) for b in range(k)], -k * r % 2**k


# %% wrong="share added" says="take it off"
def offer_product(u, k):
    masks = [secrets.randbits(k) for _ in range(k)]
    pairs = [(r, (r + (u << b)) % 2**k) for b, r in enumerate(masks)]
    return pairs, sum(masks) % 2**k


# %% wrong="no powers" says="is worth 2^b"
def offer_product(u, k):
    masks = [secrets.randbits(k) for _ in range(k)]
    return [(r, (r + u) % 2**k) for r in masks], -sum(masks) % 2**k


# %% wrong="highest first" says="yours for the highest"
def offer_product(u, k):
    masks = [secrets.randbits(k) for _ in range(k)]
    pairs = [(r, (r + (u << (k - 1 - b))) % 2**k) for b, r in enumerate(masks)]
    return pairs, -sum(masks) % 2**k


# %% wrong="exchanged" says="choice 0 must add nothing"
def offer_product(u, k):
    masks = [secrets.randbits(k) for _ in range(k)]
    pairs = [((r + (u << b)) % 2**k, r) for b, r in enumerate(masks)]
    return pairs, -sum(masks) % 2**k


# %% wrong="not reduced" says="is not reduced modulo"
def offer_product(u, k):
    masks = [secrets.randbits(k) for _ in range(k)]
    return [(r, r + (u << b)) for b, r in enumerate(masks)], -sum(masks) % 2**k


# %% wrong="statistics" says="made for statistics"
import random


def offer_product(u, k):
    masks = [random.getrandbits(k) for _ in range(k)]
    pairs = [(r, (r + (u << b)) % 2**k) for b, r in enumerate(masks)]
    return pairs, -sum(masks) % 2**k


# %% wrong="share 0" says="still holds every r"
def offer_product(u, k):
    masks = [secrets.randbits(k) for _ in range(k)]
    return [(r, (r + (u << b)) % 2**k) for b, r in enumerate(masks)], 0


# %% wrong="xor" says="shares modulo 2^k add"
def offer_product(u, k):
    masks = [secrets.randbits(k) for _ in range(k)]
    pairs = [(r, r ^ ((u << b) % 2**k)) for b, r in enumerate(masks)]
    return pairs, -sum(masks) % 2**k


# %% wrong="bits of u" says="the message holds all of u"
def offer_product(u, k):
    masks = [secrets.randbits(k) for _ in range(k)]
    pairs = [(r, (r + (u & 1 << b)) % 2**k) for b, r in enumerate(masks)]
    return pairs, -sum(masks) % 2**k


# %% wrong="half the range" says="is not uniform"
def offer_product(u, k):
    masks = [secrets.randbits(max(k - 1, 1)) for _ in range(k)]
    pairs = [(r, (r + (u << b)) % 2**k) for b, r in enumerate(masks)]
    return pairs, -sum(masks) % 2**k


# %% wrong="the second messages taken off" says="too much"
def offer_product(u, k):
    masks = [secrets.randbits(k) for _ in range(k)]
    pairs = [(r, (r + (u << b)) % 2**k) for b, r in enumerate(masks)]
    return pairs, -sum(m for _, m in pairs) % 2**k


# %% wrong="one pair" says="64 transfers need 64 pairs"
def offer_product(u, k):
    r = secrets.randbits(k)
    return [(r, (r + u) % 2**k)], -r % 2**k


# %% wrong="few bits stretched" says="random bits are needed"
import hashlib


def offer_product(u, k):
    data = hashlib.shake_256(secrets.token_bytes(2)).digest(8 * k)
    masks = [int.from_bytes(data[8 * b : 8 * b + 8], "big") % 2**k for b in range(k)]
    pairs = [(r, (r + (u << b)) % 2**k) for b, r in enumerate(masks)]
    return pairs, -sum(masks) % 2**k

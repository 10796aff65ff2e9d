"""Answers to the exercises of chapter 6 that draw masks, by mistake."""

import secrets
from functools import partial

import numpy as np

from ppdl_course.checks import two_server_learning

from .chance import Case, Wrong
from .chance_secrets import by_torch, clocked, hashed


def system(k):
    return secrets.randbits(k)


def through_a_float(k):
    return int(secrets.SystemRandom().random() * 2.0**k) % 2**k


def of_numpy(k):
    return int(np.random.default_rng().integers(0, 2**k - 1, dtype=np.uint64))


def of_torch(k):
    return by_torch() % 2**k


def of_a_clock(k):
    return clocked() % 2**k


def of_16_bits(k):
    return hashed(secrets.token_bytes(2)) % 2**k


def no_secrets(answer, sizes):
    """Return an answer's mistakes of taking its masks from what is no secret."""
    return {
        "numpy's generator": Wrong(
            partial(answer, draw=of_numpy), "for statistics", sizes
        ),
        "torch's generator": Wrong(
            partial(answer, draw=of_torch), "for statistics", sizes
        ),
        "the clock behind a hash": Wrong(
            partial(answer, draw=of_a_clock), "a clock", sizes
        ),
        "16 bits behind a hash": Wrong(
            partial(answer, draw=of_16_bits), "random bits are needed", sizes
        ),
    }


MASKS = {}  # what the first call of each size drew

# shares of a matrix


def shares(X, f, draw=system):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    mask = np.array([draw(64) for _ in range(X.size)], np.uint64).reshape(X.shape)
    return mask, words - mask


def bare(X, f):
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    return words, np.zeros_like(words)


def one_for_all(X, f):
    word = secrets.randbits(64)
    return shares(X, f, lambda k: word)


def one_a_column(X, f):
    row = [secrets.randbits(64) for _ in range(X.shape[1])] * len(X)
    return shares(X, f, lambda k: row.pop(0))


def same_again(X, f):
    if X.shape not in MASKS:
        MASKS[X.shape] = shares(X, f)[0]
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    return MASKS[X.shape], words - MASKS[X.shape]


SMALL = {"rows": 20, "columns": 10}
SHARES = Case(
    two_server_learning.check_share_matrix,
    shares,
    {"rows": 24, "columns": 16, "false_fail": 0.1},
    {
        "not masked": Wrong(bare, "unmasked", SMALL),
        "mask of 63 bits": Wrong(
            partial(shares, draw=lambda k: system(k - 1)), "not uniform", SMALL
        ),
        "mask as large as the numbers": Wrong(
            partial(shares, draw=lambda k: system(18)), "not uniform", SMALL
        ),
        "one mask for all entries": Wrong(one_for_all, "in every entry", SMALL),
        "one mask for each column": Wrong(one_a_column, "share a mask", SMALL),
        "mask through a float": Wrong(
            partial(shares, draw=through_a_float), "not uniform", SMALL
        ),
        **no_secrets(shares, SMALL),
        "kept from the first call": Wrong(same_again, "the same in two calls", SMALL),
    },
)

# a product, offered in transfers


def offer(u, k, draw=system):
    masks = [draw(k) for _ in range(k)]
    pairs = [(r, (r + (u << b)) % 2**k) for b, r in enumerate(masks)]
    return pairs, -sum(masks) % 2**k


def one_r(u, k):
    r = secrets.randbits(k)
    return offer(u, k, lambda k: r)


def r_below_u(u, k):
    return offer(u, k, lambda k: secrets.randbelow(u or 1))


def offered_again(u, k):
    if k not in MASKS:
        MASKS[k] = [secrets.randbits(k) for _ in range(k)]
    masks = list(MASKS[k])
    return offer(u, k, lambda k: masks.pop(0))


FEW = {"runs": 12}
OFFERS = Case(
    two_server_learning.check_offer_product,
    offer,
    {"runs": 8, "false_fail": 0.1},
    {
        "no mask": Wrong(partial(offer, draw=lambda k: 0), "is always 0", FEW),
        "one r for all bits": Wrong(one_r, "words are different", FEW),
        "r below u": Wrong(r_below_u, "not uniform", FEW),
        "r of 63 bits": Wrong(
            partial(offer, draw=lambda k: system(max(k - 1, 1))), "not uniform", FEW
        ),
        "r through a float": Wrong(
            partial(offer, draw=through_a_float), "not uniform", FEW
        ),
        **no_secrets(offer, FEW),
        "kept from the first call": Wrong(offered_again, "the same in two calls", FEW),
    },
)

CASES = [SHARES, OFFERS]

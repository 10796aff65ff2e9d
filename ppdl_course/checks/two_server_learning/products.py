"""Checks of chapter 6's arithmetic on one server: products of matrices, truncation.

What is expected comes from exact arithmetic modulo 2^64, never from a solution.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.two_server_learning.words import Words, random_words, words_of
from ppdl_course.checks.verdict import lent, require, require_none


def _product_mistakes() -> dict[str, Callable[..., Words]]:
    """Return what each mistake makes of a server's number and its words."""

    def with_ef(terms: Callable[..., Words]) -> Callable[..., Words]:
        def share(i: int, E: Words, F: Words, X: Words, W: Words, Z: Words) -> Words:
            return terms(E, F, X, W, Z) - (E @ F if i else np.uint64(0))

        return share

    return {
        "both servers take off E F: one of them alone must.": (
            lambda i, E, F, X, W, Z: X @ F + E @ W + Z - E @ F
        ),
        "nobody takes off E F, which is in X F and in E W.": (
            lambda i, E, F, X, W, Z: X @ F + E @ W + Z
        ),
        "E F is added: multiply out, it is once too often in X F + E W.": (
            lambda i, E, F, X, W, Z: X @ F + E @ W + Z + (E @ F if i else np.uint64(0))
        ),
        "E F is added, by both: one server takes it off.": (
            lambda i, E, F, X, W, Z: X @ F + E @ W + Z + E @ F
        ),
        "Z_i, the share of U V, is missing.": with_ef(
            lambda E, F, X, W, Z: X @ F + E @ W
        ),
        "E W_i is missing: both mixed terms are needed.": with_ef(
            lambda E, F, X, W, Z: X @ F + Z
        ),
        "X_i F is missing: both mixed terms are needed.": with_ef(
            lambda E, F, X, W, Z: E @ W + Z
        ),
        "Z_i is taken off: it is added.": with_ef(
            lambda E, F, X, W, Z: X @ F + E @ W - Z
        ),
        "X_i W_i is a product of one server's shares, which is no share of X W.": (
            lambda i, E, F, X, W, Z: X @ W
        ),
        "X_i W_i + Z_i: the product of two shares of one server is no share of X W.": (
            lambda i, E, F, X, W, Z: X @ W + Z
        ),
        "X_i W_i is a product of shares of one server, beside E F: the mixed products "
        "are missing. Each server multiplies its shares by the open matrices.": (
            lambda i, E, F, X, W, Z: X @ W + Z + (E @ F if i else np.zeros_like(Z))
        ),
        "X_i W_i is a product of shares of one server, with E F in both: the mixed "
        "products are missing. Each server multiplies its shares by the open ones.": (
            lambda i, E, F, X, W, Z: X @ W + Z + E @ F
        ),
        "this is a share of E F, which says nothing of X W.": (
            lambda i, E, F, X, W, Z: E @ F if i else np.zeros_like(Z)
        ),
        "one server has X F and the other E W: each needs both, with its own shares.": (
            lambda i, E, F, X, W, Z: (E @ W - E @ F if i else X @ F) + Z
        ),
        "one server alone has its share of U V: Z_i goes into both.": (
            lambda i, E, F, X, W, Z: (
                X @ F + E @ W + (np.uint64(0) if i else Z) - (E @ F * np.uint64(i))
            )
        ),
        "both mixed terms are taken off: they are added.": (
            lambda i, E, F, X, W, Z: Z - X @ F - E @ W + (E @ F if i else np.uint64(0))
        ),
        "one server adds E F and the other takes it off: together they leave it in.": (
            lambda i, E, F, X, W, Z: X @ F + E @ W + Z + (E @ F if i else -(E @ F))
        ),
        "Z_i alone is a share of U V, not of X W.": lambda i, E, F, X, W, Z: Z,
        "* multiplies entry by entry: a product of matrices is @.": _entrywise,
        "* multiplies entry by entry in the last term: E F is a matrix product, @.": (
            lambda i, E, F, X, W, Z: (
                X @ F
                + E @ W
                + Z
                - (E * F if i and E.shape == F.shape else np.uint64(0))
            )
        ),
        "the order of the factors is turned round: X F is not F X.": (
            lambda i, E, F, X, W, Z: (
                F @ X + W @ E + Z - (F @ E if i else np.uint64(0))
                if E.shape == F.shape and E.shape[0] == E.shape[1]
                else np.zeros((0, 0), np.uint64)
            )
        ),
    }


def _entrywise(i: int, E: Words, F: Words, X: Words, W: Words, Z: Words) -> Words:
    """Return the share with products entry by entry, where shapes allow it."""
    if not E.shape == F.shape == Z.shape:
        return np.zeros((0, 0), np.uint64)
    return X * F + E * W + Z - (E * F if i else np.uint64(0))


def check_beaver_share(
    beaver_share: Callable[..., Any], *, seed: int | None = None
) -> None:
    """Check the local part of a matrix product, which server takes off E F is free."""
    with drawn_inputs(seed) as rng:
        sizes = [(3, 3, 3), (1, 1, 1), (4, 2, 3), (5, 6, 1), (1, 3, 2)]
        for n, m, k in [*sizes, tuple(map(int, rng.integers(1, 8, 3)))]:
            _one_product(beaver_share, rng, (n, m), (m, k))


def _one_product(beaver_share: Callable[..., Any], rng: Any, *shapes: Any) -> None:
    x, w, u, v = (random_words(rng, 2, *shape) for shape in (*shapes, *shapes))
    z = random_words(rng, 2, shapes[0][0], shapes[1][1])
    X, W, U, V = (pair[0] + pair[1] for pair in (x, w, u, v))
    z[1] = U @ V - z[0]
    seen = [(i, X - U, W - V, x[i], w[i], z[i]) for i in (0, 1)]
    got = [
        words_of(beaver_share(*lent(*row)), z[0].shape, f"the share of server {row[0]}")
        for row in seen
    ]
    if np.array_equal(got[0] + got[1], X @ W):
        return
    fitting = (
        message
        for message, formula in _product_mistakes().items()
        for turned in (0, 1)  # which server does what is free
        if all(
            np.array_equal(formula(row[0] ^ turned, *row[1:]), share)
            for row, share in zip(seen, got, strict=True)
        )
    )
    require_none(fitting)
    _require_whole_words(got, X @ W)
    require(
        False,
        f"for {shapes[0]} times {shapes[1]} the two shares do not add up to X W. Put "
        "X = E + U and W = F + V into X W: which server can compute which term?",
    )


def _require_whole_words(shares: Sequence[Words], right: Words) -> None:
    """Name bits that were lost, at either end of a word."""
    low = int(np.bitwise_or.reduce(np.concatenate([s.ravel() for s in shares])))
    require(
        right.size < 4 or low % 2**8 != 0,
        "the lowest bits of all numbers are 0: was a float in between? Floats keep 53 "
        "bits, and words have 64. uint64 wraps by itself, as modulo 2^64 asks.",
    )
    missing = (shares[0] + shares[1] - right).ravel()
    for bits in (63, 62, 53, 32):
        require(
            bool(np.any(missing % np.uint64(2**bits))),
            f"the shares add up to X W modulo 2^{bits}, but not modulo 2^64: bits from "
            f"bit {bits} on, the top ones, are lost. Keep words of 64 bits.",
        )


def check_truncate_share(
    truncate_share: Callable[..., Any], *, seed: int | None = None
) -> None:
    """Check that the servers' results add up to floor(x / 2^f), within one unit.

    Numbers of both signs below 2^40. Server 0's share is drawn where neither the
    paper's way nor a signed shift can fail (2^50 away from 0 and from 2^63), so a right
    answer passes for certain.
    """
    with drawn_inputs(seed) as rng:
        for f in (13, 1, 5, 20, 30, int(rng.integers(2, 30))):
            edges = [0, 1, -1, 2**f, -(2**f), 2**f - 1, 1 - 2**f, 2**39, -(2**39)]
            some = rng.integers(-(2**40), 2**40, 51).tolist()
            small = rng.integers(-(2 ** (f + 3)), 2 ** (f + 3), 40).tolist()
            x = np.array([*edges, *some, *small]).reshape(-1, 4)
            _truncated(truncate_share, x, rng, f)


def _truncated(truncate_share: Callable[..., Any], x: Words, rng: Any, f: int) -> None:
    first = rng.integers(2**50, 2**63 - 2**50, x.shape, np.uint64)
    first[::2] += np.uint64(2**63)  # both halves of the ring
    shares = (first, x.view(np.uint64) - first)
    got = [
        words_of(
            truncate_share(*lent(share), f, i), x.shape, f"the share of server {i}"
        )
        for i, share in enumerate(shares)
    ]
    y = (got[0] + got[1]).view(np.int64)
    if np.all(np.abs(y - (x >> f)) <= 1):
        return
    fitting = (
        message
        for message, ways in _cuts(f).items()
        if all(
            np.array_equal(way(share), mine)
            for way, share, mine in zip(ways, shares, got, strict=True)
        )
    )
    require_none(fitting, f"for f = {f}, ")
    far = np.abs((y - (x >> f)).astype(float))
    k = np.unravel_index(np.argmax(far), x.shape)
    off = f"2^{np.log2(far[k]):.0f}" if far[k] > 2**20 else f"{far[k]:.1f}"
    require(
        False,
        f"for f = {f}, {int(np.sum(far > 1))} of {x.size} numbers are off by more than "
        f"a unit: of {x[k]} the servers make {y[k]}, which is off by {off}.",
    )


def _cuts(f: int) -> dict[str, tuple[Callable[[Words], Words], ...]]:
    """Return what each server does under each usual mistake."""
    zero, bits = np.uint64(0), np.uint64(f)

    def plain(s: Words) -> Words:
        return s >> bits

    def turned(s: Words) -> Words:
        return zero - ((zero - s) >> bits)

    def signed(s: Words) -> Words:
        return (s.view(np.int64) >> f).view(np.uint64)

    def half_turned(s: Words) -> Words:
        return (zero - s) >> bits

    def turned_back(s: Words) -> Words:
        return zero - (s >> bits)

    def same(s: Words) -> Words:
        return s.copy()

    def turned_by(count: int) -> Callable[[Words], Words]:
        return lambda s: zero - ((zero - s) >> np.uint64(count))

    def plain_by(count: int) -> Callable[[Words], Words]:
        return lambda s: s >> np.uint64(count)

    def by_f(s: Words) -> Words:
        return s // bits

    def masked(s: Words) -> Words:
        return s & np.uint64(2**f - 1)

    def up(s: Words) -> Words:
        return s << bits

    other = {
        "one bit too many is cut off.": f + 1,
        "one bit too few is cut off.": f - 1,
        "13 bits are cut off, whatever f is.": 13 if f != 13 else 64,
    }
    by_other = {
        message: (plain_by(count), turned_by(count))
        for message, count in other.items()
        if count < 64
    }
    return by_other | {
        "both servers just divide. Their shares pass 2^64 once, and that divided "
        "by 2^f is missing in the sum: server 1 must go at its share from the other "
        "side.": (plain, plain),
        "both servers turn the sign, divide and turn it back: one of them must not.": (
            turned,
            turned,
        ),
        "server 1 turns the sign before it divides, and not back afterwards.": (
            plain,
            half_turned,
        ),
        "server 1 turns the sign after dividing, and not before.": (plain, turned_back),
        "server 0 reads its share as a signed number, server 1 as an unsigned one. Do "
        "it one way.": (signed, plain),
        "server 1 reads its share as a signed number, server 0 as an unsigned one. Do "
        "it one way.": (plain, signed),
        "server 0 reads its share as a signed number, and server 1 turns signs.": (
            signed,
            turned,
        ),
        "only server 0 divides: both have a part of x.": (plain, same),
        "only server 1 divides: both have a part of x.": (same, turned),
        "nothing is divided.": (same, same),
        "you divide by f: the factor is 2^f.": (by_f, by_f),
        "you keep the f lowest bits: they are what has to go.": (masked, masked),
        "you keep the remainder, the f lowest bits, on one side with its sign turned: "
        "they are what has to go, and the quotient stays.": (
            masked,
            lambda s: zero - masked(zero - s),
        ),
        "you multiply by 2^f: << goes the other way.": (up, up),
    }

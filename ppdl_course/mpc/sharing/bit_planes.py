"""AND gates on XOR shares, 64 numbers to a word, and the sign of a shared number.

A plane holds one bit of many numbers: plane k, word j, bit i is bit k of number 64 j+i.
One operation of numpy on planes is a gate for all numbers at once (bit slicing).

The sign of x = x0 + x1 modulo 2^w is x0[w-1] ^ x1[w-1] ^ (carry out of the bits below).
The carry is a tree over pairs (generate, propagate):

    leaves   g = x0 & x1    server 0 has x0, server 1 has x1: each opens one bit
             p = x0 ^ x1    no message
    level    g = g_high ^ p_high & g_low,  p = p_high & p_low       1 round each

The lowest group needs no p, for no carry comes in. For w = 32: 86 AND gates, 6 rounds.

Source: O. Goldreich, S. Micali, A. Wigderson, "How to Play Any Mental Game", STOC 1987;
the tree: R. Brent, H. Kung, "A Regular Layout for Parallel Adders", IEEE ToC 1982.
"""

from collections.abc import Callable, Iterator

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.mpc.bit_matrix import transpose_blocks

Words = np.ndarray
Open = Callable[[list[Words]], list[Words]]
"""Sends words to the other server and returns its own of the same shapes."""


def planes(x: Words, width: int) -> Words:
    """Return the low bits of words as planes.

    Args:
        x: uint64 ``(n,)``.
        width: How many bits, 1 to 64.

    Returns:
        uint64 ``(width, ceil(n / 64))``; bits past n are zero.
    """
    between(1, 64, width=width)
    bytes_ = -(-width // 8)
    n = -(-len(x) // 64) * 64
    rows = np.zeros((n, bytes_), np.uint8)
    rows[: len(x)] = np.ascontiguousarray(x).view(np.uint8).reshape(-1, 8)[:, :bytes_]
    blocks = np.ascontiguousarray(rows.reshape(n // 8, 8, bytes_).transpose(2, 0, 1))
    words = blocks.view(np.uint64)[..., 0]
    transpose_blocks(words)
    turned = words.view(np.uint8).reshape(bytes_, n // 8, 8).swapaxes(1, 2)
    return np.ascontiguousarray(turned).view(np.uint64).reshape(8 * bytes_, -1)[:width]


def and_planes(
    x: Words, y: Words, a: Words, b: Words, c: Words, party: int, exchange: Open
) -> Words:
    """Return a share of x & y by a triple, c = a & b; one round."""
    (other,) = exchange([np.stack([x ^ a, y ^ b])])
    d, e = other
    d ^= x
    d ^= a
    e ^= y
    e ^= b
    z = d & b
    z ^= c
    e_a = e & a
    z ^= e_a
    if party == 0:
        d &= e
        z ^= d
    return z


def and_own(own: Words, mask: Words, c: Words, party: int, exchange: Open) -> Words:
    """Return a share of x & y, where server 0 has all of x and server 1 all of y.

    Server 0 holds the mask a, server 1 holds b, and c = a & b is shared. With d = x ^ a
    and e = y ^ b open, x & y = (d & y) ^ (a & e) ^ c: server 1 has the first term,
    server 0 the second.
    """
    (other,) = exchange([own ^ mask])
    z = other & (mask if party == 0 else own)
    z ^= c
    return z


def carry(
    g: Words,
    p: Words,
    triples: Iterator[tuple[Words, Words, Words]],
    party: int,
    exchange: Open,
) -> Words:
    """Return shares of the carry out of the top, one plane.

    Args:
        g: Shares of "makes a carry", ``(k, n)`` planes, lowest bit first.
        p: Shares of "hands a carry on" of all bits but the lowest, ``(k - 1, n)``.
        triples: Of ``2 pairs - 1`` planes for each level.
        party: 0 or 1.
        exchange: Opens a level.
    """
    while len(g) > 1:
        pairs = len(g) // 2
        high = p[0 : 2 * pairs : 2]  # p of bits 1, 3, ...: the upper one of each pair
        low = p[1 : 2 * pairs - 1 : 2]  # of bits 2, 4, ...: the lower ones, not bit 0
        x = np.concatenate([high, high[1:]])
        y = np.concatenate([g[0 : 2 * pairs : 2], low])
        z = and_planes(x, y, *next(triples), party, exchange)
        rest = 2 * pairs
        g = np.concatenate([g[1:rest:2] ^ z[:pairs], g[rest:]])
        p = np.concatenate([z[pairs:], p[rest - 1 :]])
    return g[0]

"""Exact matrix products modulo 2^64 by the float64 products of the BLAS.

numpy multiplies integer matrices with a plain loop; floats go through a library that
is twenty times faster, but exact below 2^53 only. So each number is cut into three
signed limbs, and limb matrices are multiplied:

    a = a0 + 2^22 a1 + 2^43 a2 (mod 2^64)      |a0| <= 2^21,  |a1|, |a2| <= 2^20

    A B = A0 B0  +  2^22 (A0 B1 + A1 B0)  +  2^43 (A0 B2 + 2 A1 B1 + A2 B0)

The other three of the nine products are multiples of 2^65 and vanish. A sum over k
terms stays exact while the last bracket, at most k (2^42 + 2^41), is below 2^53:
k <= 1,365. Longer sums are cut.

With four columns or fewer the plain loop is as fast as memory, and is used.
"""

import math
import threading
from collections.abc import Sequence

import numpy as np

from ppdl_course.arguments import array_of

Words = np.ndarray
MOST_TERMS = 1365
"""Terms of a sum that stay exact: the largest k with 3 k 2^41 < 2^53."""

FEW_COLUMNS = 4
_MOST_ROOM = 1 << 21
"""Floats that a thread keeps for each use: 16 MB."""

_rooms = threading.local()

_BLOCK = 1 << 13
"""Numbers cut into limbs at a time: they and their limbs stay in the cache."""


class Limbs:
    """A matrix modulo 2^64 in three limbs, cut once and used in many products.

    Attributes:
        parts: float64 ``(3, rows, columns)``: a0, a1, a2.
    """

    def __init__(self, parts: np.ndarray) -> None:
        self.parts = parts

    @classmethod
    def of(cls, words: Words, room: np.ndarray | None = None) -> "Limbs":
        """Cut a uint64 matrix into limbs, in ``room`` where the caller lends some."""
        parts = np.empty((3, *words.shape)) if room is None else room
        signed = np.ascontiguousarray(words).view(np.int64).reshape(-1)
        flat = parts.reshape(3, -1)
        for k in range(0, signed.size, _BLOCK):
            _cut(signed[k : k + _BLOCK], flat[:, k : k + _BLOCK])
        return cls(parts)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.parts.shape[1:]

    @property
    def T(self) -> "Limbs":
        """The transpose; nothing is copied."""
        return Limbs(self.parts.swapaxes(1, 2))

    def rows(self, rows: slice | np.ndarray) -> "Limbs":
        """Return some of the rows."""
        return Limbs(self.parts[:, rows])


def ring_product(a: Words, b: Words) -> Words:
    """Return A B modulo 2^64.

    Args:
        a: uint64 ``(m, k)``.
        b: uint64 ``(k, n)``.

    Raises:
        ValueError: If a shape or dtype does not fit.
    """
    _check(a, b)
    if b.shape[1] <= FEW_COLUMNS:
        # numpy's loop wants rows of A in a line; of a transpose it wants columns
        return a @ b if a.flags.c_contiguous else np.ascontiguousarray((b.T @ a.T).T)
    left = Limbs.of(a, _room("left", (3, *a.shape)))
    right = Limbs.of(b, _room("right", (3, *b.shape)))
    return sum_of_products([(left, right)])


def sum_of_products(pairs: Sequence[tuple[Limbs, Limbs]]) -> Words:
    """Return A B + C D + ... modulo 2^64, for matrices at hand as limbs.

    Fewer passes than the products one by one: sums are made before the rounding.
    """
    pieces = [piece for a, b in pairs for piece in _pieces(a.parts, b.parts)]
    out = np.zeros((pieces[0][0].shape[1], pieces[0][1].shape[2]), np.int64)
    held, terms = None, 0
    for a, b in pieces:
        if held is not None and terms + a.shape[2] <= MOST_TERMS:
            for bracket, more in zip(held, _brackets(a, b, "more"), strict=True):
                bracket += more
        else:
            if held is not None:
                _add_rounded(held, out)
            held, terms = _brackets(a, b, "held"), 0
        terms += a.shape[2]
    _add_rounded(held, out)
    return out.view(np.uint64)


def _brackets(a: np.ndarray, b: np.ndarray, use: str) -> tuple[np.ndarray, ...]:
    """Return the three sums of products of limbs, floats: see the top of the file."""
    (_, m, k), n = a.shape, b.shape[2]
    by_low, by_middle, last = np.split(_room(use, (6, m, n)), (3, 5))
    if a.flags.c_contiguous:  # limbs one below the other: three products, not six
        np.matmul(a.reshape(3 * m, k), b[0], out=by_low.reshape(3 * m, n))
        np.matmul(a[:2].reshape(2 * m, k), b[1], out=by_middle.reshape(2 * m, n))
    else:
        np.matmul(a, b[0], out=by_low)
        np.matmul(a[:2], b[1], out=by_middle)
    np.matmul(a[0], b[2], out=last[0])
    low, middle, high = by_low
    middle += by_middle[0]
    by_middle[1] *= 2
    high += by_middle[1]
    high += last[0]
    return low, middle, high


def _add_rounded(brackets: tuple[np.ndarray, ...], out: np.ndarray) -> None:
    """Add brackets at their places to int64 ``out``."""
    (whole,) = _room("whole", (1, *out.shape)).view(np.int64)
    for bracket, shift in zip(brackets, (0, 22, 43), strict=True):
        whole[...] = bracket
        whole <<= shift
        out += whole


def _cut(x: np.ndarray, limbs: np.ndarray) -> None:
    """Write the limbs of int64 ``x`` into the three rows of ``limbs``.

    The lowest 22 bits with their sign are a0; what is left is x / 2^22 *rounded*, and
    so on. A sum that leaves 64 bits wraps around, which is right modulo 2^64.
    """
    part = np.empty_like(x)
    np.left_shift(x, 42, out=part)
    part >>= 42
    limbs[0] = part
    rest = x + (1 << 21)
    rest >>= 22
    np.left_shift(rest, 43, out=part)
    part >>= 43
    limbs[1] = part
    rest += 1 << 20
    rest >>= 21
    limbs[2] = rest


def _pieces(a: np.ndarray, b: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    cuts = [slice(k, k + MOST_TERMS) for k in range(0, a.shape[2], MOST_TERMS)]
    return [(a[:, :, cut], b[:, cut]) for cut in cuts]


def _room(use: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return floats of this thread for what nobody keeps; the next call takes them.

    Fresh memory costs the kernel a page fault every 4,096 bytes: together as much time
    as the product itself.
    """
    size = math.prod(shape)
    if size > _MOST_ROOM:
        return np.empty(shape)
    rooms = _rooms.__dict__
    if use not in rooms or rooms[use].size < size:
        rooms[use] = np.empty(size)
    return rooms[use][:size].reshape(shape)


def _check(a: Words, b: Words) -> None:
    for name, matrix in (("a", a), ("b", b)):
        if getattr(matrix, "ndim", None) != 2:
            raise ValueError(f"{name} must be a matrix, got {np.shape(matrix)}")
        array_of(matrix.shape, np.uint64, **{name: matrix})
    if a.shape[1] != b.shape[0]:
        raise ValueError(f"b must have {a.shape[1]} rows, got {b.shape[0]}")

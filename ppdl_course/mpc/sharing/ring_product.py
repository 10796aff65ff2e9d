"""Exact matrix products modulo 2^64, in two fast ways.

:func:`ring_product` is what the servers use: torch multiplies int64 matrices, wrapping
around, as fast as others multiply floats, and numpy does the small ones, so that
nothing small waits for torch to load.

:func:`limb_product` needs numpy alone, whose integer products are a plain loop while
floats go through a library that is twenty times faster, but exact below 2^53 only. Each
number is cut into three signed limbs, and limb matrices are multiplied:

    a = a0 + 2^22 a1 + 2^43 a2 (mod 2^64)      |a0| <= 2^21,  |a1|, |a2| <= 2^20

    A B = A0 B0  +  2^22 (A0 B1 + A1 B0)  +  2^43 (A0 B2 + 2 A1 B1 + A2 B0)

The other three of the nine products are multiples of 2^65 and vanish. A sum over k
terms stays exact while the last bracket, at most 3 k 2^41, is below 2^53: k <= 1,365.
Longer sums are cut.
"""

import math
import threading
from functools import cache
from types import ModuleType

import numpy as np

from ppdl_course.arguments import array_of

Words = np.ndarray
SMALL = 1 << 18
"""Products of numbers for which numpy's loop is quick enough."""

FEW_COLUMNS = 4
"""With so few columns the loop is as fast as memory."""

MOST_TERMS = 1365
"""Terms of a sum of limbs that stay exact: the largest k with 3 k 2^41 < 2^53."""

_MOST_ROOM = 1 << 21
"""Floats that a thread keeps for each use: 16 MB."""

_BLOCK = 1 << 13
"""Numbers cut into limbs at a time: they and their limbs stay in the cache."""

_rooms = threading.local()


def ring_product(a: Words, b: Words) -> Words:
    """Return A B modulo 2^64.

    Args:
        a: uint64 ``(m, k)``; transposes are welcome.
        b: uint64 ``(k, n)``.

    Raises:
        ValueError: If a shape or dtype does not fit.
    """
    _check(a, b)
    if b.shape[1] <= FEW_COLUMNS or a.size * b.shape[1] <= SMALL:
        # numpy's loop wants rows of A in a line; of a transpose it wants columns
        return a @ b if a.flags.c_contiguous else np.ascontiguousarray((b.T @ a.T).T)
    torch = _torch()
    left, right = (torch.from_numpy(_writable(x).view(np.int64)) for x in (a, b))
    return torch.mm(left, right).numpy().view(np.uint64)


@cache
def _torch() -> ModuleType:
    import torch  # two seconds: only where a product is worth it

    return torch


def _writable(x: Words) -> Words:
    """Return x, or a copy: torch warns of memory that must not be written."""
    if x.flags.writeable and (x.flags.c_contiguous or x.flags.f_contiguous):
        return x
    return x.copy()


def limb_product(a: Words, b: Words) -> Words:
    """Return A B modulo 2^64 by float64 products; arguments as :func:`ring_product`."""
    _check(a, b)
    left, right = limbs(a, _room("left", (3, *a.shape))), limbs(b)
    out = np.zeros((len(a), b.shape[1]), np.int64)
    for k in range(0, a.shape[1], MOST_TERMS):
        _add_product(left[:, :, k : k + MOST_TERMS], right[:, k : k + MOST_TERMS], out)
    return out.view(np.uint64)


def limbs(words: Words, room: np.ndarray | None = None) -> np.ndarray:
    """Return the limbs a0, a1, a2 of a matrix: float64 ``(3, rows, columns)``.

    Args:
        words: uint64.
        room: Where to write them; ``None`` takes memory of this thread, which the next
            call takes again.
    """
    room = _room("right", (3, *words.shape)) if room is None else room
    signed = np.ascontiguousarray(words).view(np.int64).reshape(-1)
    flat = room.reshape(3, -1)
    for k in range(0, signed.size, _BLOCK):
        _cut(signed[k : k + _BLOCK], flat[:, k : k + _BLOCK])
    return room


def _cut(x: np.ndarray, out: np.ndarray) -> None:
    """Write the limbs of int64 ``x`` into the three rows of ``out``.

    The lowest 22 bits with their sign are a0; what is left is x / 2^22 *rounded*, and
    so on. A sum that leaves 64 bits wraps around, which is right modulo 2^64.
    """
    part = np.empty_like(x)
    np.left_shift(x, 42, out=part)
    part >>= 42
    out[0] = part
    rest = x + (1 << 21)
    rest >>= 22
    np.left_shift(rest, 43, out=part)
    part >>= 43
    out[1] = part
    rest += 1 << 20
    rest >>= 21
    out[2] = rest


def _add_product(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """Add a product of limbs, at most ``MOST_TERMS`` terms a sum, to int64 ``out``."""
    (_, m, k), n = a.shape, b.shape[2]
    by_low, by_middle, last = np.split(_room("sums", (6, m, n)), (3, 5))
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
    (whole,) = _room("whole", (1, m, n)).view(np.int64)
    for bracket, shift in ((low, 0), (middle, 22), (high, 43)):
        whole[...] = bracket
        whole <<= shift
        out += whole


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

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

from collections.abc import Sequence

import numpy as np

from ppdl_course.arguments import array_of

Words = np.ndarray
MOST_TERMS = 1365
"""Terms of a sum that stay exact: the largest k with 3 k 2^41 < 2^53."""

FEW_COLUMNS = 4
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
    def of(cls, words: Words) -> "Limbs":
        """Cut a uint64 matrix into limbs."""
        parts = np.empty((3, *words.shape))
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
    return sum_of_products([(Limbs.of(a), Limbs.of(b))])


def sum_of_products(pairs: Sequence[tuple[Limbs, Limbs]]) -> Words:
    """Return A B + C D + ... modulo 2^64, for matrices at hand as limbs.

    Fewer passes than the products one by one: sums are made before the rounding.
    """
    pieces = [piece for a, b in pairs for piece in _pieces(a.parts, b.parts)]
    out = np.zeros((pieces[0][0].shape[1], pieces[0][1].shape[2]), np.int64)
    room = np.empty(out.shape)
    for shift, bracket in enumerate(_BRACKETS):
        total, terms = None, 0
        for a, b in pieces:
            if total is not None and terms + a.shape[2] > MOST_TERMS:
                out += total.astype(np.int64) << _SHIFTS[shift]
                total = None
            if total is None:
                total, terms = np.zeros(out.shape), 0
            for i, j, twice in bracket:
                np.matmul(a[i], b[j], out=room)
                if twice:
                    room *= 2
                total += room
            terms += a.shape[2]
        out += total.astype(np.int64) << _SHIFTS[shift]
    return out.view(np.uint64)


_SHIFTS = (0, 22, 43)
_BRACKETS = (
    ((0, 0, False),),
    ((0, 1, False), (1, 0, False)),
    ((0, 2, False), (1, 1, True), (2, 0, False)),
)


def _cut(x: np.ndarray, limbs: np.ndarray) -> None:
    """Write the limbs of int64 ``x`` into the three rows of ``limbs``."""
    part = np.empty_like(x)
    rest = x
    for limb, bits in zip(limbs, (22, 21, 21), strict=True):
        np.left_shift(rest, 64 - bits, out=part)
        part >>= 64 - bits  # the lowest bits with their sign
        limb[:] = part
        rest = rest - part
        rest >>= bits


def _pieces(a: np.ndarray, b: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    cuts = [slice(k, k + MOST_TERMS) for k in range(0, a.shape[2], MOST_TERMS)]
    return [(a[:, :, cut], b[:, cut]) for cut in cuts]


def _check(a: Words, b: Words) -> None:
    for name, matrix in (("a", a), ("b", b)):
        if getattr(matrix, "ndim", None) != 2:
            raise ValueError(f"{name} must be a matrix, got {np.shape(matrix)}")
        array_of(matrix.shape, np.uint64, **{name: matrix})
    if a.shape[1] != b.shape[0]:
        raise ValueError(f"b must have {a.shape[1]} rows, got {b.shape[0]}")

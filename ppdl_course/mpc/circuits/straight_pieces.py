"""Sigmoid and tanh by straight pieces with public ends: 79 and 107 AND gates.

The magnitude |x| of a 16-bit word (one's complement, so without a carry) is cut:

    saturated?  | piece, e bits | offset in the piece, m bits | left out, c bits

    value = base[piece] + slope[piece] * offset          both from one public table

A table of e bits costs its 2^e - e - 1 products of bits, however wide its entries. The
product of slope and offset is small, and its partial products go into the columns of
the base: one column sum, as in ``dot_product``. For tanh, words from 4 on give the
largest value below 1 through an OR, so that the 32 pieces need to cover [0, 4) only.

Each piece's base and slope are those with the least worst error *as the circuit
computes it*, cut-off bits included, found by trying every slope. The value of a
negative word is the one's complement, again for nothing, half a unit aside (see
``public_tables``).

    error < 2^-9 on every one of the 65,536 words; the paper's CORDIC has 3,900 gates

Source: straight pieces for garbling as in SecureML and DeepSecure (table row
"piecewise linear"); these circuits and their fit are the course's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.mpc.circuits.builder import Builder, Word
from ppdl_course.mpc.circuits.dot_product import FRACTION_BITS, WIDTH, column_sum
from ppdl_course.mpc.circuits.public_tables import odd_about_middle, table
from ppdl_course.nn.activations import sigmoid as real_sigmoid

LARGEST = (1 << FRACTION_BITS) - 1


@dataclass(frozen=True)
class Shape:
    """How a magnitude is cut, and how fine the slopes are.

    Attributes:
        piece_bits: e; there are 2^e pieces.
        cut: c, low bits of the magnitude that are not looked at.
        unit: A slope is a multiple of 2^-unit.
        slope_bits: Bits of a slope.
        guard: Columns kept below the last place.
        base_guard: Bits of the base among them, 0 .. guard.
        saturate: Highest bits of the magnitude any of which means "the largest value".
    """

    piece_bits: int
    cut: int
    unit: int
    slope_bits: int
    guard: int = 0
    base_guard: int = 0
    saturate: int = 0

    def __post_init__(self) -> None:
        between(0, 2, saturate=self.saturate)
        between(1, 8, piece_bits=self.piece_bits, slope_bits=self.slope_bits)
        between(0, 4, guard=self.guard)
        between(0, self.guard, base_guard=self.base_guard)
        between(0, 12, cut=self.cut, unit=self.unit)
        if self.offset_bits < 1:
            raise ValueError(
                f"offset must have a bit; piece_bits {self.piece_bits}, cut {self.cut} "
                f"and saturate {self.saturate} leave {self.offset_bits} of 15"
            )

    @property
    def magnitude_bits(self) -> int:
        """Bits of the magnitude that the pieces cover."""
        return WIDTH - 1 - self.saturate

    @property
    def offset_bits(self) -> int:
        """Bits of the offset in a piece, m."""
        return self.magnitude_bits - self.piece_bits - self.cut

    def place(self, i: int, j: int) -> int:
        """Return the column of slope bit i times offset bit j; below 0: left out."""
        return i + j + self.cut - self.unit + self.guard


SIGMOID = Shape(piece_bits=5, cut=4, unit=7, slope_bits=5)
TANH = Shape(
    piece_bits=5, cut=3, unit=6, slope_bits=6, guard=1, base_guard=1, saturate=1
)


@dataclass(frozen=True)
class Pieces:
    """Base and slope of each piece, as integers.

    Attributes:
        base: In units of 2^-(12 + guard), shape (pieces,).
        slope: In units of 2^-unit, shape (pieces,).
        error: Largest distance from the function, in units of 2^-12, for x >= 0.
    """

    base: np.ndarray
    slope: np.ndarray
    error: float


@lru_cache(maxsize=64)
def fit(f: Callable[[np.ndarray], np.ndarray], shape: Shape) -> Pieces:
    """Return the pieces with the least worst error, found by trying every slope.

    Args:
        f: A function that rises from f(0) >= 0 to below 1.
        shape: How the circuit cuts.
    """
    offsets = 1 << shape.offset_bits
    x = np.arange(1 << shape.magnitude_bits) / 2.0**FRACTION_BITS
    want = f(x) * 2**FRACTION_BITS - 0.5  # one's complement mirrors at -1/2
    want = want.reshape(1 << shape.piece_bits, offsets, -1)
    low, high = want.min(axis=2), want.max(axis=2)
    pieces = len(want)
    best = np.full(pieces, np.inf)
    base, slope = np.zeros((2, pieces), np.int64)
    scale, grid = 1 << shape.guard, 1 << (shape.guard - shape.base_guard)
    for q in range(1 << shape.slope_bits):
        rise = _products(q, shape)
        rest_high = (high - rise / scale).max(axis=1)
        rest_low = (low - rise / scale).min(axis=1)
        middle = (rest_high + rest_low) / 2 + (1 - 1 / scale) / 2
        for shift in (-1, 0, 1):  # cutting below the last place moves the best base
            b = (np.rint(middle * scale / grid) + shift).astype(np.int64) * grid
            b = np.clip(b, 0, LARGEST * scale)
            value = (b[:, None] + rise) >> shape.guard
            error = np.maximum(high - value, value - low).max(axis=1)
            error[value.max(axis=1) > LARGEST] = np.inf  # would carry out of the top
            better = error < best
            best[better], base[better], slope[better] = error[better], b[better], q
    return Pieces(base, slope, float(best.max()))


def _products(slope: int, shape: Shape) -> np.ndarray:
    """Return slope times each offset as the columns hold it, low bits left out."""
    offset = np.arange(1 << shape.offset_bits)
    total = np.zeros_like(offset)
    for i in range(shape.slope_bits):
        for j in range(shape.offset_bits):
            k = shape.place(i, j)
            if slope >> i & 1 and k >= 0:
                total += (offset >> j & 1) << k
    return total


def straight(
    b: Builder,
    x: Word,
    f: Callable[[np.ndarray], np.ndarray],
    shape: Shape,
    *,
    signed: bool,
) -> Word:
    """Return f of a 16-bit word by straight pieces.

    Args:
        b: The builder.
        x: 16 wires.
        f: The function on x >= 0, see :func:`fit`.
        shape: How to cut.
        signed: True if f is odd, False if f(-x) = 1 - f(x).

    Raises:
        ValueError: If ``x`` has not 16 wires.
    """
    if len(x) != WIDTH:
        raise ValueError(f"x must have {WIDTH} bits, got {len(x)}")
    pieces = fit(f, shape)
    base_bits = FRACTION_BITS + shape.guard
    entries = pieces.base | pieces.slope << base_bits

    def half(magnitude: Word) -> Word:
        covered = magnitude[: shape.magnitude_bits]
        index = covered[shape.cut + shape.offset_bits :]
        both = table(b, index, entries, base_bits + shape.slope_bits)
        columns = [[wire] for wire in both[:base_bits]]
        for i, slope in enumerate(both[base_bits:]):
            for j, offset in enumerate(covered[shape.cut :][: shape.offset_bits]):
                k = shape.place(i, j)
                if 0 <= k < base_bits:
                    columns[k].append(b.and_(slope, offset))
        value = column_sum(b, columns)[shape.guard :]
        for wire in magnitude[shape.magnitude_bits :]:
            value = [b.or_(bit, wire) for bit in value]
        return value

    return odd_about_middle(b, x, half, signed=signed)


def sigmoid(b: Builder, x: Word) -> Word:
    """Return 1 / (1 + exp(-x)), error below 2^-9, for a 16-bit word."""
    return straight(b, x, real_sigmoid, SIGMOID, signed=False)


def tanh(b: Builder, x: Word) -> Word:
    """Return tanh x, error below 2^-9, for a 16-bit word."""
    return straight(b, x, np.tanh, TANH, signed=True)

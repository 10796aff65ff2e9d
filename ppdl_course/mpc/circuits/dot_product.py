"""Products and dot products of signed fixed-point words as one column sum (chapter 7).

A product of two words is a sum of partial products x_i w_j 2^(i + j). For a dot product
all partial products of all terms go into one set of columns, column k for those worth
2^k, and full adders (one AND gate each) bring every column down to one bit:

    three bits of column k   ->   one bit of column k, one of column k + 1

So no term pays for a carry chain or an addition of its own. With n = 16 bits and f = 12
fraction bits a term costs

    bits that enter  256 - 45 (below column 9) - 6 (above column 27) = 205 AND gates
    full adders      one for each bit that disappears, about 195     = 400 together

where a product by shifting and adding, and an addition, cost 615.

Signs: in two's complement bit n - 1 is worth -2^(n - 1), so a partial product of one
sign bit and one other bit counts negative; -p = (1 - p) - 1 turns it into an inverted
bit and a constant. Columns from n + f on do not matter: the sum is taken modulo 2^n
units of 2^-f. Columns below ``drop`` are left out, and their mean for random bits, a
quarter of the most they can hold, is added as a constant; so is half a unit, which
turns cutting off the last f columns into rounding.

Sources: C. S. Wallace, "A Suggestion for a Fast Multiplier", 1964; C. R. Baugh and
B. A. Wooley, "A Two's Complement Parallel Array Multiplication Algorithm", 1973; the
full adder with one AND gate as in ``arithmetic``.
"""

from collections import deque
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ppdl_course.arguments import at_least, between
from ppdl_course.mpc.circuits.builder import ONE, ZERO, Builder, Word
from ppdl_course.mpc.circuits.circuit import Circuit

WIDTH, FRACTION_BITS = 16, 12
"""The words of chapter 7: 16 bits, 12 of them after the point, from -8 to 8."""


def default_drop(fraction_bits: int) -> int:
    """Return how many low columns a dense layer leaves out: all but three of f."""
    return max(0, fraction_bits - 3)


def left_out_mean(terms: int, drop: int) -> int:
    """Return the mean of what ``drop`` columns hold for random bits, rounded down.

    ``terms`` products have k + 1 bits in column k, each 1 with probability 1/4.
    """
    return terms * ((drop - 1) * (1 << drop) + 1) // 4 if drop else 0


def column_sum(b: Builder, columns: Sequence[Sequence[int]], constant: int = 0) -> Word:
    """Return the sum of bits worth 2^k in column k, and of a constant, modulo 2^n.

    Args:
        b: The builder.
        columns: Wires of each of the n columns; ``ZERO`` and ``ONE`` are allowed.
        constant: Any integer.

    Returns:
        n wires.
    """
    n = len(columns)
    waiting: list[deque[int]] = []
    for k, column in enumerate(columns):
        constant += sum(1 << k for wire in column if wire == ONE)
        waiting.append(deque(wire for wire in column if wire not in (ZERO, ONE)))
    for k in range(n):
        if constant >> k & 1:
            waiting[k].append(ONE)
    for k, column in enumerate(waiting):
        while len(column) > 1:
            # first in, first out: the tree stays flat, its depth logarithmic
            x, y = column.popleft(), column.popleft()
            z = column.popleft() if column else ZERO
            xz = b.xor(x, z)
            column.append(b.xor(xz, y))
            if k + 1 < n:
                waiting[k + 1].append(b.xor(z, b.and_(xz, b.xor(y, z))))
    return [column[0] if column else ZERO for column in waiting]


def partial_products(
    b: Builder, x: Word, w: Word, columns: list[list[int]], drop: int = 0
) -> int:
    """Add the partial products of one term to ``columns``, from column ``drop`` on.

    Args:
        b: The builder.
        x: A signed word; its last wire is the sign (``ZERO`` if it has none).
        w: A signed word.
        columns: Are added to; partial products beyond their end are left out, so the
            product is modulo 2^len(columns).
        drop: First column that is kept; at most the place of a sign.

    Returns:
        The constant that the columns lack: what inverting the negative ones added.
    """
    between(0, min(len(x), len(w)) - 1, drop=drop)
    constant = 0
    for i, left in enumerate(x):
        for j, right in enumerate(w):
            k = i + j
            if not drop <= k < len(columns):
                continue
            bit = b.and_(left, right)
            if (i == len(x) - 1) != (j == len(w) - 1):
                bit = b.inv(bit)
                constant -= 1 << k
            columns[k].append(bit)
    return constant


def dot_columns(
    b: Builder,
    xs: Sequence[Word],
    ws: Sequence[Word],
    *,
    columns: int,
    drop: int,
    constant: int = 0,
) -> Word:
    """Return columns ``drop`` .. ``columns - 1`` of the sum of products.

    Args:
        b: The builder.
        xs: Signed words.
        ws: As many.
        columns: Columns in all; the sum is modulo 2^columns.
        drop: The lowest columns that are left out.
        constant: Is added; its bits below ``drop`` are lost.
    """
    held: list[list[int]] = [[] for _ in range(columns)]
    for x, w in zip(xs, ws, strict=True):
        constant += partial_products(b, x, w, held, drop)
    return column_sum(b, held[drop:], constant >> drop)


def dot_product(
    b: Builder,
    xs: Sequence[Word],
    ws: Sequence[Word],
    *,
    fraction_bits: int = FRACTION_BITS,
    drop: int | None = None,
) -> Word:
    """Return the sum of x_k w_k / 2^f, rounded, modulo 2^n, as one column sum.

    Args:
        b: The builder.
        xs: Signed fixed-point words of n bits.
        ws: As many.
        fraction_bits: f.
        drop: Low columns left out, at most f; default ``default_drop(f)``. 0 is exact
            but for the last rounding.

    Raises:
        ValueError: If there are no terms, not as many weights as inputs, the words
            differ in width, or f or ``drop`` does not fit.
    """
    if not xs or len(xs) != len(ws):
        raise ValueError(f"xs and ws must be equally many, got {len(xs)}, {len(ws)}")
    width = len(xs[0])
    if any(len(word) != width for word in [*xs, *ws]):
        raise ValueError(f"words must all have {width} bits")
    between(0, width - 1, fraction_bits=fraction_bits)
    drop = default_drop(fraction_bits) if drop is None else drop
    between(0, fraction_bits, drop=drop)
    total = dot_columns(
        b,
        xs,
        ws,
        columns=width + fraction_bits,
        drop=drop,
        constant=left_out_mean(len(xs), drop) + (1 << fraction_bits >> 1),
    )
    return total[fraction_bits - drop :]


def multiply_rounded(
    b: Builder,
    x: Word,
    y: Word,
    *,
    fraction_bits: int = FRACTION_BITS,
    drop: int = 0,
) -> Word:
    """Return x y / 2^f, rounded, modulo 2^n: a dot product of one term."""
    return dot_product(b, [x], [y], fraction_bits=fraction_bits, drop=drop)


@lru_cache(maxsize=16)
def dot_circuit(
    terms: int,
    *,
    width: int = WIDTH,
    fraction_bits: int = FRACTION_BITS,
    drop: int | None = None,
) -> Circuit:
    """Return the circuit of :func:`dot_product`: all inputs x, then all weights w.

    >>> dot_circuit(2).inputs
    (32, 32)
    """
    at_least(1, terms=terms, width=width)
    b = Builder()
    flat = b.input(terms * width), b.input(terms * width)
    xs, ws = ([v[k : k + width] for k in range(0, len(v), width)] for v in flat)
    return b.build(dot_product(b, xs, ws, fraction_bits=fraction_bits, drop=drop))


def dot_plain(x: np.ndarray, w: np.ndarray, *, drop: int = 0) -> np.ndarray:
    """Return x @ w.T without its low columns, in plain integers.

    Args:
        x: Integers, shape (n, terms).
        w: Integers, shape (m, terms).
        drop: Columns left out; nothing is added in their place.

    Returns:
        int64, shape (n, m), scaled by 2^(2 f); not reduced, not rounded.
    """
    x, w = np.asarray(x, np.int64), np.asarray(w, np.int64)
    total = x @ w.T
    for i in range(drop):  # bit i of x meets the drop - i lowest bits of w
        total -= ((x >> i & 1) @ (w & ((1 << (drop - i)) - 1)).T) << i
    return total

"""A function given by a public table, as a circuit: its price is its monomials.

Each output bit of a table with n input bits is a sum, modulo 2, of products of input
bits (the algebraic normal form). Sums are free and every product is built once:

    2^n - n - 1 AND gates, whatever the table and however many its outputs

For more bits than a few the input is split into h high and l low bits. An output is the
sum over the products of high bits, each times a sum of products of low bits:

    (2^h - h - 1) + (2^l - l - 1) for the products, at most 2^h - 1 for each output

Sigmoid and tanh are odd about their middle, so half a table is enough: the other half
is reached by inverting all bits of input and output with the sign. One's complement is
off by one unit of the last place; storing each entry half a unit low makes the error
the same on both sides, and no carry is paid for.

Source: the tables of Rouhani, Riazi, Koushanfar, "DeepSecure: Scalable Provably-Secure
Deep Learning", DAC 2018 (table LUT rows); this construction is the course's own.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.mpc.circuits.builder import ONE, ZERO, Builder, Word
from ppdl_course.nn.activations import sigmoid as real_sigmoid

WIDTH, FRACTION_BITS = 16, 12


def normal_form(values: np.ndarray) -> np.ndarray:
    """Return which products of input bits each output bit sums (Moebius transform).

    Args:
        values: Bits, bool (2^n, outputs); row i is the output for input i.

    Returns:
        bool (2^n, outputs); row s stands for the product of the bits set in s. The
        transform is its own inverse.
    """
    result = np.array(values, bool)
    size = len(result)
    if result.ndim != 2 or size & (size - 1) or not size:
        raise ValueError(f"values must have 2^n rows, got shape {result.shape}")
    step = 1
    while step < size:
        halves = result.reshape(-1, 2, step, result.shape[1])
        halves[:, 1] ^= halves[:, 0]
        step *= 2
    return result


def products(b: Builder, bits: Word) -> list[int]:
    """Return the product of every subset of ``bits``, indexed by the set as a number.

    2^n - n - 1 AND gates; fewer once ``build`` drops what no output needs.
    """
    found = [ONE]
    for wire in bits:
        found += [b.and_(wire, product) for product in found]
    return found


def table(
    b: Builder, bits: Word, values: np.ndarray, outputs: int, *, high: int = 0
) -> Word:
    """Return the entry that ``bits`` point to.

    Args:
        b: The builder.
        bits: n wires, lowest first.
        values: 2^n integers, each of ``outputs`` bits.
        outputs: Bits of an entry.
        high: How many of the highest bits are split off.

    Raises:
        ValueError: If ``values`` are not 2^n, an entry has more bits, or ``high`` is
            not in 0 .. n.
    """
    between(0, len(bits), high=high)
    values = np.asarray(values, np.int64)
    if values.shape != (1 << len(bits),):
        raise ValueError(f"values must be {1 << len(bits)}, got shape {values.shape}")
    if ((values < 0) | (values >> outputs > 0)).any():
        raise ValueError(f"values must be of {outputs} bits, got {values.max()}")
    low = len(bits) - high
    sums = normal_form(values[:, None] >> np.arange(outputs) & 1)
    sums = sums.reshape(1 << high, 1 << low, outputs)
    selectors, inner = products(b, bits[low:]), products(b, bits[:low])
    out = []
    for k in range(outputs):
        total = ZERO
        for h in range(1 << high):
            part = ZERO
            for s in np.flatnonzero(sums[h, :, k]):
                part = b.xor(part, inner[s])
            total = b.xor(total, b.and_(selectors[h], part))
        out.append(total)
    return out


def odd_about_middle(
    b: Builder, x: Word, half: Callable[[Word], Word], *, signed: bool
) -> Word:
    """Return a function of a signed word from its values on non-negative words.

    Args:
        b: The builder.
        x: A signed word.
        half: Makes, from |x| in one's complement, the value's bits below the sign.
        signed: True for f(-x) = -f(x), as tanh; False for f(-x) = 1 - f(x), as sigmoid.
    """
    sign = x[-1]
    value = [b.xor(wire, sign) for wire in half([b.xor(w, sign) for w in x[:-1]])]
    return value + [sign if signed else ZERO] * (len(x) - len(value))


def _by_table(
    b: Builder,
    x: Word,
    f: Callable[[np.ndarray], np.ndarray],
    *,
    index: int,
    high: int,
    signed: bool,
) -> Word:
    step = 2.0 ** (WIDTH - 1 - index - FRACTION_BITS)
    middles = (np.arange(1 << index) + 0.5) * step
    # half a unit low: one's complement mirrors at -1/2
    entries = np.rint(f(middles) * 2**FRACTION_BITS - 0.5).astype(np.int64)

    def half(magnitude: Word) -> Word:
        chosen = magnitude[WIDTH - 1 - index :]
        return table(b, chosen, entries, FRACTION_BITS, high=high)

    return odd_about_middle(b, x, half, signed=signed)


def sigmoid_by_table(b: Builder, x: Word) -> Word:
    """Return sigmoid by a table of the 10 highest bits of |x|: 198 ANDs, 2^-9.8."""
    return _by_table(b, x, real_sigmoid, index=10, high=3, signed=False)


def tanh_by_table(b: Builder, x: Word) -> Word:
    """Return tanh by a table of the 12 highest bits of |x|."""
    return _by_table(b, x, np.tanh, index=12, high=4, signed=True)

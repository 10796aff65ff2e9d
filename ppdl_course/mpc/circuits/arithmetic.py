"""Arithmetic as circuits: words of wires, two's complement, signed fixed point.

A fixed-point number with f fraction bits is the integer round(2^f * value). Adding,
comparing, ReLU and max do not care about f; multiplying and dividing do.

    n bits            AND gates          n bits              AND gates
    add, subtract     n - 1              multiply (low half) about n^2
    less_than, equal  n, n - 1           divide              about n^2
    select, relu      n, n - 1           maximum             2 n

The full adder with one AND gate: with carry c, the sum bit is x + y + c and the next
carry is c + (x + c)(y + c), all modulo 2. Source: Kolesnikov, Sadeghi, Schneider:
Improved Garbled Circuit Building Blocks and Applications to Auctions and Computing
Minima. CANS 2009.
"""

from collections.abc import Sequence

from ppdl_course.arguments import at_least, between
from ppdl_course.mpc.circuits.builder import ONE, ZERO, Builder, Word


def constant(number: int, width: int) -> Word:
    """Return ``number`` as ``width`` constant wires, two's complement.

    Raises:
        ValueError: If it does not fit.
    """
    if not -(1 << (width - 1)) <= number < 1 << width:
        raise ValueError(f"number must fit into {width} bits, got {number}")
    return [ONE if number >> k & 1 else ZERO for k in range(width)]


def add(b: Builder, x: Word, y: Word, carry: int = ZERO) -> Word:
    """Return x + y modulo 2^n."""
    return add_carry(b, x, y, carry)[: _width(x, y)]


def add_carry(b: Builder, x: Word, y: Word, carry: int = ZERO) -> Word:
    """Return x + y with its carry as bit n: an unsigned sum of n + 1 bits."""
    total = []
    for left, right in zip(x, y, strict=True):
        left_carry = b.xor(left, carry)
        total.append(b.xor(left_carry, right))
        carry = b.xor(carry, b.and_(left_carry, b.xor(right, carry)))
    return [*total, carry]


def subtract(b: Builder, x: Word, y: Word) -> Word:
    """Return x - y modulo 2^n: x plus the inverted y plus one."""
    return add(b, x, [b.inv(wire) for wire in y], ONE)


def negate(b: Builder, x: Word) -> Word:
    """Return -x modulo 2^n; the most negative number is its own negative."""
    return subtract(b, constant(0, len(x)), x)


def less_than(b: Builder, x: Word, y: Word, *, signed: bool = True) -> int:
    """Return the wire of x < y."""
    _width(x, y)
    if signed:  # moving the sign's weight to the other side keeps the order
        x, y = [*x[:-1], y[-1]], [*y[:-1], x[-1]]
    # x - y = x + not(y) + 1 carries out of its top bit exactly if x >= y
    return b.inv(add_carry(b, x, [b.inv(wire) for wire in y], ONE)[-1])


def equal(b: Builder, x: Word, y: Word) -> int:
    """Return the wire of x = y."""
    _width(x, y)
    same = ONE
    for left, right in zip(x, y, strict=True):
        same = b.and_(same, b.inv(b.xor(left, right)))
    return same


def select(b: Builder, bit: int, one: Word, zero: Word) -> Word:
    """Return ``one`` if ``bit`` is 1, else ``zero``: a multiplexer."""
    return [b.select(bit, w1, w0) for w1, w0 in zip(one, zero, strict=True)]


def multiply(b: Builder, x: Word, y: Word) -> Word:
    """Return x * y modulo 2^n, right for signed and unsigned numbers alike."""
    width = _width(x, y)
    total = [b.and_(wire, y[0]) for wire in x]
    for shift in range(1, width):
        # bits that the shift moves past the width are never made
        row = [b.and_(wire, y[shift]) for wire in x[: width - shift]]
        total[shift:] = add(b, total[shift:], row)
    return total


def multiply_fixed(b: Builder, x: Word, y: Word, *, fraction_bits: int) -> Word:
    """Return floor(x * y / 2^f) modulo 2^n for signed fixed-point numbers."""
    width = _width(x, y)
    between(0, width - 1, fraction_bits=fraction_bits)
    wide = width + fraction_bits
    product = multiply(b, extend(x, wide), extend(y, wide))
    return product[fraction_bits:]


def extend(x: Word, width: int) -> Word:
    """Return the same signed number in more bits: its sign is repeated."""
    at_least(len(x), width=width)
    return x + [x[-1]] * (width - len(x))


def divide_unsigned(b: Builder, x: Word, y: Word) -> tuple[Word, Word]:
    """Return quotient and remainder of unsigned numbers, bit by bit from the top.

    Division by zero gives the quotient 2^n - 1 and the remainder x: every trial
    subtraction of zero succeeds. A circuit cannot raise an error.
    """
    width = len(y)
    rest: Word = constant(0, width)
    quotient: Word = []
    divisor = [*y, ZERO]
    for bit in reversed(x):
        rest = [bit, *rest]  # n + 1 bits
        trial = add_carry(b, rest, [b.inv(wire) for wire in divisor], ONE)
        fits = trial[-1]
        quotient.append(fits)
        rest = select(b, fits, trial[:width], rest[:width])
    return quotient[::-1], rest


def divide(b: Builder, x: Word, y: Word) -> Word:
    """Return x / y of signed numbers, rounded towards zero, modulo 2^n.

    Division by zero gives -1 for x >= 0 and 1 for x < 0 (see ``divide_unsigned``).
    """
    return divide_fixed(b, x, y, fraction_bits=0)


def divide_fixed(b: Builder, x: Word, y: Word, *, fraction_bits: int) -> Word:
    """Return 2^f * x / y rounded towards zero, modulo 2^n: a fixed-point quotient."""
    width = _width(x, y)
    between(0, width - 1, fraction_bits=fraction_bits)
    numerator = constant(0, fraction_bits) if fraction_bits else []
    numerator = numerator + absolute(b, x)
    quotient, _ = divide_unsigned(b, numerator, absolute(b, y))
    low = quotient[:width]
    return select(b, b.xor(x[-1], y[-1]), negate(b, low), low)


def absolute(b: Builder, x: Word) -> Word:
    """Return |x| as an unsigned number of the same width: flip by the sign, add it."""
    flipped = [b.xor(wire, x[-1]) for wire in x]
    return add(b, flipped, constant(0, len(x)), x[-1])


def relu(b: Builder, x: Word) -> Word:
    """Return max(x, 0): each bit AND the inverted sign; the sign becomes 0."""
    positive = b.inv(x[-1])
    return [*(b.and_(wire, positive) for wire in x[:-1]), ZERO]


def maximum(b: Builder, x: Word, y: Word, *, signed: bool = True) -> Word:
    """Return the larger of two numbers."""
    return select(b, less_than(b, x, y, signed=signed), y, x)


def argmax(b: Builder, words: Sequence[Word], *, signed: bool = True) -> Word:
    """Return the place of the largest number, the first of equals, from 0.

    The result has just enough bits for ``len(words) - 1``, at least one.

    Raises:
        ValueError: If there are no words.
    """
    if not words:
        raise ValueError("words must hold at least one number")
    width = max(1, (len(words) - 1).bit_length())
    best, index = list(words[0]), constant(0, width)
    for k, word in enumerate(words[1:], 1):
        larger = less_than(b, best, word, signed=signed)
        best = select(b, larger, word, best)
        index = select(b, larger, constant(k, width), index)
    return index


def argmax_by_rounds(b: Builder, words: Sequence[Word]) -> Word:
    """Return :func:`argmax` of signed words, with far fewer gates in a row.

    Winners of pairs meet winners, and a comparison joins halves, of which it
    knows "less" and "equal". About 26 AND gates more for each comparison
    of 16 bits, but 6 layers of them a round where a chain of ``less_than`` has 17.

    Raises:
        ValueError: If there are no words.
    """
    if not words:
        raise ValueError("words must hold at least one number")
    width = max(1, (len(words) - 1).bit_length())
    entries = [(list(word), constant(k, width)) for k, word in enumerate(words)]
    while len(entries) > 1:
        winners = []
        for (x, i), (y, j) in zip(entries[::2], entries[1::2], strict=False):
            larger = _less_by_halves(b, x, y)[0]  # of equals the first one stays
            winners.append((select(b, larger, y, x), select(b, larger, j, i)))
        entries = winners + entries[len(winners) * 2 :]
    return entries[0][1]


def _less_by_halves(b: Builder, x: Word, y: Word, *, sign: bool = True) -> Word:
    """Return the wires of x < y and x = y."""
    if len(x) == 1:
        small, large = (y[0], x[0]) if sign else (x[0], y[0])  # a sign of 1 is less
        return [b.and_(b.inv(small), large), b.inv(b.xor(x[0], y[0]))]
    half = len(x) // 2
    less, same = _less_by_halves(b, x[half:], y[half:], sign=sign)
    low_less, low_same = _less_by_halves(b, x[:half], y[:half], sign=False)
    return [b.xor(less, b.and_(same, low_less)), b.and_(same, low_same)]


def _width(x: Word, y: Word) -> int:
    if len(x) != len(y) or not x:
        raise ValueError(f"words must have one width, got {len(x)} and {len(y)} bits")
    return len(x)

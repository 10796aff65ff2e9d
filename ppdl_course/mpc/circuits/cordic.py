"""Sigmoid and tanh by CORDIC, DeepSecure's way: shifts, additions and one division.

Hyperbolic rotations by fixed angles atanh(2^-i), each forwards or backwards, bring an
angle z to 0 and turn (1/K, 0) into (cosh z, sinh z):

    d = 1 if z >= 0, else -1
    x, y, z = x + d y 2^-i,  y + d x 2^-i,  z - d atanh(2^-i)    i = 1, 2, 3, 4, 4, ..

with i = 4 and 13 taken twice, so that the angles left over always suffice; K is the
product of sqrt(1 - 4^-i). This reaches |z| <= 1.118 only. So the circuit first takes
multiples of ln 2 off:

    |x| = k ln 2 + r,  0 <= r < ln 2,      E = exp(-|x|) = (cosh r - sinh r) / 2^k
    sigmoid |x| = 1 / (1 + E),             tanh |x| = (1 - E^2) / (1 + E^2)

The divisor lies between 1 and 2, so each of the 12 digits of the quotient is one trial
subtraction. Negative words by one's complement, see ``public_tables``.

Sources: J. S. Walther, "A Unified Algorithm for Elementary Functions", 1971; used for
garbling by Rouhani, Riazi, Koushanfar, "DeepSecure", DAC 2018. How that paper widens
the range of angles it does not say; the steps with ln 2 are the course's.
"""

import math

from ppdl_course.mpc.circuits.arithmetic import add, add_carry, constant, select
from ppdl_course.mpc.circuits.builder import ONE, ZERO, Builder, Word
from ppdl_course.mpc.circuits.dot_product import FRACTION_BITS
from ppdl_course.mpc.circuits.public_tables import odd_about_middle

ROTATIONS = (1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 13)
"""The i of each rotation; 4 and 13 twice, for convergence."""

INNER_BITS = 16
"""Fraction bits inside: 4 more than outside, for the truncations of the rotations."""

GAIN = math.prod(math.sqrt(1 - 4.0**-i) for i in ROTATIONS)
"""K: what the rotations multiply lengths with."""


def exp_minus(b: Builder, magnitude: Word) -> Word:
    """Return exp(-m) of an unsigned word with 12 fraction bits, in ``INNER_BITS`` + 1.

    Args:
        b: The builder.
        magnitude: Unsigned, at most 16 wires, so below 16.
    """
    rest: Word = [ZERO] * (INNER_BITS - FRACTION_BITS) + list(magnitude)
    halvings: Word = []
    for k in reversed(range(len(magnitude) - FRACTION_BITS + 1)):
        rest, fits = take_off(b, rest, constant(_inner((1 << k) * math.log(2)), 24))
        halvings.insert(0, fits)
    x, y = rotate(b, [*rest[: INNER_BITS + 1], ZERO])
    exp = add(b, x, [b.inv(wire) for wire in y], ONE)[: INNER_BITS + 1]
    for k, halve in enumerate(halvings):
        shifted = exp[1 << k :] + [ZERO] * min(1 << k, len(exp))
        exp = select(b, halve, shifted[: len(exp)], exp)
    return exp


def rotate(b: Builder, z: Word) -> tuple[Word, Word]:
    """Return cosh z and sinh z of a signed word with ``INNER_BITS`` fraction bits."""
    width = len(z)
    x, y = constant(_inner(1 / GAIN), width), constant(0, width)
    for i in ROTATIONS:
        back = z[-1]  # 1: z is negative, d = -1
        x, y, z = (
            add_or_subtract(b, x, _shifted(y, i), back),
            add_or_subtract(b, y, _shifted(x, i), back),
            add_or_subtract(
                b, z, constant(_inner(math.atanh(2.0**-i)), width), b.inv(back)
            ),
        )
    return x, y


def add_or_subtract(b: Builder, x: Word, y: Word, minus: int) -> Word:
    """Return x - y if the wire ``minus`` is 1, else x + y: no dearer than adding."""
    return add(b, x, [b.xor(wire, minus) for wire in y], minus)


def take_off(b: Builder, x: Word, y: Word) -> tuple[Word, int]:
    """Return x - y and 1 if that is not negative, else x and 0; both are unsigned."""
    width = max(len(x), len(y))
    x, y = ([*word, *[ZERO] * (width - len(word))] for word in (x, y))
    trial = add_carry(b, x, [b.inv(wire) for wire in y], ONE)
    return select(b, trial[-1], trial[:-1], x), trial[-1]


def quotient(b: Builder, x: Word, y: Word) -> Word:
    """Return floor(2^12 x / y) for unsigned x < y: a digit for a trial subtraction."""
    digits: Word = []
    for _ in range(FRACTION_BITS):
        x, fits = take_off(b, [ZERO, *x], y)
        x = x[: len(y)]
        digits.insert(0, fits)
    return digits


def sigmoid_by_cordic(b: Builder, x: Word) -> Word:
    """Return sigmoid of a 16-bit word by CORDIC and a division."""

    def half(magnitude: Word) -> Word:
        exp = [*exp_minus(b, magnitude), ZERO]
        one = constant(1 << INNER_BITS, len(exp))
        return quotient(b, one, add(b, one, exp))

    return odd_about_middle(b, x, half, signed=False)


def tanh_by_cordic(b: Builder, x: Word) -> Word:
    """Return tanh of a 16-bit word by CORDIC and a division."""

    def half(magnitude: Word) -> Word:
        exp = [*exp_minus(b, [ZERO, *magnitude]), ZERO]  # of 2|x|: E^2
        one = constant(1 << INNER_BITS, len(exp))
        numerator = add(b, one, [b.inv(wire) for wire in exp], ONE)
        return quotient(b, numerator, add(b, one, exp))

    return odd_about_middle(b, x, half, signed=True)


def _inner(value: float) -> int:
    return round(value * 2**INNER_BITS)


def _shifted(x: Word, places: int) -> Word:
    """Return x / 2^places rounded down: the sign repeated."""
    return x[places:] + [x[-1]] * min(places, len(x))

"""Numbers written as mantissa * 16**exponent, by integers alone.

An integer of any type keeps exponent 0. A float keeps all of its bits, in a mantissa
below 2**56, whatever its size. Nothing passes through floating point on the way in:
``float(2**60 + 1)`` is another number, and ``value * 16.0**k % n`` loses its digits.

NOT protected: the exponent of a float is public and tells where its lowest bit stands;
who minds states one exponent for all numbers.

Source: the numbers of the library ``phe`` (``phe.encoding``), with its base.
"""

import math
import operator
from numbers import Real

BASE = 16
"""An exponent counts powers of this, as in ``phe``."""

EXPONENT_LIMIT = 2**16
"""Largest size of an exponent; floats need -269 to 242, products the sum of theirs."""

FLOAT_BITS = 53

FLOAT_BOUND = 2 ** (FLOAT_BITS + 3)
"""No float has a larger mantissa at its own exponent: 53 bits, up to 3 zeros below."""


def exact_ratio(name: str, value: object) -> tuple[int, int]:
    """Return Python integers (numerator, denominator > 0) whose quotient is ``value``.

    Args:
        name: What an error calls the value.
        value: An integer of any type with ``__index__``, or a real that knows its
            ratio: float, numpy's floats, Fraction.

    Raises:
        ValueError: If the value is NaN or infinite, or no such number.
    """
    try:
        return operator.index(value), 1
    except TypeError:
        pass
    if not isinstance(value, Real) or not hasattr(value, "as_integer_ratio"):
        raise ValueError(
            f"{name} must be an integer, a float or a Fraction, "
            f"got a {type(value).__name__}"
        )
    try:
        return value.as_integer_ratio()
    except (ValueError, OverflowError):
        raise ValueError(f"{name} must be finite, got {value}") from None


def integer(name: str, value: object) -> int:
    """Return an integer of any type as Python's; ValueError if it is none."""
    try:
        return operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be an integer, got {value!r}") from None


def to_mantissa(
    value: object, exponent: int | None = None, *, name: str = "value"
) -> tuple[int, int]:
    """Return integers (mantissa, exponent).

    Args:
        value: What :func:`exact_ratio` takes.
        exponent: Rounds the value to the nearest multiple of 16**exponent. By default
            nothing is rounded.
        name: What an error calls the value.

    Raises:
        ValueError: If the value is not finite or no number, if it has no finite binary
            fraction and no exponent is given, or the exponent is out of range.
    """
    numerator, denominator = exact_ratio(name, value)
    if exponent is None:
        if denominator & (denominator - 1):
            raise ValueError(
                f"{name} must be a binary fraction unless an exponent says how to "
                f"round it, got {numerator}/{denominator}"
            )
        exponent = math.floor(-(denominator.bit_length() - 1) / 4)
        if denominator == 1 and not hasattr(type(value), "__index__"):
            exponent = _spare_zeros(numerator) // 4
    exponent = require_exponent(exponent)
    if exponent >= 0:
        denominator *= BASE**exponent
    else:
        numerator *= BASE**-exponent
    return (2 * numerator + denominator) // (2 * denominator), exponent  # nearest


def _spare_zeros(whole: int) -> int:
    """Return how many zero bits of a whole float stand after its 53 leading bits."""
    spare = abs(whole).bit_length() - FLOAT_BITS
    zeros = (whole & -whole).bit_length() - 1
    return max(0, min(spare, zeros))


def from_mantissa(mantissa: int, exponent: int) -> int | float:
    """Return mantissa * 16**exponent: an int if the exponent is >= 0, else a float.

    The float is the nearest one, which is 0.0 for what is smaller than half of the
    smallest.

    Raises:
        OverflowError: If it is larger than any float.
    """
    if exponent >= 0:
        return mantissa * BASE**exponent
    try:
        return mantissa / BASE**-exponent  # rounded correctly, however long both are
    except OverflowError:
        raise OverflowError(
            f"the number must be at most 2**1024 for a float, got {shown(mantissa)} "
            f"times 16**{exponent}"
        ) from None


def reciprocal(value: object) -> object:
    """Return 1 / value: exactly where that is a binary fraction, else as a float.

    Raises:
        ZeroDivisionError: If the value is 0.
        ValueError: If the value is no finite number, or 1 / value is beyond the floats
            of full precision, 2**-1022 to 2**1024.
    """
    numerator, denominator = exact_ratio("divisor", value)
    if numerator == 0:
        raise ZeroDivisionError(f"divisor must not be 0, got {value}")
    sign, size = (1, numerator) if numerator > 0 else (-1, -numerator)
    # exact for a power of two; Python rounds the quotient of two ints correctly
    try:
        reciprocal = sign * denominator / size
    except OverflowError:
        reciprocal = math.inf
    if not 2.0**-1022 <= abs(reciprocal) < math.inf:
        raise ValueError(
            f"divisor must be between 2**-1024 and 2**1022 in size, got {shown(value)}"
        )
    return reciprocal


def require_exponent(exponent: int) -> int:
    """Return ``exponent`` as an int; raise ValueError if it is none or out of range."""
    power = integer("exponent", exponent)
    if abs(power) > EXPONENT_LIMIT:
        raise ValueError(
            f"exponent must be within +-{EXPONENT_LIMIT}, got {shown(power)}"
        )
    return power


def shown(number: object) -> str:
    """Return a number for an error message: long integers as a power of two."""
    if not isinstance(number, int) or abs(number) < 2**63:
        return str(number)
    sign, size = "-" if number < 0 else "", abs(number)
    if size & (size - 1) == 0:
        return f"{sign}2**{size.bit_length() - 1}"
    return f"{sign}2**{math.log2(size):.2f}"

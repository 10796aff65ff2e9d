"""Arrays of Python's integers: whole numbers of any size, and powers modulo N^2.

numpy's own integers would wrap; an array of dtype object adds and multiplies Python's.
"""

import secrets

import numpy as np

from ppdl_course.publickey.arithmetic.squared_modulus import Parameters
from ppdl_course.publickey.arithmetic.whole_numbers import inverse, power
from ppdl_course.publickey.fixed_point import integer

Integers = np.ndarray
"""An array of Python integers, dtype object."""


class OutOfBoundsError(ValueError):
    """A value is, or could become, larger than a bound allows."""


def integers(values: object, *, name: str = "values") -> Integers:
    """Return whole numbers of any type as an array of Python's, dtype object.

    Raises:
        ValueError: If an entry is no integer.
    """
    array = np.asarray(values, object)
    whole = np.empty(array.shape, object)
    for index, value in np.ndenumerate(array):
        if isinstance(value, bool | np.bool_):
            value = int(value)
        whole[index] = integer(name, value)
    return whole


def largest(values: Integers) -> int:
    """Return the largest size of an entry; 0 if there is none."""
    return max((abs(value) for value in values.flat), default=0)


def inverses(numbers: Integers, modulus: int) -> Integers:
    """Return 1 / x of each entry, by one inversion for all of them (Montgomery)."""
    out = np.empty(numbers.shape, object)
    if not numbers.size:
        return out
    flat, prefix = numbers.ravel(), [1]
    for number in flat:
        prefix.append(prefix[-1] * number % modulus)
    rest, inverted = inverse(prefix[-1], modulus), out.reshape(-1)
    for k in range(len(flat) - 1, -1, -1):
        inverted[k] = rest * prefix[k] % modulus
        rest = rest * flat[k] % modulus
    return out


def powers(bases: Integers, exponents: Integers, modulus: int) -> Integers:
    """Return base^exponent entry by entry, broadcast; exponents may be negative."""
    bases, exponents = np.broadcast_arrays(bases, exponents)
    out = np.empty(bases.shape, object)
    for index, base in np.ndenumerate(bases):
        out[index] = power(base, exponents[index], modulus)
    return out


def fresh_powers(shape: tuple[int, ...], parameters: Parameters) -> Integers:
    """Return secret random powers of g: times T1, they hide where it came from.

    g has an order that divides lambda, so the strong key opens T1 g^r as it opens T1.
    """
    out = np.empty(shape, object)
    for index in np.ndindex(*shape):
        out[index] = parameters.power(parameters.g, parameters.exponent())
    return out


def random_integers(shape: tuple[int, ...], below: int) -> Integers:
    """Return secret uniform integers of 0 .. below - 1."""
    out = np.empty(shape, object)
    for index in np.ndindex(*shape):
        out[index] = secrets.randbelow(below)
    return out

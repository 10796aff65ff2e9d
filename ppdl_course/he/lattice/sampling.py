"""Secret random arrays for lattice schemes, from the operating system's generator.

A statistics generator (``np.random``) can be predicted from its output; keys and noise
drawn from one protect nothing. ``source`` is replaceable for known-answer tests only.
"""

import secrets
from collections.abc import Callable

import numpy as np

from ppdl_course.arguments import between

Source = Callable[[int], bytes]
NOISE_STD = 21**0.5 / 2**0.5
"""Standard deviation of :func:`centred_binomial`, 3.24: the noise that SEAL draws."""


def _words(count: int, source: Source) -> np.ndarray:
    return np.frombuffer(source(8 * count), dtype="<u8")


def uniform(
    q: int, shape: tuple[int, ...], *, source: Source = secrets.token_bytes
) -> np.ndarray:
    """Return integers uniform in [0, q), int64; uneven by less than q / 2**64."""
    between(2, 2**32, q=q)
    words = _words(int(np.prod(shape)), source)
    return (words % np.uint64(q)).astype(np.int64).reshape(shape)


def ternary(
    shape: tuple[int, ...], *, source: Source = secrets.token_bytes
) -> np.ndarray:
    """Return integers uniform in {-1, 0, 1}, int64."""
    return uniform(3, shape, source=source) - 1


def centred_binomial(
    shape: tuple[int, ...], *, source: Source = secrets.token_bytes
) -> np.ndarray:
    """Return the number of ones among 21 random bits minus that among 21 others.

    Nearly a rounded normal of standard deviation :data:`NOISE_STD`, int64.
    """
    words = _words(int(np.prod(shape)), source)
    # 42 of the 64 bits, from both ends: one word a number
    ones = np.bitwise_count(words & np.uint64(2**21 - 1)).astype(np.int64)
    others = np.bitwise_count(words >> np.uint64(43)).astype(np.int64)
    return (ones - others).reshape(shape)


def rounded_normal(
    std: float, shape: tuple[int, ...], *, source: Source = secrets.token_bytes
) -> np.ndarray:
    """Return normals of standard deviation ``std`` rounded to integers, int64.

    Box and Muller's transform of secret uniforms.
    """
    count = int(np.prod(shape))
    u = (_words(2 * count, source) >> np.uint64(11)).astype(np.float64) / 2.0**53
    # 53 bits fill a float; log1p(-u) is finite, since u is never 1
    radius = np.sqrt(-2 * np.log1p(-u[:count]))
    normal = radius * np.cos(2 * np.pi * u[count:])
    return np.rint(std * normal).astype(np.int64).reshape(shape)

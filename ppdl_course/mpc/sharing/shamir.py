"""Shamir's sharing: any t of n shares give the secret, t - 1 say nothing about it.

    share     f(x) = secret + c_1 x + ... + c_{t-1} x^{t-1},  c_k uniform;  person i
              gets f(i), i = 1 .. n
    recover   secret = f(0) = sum_i f(i) prod_{j != i} j / (j - i)

over the integers modulo the prime p = 2^61 - 1, a whole array of secrets at once.
Shares add up: the sum of shares is a share of the sum.

Secrecy is perfect for up to t - 1 shares. Not protected: a wrong share. Shares beyond
the threshold must lie on the polynomial of the others, which notices one; with exactly
t of them a wrong one gives a wrong secret.

Source: A. Shamir, "How to Share a Secret", Communications of the ACM 22(11), 1979.
"""

import secrets
from collections.abc import Sequence

import numpy as np

from ppdl_course.arguments import array_of, at_least, between

PRIME = 2**61 - 1
"""A Mersenne prime: a product is reduced by shifts, and fits machine words."""

BYTES = 7
"""Bytes of a secret that go into one number: 56 bits, less than the prime."""

_P, _61 = np.uint64(PRIME), np.uint64(61)


def share(secret: np.ndarray, *, threshold: int, people: int) -> np.ndarray:
    """Return shares of an array of secrets, uint64 of shape (people, k).

    Row i - 1 is the share of person i, at the point x = i.

    Args:
        secret: uint64 of shape (k,), entries below ``PRIME``.
        threshold: Shares that give the secret. 1..people.
        people: How many get one. >= 1.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    at_least(1, people=people)
    between(1, people, threshold=threshold)
    _field_elements(np.shape(secret)[-1:], secret=secret)
    coefficients = [secret, *(_uniform(len(secret)) for _ in range(threshold - 1))]
    points = np.arange(1, people + 1, dtype=np.uint64)[:, None]
    values = np.zeros((people, len(secret)), np.uint64)
    for coefficient in reversed(coefficients):  # Horner's rule
        values = _sum(_product(values, points), coefficient)
    return values


def recover(points: Sequence[int], shares: np.ndarray, *, threshold: int) -> np.ndarray:
    """Return the secrets, uint64 of shape (k,).

    Args:
        points: Whose shares they are, from 1; all different.
        shares: uint64 of shape (len(points), k).
        threshold: As in :func:`share`. All shares beyond it are compared with the rest.

    Raises:
        ValueError: If there are fewer shares than the threshold, a point comes twice or
            is none, an entry is outside the field, or the shares disagree.
    """
    at_least(1, threshold=threshold)
    points = list(points)
    for point in points:
        between(1, PRIME - 1, points=point)
    if len(set(points)) < len(points):
        twice = next(point for point in points if points.count(point) > 1)
        raise ValueError(f"points must differ, got {twice} twice")
    if len(points) < threshold:
        raise ValueError(f"shares must be {threshold} or more, got {len(points)}")
    _field_elements((len(points), *np.shape(shares)[-1:]), shares=shares)
    first, used = points[:threshold], shares[:threshold]
    for point, value in zip(points[threshold:], shares[threshold:], strict=True):
        if not np.array_equal(_interpolated(first, used, point), value):
            raise ValueError(
                f"shares must lie on one polynomial of degree {threshold - 1}, "
                f"got another value at {point}"
            )
    return _interpolated(first, used, 0)


def to_field(secret: bytes) -> np.ndarray:
    """Return bytes as numbers below the prime, 7 bytes each, uint64."""
    chunks = [secret[i : i + BYTES] for i in range(0, len(secret), BYTES)]
    return np.array([int.from_bytes(c, "big") for c in chunks], np.uint64)


def from_field(numbers: np.ndarray, size: int) -> bytes:
    """Return the ``size`` bytes that :func:`to_field` made numbers of.

    Raises:
        ValueError: If the numbers stand for no ``size`` bytes.
    """
    widths = [min(BYTES, size - i) for i in range(0, size, BYTES)]
    values = [int(number) for number in numbers]
    if len(values) != len(widths) or any(
        value >> 8 * width for value, width in zip(values, widths, strict=False)
    ):
        raise ValueError(f"numbers must stand for {size} bytes, got {values}")
    pairs = zip(values, widths, strict=True)
    return b"".join(value.to_bytes(width, "big") for value, width in pairs)


def _interpolated(points: list[int], shares: np.ndarray, x: int) -> np.ndarray:
    """Return the polynomial through the shares at ``x``, shape (k,)."""
    total = np.zeros(shares.shape[1], np.uint64)
    for i, values in zip(points, shares, strict=True):
        above = below = 1
        for j in points:
            if j != i:
                above, below = above * (j - x) % PRIME, below * (j - i) % PRIME
        weight = np.uint64(above * pow(below, -1, PRIME) % PRIME)
        total = _sum(total, _product(values, weight))
    return total


def _sum(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return _reduced(a + b)  # below 2^62: no wrap


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a b mod p for entries below p, in halves of 32 bits: 2^64 is 8 there."""
    low, half = np.uint64(2**32 - 1), np.uint64(32)
    a1, a0, b1, b0 = a >> half, a & low, b >> half, b & low
    middle = a1 * b0 + a0 * b1  # below 2^62; its 2^32-fold has a part above 2^61
    bottom = a0 * b0
    folded = (middle >> np.uint64(29)) + ((middle & np.uint64(2**29 - 1)) << half)
    ends = (a1 * b1 << np.uint64(3)) + (bottom >> _61) + (bottom & _P)
    return _reduced(ends + folded)


def _reduced(x: np.ndarray) -> np.ndarray:
    """Return x mod p for any uint64."""
    x = (x & _P) + (x >> _61)
    return np.where(x >= _P, x - _P, x)


def _uniform(count: int) -> np.ndarray:
    return np.array([secrets.randbelow(PRIME) for _ in range(count)], np.uint64)


def _field_elements(shape: tuple[int, ...], /, **array: np.ndarray) -> None:
    array_of(shape, np.uint64, **array)
    ((name, values),) = array.items()
    if values.size and values.max() >= PRIME:
        raise ValueError(f"{name} must lie below 2^61 - 1, got {values.max()}")

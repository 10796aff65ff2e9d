"""Sums of products of ciphertexts: residues first, one reduction, one relinearisation.

    (c_0, c_1), (d_0, d_1)   ->   sum of (c_0 d_0, c_0 d_1 + c_1 d_0, c_1 d_1)

at the roots of X^n + 1, where a product of polynomials is a product of numbers. Primes
of 28 bits make products of 56, so that 128 of them fit 64 bits: a sum of 64 terms, the
middle part twice, is reduced once. Columns are taken in blocks that stay in the cache.

No key is needed and nothing is learned: this is what a cloud does with ciphertexts.
Source of one relinearisation a sum: S. Halevi, V. Shoup, "Algorithms in HElib", CRYPTO
2014 (lazy relinearisation).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ppdl_course.he.seal.residues import residues_of

MOST_PRIME_BITS = 28
"""Longest prime whose products are summed without a reduction between."""
TERMS = 64
"""Products of 56 bits, each twice in the middle part, that stay below 2^63."""
BLOCK = 4096
"""Columns at a time: 64 terms of them fit the second cache."""


def prepared(terms: Sequence[np.ndarray]) -> np.ndarray:
    """Return ciphertexts as one array of 64 bits, for many sums against them.

    Args:
        terms: Residues uint32 (2, level, n), reduced, in NTT form, at least one.

    Returns:
        uint64 (terms, 2, level, n).

    Raises:
        ValueError: If there are none, or their shapes differ.
    """
    shapes = {term.shape for term in terms}
    if len(shapes) != 1 or next(iter(shapes))[0] != 2:
        raise ValueError(f"terms must have one shape (2, level, n), got {shapes}")
    return np.array(terms, np.uint64)


def sum_of_products(
    left: Sequence[np.ndarray], right: np.ndarray, primes: Sequence[int]
) -> np.ndarray:
    """Return the three parts of the sum of products, uint32 (3, level, n).

    Args:
        left: Residues uint32 (2, level, n), reduced, in NTT form.
        right: As many, from :func:`prepared`.
        primes: The modulus of each row, at most 28 bits.

    Raises:
        ValueError: If there are no terms, their numbers differ, a shape does not fit or
            a prime is too long.
    """
    if not 0 < len(left) == len(right):
        raise ValueError(
            f"right must hold as many terms as left, at least one, got {len(left)} "
            f"and {len(right)}"
        )
    shape = (2, len(primes), right.shape[-1])
    for part in (*left, *right):
        if part.shape != shape:
            raise ValueError(f"terms must have shape {shape}, got {part.shape}")
    if max(primes).bit_length() > MOST_PRIME_BITS:
        raise ValueError(
            f"primes must have at most {MOST_PRIME_BITS} bits, got {max(primes)}"
        )
    found = np.zeros((3, *shape[1:]), np.uint32)
    for level, prime in enumerate(primes):
        for begin in range(0, shape[-1], BLOCK):
            at = np.s_[..., level, begin : begin + BLOCK]
            for first in range(0, len(left), TERMS):
                some = slice(first, first + TERMS)
                x = np.array([term[at] for term in left[some]]).astype(np.uint64)
                y = right[some][at]
                total = np.stack(
                    [
                        _dot(x[:, 0], y[:, 0]),
                        _dot(x[:, 0], y[:, 1]) + _dot(x[:, 1], y[:, 0]),
                        _dot(x[:, 1], y[:, 1]),
                    ]
                )
                found[at] = (total + found[at]) % np.uint64(prime)
    return found


def _dot(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.einsum("ic,ic->c", x, y)


def times(
    parts: np.ndarray, numbers: Sequence[int], primes: Sequence[int]
) -> np.ndarray:
    """Return residues (parts, level, n) times a number a row, reduced, uint32."""
    q = np.array(primes, np.uint64)[:, None]
    factors = np.array(numbers, np.uint64)[:, None] % q
    return (parts.astype(np.uint64) * factors % q).astype(np.uint32)


def read(ciphertext: Any) -> np.ndarray:
    """Return the residues of a SEAL ciphertext, uint32 (parts, level, n).

    Raises:
        ValueError: If a residue has more than 28 bits.
    """
    wide = residues_of(ciphertext)
    if wide.max(initial=0) >= 2**MOST_PRIME_BITS:
        raise ValueError(f"primes must have at most {MOST_PRIME_BITS} bits")
    return wide.astype(np.uint32)

r"""A vector of any length in one number: a random combination, exact and fast.

    <r, w> = sum_l r_l w_l,   r_l of 128 bits, drawn from a seed after w is fixed

Two different vectors W, W' have the same combination with probability at most 2^-128:
where they differ in coordinate l, one value of r_l at most makes <r, W - W'> zero,
whatever the others are. That needs W' fixed *before* r is known. Who knows r first
picks a short D with <r, D> = 0 and answers W + D
(``ppdl_course.attacks.early_coefficients``).

Products are taken of 16-bit pieces in float64, where sums of 2^20 of them are exact, so
that the matrix product of the linear algebra library does the work.

Source: R. Freivalds, "Probabilistic Machines Can Use Less Running Time", IFIP 1977 (the
idea of checking by a random combination).
"""

import hashlib

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ppdl_course.arguments import array_of, at_least

COEFFICIENT_BITS = 128
_PIECES = COEFFICIENT_BITS // 16
_BLOCK = 2**20  # products below 2^32: their sums stay below 2^53


def coefficients(seed: bytes, count: int) -> np.ndarray:
    """Return public coefficients, uint16 of shape (count, 8): row l is r_l.

    The number is sum_k row[k] 2^(16 k). AES-256 in counter mode under a hash of the
    seed: for a given seed everybody gets the same.

    Raises:
        ValueError: If ``count`` is below 1.
    """
    at_least(1, count=count)
    key = hashlib.sha256(b"coefficients" + seed).digest()
    stream = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
    data = stream.update(bytes(2 * _PIECES * count))
    return np.frombuffer(data, "<u2").reshape(count, _PIECES)


def combination(r: np.ndarray, values: np.ndarray) -> int:
    """Return <r, values> as an integer, exactly; its size is below 2^191 d.

    Args:
        r: From :func:`coefficients`, of shape (d, 8).
        values: int64 of shape (d,).

    Raises:
        ValueError: If a shape or dtype is another.
    """
    array_of((*np.shape(r)[:1], _PIECES), np.uint16, r=r)
    array_of((len(r),), np.int64, values=values)
    total = 0
    for start in range(0, len(r), _BLOCK):
        rows = slice(start, start + _BLOCK)
        left = r[rows].astype(np.float64)
        right = _pieces(values[rows])
        for k, line in enumerate((left.T @ right).tolist()):
            total += sum(int(x) << 16 * (k + j) for j, x in enumerate(line))
    return total


def _pieces(values: np.ndarray) -> np.ndarray:
    """Return four pieces of 16 bits, the lowest first; the sign is in the highest."""
    pieces = np.empty((len(values), 4))
    unsigned = np.ascontiguousarray(values, "<i8").view("<u2").reshape(-1, 4)
    pieces[:, :3] = unsigned[:, :3]
    pieces[:, 3] = values >> 48
    return pieces

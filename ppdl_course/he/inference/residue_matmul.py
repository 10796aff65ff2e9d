"""A linear layer over many ciphertexts as one exact matrix product of their residues.

A ciphertext of CKKS or BFV is a few polynomials, kept as residues modulo small primes.
Adding ciphertexts and multiplying them by integers acts on every residue alone, so a
layer with integer weights is

    Y = W C mod q        C: a row for each ciphertext, a column for each residue

one product of float64 matrices, which BLAS does fast and exactly as long as no partial
sum reaches 2^53, and reducing it needs one q more:

    (largest sum of |weights| in a row) * (q - 1) + q < 2^53

A square of CKKS ciphertexts (c_0, c_1) -> (c_0^2, 2 c_0 c_1, c_1^2) is pointwise in NTT
form, the form in which SEAL keeps them. Relinearising and rescaling are left to SEAL.

Nothing here needs a key, and nothing is learned: the server calls it on what it may
see. Source of the layout: R. Gilad-Bachrach et al., "CryptoNets", ICML 2016 (one
ciphertext a feature); SEAL's native/src/seal/ciphertext.cpp (the stream).
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ppdl_course.he.seal.residues import residues_of

EXACT = 2**53
"""Integers below this are exact in float64."""
PRIME_BITS = 30
"""Longest prime whose residues the product takes."""
_BLOCK = 256  # columns: input and output of 784 features stay in cache


def require_exact(weights: np.ndarray, prime: int, name: str = "weights") -> None:
    """Raise ValueError unless ``weights @ residues`` is exact in float64.

    Args:
        weights: Integers, shape (out, in), any dtype that holds them.
        prime: The largest modulus.
        name: What to call them in the message.
    """
    if weights.ndim != 2 or not np.array_equal(weights, np.rint(weights)):
        raise ValueError(f"{name} must be a matrix of integers, got {weights.shape}")
    if prime.bit_length() > PRIME_BITS:
        raise ValueError(
            f"primes must have at most {PRIME_BITS} bits, got {prime.bit_length()}"
        )
    row = float(np.abs(weights).sum(axis=1).max(initial=0.0))
    limit = (EXACT - prime - 1) // (prime - 1)
    if row > limit:
        raise ValueError(
            f"{name} must have rows whose sizes add up to at most {limit}, got "
            f"{row:.0f}: use fewer weight bits"
        )


def reduce(values: np.ndarray, prime: int) -> np.ndarray:
    """Reduce integers of size below 2^53 - prime modulo ``prime``, in place."""
    # 1 / prime is rounded, so the floor may be one too large or one too small; its
    # product with the prime stays below 2^53 and is exact
    quotient = values * (1.0 / prime)
    np.floor(quotient, out=quotient)
    quotient *= prime
    values -= quotient
    # one too large leaves [-prime, 0), one too small [prime, 2 prime): hence both
    values[values < 0] += prime
    values[values >= prime] -= prime
    return values


def square(residues: np.ndarray, prime: int) -> np.ndarray:
    """Return the residues of the squares of CKKS ciphertexts modulo one prime.

    Args:
        residues: Integers of [0, prime), shape (count, 2, columns), any real dtype.
        prime: Of at most 30 bits, so that a product fits 64 bits.

    Returns:
        float64 (count, 3, columns): the parts c_0^2, 2 c_0 c_1, c_1^2.
    """
    if residues.ndim != 3 or residues.shape[1] != 2:
        raise ValueError(
            f"residues must be (count, 2, columns), got {residues.shape}: relinearise "
            "before the next square"
        )
    c = residues.astype(np.uint64)
    parts = np.empty((len(c), 3, c.shape[2]), np.uint64)
    np.multiply(c[:, 0], c[:, 0], out=parts[:, 0])
    np.multiply(c[:, 0], c[:, 1], out=parts[:, 1])
    parts[:, 1] *= np.uint64(2)  # 2^61 at most: no reduction in between
    np.multiply(c[:, 1], c[:, 1], out=parts[:, 2])
    q = np.uint64(prime)
    parts -= parts // q * q  # faster than %: numpy divides by a constant with products
    return parts.astype(np.float64)


def layers(
    residues: np.ndarray,
    steps: Sequence[tuple[np.ndarray, Sequence[int] | None]],
    primes: Sequence[int],
    *,
    square_first: bool = False,
    workers: int | None = None,
) -> np.ndarray:
    """Apply linear layers with a square between each two, residue by residue.

    Args:
        residues: uint32 (count, parts, primes, n) in NTT form.
        steps: (weights (out, in) of integers, biases (out,) as integers at the scale
            reached there, or None) of each layer.
        primes: The modulus of each row of residues.
        square_first: Square before the first layer too.
        workers: Threads; by default one for each core.

    Returns:
        uint32 (out, parts, primes, n); 3 parts if anything was squared.

    Raises:
        ValueError: If a product would not be exact, a shape does not fit, or a second
            square would meet 3 parts.
    """
    residues = np.asarray(residues)
    if residues.ndim != 4 or residues.shape[2] != len(primes):
        raise ValueError(
            f"residues must be (count, parts, {len(primes)}, n), got {residues.shape}"
        )
    squares = len(steps) - 1 + square_first
    if squares and residues.shape[1] + squares - 1 > 2:
        raise ValueError(f"steps must hold one square, of 2 parts, got {squares}")
    width = len(residues)
    matrices = []
    for k, (weights, _) in enumerate(steps):
        require_exact(np.asarray(weights), max(primes), f"weights of layer {k}")
        if weights.shape[1] != width:
            raise ValueError(
                f"weights of layer {k} must take {width}, got {weights.shape}"
            )
        width = weights.shape[0]
        matrices.append(_matrix(np.asarray(weights, np.float64)))
    parts, n = (3 if squares else residues.shape[1]), residues.shape[3]
    out = np.empty((width, parts, len(primes), n), np.uint32)

    def work(place: tuple[int, int]) -> None:
        i, begin = place
        columns = slice(begin, begin + _BLOCK)
        # every step on one block before the next: no hidden layer is ever whole
        x = residues[:, :, i, columns].astype(np.float64)
        for k, matrix in enumerate(matrices):
            if k or square_first:
                x = square(x, primes[i])
            x = _product(matrix, x, primes[i], steps[k][1])
        out[:, :, i, columns] = x

    places = [(i, b) for i in range(len(primes)) for b in range(0, n, _BLOCK)]
    from threadpoolctl import threadpool_limits

    # a thread for each core, each with a BLAS of its own: squares use all cores too;
    # numpy lets go of the interpreter lock, and no two blocks share a column of `out`
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(workers or _cores()) as pool:
        list(pool.map(work, places))
    return out


def _matrix(weights: np.ndarray) -> Any:
    """Return a convolution's weights as a sparse matrix: the sums are the same."""
    # measured: a tenth non-zero takes half the time of BLAS, a fifth takes as long
    if np.count_nonzero(weights) > weights.size / 10:
        return np.ascontiguousarray(weights)
    from scipy.sparse import csr_array

    return csr_array(weights)


def _product(
    matrix: Any, x: np.ndarray, prime: int, bias: Sequence[int] | None
) -> np.ndarray:
    flat = x.reshape(len(x), -1)
    y = reduce(matrix @ flat, prime).reshape(-1, *x.shape[1:])  # the product is fresh
    if bias is not None:
        # a constant is the same in every slot and at every root
        y[:, 0] += np.array([int(b) % prime for b in bias], np.float64)[:, None]
        y[:, 0][y[:, 0] >= prime] -= prime
    return y


def _cores() -> int:
    return os.cpu_count() or 1


def read(ciphertext: Any) -> np.ndarray:
    """Return the residues of a SEAL ciphertext, uint32 (parts, primes, n).

    Raises:
        ValueError: If a residue has more than 30 bits.
    """
    wide = residues_of(ciphertext)
    if wide.max(initial=0) >= 2**PRIME_BITS:
        raise ValueError(f"primes must have at most {PRIME_BITS} bits")
    # half the bytes, on the wire and in memory
    return wide.astype(np.uint32)

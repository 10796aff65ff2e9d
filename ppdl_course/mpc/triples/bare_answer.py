"""Why the answer of ``rlwe`` is encrypted afresh: without that, it gives U away.

The key's owner B drew the seed of every a_j. If A answered with bare sums, B would get

    c1_i = sum_j U_ij a_j      modulo each prime, at 8,192 places

linear equations for the k numbers of row i. Any k places whose a_j are independent give
U modulo p; three primes of 22 bits give its 64 bits.
"""

from collections.abc import Sequence

import numpy as np

from ppdl_course.mpc.triples.residues import PRIMES

ENOUGH = 3
"""Primes whose product passes 2^64, for signed words: 66 bits less a little."""


def bare_sums(u: np.ndarray, a: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return what a careless A would send as c1.

    Args:
        u: uint64 ``(m, k)``.
        a: The public values modulo each of the first primes, int64 ``(k, places)``.

    Returns:
        int64 ``(m, places)`` modulo each of them.
    """
    signed = u.view(np.int64)
    return [
        ((signed % p).astype(object) @ part.astype(object) % p).astype(np.int64)
        for part, p in zip(a, PRIMES, strict=False)
    ]


def read_factor(a: Sequence[np.ndarray], sums: Sequence[np.ndarray]) -> np.ndarray:
    """Return U from the public values and bare sums, uint64 ``(m, k)``.

    Args:
        a: Modulo at least :data:`ENOUGH` of the first primes, ``(k, places)`` each.
        sums: What was sent, ``(m, places)`` each.

    Raises:
        ValueError: If there are too few primes, or too few independent places.
    """
    if len(a) < ENOUGH or len(sums) < ENOUGH:
        raise ValueError(f"a and sums must be of {ENOUGH} primes, got {len(a)}")
    rows = [_solve(a[i], sums[i], PRIMES[i]) for i in range(ENOUGH)]
    modulus = PRIMES[0] * PRIMES[1] * PRIMES[2]
    total = sum(
        part.astype(object) * (modulus // p) * pow(modulus // p, -1, p)
        for part, p in zip(rows, PRIMES, strict=False)
    )
    signed = (total + modulus // 2) % modulus - modulus // 2
    return (signed % 2**64).astype(np.uint64)


def _solve(a: np.ndarray, sums: np.ndarray, p: int) -> np.ndarray:
    """Return U with U a = sums modulo p, by elimination on the columns of a."""
    k = len(a)
    system = np.concatenate([a, sums]).T % p  # a place a row: a's values, then sums
    for column in range(k):
        below = np.flatnonzero(system[column:, column])
        if not len(below):
            raise ValueError(f"places must give {k} independent equations")
        system[[column, column + below[0]]] = system[[column + below[0], column]]
        system[column] = system[column] * pow(int(system[column, column]), -1, p) % p
        factor = system[:, column].copy()
        factor[column] = 0
        system = (system - factor[:, None] * system[column]) % p
    return system[:k, k:].T

"""The ring of ring-LWE in residues of small primes, by float64 matrix products.

R_q = Z_q[x] / (x^n + 1), n = 8,192, q the product of nine primes p of 22 bits, each 1
modulo 2 n. A polynomial is nine arrays of floats, whole and centred around 0: a product
of two is below 2^42, and 2,048 of them add up exactly below 2^53.

The transform evaluates at the odd powers of psi, a 2n-th root of 1. With the index
j = j1 C + j2 and the result's k = k1 + R k2 (n = R C = 64 x 128) it is two matrix
products and a twist between them, all exact:

    psi^((2k+1) j) = psi^(C j1 (2 k1 + 1)) psi^((2 k1 + 1) j2) psi^(2 R k2 j2)

What stands for large numbers modulo q is never built: see ``encode`` and ``decode``.
"""

from functools import cache
from math import prod

import numpy as np

N, ROWS = 8192, 64
COUNT, BITS = 9, 22
PLAIN_BITS = 64
"""t = 2^64: plaintexts are words, and the ring of the shares is the plaintext's."""

Words = np.ndarray
Floats = np.ndarray


def largest_primes(n: int, bits: int, count: int) -> tuple[int, ...]:
    """Return the ``count`` largest primes below 2**bits that are 1 modulo 2 n."""
    found, p = [], (2**bits - 2) // (2 * n) * 2 * n + 1
    while len(found) < count:
        if all(p % d for d in range(2, int(p**0.5) + 1)):
            found.append(p)
        p -= 2 * n
    return tuple(found)


PRIMES = largest_primes(N, BITS, COUNT)
MODULUS = prod(PRIMES)
"""q, 196 bits: 218 are allowed at n = 8,192 for 128 bits of security (ternary secret;
Albrecht and others, Homomorphic Encryption Standard, 2018, table 1)."""


def centre(x: Floats, p: int) -> Floats:
    """Reduce whole floats below 2^53 in place to about -p/2 .. p/2; return them."""
    whole = x * (1.0 / p)
    np.rint(whole, out=whole)
    whole *= p
    x -= whole
    return x


def reduce(x: np.ndarray, p: int) -> Floats:
    """Return words (int64 or uint64) modulo p, as centred floats."""
    return centre((x % x.dtype.type(p)).astype(np.float64), p)


class Transform:
    """Polynomials modulo one prime to their values, and back.

    Args:
        p: A prime that is 1 modulo 2 n, such as one of :data:`PRIMES`.
        n: Degree, a multiple of 64.

    Raises:
        ValueError: If p is none for n, or so large that sums would not be exact.
    """

    def __init__(self, p: int, n: int = N) -> None:
        self.p, self._columns = p, n // ROWS
        columns = self._columns
        if n % ROWS or max(ROWS, columns) * (p // 2 + 1) ** 2 >= 2**53:
            raise ValueError(
                f"p must be below 2^27 / sqrt(max(64, n / 64)) and n a multiple of "
                f"{ROWS}, got {p} and {n}"
            )
        psi = next(
            (
                root
                for g in range(2, 100)
                if pow(root := pow(g, (p - 1) // (2 * n), p), n, p) == p - 1
            ),
            None,
        )
        if psi is None or p % (2 * n) != 1:
            raise ValueError(f"p must be a prime that is 1 modulo {2 * n}, got {p}")
        powers = np.ones(2 * n, np.int64)
        for k in range(1, 2 * n):
            powers[k] = powers[k - 1] * psi % p
        k1, j2 = np.arange(ROWS)[:, None], np.arange(columns)[None]
        j1, k2 = np.arange(ROWS)[None], np.arange(columns)[:, None]

        def table(exponent: np.ndarray) -> Floats:
            return centre(powers[exponent % (2 * n)].astype(np.float64), p)

        first, twist = columns * j1 * (2 * k1 + 1), (2 * k1 + 1) * j2
        second = 2 * ROWS * k2 * j2
        self._forward = table(first), table(twist), table(second.T)
        self._backward = table(-second), table(-twist), table(-first.T)
        self._scale = float(pow(n, -1, p))

    def forward(self, a: Floats) -> Floats:
        """Return values from coefficients, shape ``(m, n)``, in an order of our own."""
        first, twist, second = self._forward
        x = centre(first @ a.reshape(-1, ROWS, self._columns), self.p)
        x *= twist
        return centre(centre(x, self.p) @ second, self.p).reshape(a.shape)

    def backward(self, a: Floats) -> Floats:
        """Return coefficients from values."""
        second, twist, first = self._backward
        x = centre(a.reshape(-1, ROWS, self._columns) @ second, self.p)
        x *= twist
        x = centre(first @ centre(x, self.p), self.p)
        x *= self._scale
        return centre(x, self.p).reshape(a.shape)


@cache
def transform(p: int, n: int = N) -> Transform:
    """Return the transform modulo p at degree n, made once; errors as there."""
    return Transform(p, n)


def encode(words: Words, p: int) -> Floats:
    """Return round(q v / 2^64) modulo p for words v.

    q v = 2^64 m + rest, with |rest| <= 2^63 the signed low word of q v: so
    m = -rest / 2^64 modulo p. floor(q / 2^64) v instead would be off by up to v, and
    after a product with another word by far more than q / 2^65.
    """
    rest = (words * np.uint64(MODULUS % 2**PLAIN_BITS)).view(np.int64)
    m = reduce(rest, p)
    m *= float(-pow(2**PLAIN_BITS, -1, p) % p)
    return centre(m, p)


def decode(residues: list[Floats]) -> Words:
    """Return round(2^64 x / q) modulo 2^64 of x given modulo each prime.

    x = sum of y_i q / p_i modulo q with y_i = x (q / p_i)^-1 modulo p_i, so that the
    result is the sum of y_i 2^64 / p_i: whole parts as words, fractions as floats.
    """
    whole = np.zeros(residues[0].shape, np.uint64)
    fraction = np.zeros(residues[0].shape)
    for x, p in zip(residues, PRIMES, strict=True):
        y = centre(x * float(pow(MODULUS // p, -1, p)), p)
        quotient, rest = divmod(2**PLAIN_BITS, p)
        whole += y.astype(np.int64).view(np.uint64) * np.uint64(quotient)
        fraction += y * (rest / p)
    return whole + np.rint(fraction).astype(np.int64).view(np.uint64)


def pack(x: Floats, p: int) -> np.ndarray:
    """Return residues as bytes, three each: uint8 ``(..., 3)``."""
    canonical = np.where(x < 0, x + p, x).astype("<u4")
    return np.ascontiguousarray(canonical[..., None].view(np.uint8)[..., :3])


def unpack(data: np.ndarray, p: int) -> Floats:
    """Return residues from bytes, centred.

    Raises:
        ValueError: If one is not below p.
    """
    wide = np.zeros((*data.shape[:-1], 4), np.uint8)
    wide[..., :3] = data
    x = wide.view("<u4")[..., 0]
    if (x >= p).any():
        raise ValueError(f"residues must be below {p}, got {x.max()}")
    return centre(x.astype(np.float64), p)

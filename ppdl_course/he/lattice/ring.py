"""Integer polynomials modulo q and X^n + 1: where lattice schemes live.

    R_q = Z_q[X] / (X^n + 1),   n a power of two,   X^n = -1
    q = q_1 q_2 ... q_k, each q_i a prime of at most 31 bits with q_i = 1 mod 2n

A polynomial is its residues: an int64 array of shape ``(..., k, n)``, row i holding the
coefficients modulo q_i, in [0, q_i) (a residue number system, as in SEAL). Additions
and products never need a number above 62 bits.

Products go through the number-theoretic transform (NTT): modulo q_i the polynomial X^n
+ 1 has n roots, so a product is n products of values. ``forward`` evaluates at these
roots, in bit-reversed order, with the smallest primitive root: the order and the root
that SEAL uses, so transformed ciphertexts can be exchanged with it.

:meth:`Ring.divide_by_last` is the one operation behind rescaling in CKKS, modulus
switching in BGV and the end of every key switch.

Sources: V. Lyubashevsky, C. Peikert, O. Regev, "On Ideal Lattices and Learning with
Errors over Rings", EUROCRYPT 2010; the transform after P. Longa, M. Naehrig, "Speeding
up the Number Theoretic Transform for Faster Ideal Lattice-Based Cryptography", CANS
2016.
"""

import functools
from collections.abc import Iterable, Sequence

import numpy as np
from phe.util import is_prime

from ppdl_course.arguments import between

GENERATOR = 3
"""Rotating slots by one place is X -> X^3, as in SEAL."""


def ntt_primes(n: int, bits: int, count: int) -> list[int]:
    """Return the ``count`` largest primes of ``bits`` bits that are 1 modulo 2n.

    Raises:
        ValueError: If ``bits`` is not in [2, 31] or there are not so many primes.
    """
    between(2, 31, bits=bits)
    start = (2**bits - 1) // (2 * n) * 2 * n + 1
    candidates = (q for q in range(start, 2 ** (bits - 1), -2 * n) if q < 2**bits)
    primes: list[int] = []
    for q in candidates:
        if len(primes) == count:
            break
        if is_prime(q):
            primes.append(q)
    if len(primes) < count:
        raise ValueError(
            f"count must be at most {len(primes)} for {bits} bits and n = {n}, "
            f"got {count}"
        )
    return primes


class Ring:
    """Arithmetic on residues of polynomials.

    Attributes:
        n: Degree, a power of two.
        primes: The q_i.
        modulus: Their product, a Python int.

    Raises:
        ValueError: If ``n`` is not a power of two, or a modulus is not a prime of at
            most 31 bits that is 1 modulo 2n, or comes twice.
    """

    def __init__(self, n: int, primes: Sequence[int]) -> None:
        if n < 2 or n & (n - 1):
            raise ValueError(f"n must be a power of two >= 2, got {n}")
        if not primes or len(set(primes)) < len(primes):
            raise ValueError(f"primes must be nonempty and different, got {primes}")
        for q in primes:
            if q >= 2**31 or q % (2 * n) != 1 or not is_prime(q):
                raise ValueError(
                    f"primes must be below 2**31 and 1 modulo 2n = {2 * n}, got {q}"
                )
        self.n, self.primes = n, tuple(int(q) for q in primes)
        self.modulus = functools.reduce(lambda a, b: a * b, self.primes)
        self.q = np.array(self.primes, dtype=np.int64)[:, None]
        tables = [_tables(n, q) for q in self.primes]
        self._powers = np.array([forward for forward, _ in tables])
        self._inverses = np.array([inverse for _, inverse in tables])
        self._n_inverse = np.array([[pow(n, -1, q)] for q in self.primes])

    def take(self, count: int) -> "Ring":
        """Return the ring of the first ``count`` primes."""
        between(1, len(self.primes), count=count)
        return ring(self.n, self.primes[:count])

    def residues(self, integers: Iterable[int]) -> np.ndarray:
        """Return the residues, shape (k, n), of integers of any size, shape (n,)."""
        array = np.asarray(integers)
        if array.shape != (self.n,):
            raise ValueError(f"integers must have shape ({self.n},), got {array.shape}")
        if array.dtype == object:
            return np.stack([(array % q).astype(np.int64) for q in self.primes])
        return array.astype(np.int64) % self.q

    def integers(self, residues: np.ndarray) -> np.ndarray:
        """Return the coefficients in (-q/2, q/2] by Chinese remainders, object (n,)."""
        total = np.zeros(self.n, dtype=object)
        for q, row in zip(self.primes, residues, strict=True):
            rest = self.modulus // q
            total += row.astype(object) * pow(rest, -1, q) % q * rest
        total %= self.modulus
        return np.where(total > self.modulus // 2, total - self.modulus, total)

    def forward(self, a: np.ndarray) -> np.ndarray:
        """Return the values at the roots of X^n + 1: the number-theoretic transform."""
        a = np.array(a, dtype=np.int64, order="C")  # so that reshaping gives views
        blocks, q = 1, self.q[:, :, None]
        while blocks < self.n:
            pairs = a.reshape(*a.shape[:-1], blocks, 2, -1)
            roots = self._powers[:, blocks : 2 * blocks, None]
            low = pairs[..., 0, :]
            # 31 bits times 31 bits: int64 holds the product, so reduce after each
            high = pairs[..., 1, :] * roots % q
            # both before either is written: low and high are views of the same memory
            total, difference = (low + high) % q, (low - high) % q
            pairs[..., 0, :], pairs[..., 1, :] = total, difference
            blocks *= 2
        return a

    def backward(self, a: np.ndarray) -> np.ndarray:
        """Invert :meth:`forward`."""
        a = np.array(a, dtype=np.int64, order="C")  # so that reshaping gives views
        blocks, q = self.n // 2, self.q[:, :, None]  # the same stages, last one first
        while blocks:
            pairs = a.reshape(*a.shape[:-1], blocks, 2, -1)
            roots = self._inverses[:, blocks : 2 * blocks, None]
            low, high = pairs[..., 0, :], pairs[..., 1, :]
            total, difference = (low + high) % q, (low - high) * roots % q
            pairs[..., 0, :], pairs[..., 1, :] = total, difference
            blocks //= 2
        return a * self._n_inverse % self.q

    def multiply(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return the product of two polynomials (or broadcast stacks of them)."""
        return self.backward(self.forward(a) * self.forward(b) % self.q)

    def automorphism(self, a: np.ndarray, g: int) -> np.ndarray:
        """Return a(X^g) for odd ``g``: permutes the slots of an encoded vector."""
        if g % 2 == 0:
            raise ValueError(f"g must be odd, got {g}")
        where = np.arange(self.n) * g % (2 * self.n)
        result = np.empty_like(a)
        # X^n is -1: an exponent beyond n comes back with the other sign
        result[..., where % self.n] = np.where(where < self.n, a, -a)
        return result % self.q

    def divide_by_last(self, a: np.ndarray, *, t: int = 1) -> np.ndarray:
        """Divide by the last prime and drop it: shape (..., k, n) to (..., k - 1, n).

        With p the last prime, returns (a - d) / p for the smallest d = a modulo p that
        is a multiple of ``t``. For t = 1 that is a / p rounded. For t > 1 the result is
        a / p modulo t, so that a message modulo t survives, times 1 / p.

        Args:
            a: Residues modulo at least two primes.
            t: Plaintext modulus to respect, coprime to p.

        Raises:
            ValueError: If there is no prime to drop.
        """
        if len(self.primes) < 2:
            raise ValueError("primes must be at least 2 to drop one, got 1")
        p, q = self.primes[-1], self.q[:-1]
        last = a[..., -1:, :]
        d = np.where(last > p // 2, last - p, last)  # the smaller of the two candidates
        if t > 1:
            # k p is 0 modulo p and -d modulo t: adding it makes d a multiple of t
            k = -d % t * pow(p, -1, t) % t
            d = d % q + np.where(k > t // 2, k - t, k) % q * (p % q)
        inverse = np.array([[pow(p, -1, int(x))] for x in self.primes[:-1]])
        return (a[..., :-1, :] - d) % q * inverse % q


@functools.lru_cache(maxsize=128)
def ring(n: int, primes: tuple[int, ...]) -> Ring:
    """Return the ring with these parameters, with its tables made once."""
    return Ring(n, primes)


def bit_reversal(n: int) -> np.ndarray:
    """Return, for each i in [0, n), i with its log2(n) bits in reverse order."""
    order = np.zeros(1, dtype=np.int64)
    while len(order) < n:
        order = np.concatenate([2 * order, 2 * order + 1])
    return order


def smallest_root(n: int, q: int) -> int:
    """Return the smallest x with x^n = -1 modulo the prime ``q``."""
    some = next(
        x for g in range(2, q) if pow(x := pow(g, (q - 1) // (2 * n), q), n, q) == q - 1
    )
    # the n roots are the odd powers of any one; the smallest makes tables reproducible
    root, square, best = some, some * some % q, some
    for _ in range(n - 1):
        root = root * square % q
        best = min(best, root)
    return best


@functools.lru_cache(maxsize=128)
def _tables(n: int, q: int) -> tuple[np.ndarray, np.ndarray]:
    """Return powers of the root and of its inverse, in bit-reversed order."""
    order, psi = bit_reversal(n), smallest_root(n, q)

    def powers(x: int) -> np.ndarray:
        row = [1]
        for _ in range(n - 1):
            row.append(row[-1] * x % q)
        return np.array(row, dtype=np.int64)[order]

    return powers(psi), powers(pow(psi, -1, q))


@functools.lru_cache(maxsize=16)
def slot_order(n: int) -> np.ndarray:
    """Return where slot j lies among the values at the roots, int64, shape (n,).

    Values are counted by root: entry i of ``a`` evaluated at psi^(2 i + 1). Slots 0 to
    n/2 - 1 are the exponents 3^j, the others their negatives, so that X -> X^3 rotates
    both halves and X -> X^-1 swaps them.
    """
    exponents = [1]
    for _ in range(n // 2 - 1):
        exponents.append(exponents[-1] * GENERATOR % (2 * n))
    first = np.array(exponents)
    return (np.concatenate([first, 2 * n - first]) - 1) // 2

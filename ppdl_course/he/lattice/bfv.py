"""BFV: integers modulo t in the high bits, noise below them, no levels to manage.

    phase of a ciphertext = round(q m / t) + e  modulo q,     m in R_t
    Dec       round(t phase / q) mod t
    multiply  tensor product over the integers, times t / q, rounded; then relinearise

Every ciphertext stays at the same modulus. The **invariant noise** v = t phase / q - m
grows by a factor of about t n with each level of products, whatever came before; the
**noise budget** is -log2(2 |v|) bits, and decryption fails when it reaches 0. This is
the scheme, and the budget, that SEAL and TenSEAL call BFV.

Threat model: see ``rlwe``; an exhausted budget gives garbage without an exception.

Sources: Z. Brakerski, "Fully Homomorphic Encryption without Modulus Switching from
Classical GapSVP", CRYPTO 2012; J. Fan, F. Vercauteren, "Somewhat Practical Fully
Homomorphic Encryption", IACR ePrint 2012/144.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.he.lattice.bgv import decode, encode
from ppdl_course.he.lattice.ring import Ring, ntt_primes, ring
from ppdl_course.he.lattice.rlwe import PublicKeys, SecretKey, tensor


@dataclass(frozen=True)
class Ciphertext:
    """Parts of a ciphertext, (2, L, n)."""

    parts: np.ndarray = field(repr=False)


@dataclass(frozen=True)
class Evaluator:
    """The public side: encrypts and computes.

    Attributes:
        keys: Public keys, made with ``t = 1`` (noise is not multiplied by t here).
        t: Plaintext modulus, a prime 1 modulo 2n for slots.
    """

    keys: PublicKeys
    t: int

    def __post_init__(self) -> None:
        if self.keys.parameters.t != 1:
            raise ValueError(
                f"keys must be made for t = 1, got t = {self.keys.parameters.t}"
            )

    @property
    def _ring(self) -> Ring:
        return self.keys.parameters.ring()

    def encrypt(self, values: Sequence[int]) -> Ciphertext:
        """Encrypt integers, one a slot; see :func:`bgv.encode`."""
        at = self._ring
        # q m / t rounded once, in Python's integers: q / t rounded and then multiplied
        # would add an error of m
        message = encode(values, at.n, self.t).astype(object)
        parts = self.keys.zero()
        scaled = at.residues(_round_divide(at.modulus * message, self.t))
        parts[0] = (parts[0] + scaled) % at.q
        return Ciphertext(parts)

    def add(self, x: Ciphertext, y: Ciphertext) -> Ciphertext:
        """Return a ciphertext of the sums."""
        return Ciphertext((x.parts + y.parts) % self._ring.q)

    def multiply(self, x: Ciphertext, y: Ciphertext) -> Ciphertext:
        """Return a relinearised ciphertext of the products."""
        at = self._ring
        wide = _product_ring(at.n, at.primes)
        # over the integers first: t / q has to divide the product, not its residue
        lifted = [
            np.stack([wide.residues(at.integers(part)) for part in z.parts])
            for z in (x, y)
        ]
        exact = [wide.integers(part) for part in tensor(wide, *lifted)]
        scaled = [_round_divide(self.t * part, at.modulus) for part in exact]
        parts = np.stack([at.residues(part) for part in scaled])
        return Ciphertext(self.keys.relinearise(parts))

    def multiply_plain(self, x: Ciphertext, values: Sequence[int]) -> Ciphertext:
        """Return a ciphertext of the products with known integers."""
        at = self._ring
        message = at.residues(encode(values, at.n, self.t))
        return Ciphertext(at.multiply(x.parts, message))

    def rotate(self, x: Ciphertext, steps: int) -> Ciphertext:
        """Return a ciphertext with both halves of the slots moved left."""
        return Ciphertext(self.keys.rotate(x.parts, steps))


def decrypt(secret: SecretKey, x: Ciphertext, t: int) -> np.ndarray:
    """Return the slots, centred int64 (n,)."""
    q = secret.parameters.ring().modulus
    return decode(_round_divide(t * secret.phase(x.parts), q) % t, t)


def noise_budget(secret: SecretKey, x: Ciphertext, t: int) -> float:
    """Return -log2(2 |v|) for the largest coefficient of the invariant noise v."""
    q = secret.parameters.ring().modulus
    scaled = t * secret.phase(x.parts) % q
    noise = np.where(scaled > q // 2, q - scaled, scaled).max()
    return math.log2(q) - math.log2(max(1, int(noise))) - 1


def _round_divide(numerator: np.ndarray, denominator: int) -> np.ndarray:
    return (2 * numerator + denominator) // (2 * denominator)


def _product_ring(n: int, primes: tuple[int, ...]) -> Ring:
    """Return a ring wide enough for a tensor product without wrapping: 2 n (q/2)^2."""
    # two bits to spare: one for the sign, one for the sum in the middle part
    bits = 2 * sum(q.bit_length() for q in primes) + n.bit_length() + 2
    return ring(n, tuple(ntt_primes(n, 31, bits // 30 + 1)))

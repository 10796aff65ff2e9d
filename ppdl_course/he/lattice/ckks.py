"""CKKS: approximate numbers, n/2 at a time, noise as the last digits.

    encode    z in C^(n/2) -> the real polynomial m with m(root_j) = z_j, times scale,
              rounded
    phase     scale * m + e  modulo q
    add       part by part, scales must agree
    multiply  tensor product, then relinearise: scales multiply
    rescale   divide by the last prime, about as large as the scale: scale and noise
              fall by it, and a level is gone
    rotate    X -> X^3 moves slots, then a key switch

Threat model: see ``rlwe``, for a server that never sees a decryption. NOT protected:
the key, once a decryption is published. The decrypted numbers contain the noise e, and
c_0 + c_1 s = m + e is linear in s (:mod:`ckks_leak`). Precision is lost without any
exception.

Source: J. Cheon, A. Kim, M. Kim, Y. Song, "Homomorphic Encryption for Arithmetic of
Approximate Numbers", ASIACRYPT 2017; on residues: J. Cheon, K. Han, A. Kim, M. Kim, Y.
Song, "A Full RNS Variant of Approximate Homomorphic Encryption", SAC 2018.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.arguments import between, positive
from ppdl_course.he.lattice.ring import slot_order
from ppdl_course.he.lattice.rlwe import PublicKeys, SecretKey, tensor


@dataclass(frozen=True)
class Ciphertext:
    """Parts (2, level, n) and the public scale of the message."""

    parts: np.ndarray = field(repr=False)
    scale: float

    @property
    def level(self) -> int:
        """Primes left; each rescale drops one."""
        return self.parts.shape[1]


def encode(values: Sequence[complex], n: int, scale: float) -> np.ndarray:
    """Return the polynomial with these values in its slots, times ``scale``, rounded.

    Args:
        values: At most n/2 real or complex numbers; missing slots are 0.
        n: Ring degree.
        scale: What 1.0 becomes.

    Returns:
        Coefficients, float64 (n,), whole numbers, exact below 2**53.

    Raises:
        ValueError: If there are too many values, one is not finite, or the scale is
            not positive.
    """
    z = np.asarray(values, dtype=np.complex128)
    if z.ndim != 1 or not 1 <= len(z) <= n // 2:
        raise ValueError(f"values must be 1 to {n // 2} numbers, got shape {z.shape}")
    if not np.isfinite(z).all():
        raise ValueError("values must be finite, got a NaN or an infinity")
    positive(scale=scale)
    where = slot_order(n)
    at_roots = np.zeros(n, dtype=np.complex128)
    at_roots[where[: len(z)]] = z
    # conjugates at the conjugate roots make the coefficients real
    at_roots[where[n // 2 : n // 2 + len(z)]] = z.conj()
    return np.rint(scale * (np.fft.fft(at_roots) / n / _twist(n)).real)


def decode(coefficients: np.ndarray, scale: float) -> np.ndarray:
    """Return the n/2 slots, complex128, of a polynomial over ``scale``."""
    n = len(coefficients)
    at_roots = np.fft.ifft(coefficients.astype(np.float64) * _twist(n)) * n
    return at_roots[slot_order(n)[: n // 2]] / scale


def _twist(n: int) -> np.ndarray:
    """Powers of the root e^(i pi / n): a(root^(2k+1)) is a transform of a_j root^j."""
    return np.exp(1j * np.pi * np.arange(n) / n)


@dataclass(frozen=True)
class Evaluator:
    """The public side: encrypts and computes.

    Attributes:
        keys: Public keys, made with ``t = 1``.
        scale: Scale of fresh ciphertexts; rescaling keeps it if it is near the primes.
    """

    keys: PublicKeys
    scale: float = 2.0**30

    def __post_init__(self) -> None:
        if self.keys.parameters.t != 1:
            raise ValueError(
                f"keys must be made for t = 1, got t = {self.keys.parameters.t}"
            )

    def encrypt(self, values: Sequence[complex]) -> Ciphertext:
        """Encrypt numbers, one a slot; see :func:`encode`.

        Raises:
            ValueError: If a coefficient does not fit the modulus.
        """
        at = self.keys.parameters.ring()
        message = self._coefficients(values, self.scale, at.modulus)
        parts = self.keys.zero()
        parts[0] = (parts[0] + at.residues(message)) % at.q
        return Ciphertext(parts, self.scale)

    def add(self, x: Ciphertext, y: Ciphertext) -> Ciphertext:
        """Return a ciphertext of the sums.

        Raises:
            ValueError: If levels or scales differ (by more than one part in 2**16).
        """
        if x.level != y.level:
            raise ValueError(f"levels must agree, got {x.level} and {y.level}")
        if not math.isclose(x.scale, y.scale, rel_tol=2.0**-16):
            raise ValueError(f"scale mismatch: {x.scale:g} and {y.scale:g}")
        at = self.keys.parameters.ring(x.level)
        return Ciphertext((x.parts + y.parts) % at.q, x.scale)

    def multiply(self, x: Ciphertext, y: Ciphertext) -> Ciphertext:
        """Return a relinearised ciphertext of the products; rescale comes next.

        Raises:
            ValueError: If levels differ, or the new scale exceeds the modulus left.
        """
        if x.level != y.level:
            raise ValueError(f"levels must agree, got {x.level} and {y.level}")
        at = self.keys.parameters.ring(x.level)
        scale = x.scale * y.scale
        if math.log2(scale) >= math.log2(at.modulus):
            raise ValueError(
                f"scale out of bounds: 2**{math.log2(scale):.1f} in a modulus of "
                f"{at.modulus.bit_length()} bits; begin with more primes"
            )
        return Ciphertext(self.keys.relinearise(tensor(at, x.parts, y.parts)), scale)

    def multiply_plain(self, x: Ciphertext, values: Sequence[complex]) -> Ciphertext:
        """Return a ciphertext of products with known numbers; rescale comes next."""
        at = self.keys.parameters.ring(x.level)
        message = at.residues(self._coefficients(values, self.scale, at.modulus))
        return Ciphertext(at.multiply(x.parts, message), x.scale * self.scale)

    def rescale(self, x: Ciphertext) -> Ciphertext:
        """Return the ciphertext over the last prime: one level lower.

        Raises:
            ValueError: If it is at the last level.
        """
        at = self.keys.parameters.ring(x.level)
        return Ciphertext(at.divide_by_last(x.parts), x.scale / at.primes[-1])

    def drop(self, x: Ciphertext, level: int) -> Ciphertext:
        """Return the same ciphertext at a lower level, scale unchanged."""
        between(1, x.level, level=level)
        # residues of the same integers: nothing to compute, as long as they still fit
        return Ciphertext(x.parts[:, :level], x.scale)

    def rotate(self, x: Ciphertext, steps: int) -> Ciphertext:
        """Return a ciphertext with the slots moved ``steps`` places left."""
        return Ciphertext(self.keys.rotate(x.parts, steps), x.scale)

    def _coefficients(
        self, values: Sequence[complex], scale: float, modulus: int
    ) -> np.ndarray:
        message = encode(values, self.keys.parameters.n, scale)
        worst = np.abs(message).max()
        # 2^62: beyond, the rounded float would not fit int64
        if worst >= min(modulus / 2, 2.0**62):
            raise ValueError(
                f"values times scale must stay below half the modulus, got {worst:g}"
            )
        return message.astype(np.int64)


def decrypt(secret: SecretKey, x: Ciphertext) -> np.ndarray:
    """Return the n/2 slots, complex128: values plus noise."""
    return decode(secret.phase(x.parts), x.scale)

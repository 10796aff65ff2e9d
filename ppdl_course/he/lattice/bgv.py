"""BGV: integers modulo t in the low bits, noise above them, switched down by levels.

    phase of a ciphertext = factor * m + t e  modulo q,     m in R_t
    add       part by part
    multiply  tensor product, then relinearise to two parts; noises multiply
    switch    divide the parts by the last prime, keeping them the same modulo t: noise
              falls by that prime, and so does q; the message gains the factor 1/prime

Slots: for a prime t = 1 mod 2n, R_t splits into n copies of Z_t, and one ciphertext
holds n integers that are added and multiplied each for itself; rotations move them.

Threat model: see ``rlwe``. After too many products the noise exceeds q / 2 and what is
decrypted is garbage without any exception; :func:`noise_budget` needs the secret key.

Source: Z. Brakerski, C. Gentry, V. Vaikuntanathan, "(Leveled) Fully Homomorphic
Encryption without Bootstrapping", ITCS 2012; slots: N. Smart, F. Vercauteren, "Fully
Homomorphic SIMD Operations", Designs, Codes and Cryptography 71, 2014.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ppdl_course.he.lattice.ring import bit_reversal, ring, slot_order
from ppdl_course.he.lattice.rlwe import PublicKeys, SecretKey, tensor


@dataclass(frozen=True)
class Ciphertext:
    """Parts (2 or 3, level, n) and the factor, modulo t, on the message."""

    parts: np.ndarray = field(repr=False)
    factor: int = 1

    @property
    def level(self) -> int:
        """Primes left."""
        return self.parts.shape[1]


def encode(values: Sequence[int], n: int, t: int) -> np.ndarray:
    """Return the polynomial, centred int64 (n,), with these integers in its slots.

    Args:
        values: At most n integers in (-t/2, t/2]; missing slots are 0.
        n: Ring degree.
        t: Prime plaintext modulus, 1 modulo 2n, below 2**31.

    Raises:
        ValueError: If there are too many values or one leaves the range: it would come
            back modulo t.
    """
    array = np.asarray(values)
    if array.ndim != 1 or not 1 <= len(array) <= n:
        raise ValueError(f"values must be 1 to {n} integers, got shape {array.shape}")
    if array.dtype.kind not in "iu":
        raise ValueError(f"values must be integers, got {array.dtype}")
    worst = max(map(abs, (int(array.min()), int(array.max()))))
    if worst > t // 2:
        raise ValueError(f"values must be within +-{t // 2} for t = {t}, got {worst}")
    # slots are values at the roots modulo t, in the order that rotations respect
    at_roots = np.zeros(n, dtype=np.int64)
    at_roots[slot_order(n)[: len(array)]] = array.astype(np.int64) % t
    coefficients = ring(n, (t,)).backward(at_roots[None, bit_reversal(n)])[0]
    return np.where(coefficients > t // 2, coefficients - t, coefficients)


def decode(coefficients: np.ndarray, t: int) -> np.ndarray:
    """Return the slots of a polynomial modulo t, centred int64 (n,)."""
    n = len(coefficients)
    values = ring(n, (t,)).forward((coefficients % t).astype(np.int64)[None])[0]
    slots = values[bit_reversal(n)][slot_order(n)]
    return np.where(slots > t // 2, slots - t, slots)


@dataclass(frozen=True)
class Evaluator:
    """The server's side, and the client's for encrypting: public keys only."""

    keys: PublicKeys

    @property
    def t(self) -> int:
        """The plaintext modulus."""
        return self.keys.parameters.t

    def encrypt(self, values: Sequence[int]) -> Ciphertext:
        """Encrypt integers, one a slot; see :func:`encode`."""
        at = self.keys.parameters.ring()
        parts = self.keys.zero()
        message = at.residues(encode(values, at.n, self.t))
        parts[0] = (parts[0] + message) % at.q  # all noise is a multiple of t
        return Ciphertext(parts)

    def add(self, x: Ciphertext, y: Ciphertext) -> Ciphertext:
        """Return a ciphertext of the sums.

        Raises:
            ValueError: If levels, numbers of parts or factors differ: bring both down
                the same way.
        """
        if x.parts.shape != y.parts.shape or x.factor != y.factor:
            raise ValueError(
                "summands must agree in parts, level and factor, got "
                f"{x.parts.shape}, {x.factor} and {y.parts.shape}, {y.factor}"
            )
        at = self.keys.parameters.ring(x.level)
        return replace(x, parts=(x.parts + y.parts) % at.q)

    def multiply(self, x: Ciphertext, y: Ciphertext) -> Ciphertext:
        """Return a relinearised ciphertext of the products, at the same level."""
        if x.level != y.level:
            raise ValueError(f"levels must agree, got {x.level} and {y.level}")
        at = self.keys.parameters.ring(x.level)
        parts = self.keys.relinearise(tensor(at, x.parts, y.parts))
        return Ciphertext(parts, x.factor * y.factor % self.t)

    def multiply_plain(self, x: Ciphertext, values: Sequence[int]) -> Ciphertext:
        """Return a ciphertext of the products with known integers."""
        at = self.keys.parameters.ring(x.level)
        message = at.residues(encode(values, at.n, self.t))
        return replace(x, parts=at.multiply(x.parts, message))

    def switch_modulus(self, x: Ciphertext) -> Ciphertext:
        """Return the ciphertext without its last prime: less noise, smaller q.

        Raises:
            ValueError: If no prime is left to drop.
        """
        at = self.keys.parameters.ring(x.level)
        # dividing by p divides the message too, modulo t: the factor remembers it
        parts = at.divide_by_last(x.parts, t=self.t)
        return Ciphertext(parts, x.factor * pow(at.primes[-1], -1, self.t) % self.t)

    def rotate(self, x: Ciphertext, steps: int) -> Ciphertext:
        """Return a ciphertext with both halves of the slots moved left."""
        return replace(x, parts=self.keys.rotate(x.parts, steps))


def decrypt(secret: SecretKey, x: Ciphertext) -> np.ndarray:
    """Return the slots, centred int64 (n,)."""
    return decode(message(secret, x), secret.parameters.t)


def message(secret: SecretKey, x: Ciphertext) -> np.ndarray:
    """Return the polynomial inside, coefficients centred modulo t, int64 (n,)."""
    t = secret.parameters.t
    residues = secret.phase(x.parts) % t * pow(x.factor, -1, t) % t
    return np.where(residues > t // 2, residues - t, residues).astype(np.int64)


def noise_bits(secret: SecretKey, x: Ciphertext) -> float:
    """Return log2 of the largest coefficient of the phase, message included."""
    return math.log2(max(1, int(np.abs(secret.phase(x.parts)).max())))


def noise_budget(secret: SecretKey, x: Ciphertext) -> float:
    """Return the bits between the phase and q / 2; near 0, decryption is garbage."""
    modulus = secret.parameters.ring(x.level).modulus
    return math.log2(modulus) - 1 - noise_bits(secret, x)

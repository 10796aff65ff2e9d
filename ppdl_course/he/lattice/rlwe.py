"""Keys shared by BGV, BFV and CKKS: ring learning with errors and key switching.

    secret key   s with coefficients in {-1, 0, 1}
    ciphertext   (c_0, c_1, ...);  phase c_0 + c_1 s + c_2 s^2 + ... = message + noise
    public key   (-(a s) + t e, a)           t = plaintext modulus for BGV, else 1
    switching key from s' to s, for each prime q_i of the chain:
        (-(a_i s) + t e_i + P g_i s', a_i)   modulo q_1 ... q_L P

where g_i is 1 modulo q_i and 0 modulo the other primes, and the special prime P makes
room: (d_i times the key, summed, divided by P) is a pair with phase close to d s'. Here
d_i is row i of the residues of d, so nothing has to be computed to decompose d, and one
key serves every level. This is the method of SEAL.

Threat model: a server with :class:`PublicKeys` and ciphertexts learns nothing if ring
LWE is hard and if encrypting s^2 and rotations of s under s is harmless (circular
security, assumed). The schemes on top add their own exceptions. Parameters used in the
chapters have n far too small for their q and are INSECURE; unaudited, not constant
time.

Source: V. Lyubashevsky, C. Peikert, O. Regev, EUROCRYPT 2010; the special prime: C.
Gentry, S. Halevi, N. Smart, "Homomorphic Evaluation of the AES Circuit", CRYPTO 2012.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.arguments import array_of, between
from ppdl_course.he.lattice.ring import GENERATOR, Ring, ntt_primes, ring
from ppdl_course.he.lattice.sampling import Source, centred_binomial, ternary, uniform


@dataclass(frozen=True)
class Parameters:
    """Public sizes.

    Attributes:
        n: Ring degree, a power of two.
        primes: The chain q_1 ... q_L of a fresh ciphertext.
        special: The prime P of switching keys.
        t: What noise is multiplied by: the plaintext modulus for BGV, else 1.
    """

    n: int
    primes: tuple[int, ...]
    special: int
    t: int = 1

    @classmethod
    def of_size(
        cls, n: int, *, levels: int, bits: int = 30, t: int = 1
    ) -> "Parameters":
        """Return a chain of one prime of 31 bits and ``levels - 1`` of ``bits`` bits.

        The first is the last to go, larger so that a CKKS result at scale 2**bits
        still fits it. P has 31 bits as well.
        """
        special, first, *wide = ntt_primes(n, 31, levels + 1)
        rest = wide if bits == 31 else ntt_primes(n, bits, levels - 1)
        return cls(n, (first, *rest), special, t)

    def ring(self, level: int | None = None) -> Ring:
        """Return the ring of the first ``level`` primes (all by default)."""
        count = len(self.primes) if level is None else level
        between(1, len(self.primes), level=count)
        return ring(self.n, self.primes[:count])

    def key_ring(self, level: int | None = None) -> Ring:
        """Return that ring with the special prime at the end."""
        return ring(self.n, (*self.ring(level).primes, self.special))


class SecretKey:
    """The client's key. Decryption is in the schemes; this computes phases."""

    def __init__(
        self, parameters: Parameters, *, source: Source = secrets.token_bytes
    ) -> None:
        self.parameters = parameters
        self._source = source
        self._s = ternary((parameters.n,), source=source)

    @classmethod
    def of_coefficients(
        cls, parameters: Parameters, coefficients: np.ndarray
    ) -> "SecretKey":
        """Return the key with these coefficients, int64 (n,), each -1, 0 or 1.

        Raises:
            ValueError: If the shape or a coefficient is another.
        """
        array_of((parameters.n,), np.int64, coefficients=coefficients)
        if np.abs(coefficients).max() > 1:
            worst = int(np.abs(coefficients).max())
            raise ValueError(f"coefficients must be -1, 0 or 1, got size {worst}")
        key = cls.__new__(cls)
        key.parameters, key._source = parameters, secrets.token_bytes
        key._s = coefficients.copy()
        return key

    @property
    def coefficients(self) -> np.ndarray:
        """The secret itself, int64 (n,): what colluding parties pool."""
        return self._s.copy()

    def phase(self, parts: np.ndarray) -> np.ndarray:
        """Return c_0 + c_1 s + ..., centred integers, object array (n,).

        Args:
            parts: Shape (parts, level, n).
        """
        at = self.parameters.ring(parts.shape[1])
        s = at.residues(self._s)
        total = parts[-1]
        # Horner's rule: no powers of s are stored
        for part in parts[-2::-1]:
            total = (at.multiply(total, s) + part) % at.q
        return at.integers(total)

    def public_keys(self, rotations: Iterable[int] = ()) -> "PublicKeys":
        """Return all that a server may hold.

        Args:
            rotations: Numbers of slots by which the server shall be able to rotate.
        """
        p = self.parameters
        n = p.n
        square = p.key_ring().multiply(self._on_key_ring(), self._on_key_ring())
        elements = {pow(GENERATOR, k % (n // 2), 2 * n) for k in rotations}
        galois = {
            g: self._switching_key(p.key_ring().automorphism(self._on_key_ring(), g))
            for g in elements
        }
        public = self._zero(p.ring())
        return PublicKeys(p, public, self._switching_key(square), galois)

    def key_ring_zero(self) -> np.ndarray:
        """Return an encryption of zero modulo q P, residues (2, L + 1, n): publishable.

        From it others make switching keys to this secret, which they never see.
        """
        return self._zero(self.parameters.key_ring())

    def switching_key_to(self, zero: Callable[[], np.ndarray]) -> np.ndarray:
        """Return the key that switches from this secret to another's.

        Args:
            zero: Gives fresh encryptions of zero modulo q P under the other secret,
                residues (2, L + 1, n). Made with the other's public key, they let each
                side keep its secret.

        Returns:
            Transformed, (L, 2, L + 1, n); for :func:`switch`.
        """
        return self._rows(self._on_key_ring(), zero)

    def _on_key_ring(self) -> np.ndarray:
        return self.parameters.key_ring().residues(self._s)

    def _zero(self, at: Ring) -> np.ndarray:
        """Return a fresh encryption of zero, (-(a s) + t e, a), residues (2, k, n)."""
        n, t = at.n, self.parameters.t
        a = np.stack([uniform(q, (n,), source=self._source) for q in at.primes])
        e = at.residues(t * centred_binomial((n,), source=self._source))
        return np.stack([(e - at.multiply(a, at.residues(self._s))) % at.q, a])

    def _switching_key(self, target: np.ndarray) -> np.ndarray:
        """Return the key from ``target`` to s, transformed, (L, 2, L + 1, n)."""
        return self._rows(target, self.key_ring_zero)

    def _rows(self, target: np.ndarray, zero: Callable[[], np.ndarray]) -> np.ndarray:
        """Return the key from ``target`` to the secret under which zeros are."""
        p = self.parameters
        at = p.key_ring()
        rows = []
        for i, q in enumerate(p.primes):
            row = zero()
            # P at prime i, 0 at all others: the digits of a ciphertext are its residues
            # as they are, and dividing by P in the end makes the noise small
            row[0, i] = (row[0, i] + p.special % q * target[i]) % q
            rows.append(at.forward(row))
        return np.stack(rows)


@dataclass(frozen=True)
class PublicKeys:
    """What a server holds: encrypts, relinearises, rotates; decrypts nothing.

    Attributes:
        parameters: Public sizes.
        public: Encryption key, (2, L, n).
        relinearisation: Switching key from s^2 to s, transformed, (L, 2, L + 1, n).
        galois: Switching keys from s(X^g) to s by g.
    """

    parameters: Parameters
    public: np.ndarray = field(repr=False)
    relinearisation: np.ndarray = field(repr=False)
    galois: Mapping[int, np.ndarray] = field(repr=False)

    def zero(self, *, source: Source = secrets.token_bytes) -> np.ndarray:
        """Return a fresh encryption of zero, (2, L, n): b u + t e_0, a u + t e_1."""
        p = self.parameters
        at = p.ring()
        u = at.residues(ternary((p.n,), source=source))
        noise = [p.t * centred_binomial((p.n,), source=source) for _ in range(2)]
        masked = at.multiply(self.public, u)
        return (masked + np.stack([at.residues(e) for e in noise])) % at.q

    def switch(self, d: np.ndarray, key: np.ndarray) -> np.ndarray:
        """Return a pair (2, level, n) with phase d s' plus noise; d is (level, n)."""
        return switch(self.parameters, d, key)

    def relinearise(self, parts: np.ndarray) -> np.ndarray:
        """Return two parts with the phase of three."""
        if len(parts) == 2:
            return parts
        if len(parts) != 3:
            raise ValueError(f"parts must be 2 or 3 to relinearise, got {len(parts)}")
        at = self.parameters.ring(parts.shape[1])
        return (parts[:2] + self.switch(parts[2], self.relinearisation)) % at.q

    def rotate(self, parts: np.ndarray, steps: int) -> np.ndarray:
        """Return the parts of a ciphertext whose slots moved ``steps`` places left.

        Raises:
            ValueError: If the ciphertext has three parts or the key is missing.
        """
        p = self.parameters
        if len(parts) != 2:
            raise ValueError("parts must be 2 to rotate, got 3: relinearise first")
        at = p.ring(parts.shape[1])
        g = pow(GENERATOR, steps % (p.n // 2), 2 * p.n)
        if g == 1:
            return parts
        if g not in self.galois:
            raise ValueError(
                f"steps must be one of the prepared rotations, got {steps}"
            )
        moved = at.automorphism(parts, g)
        pair = self.switch(moved[1], self.galois[g])
        pair[0] = (pair[0] + moved[0]) % at.q
        return pair


def switch(p: Parameters, d: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Return a pair (2, level, n) under s with phase d s' plus noise.

    Args:
        p: Public sizes.
        d: Residues (level, n).
        key: Switching key from s' to s, transformed, (L, 2, L + 1, n).
    """
    level = len(d)
    at = p.key_ring(level)
    rows = [*range(level), len(p.primes)]  # the key's rows at this level, and P
    lifted = at.forward(d[:, None, :] % at.q)  # (level, level + 1, n)
    products = lifted[:, None] * key[:level][:, :, rows] % at.q
    # a sum of `level` residues fits int64: one reduction for all
    total = at.backward(products.sum(axis=0) % at.q)
    return at.divide_by_last(total, t=p.t)


def tensor(at: Ring, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the parts of a product: (c_0 d_0, c_0 d_1 + c_1 d_0, c_1 d_1)."""
    if len(x) != 2 or len(y) != 2:
        raise ValueError("factors must have 2 parts: relinearise first")
    fx, fy = at.forward(x), at.forward(y)
    # reduced before the sum: two products of 62 bits would not fit
    middle = (fx[0] * fy[1] % at.q + fx[1] * fy[0] % at.q) % at.q
    return at.backward(np.stack([fx[0] * fy[0] % at.q, middle, fx[1] * fy[1] % at.q]))

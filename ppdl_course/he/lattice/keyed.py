"""BGV under many keys: public keys and ciphertexts that say whose they are.

Where many owners have a key each, a ciphertext under the wrong one decrypts to garbage
in silence. So each key has a public id, a :class:`Keyed` ciphertext carries the id of
its key, and whoever adds, transforms or decrypts compares them first. It also carries
a bound that its phase keeps for certain: what might not decrypt is refused. For a fresh
ciphertext b u + t e_0 + m, a u + t e_1 under (b, a) = (t e - a s, a) that is

    |t (e u + e_0 + e_1 s) + m|  <=  21 t (2n + 1) + t/2,

since noise is at most 21 in size and u and s are ternary.

Threat model: as in ``rlwe``. Ids are no signatures: they find mistakes, not forgers.
"""

import hashlib
import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ppdl_course.arguments import array_of, between
from ppdl_course.he.lattice import bgv
from ppdl_course.he.lattice.ring import Ring
from ppdl_course.he.lattice.rlwe import Parameters
from ppdl_course.he.lattice.sampling import Source, centred_binomial, ternary

LARGEST_NOISE = 21
"""Largest size of a coefficient that ``sampling.centred_binomial`` can give."""


@dataclass(frozen=True)
class PublicKey:
    """What everyone may have: encrypts, and lets others re-encrypt to its owner.

    Attributes:
        parameters: Public sizes, with t the plaintext modulus.
        rows: An encryption of zero modulo q P, (2, L + 1, n).

    Raises:
        ValueError: If shape, dtype or a residue is not of this ring.
    """

    parameters: Parameters
    rows: np.ndarray = field(repr=False)

    def __post_init__(self) -> None:
        pairs_of_residues(self.parameters.key_ring(), (), rows=self.rows)

    @cached_property
    def id(self) -> str:
        """Sixteen hexadecimal digits that name the key: a hash of it and its sizes."""
        return _name(self.parameters, self.rows)

    def zero(self, *, source: Source = secrets.token_bytes) -> np.ndarray:
        """Return a fresh encryption of zero modulo q P, (2, L + 1, n)."""
        p = self.parameters
        at = p.key_ring()
        masked = at.multiply(self.rows, at.residues(ternary((p.n,), source=source)))
        noise = [p.t * centred_binomial((p.n,), source=source) for _ in range(2)]
        return (masked + np.stack([at.residues(e) for e in noise])) % at.q

    def encrypt(self, message: np.ndarray) -> "Keyed":
        """Encrypt a polynomial.

        Args:
            message: Its coefficients, int64 (n,), each within +-t/2. ``bgv.encode``
                makes them from slots.

        Raises:
            ValueError: If shape, dtype or a coefficient is another.
        """
        p = self.parameters
        array_of((p.n,), np.int64, message=message)
        largest = max(int(message.max()), -int(message.min()))
        if largest > p.t // 2:
            raise ValueError(f"message must be within +-{p.t // 2}, got {largest}")
        # rows of a residue system are independent: the last, modulo P, is just left out
        parts = self.zero()[:, :-1]
        parts[0] = (parts[0] + p.ring().residues(message)) % p.ring().q
        return Keyed(p, self.id, bgv.Ciphertext(parts), fresh_bound(p))


@dataclass(frozen=True)
class Keyed:
    """A BGV ciphertext that says under whose key it is and how large its phase may be.

    Attributes:
        parameters: Public sizes.
        key: Public id of the key that decrypts it.
        ciphertext: Two parts.
        bound: |phase| is at most this, for certain.

    Raises:
        ValueError: If the ciphertext is not of this ring, or the bound reaches q / 2:
            it might not decrypt.
    """

    parameters: Parameters
    key: str
    ciphertext: bgv.Ciphertext
    bound: int

    def __post_init__(self) -> None:
        parts = self.ciphertext.parts
        between(1, len(self.parameters.primes), level=self.ciphertext.level)
        at = self.parameters.ring(self.ciphertext.level)
        pairs_of_residues(at, (), parts=parts)
        if 2 * self.bound >= at.modulus:
            raise ValueError(
                f"bound must be below q / 2 = 2^{math.log2(at.modulus) - 1:.0f} at "
                f"level {self.ciphertext.level}, got 2^{math.log2(self.bound):.0f}: "
                "start with more levels"
            )

    @classmethod
    def of(cls, public: PublicKey, parts: np.ndarray, *, fresh: bool) -> "Keyed":
        """Return what arrived as residues (2, L, n), encrypted under ``public``.

        Args:
            public: The key, as its sender says.
            parts: The residues.
            fresh: Whether it was just encrypted. Otherwise nothing is known of its
                noise: it can be decrypted, and every further step is refused.
        """
        p = public.parameters
        pairs_of_residues(p.ring(), (), parts=parts)
        bound = fresh_bound(p) if fresh else (p.ring().modulus - 1) // 2
        return cls(p, public.id, bgv.Ciphertext(parts), bound)

    def __add__(self, other: "Keyed") -> "Keyed":
        """Return a ciphertext of the sum.

        Raises:
            ValueError: If keys, sizes, levels or factors differ, or noise is too large.
        """
        same(self.parameters, other.parameters, "summands must have the parameters")
        same(self.key, other.key, "summands must be under the key")
        x, y = self.ciphertext, other.ciphertext
        shapes = (x.parts.shape, x.factor), (y.parts.shape, y.factor)
        same(*shapes, "summands must have the shape and factor")
        total = (x.parts + y.parts) % self.parameters.ring(x.level).q
        summed = bgv.Ciphertext(total, x.factor)
        return Keyed(self.parameters, self.key, summed, self.bound + other.bound)


def fresh_bound(p: Parameters) -> int:
    """Return the largest |phase| of a fresh ciphertext: message and noise."""
    # e u + e_0 + e_1 s: two products of n terms, of sizes 21 and 1
    return p.t * LARGEST_NOISE * (2 * p.n + 1) + p.t // 2


def _name(p: Parameters, rows: np.ndarray) -> str:
    digest = hashlib.sha256(repr((p.n, p.primes, p.special, p.t)).encode())
    digest.update(rows.astype("<i8").tobytes())
    return digest.hexdigest()[:16]


def same(wanted: object, got: object, what: str) -> None:
    """Refuse what differs, as "``what`` WANTED, got GOT"."""
    if wanted != got:
        raise ValueError(f"{what} {wanted}, got {got}")


def pairs_of_residues(at: Ring, front: Sequence[int], **array: np.ndarray) -> None:
    """Refuse what is not pairs of residues of this ring, int64 (*front, 2, k, n)."""
    ((name, value),) = array.items()
    array_of((*front, 2, len(at.primes), at.n), np.int64, **array)
    if (value < 0).any() or (value >= at.q).any():
        raise ValueError(
            f"{name} must be residues of the primes {at.primes}, got one outside"
        )

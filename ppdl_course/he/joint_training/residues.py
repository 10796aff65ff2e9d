"""Numbers longer than a plaintext modulus: one BGV ciphertext for each residue.

    v modulo T = t_1 t_2 ... t_k;     [v] = (Enc_1(v mod t_1), ..., Enc_k(v mod t_k))

Each t_i has a key of its own. Sums and products of [v] are those of v modulo T, and so
are blinds. :class:`KeySet` decrypts; :class:`Public` is what a cloud gets.

**Flooding**: whoever decrypts sees the noise too, and the noise of a product depends on
the factors. Before a ciphertext leaves for the key holder it gets a fresh encryption of
zero and noise 2^hiding times what it has (:meth:`Public.flooded`).

Source: flooding ("smudging"): G. Asharov, A. Jain, A. Lopez-Alt, E. Tromer,
V. Vaikuntanathan, D. Wichs, "Multiparty Computation with Low Communication, Computation
and Interaction via Threshold FHE", EUROCRYPT 2012.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ppdl_course.he.joint_training.plan import Plan
from ppdl_course.he.lattice import bgv
from ppdl_course.he.lattice.rlwe import PublicKeys, SecretKey, tensor

Residues = tuple[bgv.Ciphertext, ...]
FLOOR_BITS = 10
"""Noise of a switched ciphertext is below 2^FLOOR_BITS times t."""


def residues_of(values: Sequence[int], t: int) -> np.ndarray:
    """Return integers of any size modulo t, centred, int64."""
    array = np.array([int(v) % t for v in values], dtype=np.int64)
    return np.where(array > t // 2, array - t, array)


def join(parts: Sequence[np.ndarray], primes: Sequence[int]) -> list[int]:
    """Return the integers of [0, T) with these residues, by Chinese remainders."""
    total = np.prod(np.array(primes, dtype=object))
    whole = np.zeros(len(parts[0]), dtype=object)
    for part, t in zip(parts, primes, strict=True):
        rest = total // t
        whole = whole + part.astype(object) % t * (rest * pow(rest, -1, t))
    return [int(v) % total for v in whole]


def to_wire(value: Residues) -> list[tuple[np.ndarray, int]]:
    """Return what a channel takes."""
    return [(c.parts, c.factor) for c in value]


def from_wire(message: Any, plan: Plan, name: str) -> Residues:
    """Return what came over a channel.

    Raises:
        ValueError: If it is not a ciphertext with two parts for each plaintext modulus.
    """
    primes = plan.plain_primes
    if not isinstance(message, list) or len(message) != len(primes):
        raise ValueError(f"{name} must be {len(primes)} ciphertexts, it is not")
    found = []
    for t, (parts, factor) in zip(primes, message, strict=True):
        chain = plan.parameters(t).primes
        if (
            not isinstance(parts, np.ndarray)
            or parts.dtype != np.int64
            or parts.ndim != 3
            or parts.shape[0] != 2
            or not 1 <= parts.shape[1] <= len(chain)
            or parts.shape[2] != plan.ring_degree
        ):
            raise ValueError(f"{name} must be int64 (2, level, {plan.ring_degree})")
        below = np.array(chain[: parts.shape[1]])[:, None]
        if (parts < 0).any() or (parts >= below).any() or not 0 < factor < t:
            raise ValueError(f"{name} must hold residues of its primes, it does not")
        found.append(bgv.Ciphertext(parts, factor))
    return tuple(found)


class KeySet:
    """The key holder's side: a secret key for each plaintext modulus."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._secrets = [SecretKey(plan.parameters(t)) for t in plan.plain_primes]
        self._keys = [secret.public_keys() for secret in self._secrets]
        self.public = Public(plan, self._keys)

    def keys_to_wire(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return the public keys as a channel takes them."""
        return [(k.public, k.relinearisation) for k in self._keys]

    def decrypt(self, value: Residues) -> list[int]:
        """Return the slots, n integers of [0, T)."""
        slots = [
            bgv.decrypt(secret, c)
            for secret, c in zip(self._secrets, value, strict=True)
        ]
        return join(slots, self.plan.plain_primes)


class Public:
    """What a cloud holds: encrypts, blinds, computes; decrypts nothing.

    Args:
        plan: The sizes.
        keys: For each plaintext modulus.
    """

    def __init__(self, plan: Plan, keys: Sequence[PublicKeys]) -> None:
        self.plan = plan
        self.evaluators = [bgv.Evaluator(k) for k in keys]

    @classmethod
    def from_wire(cls, plan: Plan, message: Any) -> "Public":
        """Return the keys that :meth:`KeySet.keys_to_wire` sent."""
        return cls(
            plan,
            [
                PublicKeys(plan.parameters(t), public, relinearisation, {})
                for t, (public, relinearisation) in zip(
                    plan.plain_primes, message, strict=True
                )
            ],
        )

    def encrypt(self, values: Sequence[int]) -> Residues:
        """Encrypt integers of any size modulo T, one a slot; missing slots are 0."""
        return tuple(e.encrypt(residues_of(values, e.t)) for e in self.evaluators)

    def add_plain(self, value: Residues, numbers: Sequence[int]) -> Residues:
        """Add known integers slot by slot."""
        pairs = zip(self.evaluators, value, strict=True)
        return tuple(add_plain(e, c, numbers) for e, c in pairs)

    def plus(self, x: Residues, y: Residues) -> Residues:
        """Return x + y slot by slot."""
        triples = zip(self.evaluators, x, y, strict=True)
        return tuple(e.add(a, b) for e, a, b in triples)

    def minus(self, x: Residues, y: Residues) -> Residues:
        """Return x - y slot by slot."""
        triples = zip(self.evaluators, x, y, strict=True)
        return tuple(e.add(a, negative(e, b)) for e, a, b in triples)

    def at_last_level(self, value: Residues) -> Residues:
        """Return the same numbers at the plan's last level."""
        pairs = zip(self.evaluators, value, strict=True)
        return tuple(down(e, c, self.plan.last_level) for e, c in pairs)

    def flooded(self, value: Residues) -> Residues:
        """Return the same numbers with noise that tells nothing of their past.

        ``value`` must be at its plan's last level, just switched down.
        """
        bits = self.plan.hiding + FLOOR_BITS
        found = []
        for e, c in zip(self.evaluators, value, strict=True):
            at = e.keys.parameters.ring(c.level)
            drawn = [secrets.randbits(bits) - (1 << bits - 1) for _ in range(at.n)]
            noise = at.residues(np.array(drawn, dtype=np.int64))
            parts = c.parts + e.keys.zero()[:, : c.level]
            parts[0] += noise * e.t % at.q
            found.append(replace(c, parts=parts % at.q))
        return tuple(found)


def add_plain(
    e: bgv.Evaluator, c: bgv.Ciphertext, numbers: Sequence[int]
) -> bgv.Ciphertext:
    """Return a ciphertext of the slots plus known integers."""
    at = e.keys.parameters.ring(c.level)
    scaled = residues_of([int(v) * c.factor for v in numbers], e.t)
    parts = c.parts.copy()
    parts[0] = (parts[0] + at.residues(bgv.encode(scaled, at.n, e.t))) % at.q
    return replace(c, parts=parts)


def add_constant(e: bgv.Evaluator, c: bgv.Ciphertext, number: int) -> bgv.Ciphertext:
    """Return a ciphertext of all slots plus one integer: a constant polynomial."""
    at = e.keys.parameters.ring(c.level)
    parts = c.parts.copy()
    parts[0, :, 0] = (parts[0, :, 0] + number * c.factor % e.t) % at.q[:, 0]
    return replace(c, parts=parts)


def negative(e: bgv.Evaluator, c: bgv.Ciphertext) -> bgv.Ciphertext:
    """Return a ciphertext of the negated slots."""
    return replace(c, parts=-c.parts % e.keys.parameters.ring(c.level).q)


def down(e: bgv.Evaluator, c: bgv.Ciphertext, level: int) -> bgv.Ciphertext:
    """Return the ciphertext with ``level`` primes left."""
    while c.level > level:
        c = e.switch_modulus(c)
    return c


def aligned(
    e: bgv.Evaluator, c: bgv.Ciphertext, like: bgv.Ciphertext
) -> bgv.Ciphertext:
    """Return the ciphertext at the level and with the factor of ``like``.

    Needs at least one switch: the known factor it multiplies by costs noise.
    """
    at, factor = e.keys.parameters.ring(c.level), c.factor
    for p in at.primes[like.level :]:
        factor = factor * pow(p, -1, e.t) % e.t
    ratio = int(residues_of([like.factor * pow(factor, -1, e.t)], e.t)[0])
    scaled = replace(c, parts=c.parts * ratio % at.q, factor=c.factor * ratio % e.t)
    return down(e, scaled, like.level)


def dot(
    e: bgv.Evaluator, xs: Sequence[bgv.Ciphertext], ys: Sequence[bgv.Ciphertext]
) -> bgv.Ciphertext:
    """Return the sum of products, relinearised once and switched down two primes."""
    at = e.keys.parameters.ring(xs[0].level)
    total = sum(tensor(at, x.parts, y.parts) for x, y in zip(xs, ys, strict=True))
    parts = e.keys.relinearise(total % at.q)
    factor = xs[0].factor * ys[0].factor % e.t
    return down(e, bgv.Ciphertext(parts, factor), xs[0].level - 2)

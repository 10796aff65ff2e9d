r"""What a server computes on ciphertexts with a key id, and how its answers go out.

    weighted   W c + b, a ciphertext a score         from a ciphertext a feature
    windowed   sums over blocks of coefficients      from one polynomial of records
    covered    + Enc(0) + t r                        before anything leaves

An answer as computed holds more than its value: the second part is a known function of
the question's, and so is the noise. So a fresh encryption of zero is added, and noise
t r with r uniform and 2^:data:`FLOOD_BITS` times as wide as any noise can be. What the
receiver reads then tells two computations with one result apart with an advantage of
2^-:data:`FLOOD_BITS` a coefficient at most. Coefficients that are no answer become
uniform modulo q.

Source: C. Gentry, "Fully Homomorphic Encryption Using Ideal Lattices", STOC 2009,
section 7 of the full version (circuit privacy by flooding).
"""

import math
import secrets
from collections.abc import Sequence
from typing import Any

import numpy as np

from ppdl_course.arguments import array_of, record_of
from ppdl_course.he.lattice import bgv
from ppdl_course.he.lattice.keyed import Keyed, PublicKey
from ppdl_course.he.lattice.rlwe import Parameters
from ppdl_course.he.lattice.sampling import uniform

FLOOD_BITS = 18
"""How many bits longer than the worst noise the noise that covers it is."""
MOST_WEIGHT, MOST_COLUMNS = 2**20, 2**11


def weighted(
    weights: np.ndarray, bias: np.ndarray, columns: Sequence[Keyed]
) -> list[Keyed]:
    """Return ciphertexts of W x + b in every coefficient, one a row of ``weights``.

    Args:
        weights: Integers int64 (scores, features), each within +-2**20.
        bias: Integers int64 (scores,), within +-t/2.
        columns: A ciphertext a feature, at most 2**11, all alike in key and level.

    Raises:
        ValueError: If the numbers of features disagree, ciphertexts are not alike, or
            noise would be too large.
    """
    array_of((len(bias), len(columns)), np.int64, weights=weights)
    largest = int(np.abs(weights).max())
    if largest > MOST_WEIGHT or len(columns) > MOST_COLUMNS:
        raise ValueError(
            f"weights must be within +-{MOST_WEIGHT} and at most {MOST_COLUMNS} a "
            f"score, got {largest} and {len(columns)}"
        )
    first = columns[0]
    p, at = first.parameters, first.parameters.ring(first.ciphertext.level)
    for one in columns:
        if _kind(one) != _kind(first):
            raise ValueError(
                f"columns must be alike in key, level and factor {_kind(first)}, got "
                f"{_kind(one)}"
            )
    stacked = np.stack([one.ciphertext.parts for one in columns])
    # products of 20 and 31 bits: int64 holds the sum of 2^11 of them
    sums = np.tensordot(weights, stacked, axes=1) % at.q
    factor = first.ciphertext.factor
    shift = bias % p.t * factor % p.t
    sums[:, 0] = (sums[:, 0] + shift[:, None, None]) % at.q
    # in Python's integers: bounds outgrow 64 bits
    grown = np.abs(weights).astype(object) @ [one.bound for one in columns]
    return [
        Keyed(p, first.key, bgv.Ciphertext(parts, factor), bound + p.t)
        for parts, bound in zip(sums, grown, strict=True)
    ]


def windowed(x: Keyed, window: np.ndarray) -> Keyed:
    """Return the product with a known polynomial, coefficients int64 (n,)."""
    at = x.parameters.ring(x.ciphertext.level)
    parts = at.multiply(x.ciphertext.parts, at.residues(window))
    grown = int(np.abs(window).sum()) * x.bound
    product = bgv.Ciphertext(parts, x.ciphertext.factor)
    return Keyed(x.parameters, x.key, product, grown)


def total(ciphertexts: Sequence[Keyed]) -> Keyed:
    """Return the sum of one or more ciphertexts."""
    first, *rest = ciphertexts
    for one in rest:
        first = first + one
    return first


def covered(x: Keyed, public: PublicKey, answers: np.ndarray) -> Keyed:
    """Return ``x`` with nothing left in it but the coefficients that are answers.

    Args:
        x: Under the key of ``public``.
        public: The receiver's.
        answers: Which coefficients the receiver may read, bool (n,).

    Returns:
        A ciphertext whose bound holds for the answers alone.

    Raises:
        ValueError: If ``x`` is under another key, or the flood does not fit the level.
    """
    p, level = x.parameters, x.ciphertext.level
    array_of((p.n,), np.bool_, answers=answers)
    if x.key != public.id:
        raise ValueError(f"x must be under the key {public.id}, got {x.key}")
    at = p.ring(level)
    bits = math.ceil(math.log2(x.bound / p.t)) + FLOOD_BITS
    if 2 * (x.bound + (p.t << bits)) >= at.modulus or bits > 62:
        raise ValueError(
            f"level must leave {bits} bits for the noise that covers an answer, got "
            f"{math.log2(at.modulus / p.t) - 1:.0f} at level {level}"
        )
    parts = (x.ciphertext.parts + public.zero()[:, :level]) % at.q
    wide = np.frombuffer(secrets.token_bytes(8 * p.n), "<u8") >> np.uint64(64 - bits)
    flood = (wide.astype(np.int64) - 2 ** (bits - 1)) % at.q * p.t % at.q
    random = np.stack([uniform(q, (p.n,)) for q in at.primes])
    parts[0] = (parts[0] + np.where(answers, flood, random)) % at.q
    largest = x.bound + (p.t << bits)
    return Keyed(p, x.key, bgv.Ciphertext(parts, x.ciphertext.factor), largest)


def message(ciphertexts: Sequence[Keyed]) -> dict[str, Any]:
    """Return ciphertexts under one key at full level as a value for a channel."""
    (key,) = {one.key for one in ciphertexts}
    stacked = np.stack([one.ciphertext.parts for one in ciphertexts])
    return {"key": key, "parts": narrow(stacked)}


def received(public: PublicKey, value: Any, *, count: int, fresh: bool) -> list[Keyed]:
    """Return ciphertexts from what came over a channel.

    Args:
        public: The key under which they must be.
        value: As :func:`message` makes it.
        count: How many there must be.
        fresh: Whether the sender says that they were just encrypted. If not, nothing
            is known of their noise: they can be decrypted, not computed on.

    Raises:
        ValueError: If key, number, ring or a residue is another.
    """
    record_of("key", "parts", ciphertexts=value)
    key, stacked = value["key"], wide(value["parts"])
    if key != public.id:
        raise ValueError(f"ciphertexts must be under the key {public.id}, got {key}")
    if len(stacked) != count:
        raise ValueError(f"ciphertexts must be {count}, got {len(stacked)}")
    return [Keyed.of(public, parts, fresh=fresh) for parts in stacked]


def narrow(residues: np.ndarray) -> np.ndarray:
    """Return residues, all below 2**31, in half of their bytes."""
    return residues.astype(np.uint32)


def wide(residues: np.ndarray) -> np.ndarray:
    """Invert :func:`narrow`.

    Raises:
        ValueError: If it is no uint32 array.
    """
    if not isinstance(residues, np.ndarray) or residues.dtype != np.uint32:
        got = getattr(residues, "dtype", type(residues).__name__)
        raise ValueError(f"residues must be uint32, got {got}")
    return residues.astype(np.int64)


def public_key(parameters: Parameters, rows: np.ndarray) -> PublicKey:
    """Return the public key that came over a channel; errors as there."""
    return PublicKey(parameters, wide(rows))


def _kind(x: Keyed) -> tuple[str, int, int]:
    return x.key, x.ciphertext.level, x.ciphertext.factor

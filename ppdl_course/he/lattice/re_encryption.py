r"""Proxy re-encryption: a ciphertext under one key becomes one under another's.

    delegator (secret s)                 receiver (secret s', public key (b', a'))
    rk, for each prime q_i of the chain:
        (b' u_i + t e_i + P g_i s,  a' u_i + t f_i)     modulo q P, u_i, e_i, f_i small
    proxy   (c_0, c_1) under s  ->  (c_0, 0) + (c_1 digits times rk) / P     under s'

Each row of rk is an encryption of P g_i s (``rlwe`` says what P and g_i are) under the
receiver's *public* key. So nobody hands over a secret: the delegator takes its own and
what the receiver has published, and the proxy gets rows that look random to it. The
phase stays what it was, up to the noise of the key switch:

    added  <=  21 t (2n + 1) n (q_1 + ... + q_l) / P + (t + 1)(n + 1)/2      for certain

and about t 3.24 sqrt(4n/3) sqrt(n (q_1^2 + ... + q_l^2) / 3) / P in standard deviation.

One way, any number of hops, each with a key of its own. Works for ciphertexts of two
parts at any level; the results add and multiply with others under the receiver's key.

Threat model: honest-but-curious proxy, ring LWE. The proxy learns which ciphertexts
belong to whom and what it is told to re-encrypt. NOT protected: **proxy and receiver
together compute the delegator's secret key** and read all that was ever encrypted for
it (``re_encryption_leak``). Public keys carry no signature: whoever can replace the
receiver's is the receiver. Secure against chosen plaintexts only: no key holder may
decrypt what strangers send and show the result, and a receiver who sees many originals
beside their transformed versions is outside the proof (A. Cohen, PKC 2019).

Source: Y. Polyakov, K. Rohloff, G. Sahu, V. Vaikuntanathan, "Fast Proxy Re-Encryption
for Publish/Subscribe Systems", ACM TOPS 20(4), 2017 (BV-PRE), with the special prime of
``rlwe`` instead of digits.
"""

import math
import secrets
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.he.lattice import bgv
from ppdl_course.he.lattice.keyed import (
    LARGEST_NOISE,
    Keyed,
    PublicKey,
    pairs_of_residues,
    same,
)
from ppdl_course.he.lattice.rlwe import Parameters, SecretKey, switch
from ppdl_course.he.lattice.sampling import NOISE_STD, Source


@dataclass(frozen=True)
class ReEncryptionKey:
    """What the proxy holds for one pair of keys: transforms, decrypts nothing.

    Attributes:
        parameters: Public sizes.
        source: Public id of the delegator's key.
        target: Public id of the receiver's.
        rows: Switching key, transformed, (L, 2, L + 1, n).

    Raises:
        ValueError: If shape, dtype or a residue is not of this ring.
    """

    parameters: Parameters
    source: str
    target: str
    rows: np.ndarray = field(repr=False)

    def __post_init__(self) -> None:
        levels = len(self.parameters.primes)
        pairs_of_residues(self.parameters.key_ring(), (levels,), rows=self.rows)

    def re_encrypt(self, x: Keyed) -> Keyed:
        """Return ``x`` under the receiver's key.

        Raises:
            ValueError: If ``x`` is under another key or of other sizes, or its level
                leaves no room for the noise of the switch.
        """
        same(self.parameters, x.parameters, "x must have the parameters")
        same(self.source, x.key, "x must be under the key")
        p, level = self.parameters, x.ciphertext.level
        pair = switch(p, x.ciphertext.parts[1], self.rows)
        pair[0] = (pair[0] + x.ciphertext.parts[0]) % p.ring(level).q
        moved = bgv.Ciphertext(pair, x.ciphertext.factor)
        return Keyed(p, self.target, moved, x.bound + switch_bound(p, level))


class KeyPair:
    """One party's secret key with its public one.

    Args:
        parameters: Public sizes, with t the plaintext modulus, at least 2.
        source: Replaced in known-answer tests only.

    Attributes:
        secret: Stays with the party.
        public: For everyone.
    """

    def __init__(
        self, parameters: Parameters, *, source: Source = secrets.token_bytes
    ) -> None:
        if parameters.t < 2:
            raise ValueError(f"t must be at least 2 for BGV, got {parameters.t}")
        self.secret = SecretKey(parameters, source=source)
        self.public = PublicKey(parameters, self.secret.key_ring_zero())

    def re_encryption_key(self, receiver: PublicKey) -> ReEncryptionKey:
        """Return the proxy's key from this pair to the receiver's public key.

        Raises:
            ValueError: If the receiver's key has other sizes.
        """
        p = self.secret.parameters
        same(p, receiver.parameters, "receiver must have the parameters")
        rows = self.secret.switching_key_to(receiver.zero)
        return ReEncryptionKey(p, self.public.id, receiver.id, rows)

    def decrypt(self, x: Keyed) -> np.ndarray:
        """Return the polynomial inside, centred modulo t, int64 (n,).

        Raises:
            ValueError: If ``x`` is under another key or of other sizes. Nothing is
                decrypted then.
        """
        same(self.secret.parameters, x.parameters, "x must have the parameters")
        same(self.public.id, x.key, "x must be under the key")
        return bgv.message(self.secret, x.ciphertext)


def switch_bound(p: Parameters, level: int) -> int:
    """Return the most that re-encryption at this level adds to a phase."""
    row = p.t * LARGEST_NOISE * (2 * p.n + 1)
    products = p.n * row * sum(p.ring(level).primes) // p.special + 1
    # dividing by P rounds each of two parts to a multiple of t, one of them times s
    return products + (p.t + 1) * (p.n + 1) // 2 + 1


def switch_deviation(p: Parameters, level: int) -> float:
    """Return the standard deviation of what re-encryption at this level adds."""
    row = NOISE_STD**2 * (1 + 4 * p.n / 3)  # e u + e_0 + e_1 s, ternary u and s
    digits = p.n * sum((q / p.special) ** 2 for q in p.ring(level).primes) / 3
    rounding = (1 + 2 * p.n / 3) / 12
    return p.t * math.sqrt(row * digits + rounding)

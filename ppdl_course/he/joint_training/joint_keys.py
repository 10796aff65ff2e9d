"""BGV under a key that nobody holds: each owner has a summand of the secret.

    common      a (from a public seed);    s = s_1 + ... + s_k
    public key  b_i = -(a s_i) + t e_i;    (sum of b_i, a)
    relinearisation, for each prime, w = P g_i of ``rlwe``, u_i drawn for this alone:
      round 1   f_i = -(u_i a) + s_i w + t e,      d_i = s_i a + t e
      round 2   x_i = s_i f + (u_i - s_i) d + t e,     f, d: the sums of round 1
      key       (sum of x_i, d), whose phase is s^2 w plus noise
    decryption  p_i = c_1 s_i + t e  with e a flood;   c_0 + sum of p_i = t e + m

The keys are joined *before* anything is encrypted. Multi-key encryption proper (Lopez-
Alt et al. 2012, which [24] builds on) joins them afterwards, and any set of owners can;
this stands in for it.

Threat model: honest-but-curious owners; up to k - 1 of them together with the cloud do
not decrypt. NOT protected: a result that all of them open is open.

Sources: threshold keys: G. Asharov et al., EUROCRYPT 2012; the two rounds: C. Mouchet,
J. Troncoso-Pastoriza, J.-P. Bossuat, J.-P. Hubaux, "Multiparty Homomorphic Encryption
from Ring-Learning-with-Errors", PoPETs 2021, protocol 2.
"""

import hashlib
import secrets
from collections.abc import Sequence

import numpy as np

from ppdl_course.he.lattice import bgv
from ppdl_course.he.lattice.ring import Ring
from ppdl_course.he.lattice.rlwe import Parameters, PublicKeys
from ppdl_course.he.lattice.sampling import centred_binomial, ternary, uniform


def common_polynomials(p: Parameters, seed: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Return the public a of the encryption key and those of relinearisation.

    Args:
        p: BGV's sizes.
        seed: Drawn by anybody, known to all; a fresh one for each key.

    Returns:
        Residues (L, n), and (L, L + 1, n) on the key ring.
    """
    count = 0

    def source(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(seed + count.to_bytes(8, "big")).digest(size)

    def draw(at: Ring) -> np.ndarray:
        return np.stack([uniform(q, (p.n,), source=source) for q in at.primes])

    return draw(p.ring()), np.stack([draw(p.key_ring()) for _ in p.primes])


class KeyShare:
    """One owner's summand of the secret key, for one plaintext modulus.

    Args:
        parameters: BGV's sizes.
        seed: The common one.
    """

    def __init__(self, parameters: Parameters, seed: bytes) -> None:
        self.parameters = parameters
        self._s = ternary((parameters.n,))
        self._u = ternary((parameters.n,))
        self._a, self._rows = common_polynomials(parameters, seed)

    def public_share(self) -> np.ndarray:
        """Return b_i, residues (L, n)."""
        at = self.parameters.ring()
        return (self._noise(at) - at.multiply(self._a, at.residues(self._s))) % at.q

    def first_round(self) -> np.ndarray:
        """Return (f_i, d_i) for each prime, residues (L, 2, L + 1, n)."""
        p = self.parameters
        at = p.key_ring()
        s, u = at.residues(self._s), at.residues(self._u)
        found = []
        for i, (q, a) in enumerate(zip(p.primes, self._rows, strict=True)):
            f = self._noise(at) - at.multiply(a, u)
            f[i] += p.special % q * s[i]  # s w: w is P at prime i and 0 elsewhere
            d = self._noise(at) + at.multiply(a, s)
            found.append(np.stack([f, d]) % at.q)
        return np.stack(found)

    def second_round(self, first: np.ndarray) -> np.ndarray:
        """Return x_i for each prime, residues (L, L + 1, n).

        Args:
            first: Sum of all first rounds.
        """
        at = self.parameters.key_ring()
        s, rest = at.residues(self._s), at.residues(self._u - self._s)
        return np.stack(
            [
                (at.multiply(f, s) + at.multiply(d, rest) + self._noise(at)) % at.q
                for f, d in first
            ]
        )

    def partial(self, c: bgv.Ciphertext, flood_bits: int) -> np.ndarray:
        """Return p_i = c_1 s_i + t e, residues (level, n): a partial decryption.

        Args:
            c: Of two parts.
            flood_bits: Bits of e, at most 62, so that p_i tells nothing of s_i: the
                noise of ``c`` must be smaller by as many bits as shall be hidden.
        """
        at = self.parameters.ring(c.level)
        drawn = [
            secrets.randbits(flood_bits) - (1 << flood_bits - 1) for _ in range(at.n)
        ]
        flood = at.residues(np.array(drawn, dtype=np.int64)) * self.parameters.t
        return (at.multiply(c.parts[1], at.residues(self._s)) + flood) % at.q

    def _noise(self, at: Ring) -> np.ndarray:
        return at.residues(self.parameters.t * centred_binomial((at.n,)))


def join_keys(
    parameters: Parameters,
    seed: bytes,
    shares: Sequence[np.ndarray],
    first: np.ndarray,
    second: Sequence[np.ndarray],
) -> PublicKeys:
    """Return the joint public keys, as ``bgv.Evaluator`` takes them.

    Args:
        parameters: BGV's sizes.
        seed: The common one.
        shares: Every owner's b_i.
        first: Sum of all first rounds.
        second: Every owner's second round.
    """
    at, key_ring = parameters.ring(), parameters.key_ring()
    a, _ = common_polynomials(parameters, seed)
    public = np.stack([sum(shares) % at.q, a])
    rows = np.stack([sum(second) % key_ring.q, first[:, 1]], axis=1)
    return PublicKeys(parameters, public, key_ring.forward(rows), {})


def add_up(parts: Sequence[np.ndarray], at: Ring) -> np.ndarray:
    """Return the sum of residues."""
    return sum(parts) % at.q


def open_jointly(
    parameters: Parameters, c: bgv.Ciphertext, partials: Sequence[np.ndarray]
) -> np.ndarray:
    """Return the slots, centred int64 (n,), of all owners' partial decryptions.

    With one of them missing the result is noise; nothing says so.
    """
    at, t = parameters.ring(c.level), parameters.t
    phase = at.integers((c.parts[0] + sum(partials)) % at.q)
    return bgv.decode(phase % t * pow(c.factor, -1, t) % t, t)

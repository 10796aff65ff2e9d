r"""What a proxy can do with a re-encryption key: alone nothing, with the receiver all.

Row i of the key decrypts under the receiver's secret s' to

    P g_i s + t e   modulo q P,     g_i = 1 modulo q_i, 0 modulo all other primes

Modulo P only the noise t e is left, whole, since it is small. Taken off, the rest is
P s modulo q_i, and s = rest / P: the delegator's secret key, exactly. With it every
ciphertext of the delegator is open, delegated or not, before and after.

Without s' the same arithmetic gives numbers that look uniform; whether they are a key
is plain to see, since a key has no other coefficients than -1, 0 and 1.

Way out: none inside this scheme; it is the price of one key for all ciphertexts. Two
who do not meet (proxy and receiver), a fresh key pair for each matter, or schemes in
which a re-encryption key is bound to a ciphertext.

Source: the collusion is named by G. Ateniese, K. Fu, M. Green, S. Hohenberger,
"Improved Proxy Re-encryption Schemes", ACM TISSEC 9(1), 2006 ("collusion-safe" is the
property that this scheme lacks); the arithmetic for it is worked out here.
"""

import numpy as np

from ppdl_course.he.lattice.re_encryption import ReEncryptionKey
from ppdl_course.he.lattice.rlwe import SecretKey


def recover_secret(key: ReEncryptionKey, receiver: SecretKey) -> SecretKey | None:
    """Return the delegator's secret key, or None if ``receiver`` is not the right one.

    Args:
        key: What the proxy holds.
        receiver: A secret key: the receiver's if the two collude, else a guess.
    """
    p = key.parameters
    at, q = p.key_ring(), p.primes[0]
    b, a = at.backward(key.rows[0])
    s = at.residues(receiver.coefficients)
    phase = (b + at.multiply(a, s)) % at.q
    noise = np.where(phase[-1] > p.special // 2, phase[-1] - p.special, phase[-1])
    rest = (phase[0] - noise) % q * pow(p.special, -1, q) % q
    candidate = np.where(rest > q // 2, rest - q, rest)
    if np.abs(candidate).max() > 1:
        return None
    return SecretKey.of_coefficients(p, candidate)

"""Publishing CKKS decryptions publishes the key.

    decryption = c_0 + c_1 s modulo q          message and noise together

is linear in s. The recipient of a decryption re-encodes it; float64 carries enough bits
to get every coefficient back exactly. No lattice problem is left: the noise that
protects the key was handed out with the result.

TenSEAL publishes the real parts of the slots only. With s-bar(X) = s(1/X), they give

    c_0 + c_0-bar + c_1 s + c_1-bar s-bar = 2 Re

which at each pair of conjugate roots is one equation in two unknowns: two decryptions
give the key.

Way out: add fresh noise before publishing, wide enough to drown e (:func:`flooded`),
and count how often; or publish no decryption to anyone who sees ciphertexts.

Source: B. Li, D. Micciancio, "On the Security of Homomorphic Encryption on Approximate
Numbers", EUROCRYPT 2021. The variant for real parts is worked out here.
"""

from collections.abc import Sequence

import numpy as np

from ppdl_course.arguments import positive
from ppdl_course.he.lattice import ckks
from ppdl_course.he.lattice.ring import Ring, bit_reversal
from ppdl_course.he.lattice.sampling import rounded_normal


def recover_key(
    at: Ring,
    ciphertexts: Sequence[np.ndarray],
    decryptions: Sequence[np.ndarray],
    scale: float,
) -> np.ndarray:
    """Return the secret key's coefficients from two ciphertexts and their decryptions.

    Args:
        at: A ring of one prime, one that the ciphertexts have.
        ciphertexts: Two arrays (2, n): c_0 and c_1 at the roots modulo that prime.
        decryptions: Two arrays (n/2,): real parts of all slots, as published.
        scale: The ciphertexts' scale, public.

    Returns:
        Centred coefficients, int64 (n,): all in {-1, 0, 1} if the attack worked.

    Raises:
        ValueError: If there are not two of each, or the equations are not independent
            (about n / q of all pairs): take another pair.
    """
    if len(ciphertexts) != 2 or len(decryptions) != 2 or len(at.primes) != 1:
        raise ValueError("ciphertexts and decryptions must be two, primes one")
    q, bar = at.primes[0], _conjugates(at.n)
    rest = []
    for (c0, _), real in zip(ciphertexts, decryptions, strict=True):
        # real parts of all slots are half of slots plus conjugates: m + m-bar, exactly
        twice = ckks.encode(np.real(real), at.n, 2 * scale).astype(np.int64)
        rest.append((at.forward(at.residues(twice))[0] - c0 - c0[bar]) % q)
    a, b = (c[1] for c in ciphertexts)
    determinant = (a * b[bar] - a[bar] * b % q) % q
    if not determinant.all():
        raise ValueError(
            "ciphertexts must give independent equations; take another two"
        )
    inverse = np.array([pow(int(x), -1, q) for x in determinant])
    numerator = (rest[0] * b[bar] - rest[1] * a[bar] % q) % q
    s = at.backward((numerator * inverse % q)[None])[0]
    return np.where(s > q // 2, s - q, s)


def _conjugates(n: int) -> np.ndarray:
    """Return where the inverse of each root stands, in the order of the transform."""
    order = bit_reversal(n)  # entry i is the root to the power 2 order[i] + 1
    return order[(n - 1) - order]


def flooded(decrypted: np.ndarray, *, noise: float) -> np.ndarray:
    """Return the slots with secret normal noise added: what may be published.

    Args:
        decrypted: Real slots.
        noise: Its standard deviation, far above the error in the decryption.

    Raises:
        ValueError: If ``noise`` is not positive.
    """
    positive(noise=noise)
    fine = 2.0**40  # the sampler rounds to integers: rounding is then far below
    return np.real(decrypted) + rounded_normal(noise * fine, (len(decrypted),)) / fine

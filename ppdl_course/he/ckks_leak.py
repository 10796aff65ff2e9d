"""Publishing a CKKS decryption publishes the key.

    decryption = c_0 + c_1 s modulo q        (message and noise together)
    so           s = (decryption - c_0) / c_1

The recipient of a decryption re-encodes it; float64 carries enough bits to get every
coefficient back exactly. Then one linear equation for each coefficient of s is left. No
lattice problem is solved: the noise that protects the key was handed out with the result.

Way out: add fresh noise before publishing, wide enough to drown e (:func:`flooded`), and
count how often; or do not publish decryptions to anyone who sees ciphertexts.

Source: B. Li, D. Micciancio, "On the Security of Homomorphic Encryption on Approximate
Numbers", EUROCRYPT 2021.
"""

import numpy as np

from ppdl_course.he import ckks
from ppdl_course.he.ring import Ring
from ppdl_course.he.sampling import rounded_normal


def recover_key(at: Ring, c: ckks.Ciphertext, decrypted: np.ndarray) -> np.ndarray:
    """Return the secret key's coefficients from one ciphertext and its decryption.

    Args:
        at: Ring whose first prime the ciphertext has.
        c: A ciphertext with two parts.
        decrypted: All n/2 slots as the key holder published them, complex128.

    Returns:
        Centred coefficients, int64 (n,): all in {-1, 0, 1} if the attack worked.

    Raises:
        ValueError: If c_1 is not invertible modulo the first prime (about n / q of all
            ciphertexts): ask for another decryption.
    """
    one = at.take(1)
    q = one.primes[0]
    phase = one.residues(ckks.encode(decrypted, at.n, c.scale).astype(np.int64))
    values = one.forward(np.stack([phase, *c.parts[:, :1]]))[:, 0]
    phase_values, c0, c1 = values
    if not c1.all():
        raise ValueError("c must have an invertible c_1 modulo the first prime")
    inverse = np.array([pow(int(x), -1, q) for x in c1])
    s = one.backward(((phase_values - c0) % q * inverse % q)[None])[0]
    return np.where(s > q // 2, s - q, s)


def flooded(decrypted: np.ndarray, *, noise: float) -> np.ndarray:
    """Return the slots with secret noise added: what may be published.

    Args:
        decrypted: Slots, complex128.
        noise: Standard deviation of the real and imaginary parts that are added; it has
            to exceed the error that the decryption contains by far.
    """
    if not noise > 0:
        raise ValueError(f"noise must be positive, got {noise}")
    fine = 2.0**40
    draws = rounded_normal(noise * fine, (2, len(decrypted))) / fine
    return decrypted + draws[0] + 1j * draws[1]

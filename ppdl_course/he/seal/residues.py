"""Read the residues inside SEAL's objects: to compare schemes, attack or compute.

SEAL keeps a CKKS ciphertext as its parts, each as rows of values at the roots of X^n +
1 (NTT form) modulo each prime, in the order of :meth:`ring.Ring.forward`. Keys are kept
modulo the special prime too, which comes last.
"""

from typing import Any

import numpy as np


def primes(context: Any) -> list[int]:
    """Return the primes of a TenSEAL context; the last is the special one."""
    import tenseal.sealapi  # noqa: F401  (registers the types of what follows)

    data = context.seal_context().data.key_context_data()
    return [prime.value() for prime in data.parms().coeff_modulus()]


def ciphertext_residues(vector: Any) -> np.ndarray:
    """Return the residues, uint64 (parts, level, n), of a vector of one ciphertext.

    Raises:
        ValueError: If the vector spans several ciphertexts.
    """
    ciphertexts = vector.ciphertext()
    if len(ciphertexts) != 1:
        raise ValueError(f"vector must be one ciphertext, got {len(ciphertexts)}")
    return residues_of(ciphertexts[0])


def residues_of(ciphertext: Any) -> np.ndarray:
    """Return the residues of SEAL's own ciphertext, uint64 (parts, level, n).

    Through the library's element access: its stream is compressed.
    """
    c = ciphertext
    shape = (c.size(), c.coeff_modulus_size(), c.poly_modulus_degree())
    count = shape[0] * shape[1] * shape[2]
    # one at a time, without a list of as many Python integers
    flat = np.fromiter(map(c.__getitem__, range(count)), np.uint64, count)
    return flat.reshape(shape)


def secret_key_residues(context: Any) -> np.ndarray:
    """Return the secret key's values at the roots, uint64 (primes, n): for the client.

    Raises:
        ValueError: If the context holds no secret key.
    """
    if not context.has_secret_key():
        raise ValueError("context must hold a secret key, got a public one")
    data = context.secret_key().data.data()
    count = len(primes(context))  # keys are kept modulo the special prime too
    flat = [data[i] for i in range(data.coeff_count())]
    return np.array(flat, dtype=np.uint64).reshape(count, -1)


def noise_budget(context: Any, vector: Any) -> int:
    """Return SEAL's noise budget of a BFV vector, in bits, with the secret key."""
    from tenseal import sealapi

    data = context.seal_context().data
    decryptor = sealapi.Decryptor(data, context.secret_key().data)
    return min(decryptor.invariant_noise_budget(c) for c in vector.ciphertext())

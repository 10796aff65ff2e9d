"""A client's keys over SEAL's own objects: they encrypt slots and decrypt them.

    KeyPair      secret key, encoder                        stays with the client
    relin, Galois keys as bytes                             may go to a server
    ciphertexts                                             may go to a server

TenSEAL's vectors do the same with less freedom: here each ciphertext can be taken apart
into residues, and a server can be given no more than the keys it needs.

Whoever holds this object reads every ciphertext made with it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ppdl_course.he.seal.streams import to_bytes


class KeyPair:
    """A fresh secret key, and all that encrypts and decrypts with it.

    Args:
        context: From :func:`~ppdl_course.he.seal.contexts.seal_context`.
        scale: CKKS's scale of what is encrypted; None for BFV.
    """

    def __init__(self, context: Any, scale: float | None = None) -> None:
        from tenseal import sealapi

        self.context, self._scale = context, scale
        self._generator = sealapi.KeyGenerator(context)
        public = sealapi.PublicKey()
        self._generator.create_public_key(public)
        self._encryptor = sealapi.Encryptor(context, public)
        self._decryptor = sealapi.Decryptor(context, self._generator.secret_key())
        ckks = scale is not None
        self._encoder = (sealapi.CKKSEncoder if ckks else sealapi.BatchEncoder)(context)

    def relin_keys(self) -> bytes:
        """Return new relinearisation keys, as SEAL's stream."""
        from tenseal import sealapi

        keys = sealapi.RelinKeys()
        self._generator.create_relin_keys(keys)
        return to_bytes(keys)

    def galois_keys(self, steps: Sequence[int], degree: int) -> bytes:
        """Return keys for rotating by each of ``steps`` slots, as SEAL's stream.

        Args:
            steps: Slots to the left.
            degree: n of the context.
        """
        from tenseal import sealapi

        keys = sealapi.GaloisKeys()
        # rotating by s slots is X -> X^(3^s)
        elements = [pow(3, step, 2 * degree) for step in steps]
        self._generator.create_galois_keys(elements, keys)
        return to_bytes(keys)

    def encrypt(self, slots: np.ndarray) -> Any:
        """Return a SEAL ciphertext of ``slots``; those left out hold 0.

        Args:
            slots: Floats for CKKS; integers of [0, t) for BFV.
        """
        from tenseal import sealapi

        plain, ciphertext = sealapi.Plaintext(), sealapi.Ciphertext(self.context)
        if self._scale is None:
            self._encoder.encode(slots.tolist(), plain)
        else:
            self._encoder.encode(slots.tolist(), self._scale, plain)
        self._encryptor.encrypt(plain, ciphertext)
        return ciphertext

    def decrypt(self, ciphertext: Any) -> np.ndarray:
        """Return all slots: float64 for CKKS, int64 of [0, t) for BFV."""
        from tenseal import sealapi

        plain = sealapi.Plaintext()
        self._decryptor.decrypt(ciphertext, plain)
        if self._scale is None:
            return np.array(self._encoder.decode_uint64(plain), np.int64)
        return np.array(self._encoder.decode_double(plain))

    def noise_budget(self, ciphertext: Any) -> int:
        """Return the bits of a BFV ciphertext's invariant noise budget."""
        return self._decryptor.invariant_noise_budget(ciphertext)

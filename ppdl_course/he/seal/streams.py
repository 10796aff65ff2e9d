"""SEAL's streams: keys and ciphertexts as bytes, residues as ciphertexts.

SEAL's Python objects save to a file and load from one; :func:`to_bytes` and
:func:`from_bytes` put a folder of their own around that. A ciphertext can also be made
from residues that were computed outside SEAL (:class:`CiphertextWriter`).

Nothing here needs a key. SEAL checks what it loads: sizes, and that every residue is
below its prime. It cannot check that a ciphertext decrypts to anything.

Source: Microsoft SEAL, native/src/seal/serialization.h and ciphertext.cpp.
"""

import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np


def to_bytes(value: Any) -> bytes:
    """Return SEAL's stream of a key or ciphertext, compressed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seal"
        value.save(str(path))
        return path.read_bytes()


def from_bytes(kind: type, context: Any, data: bytes) -> Any:
    """Return the object that :func:`to_bytes` wrote.

    Args:
        kind: Its class, for example ``sealapi.RelinKeys``.
        context: The ``sealapi.SEALContext`` that it belongs to.
        data: The stream.

    Raises:
        RuntimeError: From SEAL, if the stream is of another context or damaged.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seal"
        path.write_bytes(data)
        value = kind(context) if kind.__name__ == "Ciphertext" else kind()
        value.load(context, str(path))
        return value


class CiphertextWriter:
    """Puts residues back into SEAL ciphertexts of one context.

    SEAL loads an uncompressed stream: a header of 16 bytes, 73 bytes that say what the
    ciphertext is, and the residues as 64-bit integers. SEAL checks each on loading.

    Args:
        context: A ``tenseal.sealapi.SEALContext``.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self._levels: dict[int, Any] = {}
        data = context.first_context_data()
        while data is not None:
            self._levels[len(data.parms().coeff_modulus())] = data
            data = data.next_context_data()
        # SEAL refuses a header of another version: copy the two bytes from one of its
        self._version = to_bytes(self._levels[max(self._levels)].parms())[3:5]

    def primes(self, level: int) -> list[int]:
        """Return the primes of ciphertexts with ``level`` of them."""
        parms = self._levels[level].parms()
        return [int(modulus.value()) for modulus in parms.coeff_modulus()]

    def write(
        self, batch: np.ndarray, scale: float = 1.0, *, ntt: bool = True
    ) -> list[Any]:
        """Return a SEAL ciphertext for each entry of ``batch``.

        Args:
            batch: Unsigned integers (count, parts, level, n).
            scale: CKKS scale; 1.0 for BFV.
            ntt: Whether the residues are values at the roots (CKKS) or coefficients.

        Raises:
            ValueError: If the context has no such level.
            RuntimeError: From SEAL, if a residue is not below its prime.
        """
        from tenseal import sealapi

        _, parts, level, n = batch.shape
        if level not in self._levels:
            raise ValueError(f"batch must have 1..{max(self._levels)} primes: {level}")
        meta = struct.pack("<4Q?", *self._levels[level].parms_id(), ntt)
        meta += struct.pack("<3QdQ", parts, n, level, scale, 1)
        words = parts * level * n
        # each header counts itself (16 bytes) and all that follows it
        meta += self._header(24 + 8 * words) + struct.pack("<Q", words)
        head = self._header(16 + len(meta) + 8 * words) + meta
        ciphertexts = []
        # one file for all: making and removing a folder costs as much as loading
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ciphertext"
            for residues in batch:
                path.write_bytes(head + residues.astype("<u8").tobytes())
                ciphertext = sealapi.Ciphertext(self._context)
                ciphertext.load(self._context, str(path))
                ciphertexts.append(ciphertext)
        return ciphertexts

    def _header(self, size: int) -> bytes:
        # magic number, header's length, version, no compression, reserved, size
        return struct.pack("<HB2sBHQ", 0xA15E, 16, self._version, 0, 0, size)

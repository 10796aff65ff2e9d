"""Secret random words from a seed, as fast as AES runs.

The generator of the operating system makes a few hundred megabytes a second; a step of
learning takes ten. So a seed of 16 bytes comes from it, and AES-128 in counter mode
makes the rest: whoever has the seed has all of it, and nobody else can tell it from
chance. Two parties with one seed need not send each other random words.
"""

import math
import secrets
from collections.abc import Callable

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TokenBytes = Callable[[int], bytes]
SEED_BYTES = 16
_ZEROS = memoryview(bytes(1 << 16))


def new_seed(token_bytes: TokenBytes = secrets.token_bytes) -> bytes:
    """Return a secret seed of 16 bytes."""
    return token_bytes(SEED_BYTES)


class Stream:
    """Words modulo 2^64 from a seed, read on and on.

    Raises:
        ValueError: If the seed has not 16 bytes.
    """

    def __init__(self, seed: bytes) -> None:
        if not isinstance(seed, bytes) or len(seed) != SEED_BYTES:
            raise ValueError(f"seed must be {SEED_BYTES} bytes, got {seed!r}")
        mode = modes.CTR(bytes(16))
        self._encryptor = Cipher(algorithms.AES(seed), mode).encryptor()

    def words(self, *shape: int) -> np.ndarray:
        """Return the next words, uint64."""
        size = 8 * math.prod(shape)
        # AES asks for room for a block less one byte beyond what it writes
        out = np.empty(size + 15, np.uint8)
        for k in range(0, size, len(_ZEROS)):
            self._encryptor.update_into(_ZEROS[: size - k], out[k:])
        return out[:size].view(np.uint64).reshape(shape)

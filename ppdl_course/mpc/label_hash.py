"""Fixed-key AES as the hash of every garbling in this course.

A label is 16 bytes. To encrypt one label under another, garbling needs a hash H(x, i)
of a label x and a public number i, the tweak, which names the place of use:

    P(x) = AES-128 under a public key, the same for the whole session
    H(x, i) = P(P(x) xor i) xor P(x)

The key schedule is paid once, and AES runs in hardware at gigabytes a second. The
construction is TMMO of Guo, Katz, Wang, Yu: Efficient and Secure Multiparty Computation
from Fixed-Key Block Ciphers. IEEE S&P 2020, section 7.4. If P is a random permutation
they prove H tweakable circular correlation robust: H(x xor R, i) looks random for a
secret R and any x and i the adversary may know. Free XOR and half gates need exactly
that; many earlier fixed-key hashes are not known to have it, or fail.

What stays: the key being fixed, an attacker's work spreads over all gates. With C hash
calls on the wire a secret R of 128 bits resists about 2^128 / C steps, not 2^128 (Guo,
Katz, Wang, Weng, Yu: Better Concrete Security for Half-Gates Garbling. CRYPTO 2020,
which re-keys instead). Here each session draws its own key.

Arrays of labels have dtype uint64 and a last axis of length 2: the low and the high
half of 16 bytes, little-endian. The lowest bit of the low half is the colour bit.
"""

import sys

import numpy as np
from cryptography.hazmat.primitives.ciphers import (
    Cipher,
    CipherContext,
    algorithms,
    modes,
)

LABEL_BYTES = 16

XTS_BYTES = LABEL_BYTES << 20
"""The most that one call of XTS takes, by its standard (IEEE 1619)."""

if sys.byteorder != "little":  # pragma: no cover
    raise ImportError(
        "garbling views labels as little-endian words; this machine's are not"
    )


class LabelHash:
    """H(x, i) for whole arrays of labels. One object serves one thread.

    Args:
        key: 16 public bytes, the key of P.

    Raises:
        ValueError: If ``key`` has another length.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != LABEL_BYTES:
            raise ValueError(f"key must have 16 bytes, got {len(key)}")
        self.key = bytes(key)
        self._encryptor = _each_block(self.key)

    def permute(self, source: np.ndarray, target: np.ndarray) -> None:
        """Write P(source) to the front of ``target``; no memory is taken.

        Args:
            source: Labels, C-contiguous.
            target: Flat uint8 array, at least 15 bytes longer than ``source``; may
                begin with the memory of ``source`` itself.
        """
        data = source.reshape(-1).view(np.uint8).data
        for start in range(0, len(data), XTS_BYTES):
            part = data[start : start + XTS_BYTES]
            self._encryptor.update_into(part, target[start:])

    def __call__(self, labels: np.ndarray, tweaks: np.ndarray | int) -> np.ndarray:
        """Return H(label, tweak) for each label.

        Args:
            labels: uint64, shape ``(..., 2)``.
            tweaks: Integers below 2^64 that broadcast to shape ``(...)``.

        Raises:
            ValueError: If the tweaks are not integers.
        """
        numbers = np.asarray(tweaks)
        if numbers.dtype.kind not in "ui":
            raise ValueError(f"tweaks must be integers, got {numbers.dtype}")
        first = self._permuted(labels)
        inner = first.copy()
        inner[..., 0] ^= numbers.astype(np.uint64)
        return self._permuted(inner) ^ first

    def expand(self, labels: np.ndarray, count: int) -> np.ndarray:
        """Return H(label, i) for i = 0 .. count - 1: a label as the seed of many.

        Args:
            labels: uint64 ``(m, 2)``, each used for nothing else.
            count: Labels to make of each.

        Returns:
            uint64 ``(m, count, 2)``. One AES block each, and one for each seed.
        """
        first = self._permuted(labels)
        inner = np.repeat(first[:, None], count, axis=1)
        inner[..., 0] ^= np.arange(count, dtype=np.uint64)
        out = self._permuted(inner)
        out ^= first[:, None]
        return out

    def bytes(self, label: bytes, tweak: int) -> bytes:
        """Return H of one label given as bytes."""
        return as_bytes(self(as_labels(label), tweak))

    def _permuted(self, labels: np.ndarray) -> np.ndarray:
        labels = np.ascontiguousarray(labels, dtype=np.uint64)
        # the library asks for room for a block less one byte beyond what it writes
        out = np.empty(labels.nbytes + LABEL_BYTES - 1, np.uint8)
        self.permute(labels, out)
        return out[: labels.nbytes].view(np.uint64).reshape(labels.shape)


def _each_block(key: bytes) -> CipherContext:
    """Return what encrypts each block of 16 bytes under ``key`` by itself, at any time.

    That is ECB mode, but OpenSSL runs XTS on the wide AES units of newer processors and
    ECB on none, 2.6 times slower. XTS turns block j into P(x xor T_j) xor T_j, where
    T_j is T_0 times a constant to the j-th and T_0 the encryption of the initial
    vector under a second key. The initial vector that makes T_0 zero is the decryption
    of zero: all T_j vanish, and what is left is P. The second key only has to differ.
    """
    second = bytes(byte ^ 0xFF for byte in key)
    ecb = Cipher(algorithms.AES(second), modes.ECB()).decryptor()
    start = ecb.update(bytes(LABEL_BYTES))
    return Cipher(algorithms.AES(key + second), modes.XTS(start)).encryptor()


def as_labels(data: bytes) -> np.ndarray:
    """Return bytes as labels, shape ``(2,)`` for 16 bytes, else ``(n, 2)``.

    Raises:
        ValueError: If the length is not a multiple of 16.
    """
    if len(data) % LABEL_BYTES or not data:
        raise ValueError(f"data must be whole labels of 16 bytes, got {len(data)}")
    labels = np.frombuffer(data, dtype=np.uint64).reshape(-1, 2).copy()
    return labels[0] if len(labels) == 1 else labels


def as_bytes(labels: np.ndarray) -> bytes:
    """Return an array of labels as bytes."""
    return np.ascontiguousarray(labels, dtype=np.uint64).tobytes()


def colour(labels: np.ndarray) -> np.ndarray:
    """Return the colour bit of each label: its lowest bit."""
    return (labels[..., 0] & np.uint64(1)).astype(bool)


def where(bits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the label where the bit is 1 and zero where it is 0."""
    return np.where(np.asarray(bits, bool)[..., None], labels, np.uint64(0))

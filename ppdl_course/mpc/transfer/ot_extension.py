"""OT extension: any number of oblivious transfers for 128 public-key ones (IKNP).

    Sender of m pairs x_j, y_j                       Receiver of m bits r_j
    s <- 128 random bits                             128 pairs of seeds k0_i, k1_i
           128 base transfers, roles swapped: the sender gets k_{s_i} of each pair
                                          t_i = G(k0_i),  u_i = t_i xor G(k1_i) xor r
                        <---- u_i, 128 columns of m bits ----
    q_i = s_i u_i xor G(k_{s_i})                     rows t_j of the columns t_i
    rows:  q_j = t_j xor r_j s
    e_j = x_j xor H(q_j, j), y_j xor H(q_j xor s, j)   ---- e ---->
                                                     x or y = e xor H(t_j, j)

G is AES-128 in counter mode, H the hash of ``label_hash`` with tweak j: it must look
random on q_j xor s for a secret s (correlation robustness). The receiver's bits are
hidden by G(k1_i) where s_i = 0 and by G(k0_i) where s_i = 1; the string not chosen is
hidden by H at a place that only s gives.

Security: passive. NOT against a receiver who sends columns with *different* r: then
row j tells it a bit of s if it can recognise string j, and after 128 rows it has s and
reads both strings of every pair (chapter 5 does it; ``tests`` too). The remedy is a
random linear check of the columns: Keller, Orsini, Scholl: Actively Secure OT Extension
with Optimal Overhead, CRYPTO 2015. It is not built here.

Sources: Ishai, Kilian, Nissim, Petrank: Extending Oblivious Transfers Efficiently.
CRYPTO 2003. One message less, as above: Asharov, Lindell, Schneider, Zohner: More
Efficient Oblivious Transfer and Extensions for Faster Secure Computation. CCS 2013.
"""

import secrets
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ppdl_course.arguments import array_of, at_least
from ppdl_course.mpc.bit_matrix import transpose
from ppdl_course.mpc.circuits.circuit import as_bits
from ppdl_course.mpc.label_hash import LABEL_BYTES, LabelHash
from ppdl_course.mpc.transfer.oblivious_transfer import receive_strings, send_strings
from ppdl_course.parties.channel import Endpoint

SECURITY = 128
"""Base transfers, and columns: the security parameter, in bits."""

BATCH = 1 << 16
"""Transfers in a batch: 1 MiB of columns, and as much for each array of labels."""

TokenBytes = Callable[[int], bytes]


class ExtensionSender:
    """Holds the pairs of labels and s; learns nothing about the receiver's bits.

    Attributes:
        base_choices: s, the 128 bits for the base transfers; secret.
    """

    def __init__(self, *, token_bytes: TokenBytes = secrets.token_bytes) -> None:
        self._s = np.frombuffer(token_bytes(LABEL_BYTES), np.uint8).copy()
        self.base_choices = np.unpackbits(self._s, bitorder="little").astype(bool)
        self._columns: list[_Stream] = []
        self._sent = 0

    def receive_seeds(self, seeds: Sequence[bytes]) -> None:
        """Take the seeds k_{s_i} that the base transfers gave."""
        self._columns = _streams(seeds)

    def encrypt(
        self, columns: np.ndarray, zero: np.ndarray, one: np.ndarray, hash_: LabelHash
    ) -> np.ndarray:
        """Encrypt m pairs of labels so that the receiver can open one of each.

        Args:
            columns: The receiver's u, uint8, shape ``(128, 16 ceil(m / 128))``.
            zero: Labels for the bit 0, uint64 ``(m, 2)``.
            one: Labels for the bit 1.
            hash_: H, its key public.

        Returns:
            uint64, shape ``(2, m, 2)``.

        Raises:
            ValueError: If the shapes do not fit or there were no seeds.
        """
        for name, labels in (("zero", zero), ("one", one)):
            array_of((len(zero), 2), np.uint64, **{name: labels})
        out = self.pads(columns, len(zero), hash_)
        out[0] ^= zero
        out[1] ^= one
        return out

    def pads(self, columns: np.ndarray, count: int, hash_: LabelHash) -> np.ndarray:
        """Return both pads of each transfer: random labels, nobody chose them.

        Args:
            columns: The receiver's u, for ``count`` transfers.
            count: m.
            hash_: H, its key public.

        Returns:
            uint64 ``(2, m, 2)``: H(q_j, j), H(q_j xor s, j). The receiver has one.
        """
        width = _width(count)
        array_of((SECURITY, width), np.uint8, columns=columns)
        q = _expand(self._columns, width)
        q ^= np.where(self.base_choices[:, None], columns, np.uint8(0))
        rows = transpose(q)[:count]
        # tweaks count on over all batches: no two transfers share a pad
        tweaks = np.arange(self._sent, self._sent + count, dtype=np.uint64)
        self._sent += count
        out = np.empty((2, count, 2), np.uint64)
        out[0] = hash_(rows, tweaks)
        rows ^= self._s.view(np.uint64)  # now q_j xor s
        out[1] = hash_(rows, tweaks)
        return out


class ExtensionReceiver:
    """Holds the choice bits; can open the chosen label of each pair only.

    Attributes:
        base_pairs: 128 pairs of seeds for the base transfers; secret.
    """

    def __init__(self, *, token_bytes: TokenBytes = secrets.token_bytes) -> None:
        self.base_pairs = [
            (token_bytes(LABEL_BYTES), token_bytes(LABEL_BYTES))
            for _ in range(SECURITY)
        ]
        zeros, ones = zip(*self.base_pairs, strict=True)
        self._zeros, self._ones = _streams(zeros), _streams(ones)
        self._waiting: deque[tuple[np.ndarray, np.ndarray]] = deque()
        self._received = 0

    def extend(self, choices: np.ndarray) -> np.ndarray:
        """Return the columns u for m choice bits, uint8 ``(128, 16 ceil(m / 128))``.

        May be called again before the answer is decrypted: answers are taken in order.
        """
        choices = as_bits(choices, len(choices), "choices")
        packed = np.packbits(choices, bitorder="little")
        packed = np.pad(packed, (0, _width(len(choices)) - len(packed)))
        columns = _expand(self._zeros, len(packed))  # t; its rows are kept
        self._waiting.append((choices, transpose(columns)[: len(choices)]))
        columns ^= _expand(self._ones, len(packed))
        columns ^= packed  # now u = G(k0) xor G(k1) xor r, the same r in each column
        return columns

    def decrypt(self, encrypted: np.ndarray, hash_: LabelHash) -> np.ndarray:
        """Return the chosen labels, uint64 ``(m, 2)``.

        Raises:
            ValueError: If ``encrypted`` is not uint64 of shape ``(2, m, 2)``, or no
                columns wait for it.
        """
        if not self._waiting:
            raise ValueError("encrypted must answer columns; none are waiting")
        choices = self._waiting[0][0]  # a refused answer leaves its columns waiting
        array_of((2, len(choices), 2), np.uint64, encrypted=encrypted)
        labels = self.pad(hash_)
        labels ^= np.where(choices[:, None], encrypted[1], encrypted[0])
        return labels

    def pad(self, hash_: LabelHash) -> np.ndarray:
        """Return the chosen pad of each transfer that waits longest, ``(m, 2)``.

        Raises:
            ValueError: If no columns wait.
        """
        if not self._waiting:
            raise ValueError("pads must follow columns; none are waiting")
        choices, rows = self._waiting.popleft()
        count = len(choices)
        tweaks = np.arange(self._received, self._received + count, dtype=np.uint64)
        self._received += count
        return hash_(rows, tweaks)


def send_labels(end: Endpoint, zero: np.ndarray, one: np.ndarray) -> ExtensionSender:
    """Play the sender over a channel: 128 base transfers, then batches of labels.

    Args:
        end: The sender's end.
        zero: Labels for the bit 0, uint64 ``(m, 2)``.
        one: Labels for the bit 1.
    """
    sender = ExtensionSender()
    sender.receive_seeds(receive_strings(end, sender.base_choices.tolist()))
    hash_ = LabelHash(secrets.token_bytes(LABEL_BYTES))
    end.send("OT key", hash_.key)
    for part in _batches(len(zero)):
        columns = end.receive("OT columns")
        end.send("OT labels", sender.encrypt(columns, zero[part], one[part], hash_))
    return sender


def receive_labels(end: Endpoint, choices: np.ndarray) -> np.ndarray:
    """Play the receiver over a channel; return the chosen labels, ``(m, 2)``."""
    receiver = ExtensionReceiver()
    send_strings(end, receiver.base_pairs)
    hash_ = LabelHash(end.receive("OT key"))
    labels = np.empty((len(choices), 2), np.uint64)
    parts = _batches(len(choices))
    for part in parts:  # all at once: the sender works meanwhile, and rounds stay few
        end.send("OT columns", receiver.extend(choices[part]))
    for part in parts:
        labels[part] = receiver.decrypt(end.receive("OT labels"), hash_)
    return labels


class _Stream:
    """The generator G: AES-128 in counter mode under a seed, read on and on."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != LABEL_BYTES:
            raise ValueError(f"seeds must have 16 bytes, got {len(seed)}")
        mode = modes.CTR(bytes(LABEL_BYTES))
        self._encryptor = Cipher(algorithms.AES(seed), mode).encryptor()

    def read(self, zeros: bytes, target: np.ndarray) -> None:
        self._encryptor.update_into(zeros, target)


def _streams(seeds: Sequence[bytes]) -> list[_Stream]:
    if len(seeds) != SECURITY:
        raise ValueError(f"seeds must be {SECURITY}, got {len(seeds)}")
    return [_Stream(seed) for seed in seeds]


def _expand(streams: list[_Stream], width: int) -> np.ndarray:
    """Return the next ``width`` bytes of each stream, one row each."""
    if not streams:
        raise ValueError("seeds must be taken before labels are encrypted")
    zeros = bytes(width)
    # AES asks for 15 bytes more than it writes; the next stream writes over them
    flat = np.empty(len(streams) * width + LABEL_BYTES - 1, np.uint8)
    for k, stream in enumerate(streams):
        stream.read(zeros, flat[k * width :])
    return flat[: len(streams) * width].reshape(len(streams), width)


def _width(count: int) -> int:
    """Return the bytes of a column of ``count`` bits: whole AES blocks."""
    at_least(1, choices=count)
    return -(-count // 128) * 16


def _batches(count: int) -> list[slice]:
    return [slice(k, min(k + BATCH, count)) for k in range(0, count, BATCH)]

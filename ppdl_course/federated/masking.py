r"""Gradients under masks that cancel: the server learns the sum of a group, only.

Clients i and j of a group agree on a key k_ij (X25519; the public keys travel from
client to client). In round t client i sends, modulo 2^64,

    m_i = fix(g_i) + sum_{j > i} PRG(k_ij, t) - sum_{j < i} PRG(k_ij, t)

with fix(g) = round(g 2^40). Every PRG(k_ij, t) is added once and subtracted once, so
the sum of all m_i of the group is the sum of all fix(g_i), while any one m_i, and the
sum of any part of the group, is uniform to whoever lacks a key of it.

Protects one client's gradient from the server and the wire. Not protected: the sum of
the group, so a group of honest clients is worth what its *other* members are; when the
server and all but one of them pool what they know, nothing is left to mask. A client
that drops out spoils the round: ``federated/dropouts`` mends that.

Source: Bonawitz et al., "Practical Secure Aggregation for Privacy-Preserving Machine
Learning", CCS 2017, section 4 (masks; without its recovery of dropouts).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ppdl_course.federated.gradient_exchange import GradientClient, GradientServer

FRACTION_BITS = 40


def fix(values: np.ndarray, *, parties: int) -> np.ndarray:
    """Return round(values * 2**40) modulo 2**64, uint64.

    Raises:
        ValueError: If a value is not finite, or so large that the sum of ``parties``
            such values could leave the range of 64 bits.
    """
    # 62, not 63: one bit to spare, so that the sum cannot reach the sign
    largest = 2.0 ** (62 - FRACTION_BITS) / parties
    values = np.asarray(values, dtype=np.float64)
    if not np.all(np.abs(values) <= largest):  # NaN is refused too
        raise ValueError(f"values must be finite and at most {largest:g} in size")
    # two's complement: signed numbers add up correctly modulo 2^64
    return np.rint(values * 2.0**FRACTION_BITS).astype(np.int64).view(np.uint64)


def unfix(numbers: np.ndarray) -> np.ndarray:
    """Return the float64 values that uint64 ``numbers`` stand for."""
    return numbers.view(np.int64) / 2.0**FRACTION_BITS


def mask(key: bytes, turn: int, count: int) -> np.ndarray:
    """Return ``count`` pseudorandom uint64 numbers: AES-CTR, one stream a round."""
    # the round in the upper half, blocks in the lower: no two rounds share a stream
    counter = turn.to_bytes(8, "big") + bytes(8)
    stream = Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor()
    return np.frombuffer(stream.update(bytes(8 * count)), dtype="<u8").astype("u8")


def shared_key(private: X25519PrivateKey, public: bytes, purpose: bytes) -> bytes:
    """Return the 32 bytes that two owners of X25519 keys agree on for a purpose.

    Raises:
        ValueError: If ``public`` is not 32 bytes, or a point of small order: what comes
            out would be the same for every private key.
    """
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(public))
    except (TypeError, ValueError) as error:
        got = public.hex() if isinstance(public, bytes) else repr(public)
        raise ValueError(
            f"public must be an X25519 key not of small order, got {got}"
        ) from error
    derive = HKDF(hashes.SHA256(), length=32, salt=None, info=purpose)
    return derive.derive(shared)


def add_masks(
    words: np.ndarray, name: str, keys: Mapping[str, bytes], turn: int
) -> np.ndarray:
    """Return uint64 words under the masks of ``name`` with each owner of a key.

    The smaller name of a pair adds, the other subtracts: they cancel in the sum.
    """
    for peer, key in keys.items():
        stream = mask(key, turn, len(words))
        words = words + stream if peer > name else words - stream
    return words


class MaskedClient(GradientClient):
    """A client that hides its gradient behind masks shared with its group.

    Args:
        group: The other clients of its group, at least one.
        *args: As for :class:`GradientClient`.
        **options: As for :class:`GradientClient`.
    """

    def __init__(self, *args: Any, group: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        if not group or self.name in group:
            raise ValueError(f"group must name other clients, got {tuple(group)}")
        self._group = tuple(group)
        self._private = X25519PrivateKey.generate()
        self._masking_keys: dict[str, bytes] = {}
        self._turn = 0

    def send_key(self) -> None:
        """Send the public key to every other client of the group (once, first)."""
        public = self._private.public_key().public_bytes_raw()
        for peer in self._group:
            self._end.send("mask key", public, to=peer)

    def receive_keys(self) -> None:
        """Wait for the group's public keys and derive the shared ones."""
        for peer in self._group:
            theirs = self._end.receive("mask key", sender=peer)
            self._masking_keys[peer] = shared_key(self._private, theirs, b"mask")

    def message(self, gradient: np.ndarray) -> np.ndarray:
        """Return the masked gradient, uint64 of shape (parameters,).

        Raises:
            ValueError: If the keys of the group have not been taken.
        """
        if not self._masking_keys:
            raise ValueError("group must have exchanged its keys before a round")
        masked = fix(gradient, parties=1 + len(self._group))
        masked = add_masks(masked, self.name, self._masking_keys, self._turn)
        self._turn += 1
        return masked


class MaskedServer(GradientServer):
    """A server that can add masked gradients group by group, and open nothing else.

    Args:
        *args: As for :class:`GradientServer`.
        groups: The clients of each group; together, all clients once.
        **options: As for :class:`GradientServer`.
    """

    def __init__(
        self, *args: Any, groups: Sequence[Sequence[str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if sorted(name for group in groups for name in group) != sorted(self.clients):
            raise ValueError(f"groups must hold {self.clients} once, got {groups}")
        self._groups = [tuple(group) for group in groups]

    def combine(self, messages: Mapping[str, object]) -> np.ndarray:
        """Return the mean gradient; note the sum of each group, which is visible."""
        total = np.zeros_like(self.network.flat)
        for group in self._groups:
            masked = np.stack([messages[name] for name in group])
            opened = unfix(masked.sum(axis=0, dtype=np.uint64))
            self._end.note(f"sum of {', '.join(group)}", opened)
            total += opened
        return total / len(self.clients)


def exchange_keys(clients: Sequence[MaskedClient]) -> None:
    """Let all clients send their keys, then take those of their groups."""
    for client in clients:
        client.send_key()
    for client in clients:
        client.receive_keys()

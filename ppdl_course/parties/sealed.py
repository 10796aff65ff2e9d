"""An endpoint whose messages are sealed: the wire sees who talks and how much.

    A -> B : g^a        public keys (X25519), unauthenticated
    B -> A : g^b
    both   : k_AB, k_BA = HKDF(g^ab)      one key a direction
    A -> B : AES-GCM(k_AB, counter, encode(value)), the label as associated data

Protects against whoever reads the wire, and notices whoever changes a sealed message.
Not protected: the names of the parties, the labels, the sizes and the times of
messages; anything at all from the receiver, who opens them; and, since the public keys
carry no signature, anything from an adversary who replaces them on the way.

Source: Langley, Hamburg, Turner, RFC 7748, 2016 (X25519); Krawczyk, Eronen, RFC 5869,
2010 (HKDF); Dworkin, NIST SP 800-38D, 2007 (GCM).
"""

from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ppdl_course.parties.channel import Endpoint
from ppdl_course.parties.codec import FrameError, decode, encode


class SealedEnd:
    """One party's end of a channel, with every message to its peers sealed.

    It offers what an :class:`Endpoint` offers to a client or a server. What a party
    opens is noted in the transcript as this party's own knowledge.

    Args:
        end: The open end.
        peers: With whom to talk sealed; each must be a ``SealedEnd`` too.

    Attributes:
        name: The party.
        peers: As given.
    """

    def __init__(self, end: Endpoint, peers: Sequence[str] | None = None) -> None:
        self.name = end.name
        self.peers = tuple(end.peers if peers is None else peers)
        self._end = end
        self._private = X25519PrivateKey.generate()
        self._keys: dict[str, tuple[AESGCM, AESGCM]] = {}
        self._sent = dict.fromkeys(self.peers, 0)
        self._opened = dict.fromkeys(self.peers, 0)
        for peer in self.peers:
            public = self._private.public_key().public_bytes_raw()
            end.send("public key", public, to=peer)

    def send(self, label: str, payload: Any, *, to: str | None = None) -> None:
        """Seal a value and send it; ``to`` may be left out for a single peer.

        Raises:
            ValueError: If ``to`` is not one of the peers.
        """
        to = self._peer(to, "to")
        outward, _ = self._directions(to)
        # A counter: two messages under one nonce would give away their XOR.
        nonce = self._sent[to].to_bytes(12, "big")
        self._sent[to] += 1
        sealed = outward.encrypt(nonce, encode(payload), label.encode())
        self._end.send(label, sealed, to=to)

    def receive(self, label: str, *, sender: str | None = None) -> Any:
        """Return the next value from ``sender``, opened.

        Raises:
            FrameError: If it was changed on the way, or has another label.
        """
        sender = self._peer(sender, "sender")
        _, inward = self._directions(sender)
        sealed = self._end.receive(label, sender=sender)
        nonce = self._opened[sender].to_bytes(12, "big")
        self._opened[sender] += 1
        if not isinstance(sealed, bytes):
            raise FrameError(f"{label!r} from {sender} is not sealed")
        try:
            value = decode(inward.decrypt(nonce, sealed, label.encode()))
        except InvalidTag:
            raise FrameError(
                f"{label!r} from {sender} was changed on the way"
            ) from None
        self._end.note(label, value)
        return value

    def note(self, label: str, value: Any) -> None:
        """Write down a value of this party's own, as an ``Endpoint`` does."""
        self._end.note(label, value)

    def _peer(self, name: str | None, argument: str) -> str:
        if name is None and len(self.peers) == 1:
            return self.peers[0]
        if name not in self.peers:
            raise ValueError(f"{argument} must be one of {self.peers}, got {name!r}")
        return name

    def _directions(self, peer: str) -> tuple[AESGCM, AESGCM]:
        """Return the keys (to ``peer``, from ``peer``), agreed when first used."""
        if peer not in self._keys:
            public = self._end.receive("public key", sender=peer)
            shared = self._private.exchange(X25519PublicKey.from_public_bytes(public))
            self._keys[peer] = (
                _key(shared, self.name, peer),
                _key(shared, peer, self.name),
            )
        return self._keys[peer]


def _key(shared: bytes, sender: str, receiver: str) -> AESGCM:
    # Both names in order: a key for each direction, so no message can be sent back.
    info = encode((sender, receiver))
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info)
    return AESGCM(derive.derive(shared))

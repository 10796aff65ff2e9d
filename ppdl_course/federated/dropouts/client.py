r"""A client of a masked sum whose seeds survive it: Bonawitz et al., the client's half.

Client i of n, in one round, all messages by way of the server:

    keys      s_i, e_i fresh X25519 keys           -> g^{s_i}, g^{e_i}, signed
    shares    b_i fresh; Shamir shares of b_i and s_i, one for each j
                                                   -> sealed under e_i, e_j
    upload    y_i = x_i + PRG(b_i) + sum_{j > i} PRG(k_ij) - sum_{j < i} PRG(k_ij)
                                                   -> y_i  modulo 2^64
    consent   the server names the survivors U     -> a signature of U, one a round
    unmask    t signatures of the same U           -> for j in U the share of b_j,
                                                      for the others that of s_j

Two masks, since a server may *say* that i has left, be given s_i, and find that y_i was
only late: b_i still covers it. And nobody gets both: with a threshold t above n/2 there
are no t signatures for each of two lists, as every client signs one.

Protects x_i from the server and up to t - 1 clients who pool what they know, as long as
2t > n + (corrupt clients). Not protected: the sum; and a client may send anything.

Source: Bonawitz et al., "Practical Secure Aggregation for Privacy-Preserving Machine
Learning", CCS 2017, figure 4 (the version for active servers).
"""

import secrets
from collections.abc import Mapping
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ppdl_course.arguments import array_of, at_least, between
from ppdl_course.federated.dropouts.refusals import (
    AskedTwice,
    ClientDropped,
    SmallOrderKey,
    reading,
)
from ppdl_course.federated.dropouts.statements import (
    listed,
    of_this_turn,
    pack,
    require_signed,
    statement,
)
from ppdl_course.federated.masking import add_masks, mask, shared_key
from ppdl_course.mpc.sharing.shamir import share, to_field
from ppdl_course.parties.channel import Endpoint
from ppdl_course.parties.codec import FrameError, decode, encode
from ppdl_course.publickey.schnorr import SigningKey

SELF, PAIR = "self mask", "pair key"
"""The two kinds of share: of b_i, and of s_i."""


class SumClient:
    """Holds one vector, and gives it to a sum only.

    Args:
        end: Its end of the channel.
        signing: Its signing key.
        directory: Public signing keys of all clients, this one's too.
        threshold: Clients that must stay; above half of all.
        server: The server's name.

    Attributes:
        name: The client's name.
        turn: The round it is in; -1 before the first.

    Raises:
        ValueError: If the threshold is out of its bound, or the directory has another
            key for this client.
    """

    def __init__(
        self,
        end: Endpoint,
        signing: SigningKey,
        directory: Mapping[str, Any],
        *,
        threshold: int,
        server: str = "server",
    ) -> None:
        between(len(directory) // 2 + 1, len(directory), threshold=threshold)
        if directory.get(end.name) != signing.public:
            raise ValueError(f"directory must hold the signing key of {end.name!r}")
        self._end, self._signing, self._server = end, signing, server
        self._directory, self._threshold = dict(directory), threshold
        self._points = {name: i for i, name in enumerate(sorted(directory), 1)}
        self.name, self.turn = end.name, -1

    def send_keys(self, turn: int) -> None:
        """Begin a round: send fresh public keys, signed.

        Args:
            turn: Its number, from 0; above all before.

        Raises:
            ValueError: If it is not.
        """
        at_least(self.turn + 1, turn=turn)
        self.turn = turn
        self._pair, self._sealing = (X25519PrivateKey.generate() for _ in range(2))
        public = self._pair.public_key().public_bytes_raw()
        sealing = self._sealing.public_key().public_bytes_raw()
        self._signed: tuple[str, ...] | None = None
        self._send("keys", (public, sealing), "keys", self.name, public, sealing)

    def send_shares(self) -> None:
        """Take everybody's keys; send everybody a sealed share of both secrets.

        Raises:
            Refusal: If the list of keys is not what its owners signed.
        """
        self._keys: dict[str, bytes] = {}
        self._seals: dict[str, AESGCM] = {}
        with reading("keys"):
            rows = self._receive("keys")
            names = listed([row[0] for row in rows], self._directory, self._threshold)
            if self.name not in names:
                raise ClientDropped(f"the list of keys leaves out {self.name!r}")
            for name, public, sealing, signature in rows:
                self._require_signed(name, signature, "keys", name, public, sealing)
                if name != self.name:
                    self._agree(name, public, sealing)
        self._seed = secrets.token_bytes(32)
        both = [self._shares(self._seed), self._shares(self._pair.private_bytes_raw())]
        at = self._points[self.name] - 1
        self._held = {self.name: tuple(rows[at] for rows in both)}
        sealed = {}
        for name, seal in self._seals.items():
            body = encode(tuple(rows[self._points[name] - 1] for rows in both))
            sealed[name] = seal.encrypt(*self._nonce(self.name, name, body))
        self._tell("shares", sealed)

    def send_upload(self, words: np.ndarray) -> None:
        """Take the shares of the others; send the numbers under both masks.

        Args:
            words: uint64 of shape (d,), two's complement.

        Raises:
            ValueError: If ``words`` is no such array.
            Refusal: If too few sent shares.
        """
        array_of(np.shape(words)[:1], np.uint64, words=words)
        with reading("shares"):
            sealed = self._receive("shares")
            mine = [*sealed, self.name]
            names = listed(mine, [*self._keys, self.name], self._threshold)
        for name in sealed:
            self._open(name, sealed[name])
        self._keys = {name: self._keys[name] for name in sealed}
        masked = add_masks(self._covered(words), self.name, self._keys, self.turn)
        self._present = names
        self._tell("upload", masked)

    def send_consent(self) -> None:
        """Take the list of survivors; sign it, one list a round.

        Raises:
            Refusal: If the list is not possible, or leaves this client out.
        """
        with reading("survivors"):
            names = self._receive("survivors")
            survivors = listed(names, self._present, self._threshold)
        if self.name not in survivors:
            raise ClientDropped(f"{self.name!r} sent its numbers and is not in the sum")
        if self._signed is not None:
            raise AskedTwice(
                f"{self.name!r} signs one list a round, and has signed one"
            )
        self._signed = tuple(sorted(survivors))
        self._send("consent", (), "survivors", self._signed)

    def send_unmasking(self) -> None:
        """Look at the signatures of the list; send one share for each client.

        Raises:
            Refusal: If fewer than the threshold signed the list that this one signed.
        """
        with reading("consents"):
            consents = self._receive("consents")
            listed(consents, self._signed, self._threshold)
            for name, signature in consents.items():
                self._require_signed(name, signature, "survivors", self._signed)
        self._answer({n: SELF if n in self._signed else PAIR for n in self._present})

    def _answer(self, kinds: Mapping[str, str]) -> None:
        """Send the share of the kind named for each client."""
        shares = {
            name: (kind, self._held[name][0 if kind == SELF else 1])
            for name, kind in kinds.items()
            if name in self._held
        }
        self._tell("unmasking", shares)

    def _agree(self, name: str, public: bytes, sealing: bytes) -> None:
        """Derive the two keys shared with ``name``."""
        try:
            self._keys[name] = shared_key(self._pair, public, b"mask")
            seal = shared_key(self._sealing, sealing, b"shares")
        except ValueError as error:
            raise SmallOrderKey(f"the key of {name!r}: {error}") from error
        self._seals[name] = AESGCM(seal)

    def _covered(self, words: np.ndarray) -> np.ndarray:
        """Return the numbers under the mask that is this client's own."""
        return words + mask(self._seed, self.turn, len(words))

    def _open(self, name: str, sealed: Any) -> None:
        """Keep what ``name`` sealed; garbage is as if no share had come."""
        try:
            body = self._seals[name].decrypt(*self._nonce(name, self.name, sealed))
            pair = decode(body)
            for one in pair:
                array_of(self._held[self.name][0].shape, np.uint64, share=one)
            self._held[name] = tuple(pair)
        except (InvalidTag, FrameError, TypeError, ValueError):
            return

    def _nonce(self, sender: str, to: str, body: Any) -> tuple[bytes, Any, bytes]:
        """Return nonce, body and what is authenticated, for a key of this round."""
        # one key for both directions: the nonce says which, so that none comes twice
        direction = bytes([sender < to]) + bytes(11)
        return direction, body, statement("shares", self.turn, sender, to)

    def _shares(self, secret: bytes) -> np.ndarray:
        people = len(self._points)
        return share(to_field(secret), threshold=self._threshold, people=people)

    def _send(
        self, label: str, payload: tuple[Any, ...], kind: str, *what: Any
    ) -> None:
        """Send a value with a signature of what it says."""
        signature = self._signing.sign(statement(kind, self.turn, *what))
        self._tell(label, (*payload, pack(self._signing.group, signature)))

    def _tell(self, label: str, payload: Any) -> None:
        self._end.send(label, (self.turn, payload), to=self._server)

    def _receive(self, label: str) -> Any:
        return of_this_turn(self._end, label, self._server, self.turn)

    def _require_signed(self, name: str, packed: Any, kind: str, *what: Any) -> None:
        message = statement(kind, self.turn, *what)
        require_signed(self._signing.group, self._directory, name, message, packed)

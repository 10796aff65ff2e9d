r"""Asynchronous SGD on encrypted weights: the server adds, and reads nothing.

    participant j, before   the shared key, sealed, to all participants
    participant 1           Enc(w) at the start                      ---> server
    participant j           "download"                               ---> server
    server                  version v, Enc(w)                        ---> participant j
    participant j           w, a batch of its own, g; d = -rate g as integers
                            version v, Enc(d)                        ---> server
    server                  Enc(w) <- Enc(w) + Enc(d), version + 1

The participants come in any order, and compute on weights that others move meanwhile:
asynchronous SGD. All sums are of integers (``headroom``), so the weights are those of
plain asynchronous SGD with the same rounding and order, bit for bit
(``learner.plain_twin``), under whichever encryption.

The server refuses an upload for a version that the participant did not download last,
one that is too old, a second one for one download, and what could carry.

Threat model: honest-but-curious server that meets no participant; see ``ring_sums`` or
``paillier_sums``. The server learns sizes, who takes part and when. NOT protected:
every participant reads all weights, and whoever downloads before and after another's
upload the step between; **one participant who meets the server reads all uploads**; the
final weights say of the records what any model says.

Source: [36] L. Phong, Y. Aono, T. Hayashi, L. Wang, S. Moriai, "Privacy-Preserving Deep
Learning via Additively Homomorphic Encryption", IEEE TIFS 13(5), 2018, section III.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from ppdl_course.arguments import record_of
from ppdl_course.federated.encrypted_gradients.headroom import Headroom
from ppdl_course.federated.encrypted_gradients.learner import Event, Learner
from ppdl_course.parties.channel import Endpoint
from ppdl_course.parties.sealed import SealedEnd


class Adder(Protocol):
    """What a server needs: no secret."""

    summands: int

    def add(self, message: Mapping[str, Any]) -> None:
        """Add an encrypted vector."""

    def total(self) -> dict[str, Any]:
        """Return the encrypted sum."""


class Key(Protocol):
    """What participants share: ``ring_sums.RingKey``, ``paillier_sums.PaillierKey``."""

    headroom: Headroom

    @property
    def shared(self) -> Any:
        """What makes the same key again."""

    def adder(self, size: int) -> Adder:
        """Return an adder of vectors of ``size`` numbers; it gets no secret."""

    def encrypt(self, integers: np.ndarray) -> dict[str, Any]:
        """Encrypt a vector of integers."""

    def decrypt(self, total: Mapping[str, Any]) -> np.ndarray:
        """Decrypt a sum."""


def share_key(maker: SealedEnd, key: Key, others: Sequence[SealedEnd]) -> list[Any]:
    """Send a key from the participant that made it to all others, sealed.

    Args:
        maker: Its end; the server must be none of its peers.
        key: What it made.
        others: Theirs.

    Returns:
        What each of the others has heard: ``RingKey(heard)`` is the key again, or
        ``PaillierKey(PrivateKey.from_primes(*heard))``.
    """
    for other in others:
        maker.send("shared key", key.shared, to=other.name)
    return [other.receive("shared key", sender=maker.name) for other in others]


class Participant:
    """Holds records and the shared key.

    Args:
        end: Its end of a channel to the server.
        learner: Its records.
        key: The key that all participants share.
        server: The server's name.
    """

    def __init__(
        self, end: Endpoint, learner: Learner, key: Key, *, server: str = "server"
    ) -> None:
        self._end, self._learner, self._key, self._server = end, learner, key, server
        self._version = -1
        self.weights: np.ndarray | None = None

    def send_start(self) -> None:
        """Send the encrypted starting weights: one participant does, once."""
        start = self._key.encrypt(self._learner.start())
        self._end.send("start", start, to=self._server)

    def ask(self) -> None:
        """Ask for the weights."""
        self._end.send("download", None, to=self._server)

    def receive(self) -> None:
        """Receive the weights and decrypt them."""
        answer = self._end.receive("weights", sender=self._server)
        record_of("version", "total", weights=answer)
        self._version = answer["version"]
        self.weights = self._key.decrypt(answer["total"])

    def upload(self) -> None:
        """Send the encrypted step that the weights last received give.

        Raises:
            ValueError: If there are no weights yet, or a step is too large.
        """
        if self.weights is None:
            raise ValueError("weights must be received before an upload")
        step = self._key.encrypt(self._learner.step(self.weights))
        message = {"version": self._version, "step": step}
        self._end.send("upload", message, to=self._server)


class Server:
    """Adds ciphertexts; holds no key and no record.

    Args:
        end: Its end of a channel.
        adder: From the shared key's public part.
        participants: Who takes part.
        most_stale: How many uploads of others may have come since the download that an
            upload answers. Unlimited by default.

    Attributes:
        version: How many uploads have been added.
    """

    def __init__(
        self,
        end: Endpoint,
        adder: Adder,
        participants: Sequence[str],
        *,
        most_stale: int | None = None,
    ) -> None:
        if len(set(participants)) < len(participants):
            raise ValueError(f"participants must be different, got {participants}")
        self._end, self._adder = end, adder
        self._open: dict[str, int | None] = dict.fromkeys(participants)
        self._most_stale = most_stale
        self.version = 0

    def _last(self, participant: str) -> int | None:
        """Return the version that a participant has downloaded and not answered."""
        if participant not in self._open:
            known = tuple(self._open)
            raise ValueError(f"participant must be one of {known}, got {participant!r}")
        return self._open[participant]

    def receive_start(self, participant: str) -> None:
        """Receive the encrypted starting weights.

        Raises:
            ValueError: If they have come before, or do not fit the adder.
        """
        if self._adder.summands:
            raise ValueError("start must come once, it has come before")
        self._adder.add(self._end.receive("start", sender=participant))

    def answer(self, participant: str) -> None:
        """Answer a download; ValueError from a stranger or before the start."""
        if not self._adder.summands:
            raise ValueError("start must come before a download")
        self._last(participant)
        self._end.receive("download", sender=participant)
        self._open[participant] = self.version
        answer = {"version": self.version, "total": self._adder.total()}
        self._end.send("weights", answer, to=participant)

    def receive_upload(self, participant: str) -> None:
        """Add an upload.

        Raises:
            ValueError: If it is not for the version that this participant downloaded
                last, counts twice, is too stale, under another key, or could carry.
                Nothing is added then.
        """
        last = self._last(participant)
        message = self._end.receive("upload", sender=participant)
        record_of("version", "step", upload=message)
        version = message["version"]
        if last is None:
            raise ValueError(
                f"{participant!r} must download between two uploads: this one would be "
                "counted twice"
            )
        if version != last:
            raise ValueError(
                f"version must be the one downloaded, {last}, got {version}"
            )
        stale = self.version - version
        if self._most_stale is not None and stale > self._most_stale:
            raise ValueError(
                f"version must be at most {self._most_stale} uploads old, got {stale}"
            )
        self._adder.add(message["step"])
        self._open[participant] = None
        self.version += 1


def run(
    server: Server, participants: Mapping[str, Participant], order: Sequence[Event]
) -> np.ndarray:
    """Run the system in the given order; return the final weights, int64 integers.

    The first participant sends the start, and downloads once more in the end.
    """
    first = next(iter(participants))
    participants[first].send_start()
    server.receive_start(first)
    for name, what in [*order, (first, "download")]:
        participant = participants[name]
        if what == "download":
            participant.ask()
            server.answer(name)
            participant.receive()
        else:
            participant.upload()
            server.receive_upload(name)
    return participants[first].weights

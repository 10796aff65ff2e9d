r"""The server of a masked sum: it carries everything, and opens nothing but the sum.

It adds up what came, and takes the masks off with shares from the clients who stayed:

    sum_i x_i = sum_i y_i - sum_{i in U} PRG(b_i) + sum_{j left} (j's pair masks with U)

for what j would have added cancels what the others added for j. A client who sends
nothing, or something malformed, counts as gone, and the round goes on; with fewer than
the threshold it stops. Not protected: one client who seals garbage where its shares
should be stops a round, since nobody can take off its mask.

Source: as in ``client``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ppdl_course.arguments import array_of, at_least, between
from ppdl_course.federated.dropouts.client import PAIR, SELF
from ppdl_course.federated.dropouts.refusals import (
    Refusal,
    SmallOrderKey,
    TooFew,
    WrongShare,
    reading,
)
from ppdl_course.federated.dropouts.statements import (
    listed,
    of_this_turn,
    require_signed,
    statement,
)
from ppdl_course.federated.masking import add_masks, mask, shared_key
from ppdl_course.mpc.sharing.shamir import from_field, recover, to_field
from ppdl_course.parties.channel import Endpoint, PeerGone
from ppdl_course.publickey.groups import Group

_FIELD_ELEMENTS = len(to_field(bytes(32)))


class SumServer:
    """Adds up uploads of which it can read none.

    Args:
        end: Its end of the channel.
        directory: Public signing keys of all clients.
        group: Of these keys.
        threshold: As for the clients.
        size: Numbers in an upload.

    Attributes:
        turn: The round, from 0.
        survivors: Whose numbers are in the sum, in order.
        refused: Why a client's message was not taken this round, by name.

    Raises:
        ValueError: If an argument is out of its bound.
    """

    def __init__(
        self,
        end: Endpoint,
        directory: Mapping[str, Any],
        group: Group,
        *,
        threshold: int,
        size: int,
    ) -> None:
        between(len(directory) // 2 + 1, len(directory), threshold=threshold)
        at_least(1, size=size)
        self._end, self._directory, self._group = end, dict(directory), group
        self._threshold, self._size = threshold, size
        self._points = {name: i for i, name in enumerate(sorted(directory), 1)}
        self.turn = -1
        self.survivors: tuple[str, ...] = ()
        self.refused: dict[str, Refusal] = {}

    def relay_keys(self) -> None:
        """Begin a round: send all the keys of all.

        Raises:
            TooFew: If fewer than the threshold sent keys; so in all that follows.
        """
        self.turn += 1
        self.refused = {}
        rows = self._collect("keys", self._points, self._read_keys)
        self._publics = {name: row[0] for name, row in rows.items()}
        self._send("keys", [(name, *row) for name, row in rows.items()], rows)

    def relay_shares(self) -> None:
        """Send each client what the others sealed for it."""
        bundles = self._collect("shares", self._publics, self._read_shares)
        for name in bundles:
            sealed = {n: b[name] for n, b in bundles.items() if n != name}
            self._send("shares", sealed, [name])
        self._present = tuple(bundles)

    def announce_survivors(self) -> None:
        """Take the uploads; tell all who sent shares whose upload came."""
        self._uploads = self._collect("upload", self._present, self._read_upload)
        self.survivors = tuple(sorted(self._uploads))
        self._send("survivors", self.survivors, self._present)

    def relay_consents(self) -> None:
        """Send each survivor the signatures of the list."""
        self._consents = self._collect("consent", self.survivors, self._read_consent)
        self._send("consents", self._consents, self._consents)

    def open_sum(self) -> np.ndarray:
        """Return the sum of the survivors' numbers, uint64 of shape (size,).

        Raises:
            TooFew: If too few clients answered.
            WrongShare: If their shares disagree.
        """
        answers = self._collect("unmasking", self._consents, self._read_unmasking)
        total = np.zeros(self._size, np.uint64)
        for name in self.survivors:
            seed = self._recovered(name, SELF, answers)
            total = total + self._uploads[name] - mask(seed, self.turn, self._size)
        for name in self._present:
            if name not in self.survivors:
                secret = self._recovered(name, PAIR, answers)
                total = add_masks(total, name, self._keys_of(name, secret), self.turn)
        return total

    def _keys_of(self, name: str, secret: bytes) -> dict[str, bytes]:
        """Return the keys of a client who left with each survivor."""
        private = X25519PrivateKey.from_private_bytes(secret)
        if private.public_key().public_bytes_raw() != self._publics[name]:
            raise WrongShare(f"shares of {name!r} give another key than it announced")
        others = (peer for peer in self.survivors if peer != name)
        return {p: shared_key(private, self._publics[p], b"mask") for p in others}

    def _recovered(
        self, name: str, kind: str, answers: Mapping[str, Mapping[str, Any]]
    ) -> bytes:
        """Return the 32 bytes of which the answers hold shares of that kind."""
        rows = {
            self._points[peer]: answer[name][1]
            for peer, answer in answers.items()
            if name in answer and answer[name][0] == kind
        }
        if len(rows) < self._threshold:
            raise TooFew(
                f"shares of the {kind} of {name!r} must be {self._threshold} or more, "
                f"got {len(rows)}"
            )
        try:
            numbers = recover(
                list(rows), np.stack(list(rows.values())), threshold=self._threshold
            )
            return from_field(numbers, 32)
        except ValueError as error:
            raise WrongShare(f"the {kind} of {name!r}: {error}") from error

    def _read_keys(self, name: str, message: Any) -> tuple[Any, ...]:
        public, sealing, signature = message
        self._require_signed(name, signature, "keys", name, public, sealing)
        probe = X25519PrivateKey.generate()  # a key of small order fails with any
        for key in (public, sealing):
            try:
                shared_key(probe, key, b"probe")
            except ValueError as error:
                raise SmallOrderKey(f"the key of {name!r}: {error}") from error
        return public, sealing, signature

    def _read_shares(self, name: str, message: Any) -> dict[str, bytes]:
        others = [peer for peer in self._publics if peer != name]
        if not isinstance(message, dict) or sorted(message) != sorted(others):
            raise ValueError(f"shares must be for {sorted(others)}")
        if not all(isinstance(sealed, bytes) for sealed in message.values()):
            raise ValueError("shares must be sealed, each in bytes")
        return message

    def _read_upload(self, name: str, message: Any) -> np.ndarray:
        array_of((self._size,), np.uint64, upload=message)
        return message

    def _read_consent(self, name: str, message: Any) -> Any:
        (signature,) = message
        self._require_signed(name, signature, "survivors", self.survivors)
        return signature

    def _read_unmasking(self, name: str, message: Any) -> dict[str, Any]:
        listed(message, self._present, 0)
        for kind, numbers in message.values():
            array_of((_FIELD_ELEMENTS,), np.uint64, **{str(kind): numbers})
        return message

    def _collect(
        self,
        label: str,
        names: Iterable[str],
        read: Callable[[str, Any], Any],
        *,
        least: int | None = None,
    ) -> dict[str, Any]:
        """Return what came from each client, without those who sent nothing of use.

        It must be ``least``, by default the threshold.
        """
        least = self._threshold if least is None else least
        came = {}
        for name in sorted(names):
            try:
                with reading(label):
                    message = of_this_turn(self._end, label, name, self.turn)
                    came[name] = read(name, message)
            except (TimeoutError, PeerGone):
                continue
            except Refusal as error:
                self.refused[name] = error
        if len(came) < least:
            raise TooFew(
                f"clients with a good {label!r} must be {least} or more, "
                f"got {len(came)}: {tuple(came)}"
            )
        return came

    def _send(self, label: str, payload: Any, names: Iterable[str]) -> None:
        for name in names:
            self._end.send(label, (self.turn, payload), to=name)

    def _require_signed(self, name: str, packed: Any, kind: str, *what: Any) -> None:
        message = statement(kind, self.turn, *what)
        require_signed(self._group, self._directory, name, message, packed)

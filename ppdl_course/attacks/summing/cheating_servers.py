r"""Servers that return a wrong sum to clients who check it, each in its own way.

    changes a coordinate   W + 1 in one place                        -> WrongSum
    drops a client         leaves out an upload that came            -> ClientDropped
    counts a client twice  with the help of that client, who tells
                           its numbers and its blinding: the
                           commitments and the signatures then fit   -> CountedTwice
    replays a round        the sum and the proof of the last round   -> Replayed
    forges a signature     a wrong sum, and a commitment of the
                           victim's that fits it                     -> ForgedSignature

Not caught, since it is no cheat of the server's: ``lies about its data``, a client who
uploads what it likes. The sum is then the sum of what was sent.

Source: the survey's description of [33] ("a malicious adversary"); the five ways are
this course's.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.federated.dropouts.rounds import signing_keys
from ppdl_course.federated.verifiable.client import VerifiedClient
from ppdl_course.federated.verifiable.combination import coefficients, combination
from ppdl_course.federated.verifiable.rounds import Verdicts, play_checked
from ppdl_course.federated.verifiable.server import VerifiedServer
from ppdl_course.parties.channel import Channel
from ppdl_course.publickey.commitments import Pedersen
from ppdl_course.publickey.groups import P256, Group
from ppdl_course.publickey.schnorr import SigningKey

Rows = dict[str, tuple[bytes, int, Any]]


class CheatingServer(VerifiedServer):
    """Cheats in one way from its second round on; the first is honest.

    Attributes:
        victim: The client that it cheats, or counts twice.
        accomplice: The victim's own half, for a client who helps; ``None`` else.
    """

    victim: str
    accomplice: VerifiedClient | None = None

    @property
    def cheats(self) -> bool:
        """Whether this round is one to cheat in."""
        return self.turn > 0


class ChangesCoordinate(CheatingServer):
    """Adds 1 to the first coordinate."""

    def open_sum(self) -> np.ndarray:
        """Return the sum, uint64, one too many in one place."""
        total = super().open_sum()
        total[0] += np.uint64(self.cheats)
        return total


class DropsClient(CheatingServer):
    """Takes no notice of the victim's upload, as if it had left."""

    def _read_upload(self, name: str, message: Any) -> np.ndarray:
        if self.cheats and name == self.victim:
            raise ValueError("not wanted")
        return super()._read_upload(name, message)


class CountsTwice(CheatingServer):
    """Counts a client twice who tells it all that is needed."""

    def open_sum(self) -> np.ndarray:
        """Return the sum with the accomplice's numbers in it twice, uint64."""
        total = super().open_sum()
        return total + self.accomplice._values.view("u8") if self.cheats else total

    def proof(self, rows: Rows) -> tuple[Any, ...]:
        """Return a proof in which everything fits."""
        if not self.cheats:
            return super().proof(rows)
        honest = self.survivors
        encoded, _, signature = rows[self.victim]
        again = {"again": (encoded, self.accomplice._blinding, signature)}
        self._directory["again"] = self._directory[self.victim]
        self.survivors = (*honest, "again")
        try:
            _, *rest = super().proof({**rows, **again})
        finally:
            self.survivors = honest
            del self._directory["again"]
        return (*honest, self.victim), *rest

    def _statement(self, name: str, encoded: bytes) -> bytes:
        return super()._statement(self.victim if name == "again" else name, encoded)


class ReplaysRound(CheatingServer):
    """Returns the sum and the proof of its first round ever after."""

    def open_sum(self) -> np.ndarray:
        """Return the sum of the first round, uint64."""
        total = super().open_sum()
        if not self.cheats:
            self._first = total
        return self._first.copy()

    def proof(self, rows: Rows) -> tuple[Any, ...]:
        """Return the proof of the first round."""
        if not self.cheats:
            self._kept = super().proof(rows)
        return self._kept


class ForgesSignature(CheatingServer):
    """Answers W + 1, and makes the victim's commitment and signature fit."""

    def open_sum(self) -> np.ndarray:
        """Return the sum, uint64, one too many in one place."""
        total = super().open_sum()
        total[0] += np.uint64(self.cheats)
        return total

    def proof(self, rows: Rows) -> tuple[Any, ...]:
        """Return a proof with the victim's commitment moved by what was added."""
        if not self.cheats:
            return super().proof(rows)
        added = np.zeros(self._size, np.int64)
        added[0] = 1
        r = coefficients(self._digest, self._size)
        envelope = Pedersen(self._group)
        encoded, masked, _ = rows[self.victim]
        moved = self._group.product(
            self._group.decode(encoded, "commitment"),
            envelope.commit(combination(r, added), 0),
        )
        encoded = self._group.encode(moved)
        own = SigningKey(self._group)  # it has no other
        signature = own.sign(self._statement(self.victim, encoded))
        return super().proof({**rows, self.victim: (encoded, masked, signature)})


CHEATS: dict[str, type[CheatingServer]] = {
    "changes a coordinate": ChangesCoordinate,
    "drops a client": DropsClient,
    "counts a client twice": CountsTwice,
    "replays a round": ReplaysRound,
    "forges a signature": ForgesSignature,
}
LIE = "lies about its data"
HONEST = "honest"


def run(
    cheat: str,
    *,
    clients: int = 4,
    size: int = 8,
    group: Group = P256,
    rng: np.random.Generator,
) -> Verdicts:
    """Play two rounds under a cheating server; return the verdicts on the second.

    Args:
        cheat: Of ``CHEATS``; ``LIE`` for an honest server and a client who sends a
            thousand times its numbers; ``HONEST``.
        clients: How many, 3 or more.
        size: Numbers of each.
        group: Of keys and commitments.
        rng: Draws the numbers.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    known = (*CHEATS, LIE, HONEST)
    if cheat not in known:
        raise ValueError(f"cheat must be one of {known}, got {cheat!r}")
    at_least(3, clients=clients)
    at_least(1, size=size)
    names = [f"client {i}" for i in range(1, clients + 1)]
    keys, directory = signing_keys(names, group)
    threshold = clients // 2 + 1
    with Channel("server", *names, keep_bodies=False) as channel:
        kind = CHEATS.get(cheat, VerifiedServer)
        end = channel["server"]
        server = kind(end, directory, group, threshold=threshold, size=size)
        people = [
            VerifiedClient(channel[n], keys[n], directory, threshold=threshold)
            for n in names
        ]
        server.victim, server.accomplice = names[1], people[1]
        for _ in range(2):
            values = {n: rng.integers(-1000, 1000, size) for n in names}
            if cheat == LIE:
                values[names[1]] *= 1000
            verdicts = play_checked(server, people, _words(values))
    return verdicts


def _words(values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: numbers.view(np.uint64) for name, numbers in values.items()}

"""An adversary with a seat: what can be seen from it, read from the log of a run.

Seats are the wire, the server, a client, or several at once (collusion). From a seat
one sees every message that its party sends or receives and everything that this party
knows by itself (its notes); on the wire, every message and no notes. Nothing here asks
what a party *should* see: the log of the channel answers.

This adversary is passive: it follows the protocol and reads. One that changes messages
on the wire is the ``adversary`` of a ``Channel``; a client that sends what it likes is
a subclass of ``GradientClient`` (chapter 3 has one).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.parties.transcript import Transcript

WIRE = "the wire"


class Sight(NamedTuple):
    """One thing that is seen.

    Attributes:
        label: What the protocol calls it.
        value: What it is.
        sender: From whom, and
        receiver: to whom; the same party twice for what it knows by itself.
    """

    label: str
    value: Any
    sender: str
    receiver: str


@dataclass(frozen=True)
class Adversary:
    """Someone curious, at one seat or at several.

    Attributes:
        seats: ``WIRE`` or names of parties, all pooled.
    """

    seats: tuple[str, ...]

    def sights(self, log: Transcript) -> list[Sight]:
        """Return all that is seen from the seats during a run.

        Raises:
            ValueError: If a seat is neither the wire nor a party of the run.
        """
        for seat in self.seats:
            if seat not in (WIRE, *log.parties):
                known = (WIRE, *log.parties)
                raise ValueError(f"seats must be among {known}, got {seat!r}")
        messages = [
            Sight(m.label, m.payload, m.sender, m.receiver)
            for m in log.messages
            if WIRE in self.seats or {m.sender, m.receiver} & set(self.seats)
        ]
        own = [
            Sight(n.label, n.value, n.party, n.party)
            for n in log.notes
            if n.party in self.seats
        ]
        return messages + own

    def sees(self, log: Transcript, secret: np.ndarray) -> bool:
        """Return whether the row ``secret``, shape (d,), was seen as it is."""
        return any(holds(sight.value, secret) for sight in self.sights(log))


def holds(value: Any, secret: np.ndarray) -> bool:
    """Return whether a value is, or contains, the row ``secret`` of shape (d,)."""
    return any(
        array.shape[-1:] == secret.shape
        and bool((np.abs(array - secret) <= 1e-9).all(axis=-1).any())
        for array in arrays(value)
    )


def arrays(value: Any) -> Iterator[np.ndarray]:
    """Yield every array of real numbers inside a value."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and value.ndim:
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from arrays(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from arrays(item)


def phases(log: Transcript, after: int) -> tuple[Transcript, Transcript]:
    """Cut the log of a run behind its first ``after`` messages.

    Returns:
        Training and prediction: what was sent and noted before, and what was after.
    """
    between(0, len(log.messages), after=after)
    early = [note for note in log.notes if note.after <= after]
    late = [note for note in log.notes if note.after > after]
    return (
        Transcript(tuple(log.parties), log.messages[:after], early),
        Transcript(tuple(log.parties), log.messages[after:], late),
    )

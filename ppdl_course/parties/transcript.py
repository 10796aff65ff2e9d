"""What crossed between parties, and what each of them saw of it."""

from dataclasses import dataclass, field
from typing import Any

from ppdl_course.parties.codec import decode


@dataclass(frozen=True)
class Message:
    """One message as it crossed.

    Attributes:
        sender: Name of the party who sent it.
        receiver: Name of the party it was for.
        label: What the protocol calls it.
        round: When, in rounds, from 1.
        size: Bytes on the wire, header and label included.
        body: The encoded value; empty if the channel does not keep bodies.
    """

    sender: str
    receiver: str
    label: str
    round: int
    size: int
    body: bytes

    @property
    def payload(self) -> Any:
        """The value that was sent, decoded afresh."""
        return decode(self.body)


@dataclass(frozen=True)
class Note:
    """Something a party worked out and kept to itself, for the protocol player.

    Attributes:
        party: Whose it is.
        label: What the protocol calls it.
        value: What it is.
        after: Number of messages in the transcript when it was written down.
    """

    party: str
    label: str
    value: Any
    after: int


@dataclass(frozen=True)
class Count:
    """What crossed in one direction."""

    messages: int = 0
    bytes: int = 0
    rounds: int = 0


@dataclass
class Transcript:
    """The messages of a run, in the order in which they were sent.

    Attributes:
        parties: Names of the parties.
        messages: All messages.
        notes: What parties wrote down for themselves.
    """

    parties: tuple[str, ...]
    messages: list[Message] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """Bytes that crossed, in all directions, headers included."""
        return sum(message.size for message in self.messages)

    @property
    def rounds(self) -> int:
        """Length of the longest chain of messages that had to wait for each other."""
        return max((message.round for message in self.messages), default=0)

    def counts(self) -> dict[tuple[str, str], Count]:
        """Return what crossed for each ``(sender, receiver)`` that talked."""
        sent: dict[tuple[str, str], list[Message]] = {}
        for message in self.messages:
            sent.setdefault((message.sender, message.receiver), []).append(message)
        return {
            pair: Count(len(m), sum(x.size for x in m), len({x.round for x in m}))
            for pair, m in sent.items()
        }

    def view(self, party: str) -> list[Message]:
        """Return the messages that ``party`` sent or received: all it ever sees.

        Raises:
            ValueError: If there is no such party.
        """
        if party not in self.parties:
            raise ValueError(f"party must be one of {self.parties}, got {party!r}")
        return [m for m in self.messages if party in (m.sender, m.receiver)]

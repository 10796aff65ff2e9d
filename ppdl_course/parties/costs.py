"""What a protocol costs: messages, bytes, rounds and seconds of one run."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.parties.threads import run
from ppdl_course.parties.transcript import Transcript


@dataclass(frozen=True)
class Cost:
    """One run's cost.

    Attributes:
        method: What ran.
        messages: Messages that crossed.
        bytes: Bytes on the wire, in all directions.
        rounds: Rounds; each waits for the one before.
        seconds: Wall time, both parties on this machine.
    """

    method: str
    messages: int
    bytes: int
    rounds: int
    seconds: float

    @classmethod
    def of(cls, method: str, record: Transcript, seconds: float) -> "Cost":
        """Return the cost of a finished run."""
        return cls(method, len(record.messages), record.bytes, record.rounds, seconds)

    def over_network(self, *, latency: float, bandwidth: float) -> float:
        """Return the seconds it would take over a network, an estimate.

        Args:
            latency: Seconds a message travels.
            bandwidth: Bytes a second.
        """
        # an upper estimate: computing and sending do not overlap in it
        return self.seconds + self.rounds * latency + self.bytes / bandwidth


@dataclass
class Stopwatch:
    """How long a block took.

    Attributes:
        seconds: Wall time; NaN until the block has ended.
    """

    seconds: float = math.nan


@contextmanager
def seconds() -> Iterator[Stopwatch]:
    """Time the block of a ``with`` statement, also one that fails.

    >>> with seconds() as spent:
    ...     total = sum(range(1000))
    >>> spent.seconds > 0
    True
    """
    watch, start = Stopwatch(), time.perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - start


@dataclass
class Crossing(Stopwatch):
    """How long a block took, and what crossed a channel in it.

    Attributes:
        bytes: On the wire, in all directions; 0 until the block has ended.
    """

    bytes: int = 0


@contextmanager
def crossing(channel: Channel) -> Iterator[Crossing]:
    """Time the block of a ``with`` statement and count the bytes that cross in it."""
    cost, sent = Crossing(), channel.bytes
    with seconds() as spent:
        yield cost
    cost.seconds, cost.bytes = spent.seconds, channel.bytes - sent


def step(
    method: str, channel: Channel, *programs: Callable[[Endpoint], Any]
) -> tuple[list[Any], Cost]:
    """Run programs on an open channel; return their results and what they added."""
    sent, rounds = len(channel.messages), channel.rounds
    with seconds() as spent:
        results = run(channel, *programs)
    new = channel.messages[sent:]
    size, rounds = sum(message.size for message in new), channel.rounds - rounds
    return results, Cost(method, len(new), size, rounds, spent.seconds)


def timed(
    method: str, *programs: Callable[[Endpoint], Any], tcp: bool = False
) -> tuple[list[Any], Cost]:
    """Run two programs as Alice and Bob; return their results and what it cost."""
    with Channel("Alice", "Bob", tcp=tcp) as channel:
        return step(method, channel, *programs)

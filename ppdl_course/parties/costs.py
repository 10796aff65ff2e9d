"""What a protocol costs: messages, bytes, rounds and seconds of one run."""

import time
from collections.abc import Callable
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


def step(
    method: str, channel: Channel, *programs: Callable[[Endpoint], Any]
) -> tuple[list[Any], Cost]:
    """Run programs on an open channel; return their results and what they added."""
    sent, rounds = len(channel.messages), channel.rounds
    start = time.perf_counter()
    results = run(channel, *programs)
    seconds = time.perf_counter() - start
    new = channel.messages[sent:]
    size = sum(message.size for message in new)
    return results, Cost(method, len(new), size, channel.rounds - rounds, seconds)


def timed(
    method: str, *programs: Callable[[Endpoint], Any], tcp: bool = False
) -> tuple[list[Any], Cost]:
    """Run two programs as Alice and Bob; return their results and what it cost."""
    with Channel("Alice", "Bob", tcp=tcp) as channel:
        return step(method, channel, *programs)

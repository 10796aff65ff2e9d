"""One round of a masked sum from beginning to end, with clients who leave at any time.

    names, values = ("a", "b", "c"), ...
    outcome = play_round(values, threshold=2, leave={"b": "upload"})
    outcome.total, outcome.survivors, outcome.messages

Threat model and source: as in ``client``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.arguments import array_of
from ppdl_course.federated.dropouts.client import SumClient
from ppdl_course.federated.dropouts.refusals import Refusal
from ppdl_course.federated.dropouts.server import SumServer
from ppdl_course.parties.channel import Channel
from ppdl_course.publickey.groups import P256, Group
from ppdl_course.publickey.schnorr import SigningKey

PHASES = ("keys", "shares", "upload", "consent", "unmasking")


@dataclass(frozen=True)
class Outcome:
    """What one round came to.

    Attributes:
        total: The sum of the survivors' numbers, int64; ``None`` if the round stopped.
        survivors: Whose numbers are in it, or would have been.
        messages: Messages that crossed.
        bytes: Bytes that crossed.
        stopped: Why there is no sum; empty if there is one.
    """

    total: np.ndarray | None
    survivors: tuple[str, ...]
    messages: int
    bytes: int
    stopped: str


def signing_keys(
    names: Sequence[str], group: Group = P256
) -> tuple[dict[str, SigningKey], dict[str, Any]]:
    """Return a fresh signing key for each name, and the directory of public ones."""
    keys = {name: SigningKey(group) for name in names}
    return keys, {name: key.public for name, key in keys.items()}


def play_round(
    values: Mapping[str, np.ndarray],
    *,
    threshold: int,
    leave: Mapping[str, str] | None = None,
    group: Group = P256,
) -> Outcome:
    """Play one round among the owners of ``values``.

    Args:
        values: Each client's numbers, int64, all of one shape (d,). Their sum is taken
            modulo 2^64.
        threshold: Clients that must stay; above half of all.
        leave: Before which of ``PHASES`` a client leaves; who is not named stays.
        group: Of the signing keys.

    Raises:
        ValueError: If an argument is out of its bound, a client is unknown, or its
            phase is.
    """
    leave = dict(leave or {})
    for name, phase in leave.items():
        if name not in values:
            raise ValueError(f"leave must name {tuple(values)}, got {name!r}")
        if phase not in PHASES:
            raise ValueError(f"leave must be before one of {PHASES}, got {phase!r}")
    shape = np.shape(next(iter(values.values())))
    for name, numbers in values.items():
        array_of(shape[:1], np.int64, **{f"values of {name}": numbers})
    keys, directory = signing_keys(tuple(values), group)
    with Channel("server", *values, keep_bodies=False) as channel:
        server = SumServer(
            channel["server"], directory, group, threshold=threshold, size=shape[0]
        )
        clients = [
            SumClient(channel[name], keys[name], directory, threshold=threshold)
            for name in values
        ]
        words = {name: numbers.view(np.uint64) for name, numbers in values.items()}
        total, stopped = None, ""
        try:
            send_all(Steps(clients, leave), server, words)
            total = server.open_sum().view(np.int64)
        except Refusal as error:
            stopped = str(error)
        count, size = len(channel.messages), channel.bytes
    return Outcome(total, server.survivors, count, size, stopped)


class Steps:
    """Clients who are stepped together through the phases of a round.

    A client who refuses to go on, or waits for what does not come, has left: the server
    sees that nothing comes from it.

    Args:
        clients: All of them.
        leave: Before which phase a client leaves.

    Attributes:
        here: Who is left, by name.
        refused: Why a client went, by name; not of those who left by plan.
    """

    def __init__(
        self, clients: Iterable[SumClient], leave: Mapping[str, str] | None = None
    ) -> None:
        self.here = {client.name: client for client in clients}
        self.refused: dict[str, Exception] = {}
        self._leave = dict(leave or {})

    def each(self, phase: str, act: Callable[[Any], Any]) -> dict[str, Any]:
        """Let everybody who is left act; return what each returned, by name."""
        results = {}
        for name, client in list(self.here.items()):
            if self._leave.get(name) == phase:
                del self.here[name]
                continue
            try:
                results[name] = act(client)
            except (Refusal, TimeoutError) as error:
                self.refused[name] = error
                del self.here[name]
        return results


def send_all(steps: Steps, server: SumServer, values: Mapping[str, np.ndarray]) -> None:
    """Step the parties through a round up to the clients' shares for the unmasking.

    Args:
        steps: The clients.
        server: The server.
        values: Each client's numbers, uint64 of shape (d,).

    Raises:
        Refusal: If the server stops.
    """
    turn = server.turn + 1
    steps.each("keys", lambda client: client.send_keys(turn))
    server.relay_keys()
    steps.each("shares", lambda client: client.send_shares())
    server.relay_shares()
    steps.each("upload", lambda client: client.send_upload(values[client.name]))
    server.announce_survivors()
    steps.each("consent", lambda client: client.send_consent())
    server.relay_consents()
    steps.each("unmasking", lambda client: client.send_unmasking())

"""One checked round from beginning to end, and what each client makes of it.

Threat model and source: as in ``client``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ppdl_course.federated.dropouts.rounds import PHASES, Steps, send_all
from ppdl_course.federated.verifiable.client import VerifiedClient
from ppdl_course.federated.verifiable.server import VerifiedServer

CHECKED_PHASES = (*PHASES, "commitment", "check")


@dataclass(frozen=True)
class Verdicts:
    """What the clients made of a round.

    Attributes:
        accepted: The sum, int64 of shape (d,), as each client who accepts it has it.
        refused: Why the others did not, by name; not those who left by plan.
    """

    accepted: dict[str, np.ndarray]
    refused: dict[str, Exception]

    def of(self, name: str) -> str:
        """Return "accepted", the name of the refusal, or "left"."""
        if name in self.accepted:
            return "accepted"
        return type(self.refused[name]).__name__ if name in self.refused else "left"


def play_checked(
    server: VerifiedServer,
    clients: Iterable[VerifiedClient],
    values: Mapping[str, np.ndarray],
    leave: Mapping[str, str] | None = None,
) -> Verdicts:
    """Step the parties through a round.

    Args:
        server: The server.
        clients: All of them.
        values: Each client's numbers, uint64 of shape (d,).
        leave: Before which of ``CHECKED_PHASES`` a client leaves.

    Raises:
        Refusal: If the server stops.
    """
    steps = Steps(clients, leave)
    send_all(steps, server, values)
    server.announce_sum()
    steps.each("commitment", lambda client: client.send_commitment())
    server.relay_proof()
    return Verdicts(steps.each("check", lambda client: client.check()), steps.refused)

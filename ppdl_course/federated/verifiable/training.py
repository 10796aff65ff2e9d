r"""Training on sums that everybody checks, and the same training on one machine.

Each client holds records and the model. A round: the gradient g_i of the own records,
w_i = round(g_i 2^40); the checked sum W over the survivors U; then everybody moves

    model <- model - rate W 2^-40 / |U|

The server holds no model. :func:`train_centrally` does the same with all the records in
one place, and the models agree bit for bit: sums of integers do not depend on who adds,
or in which order.

Threat model and source: as in ``client``.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least, positive
from ppdl_course.federated.dropouts.rounds import signing_keys
from ppdl_course.federated.masking import fix, unfix
from ppdl_course.federated.verifiable.client import VerifiedClient
from ppdl_course.federated.verifiable.rounds import Verdicts, play_checked
from ppdl_course.federated.verifiable.server import VerifiedServer
from ppdl_course.nn import CrossEntropy, Network
from ppdl_course.parties.channel import Channel
from ppdl_course.publickey.groups import P256, Group

Shards = Mapping[str, tuple[np.ndarray, np.ndarray]]
"""Each client's records, shape (n, inputs), and their labels, shape (n,)."""


class Learner:
    """A client's records and model, beside its half of the protocol.

    Args:
        client: Its half of the protocol.
        network: The model to start from; copied.
        x: Records, shape (n, inputs).
        y: Labels, shape (n,).

    Attributes:
        client: As given.
        network: Its own copy of the model.
    """

    def __init__(
        self, client: VerifiedClient, network: Network, x: np.ndarray, y: np.ndarray
    ) -> None:
        self.client, self.network = client, network.copy()
        self._x, self._y = network.checked(x, y, CrossEntropy())

    def quantised(self, parties: int) -> np.ndarray:
        """Return the gradient of all its records in fixed point, uint64."""
        return quantised(self.network, self._x, self._y, parties)


def quantised(
    network: Network, x: np.ndarray, y: np.ndarray, parties: int
) -> np.ndarray:
    """Return the mean gradient of the records in fixed point, uint64, for a sum."""
    _, gradient = network.loss_and_gradient(x, y, CrossEntropy())
    return fix(gradient, parties=parties)


class CheckedTraining:
    """All parties of a training, on one channel.

    Args:
        network: The model to start from; copied.
        shards: Each client's records.
        threshold: Clients that must stay; above half of all.
        rate: Learning rate.
        server: Makes the server.
        group: Of signing keys and commitments.
        options: Of the channel.

    Attributes:
        channel: Where everything crosses.
        server: Adds up.
        learners: By name.

    Raises:
        ValueError: If an argument is out of its bound.
    """

    def __init__(
        self,
        network: Network,
        shards: Shards,
        *,
        threshold: int,
        rate: float = 0.1,
        server: Callable[..., VerifiedServer] = VerifiedServer,
        group: Group = P256,
        **options: Any,
    ) -> None:
        positive(rate=rate)
        keys, directory = signing_keys(tuple(shards), group)
        self._rate = rate
        self.channel = Channel("server", *shards, **options)
        self.learners = {
            name: Learner(
                VerifiedClient(
                    self.channel[name], keys[name], directory, threshold=threshold
                ),
                network,
                *shard,
            )
            for name, shard in shards.items()
        }
        end, size = self.channel["server"], network.flat.size
        self.server = server(end, directory, group, threshold=threshold, size=size)

    def round(self, leave: Mapping[str, str] | None = None) -> Verdicts:
        """Play one round; who accepts the sum moves its model.

        Args:
            leave: Before which of ``rounds.CHECKED_PHASES`` a client leaves.

        Raises:
            Refusal: If the server stops; no model has moved.
        """
        learners = self.learners
        values = {n: one.quantised(len(learners)) for n, one in learners.items()}
        clients = [one.client for one in learners.values()]
        verdicts = play_checked(self.server, clients, values, leave)
        survivors = len(self.server.survivors)
        for name, total in verdicts.accepted.items():
            _move(learners[name].network, total, survivors, self._rate)
        return verdicts


def train_centrally(
    network: Network, shards: Shards, *, rounds: int, rate: float = 0.1
) -> Network:
    """Return the network after the same steps on one machine that has all records.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    at_least(1, rounds=rounds)
    positive(rate=rate)
    network = network.copy()
    for _ in range(rounds):
        parts = [quantised(network, x, y, len(shards)) for x, y in shards.values()]
        total = np.sum(parts, axis=0, dtype=np.uint64).view(np.int64)
        _move(network, total, len(shards), rate)
    return network


def _move(network: Network, total: np.ndarray, survivors: int, rate: float) -> None:
    network.flat -= rate * unfix(total) / survivors

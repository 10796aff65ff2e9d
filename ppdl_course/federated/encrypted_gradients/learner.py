"""One participant's steps as integers, the order of events, and the plain twin.

    w   integers, 2^f times the weights
    d = round(-rate g(w / 2^f) 2^f)          on the participant's next batch
    w <- w + d                               whoever adds, and in whichever order

Sums of integers do not depend on who adds them, so plain and encrypted asynchronous SGD
agree bit for bit if they have the same order of downloads and uploads.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ppdl_course.arguments import at_least, positive
from ppdl_course.federated.encrypted_gradients.headroom import Headroom
from ppdl_course.nn import CrossEntropy, Network


class Learner:
    """Records of one participant, and what it makes of weights: integers to add.

    Args:
        network: Of the agreed shape; its own copy is used.
        x: Records, shape (n, inputs).
        y: Labels, shape (n,).
        rate: Learning rate.
        batch_size: Records behind a step, taken in their order, round and round.
        headroom: How steps become integers.
    """

    def __init__(
        self,
        network: Network,
        x: np.ndarray,
        y: np.ndarray,
        *,
        rate: float,
        batch_size: int,
        headroom: Headroom,
    ) -> None:
        positive(rate=rate)
        at_least(1, batch_size=batch_size)
        self._network = network.copy()
        self._x, self._y = network.checked(x, y, CrossEntropy())
        self._rate, self._batch, self._headroom = rate, batch_size, headroom
        self._next = 0

    def start(self) -> np.ndarray:
        """Return the starting weights as integers, int64 (parameters,)."""
        return self._headroom.encode(self._network.flat)

    def step(self, weights: np.ndarray) -> np.ndarray:
        """Return round(-rate g 2^f) for the next batch, int64 (parameters,).

        Args:
            weights: Integers int64 (parameters,).

        Raises:
            ValueError: If a step is too large: sums could carry.
        """
        network = self._network.from_flat(self._headroom.decode(weights))
        rows = (self._next + np.arange(self._batch)) % len(self._x)
        self._next = (self._next + self._batch) % len(self._x)
        _, gradient = network.loss_and_gradient(
            self._x[rows], self._y[rows], CrossEntropy()
        )
        return self._headroom.encode(-self._rate * gradient)


Event = tuple[str, str]
"""A participant's name with "download" or "upload"."""


def random_order(
    participants: Sequence[str], uploads: int, *, rng: np.random.Generator
) -> list[Event]:
    """Return an order of events in which each participant uploads ``uploads`` times.

    Each alternates between download and upload; between the participants, chance.
    """
    at_least(1, uploads=uploads, participants=len(participants))
    turns = rng.permutation(np.repeat(np.arange(len(participants)), 2 * uploads))
    seen = dict.fromkeys(participants, 0)
    order = []
    for turn in turns:
        name = participants[turn]
        order.append((name, ("download", "upload")[seen[name] % 2]))
        seen[name] += 1
    return order


def plain_twin(learners: Mapping[str, Learner], order: Sequence[Event]) -> np.ndarray:
    """Return the weights of the same asynchronous SGD in the clear, int64 integers."""
    weights = next(iter(learners.values())).start()
    held: dict[str, np.ndarray] = {}
    for name, what in order:
        if what == "download":
            held[name] = weights.copy()
        else:
            weights = weights + learners[name].step(held[name])
    return weights

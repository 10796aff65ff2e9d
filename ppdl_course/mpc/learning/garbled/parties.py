"""DeepSecure: the client garbles its sample, the model owner evaluates its network.

    Client, sample x                                Owner, weights w
    labels of its own x            -- inputs -->
                                   <-- OT ----->    labels of w, layer by layer
    tables                         -- tables -->    label of the answer, not its meaning
    answer = colours xor own       <- colours --    colours of the answer's labels

The client garbles, so that it alone can tell what the last labels mean. The number of
messages and their sizes follow from the public shape alone.

Security: passive parties. The owner learns nothing about x and not even the answer. The
client learns the answer, the shape (with a pruned network: its pattern, see ``leaks``)
and nothing else about the weights. Not protected: what answers give away when many are
asked for; a client that garbles something else than agreed.

Layers may be opened to the client with ``opened``: not part of DeepSecure, but the
mistake that chapter 7 attacks (``leaks.solve_layer``).

Source: B. D. Rouhani, M. S. Riazi, F. Koushanfar, "DeepSecure: Scalable
Provably-Secure Deep Learning", DAC 2018, sections 2 and 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import between, real_matrix
from ppdl_course.mpc.label_hash import colour
from ppdl_course.mpc.learning.garbled.engine import Evaluating, Garbling
from ppdl_course.mpc.learning.garbled.layers import Run
from ppdl_course.mpc.learning.garbled.talk import receive, telling
from ppdl_course.mpc.learning.garbled.word_network import (
    NetworkShape,
    WordNetwork,
    input_words,
)
from ppdl_course.mpc.learning.garbled.words import from_wires, to_wires
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.parties.costs import Cost, step


class Client:
    """Holds samples; garbles.

    Args:
        end: The client's end.
        shape: The network's public shape.
        opened: Layers whose outputs it is shown, from 0; a mistake, see above.

    Attributes:
        seen: Words of each opened layer, int64 ``(samples, units)``, in order.
    """

    def __init__(
        self, end: Endpoint, shape: NetworkShape, *, opened: Sequence[int] = ()
    ) -> None:
        self.end, self.shape = end, shape
        self.opened = _opened(opened, shape)
        self.seen: list[np.ndarray] = []
        self._side: Garbling | None = None

    def connect(self) -> None:
        """Agree on the network and run the base transfers; done once a session."""
        with telling(self.end):
            self._side = Garbling(self.end, self.shape)
            self._side.begin()
            self.end.note("R", self._side.chain.offset.tobytes())

    def classify(self, x: np.ndarray) -> np.ndarray:
        """Return the label of each row of ``x``, int64 ``(n,)``, or all scores.

        Connects first, if that has not been done. May be called again.

        Raises:
            ValueError: If ``x`` does not fit, before anything is sent, or the owner
                stops.
        """
        with telling(self.end):
            shape, bits = self.shape, self._announced(x)
            side = self._side
            zero = side.own_inputs(bits)
            for k, layer in enumerate(shape.layers):
                zero = side.layer(layer, zero)
                if k in self.opened:
                    self.seen.append(self._decoded(zero, layer.leaving.signed))
            if shape.last is None:
                return self._decoded(zero, shape.layers[-1].leaving.signed)
            return self._decoded(last(side.run, shape, zero), signed=False)

    def _announced(self, x: np.ndarray) -> np.ndarray:
        """Check samples, connect if need be, announce how many; return their bits."""
        x = real_matrix(self.shape.sizes[0], np.dtype(float), x=x)
        bits = to_wires(input_words(self.shape, x), self.shape.arriving.bits)
        if self._side is None:
            self.connect()
        self._side.ask(len(x))
        return bits

    def _decoded(self, zero: np.ndarray, signed: bool) -> np.ndarray:
        colours = receive(self.end, "colours")
        own = colour(zero)
        if getattr(colours, "shape", None) != own.shape or colours.dtype != bool:
            raise ValueError(f"colours must be bool {own.shape}")
        return from_wires(own ^ colours, signed=signed)


class Owner:
    """Holds the network; evaluates.

    Args:
        end: The owner's end.
        network: The network in words.
        opened: As the client's.
    """

    def __init__(
        self, end: Endpoint, network: WordNetwork, *, opened: Sequence[int] = ()
    ) -> None:
        self.end, self.network = end, network
        self.opened = _opened(opened, network.shape)
        self._side: Evaluating | None = None

    def connect(self) -> None:
        """Agree on the network and run the base transfers; done once a session."""
        with telling(self.end):
            self._side = Evaluating(self.end, self.network)
            self._side.begin()

    def serve(self) -> int:
        """Evaluate for one call of the client; return the number of samples.

        Raises:
            ValueError: If the client's shape is another, its messages do not fit, or it
                stops.
        """
        with telling(self.end):
            if self._side is None:
                self.connect()
            side, shape = self._side, self.network.shape
            samples = side.asked()
            labels = side.their_inputs(samples, shape.sizes[0], shape.arriving.bits)
            for k in range(len(shape.layers)):
                labels = side.layer(k, labels)
                self.end.note(f"labels after layer {k + 1}", labels[0, 0])
                if k in self.opened:
                    self.end.send("colours", colour(labels))
            if shape.last is not None:
                labels = last(side.run, shape, labels)
            self.end.send("colours", colour(labels))
            return samples


def last(run: Run, shape: NetworkShape, scores: np.ndarray) -> np.ndarray:
    """Run the circuit of the label for each sample; ``(samples, bits, 2)``."""
    wires = scores.reshape(len(scores), -1, 1, 2)
    return np.stack([run(shape.last, row)[:, 0] for row in wires])


@dataclass(frozen=True)
class Answer:
    """What came out, and what it cost.

    Attributes:
        labels: Labels ``(n,)``, or scores as words ``(n, units)``.
        cost: Bytes, rounds, wall seconds.
        channel: The transcript.
        seen: Words of the layers that were opened.
    """

    labels: np.ndarray
    cost: Cost
    channel: Channel
    seen: list[np.ndarray]


def classify(
    network: WordNetwork,
    x: np.ndarray,
    *,
    opened: Sequence[int] = (),
    tcp: bool = False,
    keep_bodies: bool = False,
) -> Answer:
    """Run client and owner in two threads on rows of ``x``."""
    clients = []

    def client(end: Endpoint) -> np.ndarray:
        clients.append(Client(end, network.shape, opened=opened))
        return clients[0].classify(x)

    def owner(end: Endpoint) -> int:
        return Owner(end, network, opened=opened).serve()

    with Channel("client", "owner", tcp=tcp, keep_bodies=keep_bodies) as channel:
        (labels, _), cost = step("garbled network", channel, client, owner)
    return Answer(labels, cost, channel, clients[0].seen)


def _opened(layers: Sequence[int], shape: NetworkShape) -> tuple[int, ...]:
    for layer in layers:
        between(0, len(shape.layers) - 1, opened=layer)
    return tuple(layers)

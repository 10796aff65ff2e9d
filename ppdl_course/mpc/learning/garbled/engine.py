"""Both sides of a garbled network: what garbler and evaluator do, whoever they are.

    Garbling                                        Evaluating
    key of H, digest of the shape  -- setup --->    refuses another shape
                                   <-- agreed --
                                   <-- OT ----->    base transfers, once a session
    number of samples              -- question ->
    layer by layer:
                                   <- columns --    choices: bits of weights, offsets
    labels, encrypted              -- labels -->    labels of its bits
    tables, chunk by chunk         -- tables -->    evaluates as they come

One R serves the session, so a layer's output labels are the next one's input labels.
Nothing is kept but the labels between two layers and those of one layer's weights:
memory grows with the widest layer and not with the network. A weight's label serves
all samples of a question; the tables do not. A garbler who is faster than the evaluator
would fill the wire's memory instead: so for every ``AHEAD`` bytes of tables it waits
until the evaluator says that it has taken them. That is the only message whose number
depends on the network's size, which is public.

``DeepSecure`` lets the client garble and the model owner evaluate (``parties``); with
the client too weak for that, a second server garbles (``delegation``).
"""

from collections.abc import Iterator

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.circuits.circuit import Circuit
from ppdl_course.mpc.garbling.batched import Chunk
from ppdl_course.mpc.learning.garbled.chained import ChainEvaluator, ChainGarbler
from ppdl_course.mpc.learning.garbled.label_transfer import LabelReceiver, LabelSender
from ppdl_course.mpc.learning.garbled.layers import Layer
from ppdl_course.mpc.learning.garbled.talk import receive
from ppdl_course.mpc.learning.garbled.word_network import NetworkShape, WordNetwork
from ppdl_course.mpc.learning.garbled.words import to_wires
from ppdl_course.parties.channel import Endpoint

AHEAD = 1 << 25
"""Bytes of tables after which the evaluator answers; at most twice that is on the way.
"""


class Garbling:
    """The garbler's side.

    Args:
        end: Its end.
        shape: The network's public shape.
        peer: The evaluator, if there are more parties.

    Attributes:
        chain: The garbler, with R; secret.
    """

    def __init__(
        self, end: Endpoint, shape: NetworkShape, *, peer: str | None = None
    ) -> None:
        self.end, self.shape, self.peer = end, shape, peer or end.peers[0]
        self.chain = ChainGarbler()
        self._ot: LabelSender | None = None
        self._sent = self._taken = 0

    def begin(self) -> None:
        """Agree on what is garbled, then run the base transfers."""
        facts = (self.shape.digest(), self.chain.key)
        self.end.send("setup", facts, to=self.peer)
        receive(self.end, "agreed", sender=self.peer)
        self._ot = LabelSender(self.end, self.peer)

    def ask(self, samples: int) -> None:
        """Announce a question."""
        self.end.send("question", samples, to=self.peer)

    def own_inputs(self, bits: np.ndarray) -> np.ndarray:
        """Send the labels of own bits; return the zero labels."""
        zero = self.chain.fresh(*bits.shape)
        self.end.send("inputs", self.chain.labels(zero, bits), to=self.peer)
        return zero

    def their_inputs(self, *shape: int) -> np.ndarray:
        """Let the evaluator take labels for bits of its own; return the zero labels."""
        zero = self.chain.fresh(*shape)
        self._ot.send(zero.reshape(-1, 2), self.chain.offset)
        return zero

    def layer(self, layer: Layer, x: np.ndarray) -> np.ndarray:
        """Garble one layer for all samples; labels ``(samples, units, bits, 2)``."""
        form = layer.format
        links, ends = layer.links * form.width, layer.outputs * form.part_bits
        zero = self.their_inputs(links + ends)
        w = zero[:links].reshape(layer.links, form.width, 2)
        offset = zero[links:].reshape(layer.outputs, form.part_bits, 2)
        return np.stack([layer.compute(self.run, sample, w, offset) for sample in x])

    def run(self, circuit: Circuit, zero: np.ndarray) -> np.ndarray:
        """Garble a circuit and send its tables; return its outputs' zero labels."""
        outputs = self.chain.garble(circuit, zero, self._send_tables)
        self._wait(0)  # so that no other message can meet an answer
        return outputs

    def _send_tables(self, chunk: Chunk) -> None:
        self._wait(1)
        self.end.send("tables", chunk, to=self.peer)
        self._sent += chunk.nbytes

    def _wait(self, open_answers: int) -> None:
        while self._sent // AHEAD - self._taken > open_answers:
            receive(self.end, "taken", sender=self.peer)
            self._taken += 1


class Evaluating:
    """The evaluator's side; it owns the network.

    Args:
        end: Its end.
        network: The network in words; secret.
        peer: The garbler, if there are more parties.
    """

    def __init__(
        self, end: Endpoint, network: WordNetwork, *, peer: str | None = None
    ) -> None:
        self.end, self.network, self.peer = end, network, peer or end.peers[0]
        self.chain: ChainEvaluator | None = None
        self._ot: LabelReceiver | None = None
        self._got = 0

    def begin(self) -> None:
        """Agree on what is garbled, then run the base transfers.

        Raises:
            ValueError: If the garbler means another network.
        """
        digest, key = receive(self.end, "setup", sender=self.peer)
        if digest != self.network.shape.digest():
            raise ValueError(
                "the garbler's network must have the owner's shape (sizes, pattern, "
                "activations, words, output), it has not"
            )
        self.chain = ChainEvaluator(key)
        self.end.send("agreed", None, to=self.peer)
        self._ot = LabelReceiver(self.end, self.peer)

    def asked(self) -> int:
        """Return the number of samples of the next question.

        Raises:
            ValueError: If it is not a number, or below 1.
        """
        samples = receive(self.end, "question", sender=self.peer)
        at_least(1, samples=samples)
        return samples

    def their_inputs(self, *shape: int) -> np.ndarray:
        """Receive the labels of the garbler's own bits.

        Raises:
            ValueError: If they have another shape or type.
        """
        labels = receive(self.end, "inputs", sender=self.peer)
        if getattr(labels, "shape", None) != (*shape, 2) or labels.dtype != np.uint64:
            raise ValueError(f"input labels must be uint64 {(*shape, 2)}")
        return labels

    def own_inputs(self, bits: np.ndarray) -> np.ndarray:
        """Take the labels of own bits by oblivious transfer."""
        return self._ot.receive(bits.reshape(-1)).reshape(*bits.shape, 2)

    def layer(self, index: int, x: np.ndarray) -> np.ndarray:
        """Evaluate one layer for all samples; labels ``(samples, units, bits, 2)``."""
        layer = self.network.shape.layers[index]
        form = layer.format
        weights = self.network.weights[index][layer.mask]
        w = to_wires(weights, form.width)
        offset = to_wires(self.network.offsets[index], form.part_bits)
        labels = self.own_inputs(np.concatenate([w.ravel(), offset.ravel()]))
        w_labels = labels[: w.size].reshape(*w.shape, 2)
        offset_labels = labels[w.size :].reshape(*offset.shape, 2)
        return np.stack(
            [layer.compute(self.run, row, w_labels, offset_labels) for row in x]
        )

    def run(self, circuit: Circuit, labels: np.ndarray) -> np.ndarray:
        """Evaluate a circuit as its tables come; return its outputs' labels."""
        return self.chain.run(circuit, labels, self._tables())

    def _tables(self) -> Iterator[Chunk]:
        while True:
            chunk = receive(self.end, "tables", sender=self.peer)
            if not isinstance(chunk, np.ndarray):
                raise ValueError(f"tables must be arrays, got {type(chunk).__name__}")
            before, self._got = self._got, self._got + chunk.nbytes
            for _ in range(self._got // AHEAD - before // AHEAD):
                self.end.send("taken", None, to=self.peer)
            yield chunk

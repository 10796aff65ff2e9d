"""Our extension: products by oblivious transfer, only activations garbled (chapter 7).

DeepSecure garbles everything; some 400 AND gates, 12.8 kB, go into each product. But a
dense layer is linear, and a transfer of a row of numbers multiplies a bit by a row:

    Client, bits c                                  Owner, bits s, weights w
    each bit of an input is v = c xor s, worth p = 2^k, or -2^k for a sign
    v p w = s p w + c (1 - 2 s) p w                 modulo 2^32, w a row of weights
                              <-- choices c ---     a transfer for each bit:
    pad G_c                                         pads G_0, G_1   (``correlated``)
    G_c + c u                 <-- u ----------      u = G_0 - G_1 + (1 - 2s) p w
                                                    s p w - G_0
    sums over all bits: a                           b,     a + b = w x + offset

    garbled: a + b, rounding, activation            (client garbles, owner evaluates)
    c = colour of the zero label                    s = colour of the active label

The colour bits of the outputs *are* XOR shares of the values, so the way back into the
next layer costs nothing. A transfer carries one word for each unit, whatever the bits.

Exact: no column is left out, so the twin has ``drop`` = 0.

Security: passive, as OT extension and garbling. Pads are used once; a share alone is
uniform. The shape is public, a pruned pattern is not used (and so not revealed).

Sources: the product of shared bits and rows: N. Gilboa, "Two Party RSA Key Generation",
CRYPTO 1999, and Mohassel and Zhang, "SecureML", S&P 2017; arithmetic and garbled parts
mixed: D. Demmler, T. Schneider, M. Zohner, "ABY", NDSS 2015. Not in DeepSecure.
"""

import numpy as np

from ppdl_course.arguments import array_of
from ppdl_course.mpc.label_hash import colour
from ppdl_course.mpc.learning.garbled.engine import Evaluating
from ppdl_course.mpc.learning.garbled.parties import Answer, Client, last
from ppdl_course.mpc.learning.garbled.talk import Peer, receive, telling
from ppdl_course.mpc.learning.garbled.word_network import (
    NetworkShape,
    WordNetwork,
)
from ppdl_course.mpc.learning.garbled.words import from_wires, to_wires
from ppdl_course.mpc.transfer.correlated import CorrelatedReceiver, CorrelatedSender
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.parties.costs import step

RING_BITS = 32
Words = np.ndarray


class MixedClient(Client):
    """Holds samples; takes products by transfer, garbles activations.

    Args:
        end: The client's end.
        shape: The network's public shape, with ``drop`` = 0.
    """

    def __init__(self, end: Endpoint, shape: NetworkShape) -> None:
        _check(shape)
        super().__init__(end, shape)
        self._products: ProductReceiver | None = None

    def connect(self) -> None:
        """Agree on the network, run the base transfers both ways; once a session."""
        with telling(self.end):
            super().connect()
            self._products = ProductReceiver(self.end)

    def classify(self, x: np.ndarray) -> np.ndarray:
        """Return the label of each row of ``x``, or all scores.

        Connects first, if that has not been done. May be called again.

        Raises:
            ValueError: If ``x`` does not fit, before anything is sent, or the owner
                stops.
        """
        with telling(self.end):
            shape, bits = self.shape, self._announced(x)
            side = self._side
            for layer in shape.layers:
                a = self._products.multiply(bits, layer.outputs)
                wires = _instances(to_wires(a, layer.format.part_bits))
                zero = side.own_inputs(wires)
                both = np.concatenate([zero, side.their_inputs(*wires.shape)])
                out = side.run(layer.finish(), both)
                zero = _samples(out, len(x))
                bits = colour(zero)
            signed = shape.last is None and shape.layers[-1].leaving.signed
            if shape.last is not None:
                zero = last(side.run, shape, zero)
            own = colour(zero)
            theirs = receive(self.end, "colours")
            array_of(own.shape, bool, colours=theirs)
            return from_wires(own ^ theirs, signed=signed)


class MixedOwner:
    """Holds the network; gives products by transfer, evaluates activations.

    Args:
        end: The owner's end.
        network: The network in words, with ``drop`` = 0.
    """

    def __init__(self, end: Endpoint, network: WordNetwork) -> None:
        _check(network.shape)
        self.end, self.network = end, network
        self._side: Evaluating | None = None
        self._products: ProductSender | None = None

    def connect(self) -> None:
        """Agree on the network, run the base transfers both ways; once a session."""
        with telling(self.end):
            self._side = Evaluating(self.end, self.network)
            self._side.begin()
            self._products = ProductSender(self.end)

    def serve(self) -> None:
        """Answer one question of the client.

        Raises:
            ValueError: If a message does not fit, or the client stops.
        """
        with telling(self.end):
            if self._side is None:
                self.connect()
            shape, side = self.network.shape, self._side
            n = side.asked()
            bits = np.zeros((n, shape.sizes[0], shape.arriving.bits), bool)
            for k, layer in enumerate(shape.layers):
                weights = self.network.weights[k]
                b = self._products.multiply(bits, weights, layer.arriving.signed)
                b += self.network.offsets[k].astype(np.uint32)
                wires = _instances(to_wires(b, layer.format.part_bits))
                labels = side.their_inputs(*wires.shape)
                both = np.concatenate([labels, side.own_inputs(wires)])
                labels = _samples(side.run(layer.finish(), both), n)
                bits = colour(labels)
            if shape.last is not None:
                labels = last(side.run, shape, labels)
            self.end.send("colours", colour(labels))


class ProductReceiver:
    """The client's side of products: chooses with its bits."""

    def __init__(self, end: Endpoint) -> None:
        self._transfers = CorrelatedReceiver(Peer(end))

    def multiply(self, bits: np.ndarray, outputs: int) -> Words:
        """Return shares of the products with all rows of weights.

        Args:
            bits: This party's, bool ``(n, inputs, bits)``.
            outputs: Numbers in a row.

        Returns:
            uint32 ``(n, outputs)``.
        """
        share = self._transfers.receive(bits.reshape(-1), outputs, np.uint32)
        return share.reshape(len(bits), -1, outputs).sum(axis=1, dtype=np.uint32)


class ProductSender:
    """The owner's side of products: sends rows of weights, masked."""

    def __init__(self, end: Endpoint) -> None:
        self._transfers = CorrelatedSender(Peer(end))

    def multiply(self, bits: np.ndarray, weights: np.ndarray, signed: bool) -> Words:
        """Return shares of the products; with the client's they add up to w x.

        Args:
            bits: This party's, bool ``(n, inputs, bits)``.
            weights: int64 words, ``(outputs, inputs)``.
            signed: Whether an input's highest bit is a sign.

        Returns:
            uint32 ``(n, outputs)``.
        """
        n, width = len(bits), bits.shape[2]
        places = np.left_shift(1, np.arange(width, dtype=np.int64))
        if signed:
            places[-1] = -places[-1]
        signs = np.where(bits, -places, places).astype(np.uint32)  # (1 - 2s) p
        rows = signs[..., None] * weights.T.astype(np.uint32)[:, None]
        share = self._transfers.send(rows.reshape(-1, len(weights)))
        held = bits @ places  # the numbers that this party's bits stand for
        own = (held @ weights.T).astype(np.uint32)
        return own + share.reshape(n, -1, len(weights)).sum(axis=1, dtype=np.uint32)


def classify_mixed(
    network: WordNetwork, x: np.ndarray, *, keep_bodies: bool = False
) -> Answer:
    """Run client and owner in two threads on rows of ``x``, base transfers included."""

    def client(end: Endpoint) -> np.ndarray:
        return MixedClient(end, network.shape).classify(x)

    def owner(end: Endpoint) -> None:
        MixedOwner(end, network).serve()

    with Channel("client", "owner", keep_bodies=keep_bodies) as channel:
        (labels, _), cost = step("products by transfer", channel, client, owner)
    return Answer(labels, cost, channel, [])


def _check(shape: NetworkShape) -> None:
    form = shape.format
    if form.drop:
        raise ValueError(f"drop must be 0 where products are exact, got {form.drop}")
    if form.part_bits > RING_BITS:
        raise ValueError(
            f"width + fraction_bits must be at most {RING_BITS}, got {form.part_bits}"
        )


def _instances(bits: np.ndarray) -> np.ndarray:
    """Return bits ``(n, units, bits)`` as ``(bits, n * units)``."""
    return np.ascontiguousarray(bits.reshape(-1, bits.shape[-1]).T)


def _samples(labels: np.ndarray, n: int) -> np.ndarray:
    """Return labels ``(bits, n * units, 2)`` as ``(n, units, bits, 2)``."""
    return labels.swapaxes(0, 1).reshape(n, -1, len(labels), 2)

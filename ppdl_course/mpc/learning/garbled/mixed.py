"""Our extension: products by oblivious transfer, only activations garbled (chapter 7).

DeepSecure garbles everything; some 400 AND gates, 12.8 kB, go into each product. But a
dense layer is linear, and a transfer of a row of numbers multiplies a bit by a row:

    Client, bits c                                  Owner, bits s, weights w
    each bit of an input is v = c xor s, worth p = 2^k, or -2^k for a sign
    v p w = s p w + c (1 - 2 s) p w                 modulo 2^32, w a row of weights
                              <-- choices c ---     a transfer for each bit:
    keys k_c                  --- k_0, k_1 ----     pads G(k_0), G(k_1)
    G(k_c) + c u              <-- u ----------      u = G(k_0) - G(k_1) + (1 - 2s) p w
                                                    s p w - G(k_0)
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

import secrets

import numpy as np

from ppdl_course.arguments import array_of, real_matrix
from ppdl_course.mpc.label_hash import LABEL_BYTES, LabelHash, colour
from ppdl_course.mpc.learning.garbled.engine import (
    Evaluating,
    Garbling,
    LabelReceiver,
    LabelSender,
    receive,
    telling,
)
from ppdl_course.mpc.learning.garbled.parties import Answer, last
from ppdl_course.mpc.learning.garbled.word_network import (
    NetworkShape,
    WordNetwork,
    from_wires,
    input_words,
    to_wires,
)
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.parties.costs import step

RING_BITS = 32
Words = np.ndarray


class MixedClient:
    """Holds samples; takes products by transfer, garbles activations.

    Args:
        end: The client's end.
        shape: The network's public shape, with ``drop`` = 0.
    """

    def __init__(self, end: Endpoint, shape: NetworkShape) -> None:
        _check(shape)
        self.end, self.shape = end, shape
        self._side: Garbling | None = None
        self._products: ProductReceiver | None = None

    def connect(self) -> None:
        """Agree on the network, run the base transfers both ways; once a session."""
        with telling(self.end):
            self._side = Garbling(self.end, self.shape)
            self._side.begin()
            self._products = ProductReceiver(self.end)

    def classify(self, x: np.ndarray) -> np.ndarray:
        """Return the label of each row of ``x``, or all scores.

        Connects first, if that has not been done. May be called again.

        Raises:
            ValueError: If ``x`` does not fit, before anything is sent, or the owner
                stops.
        """
        with telling(self.end):
            shape = self.shape
            x = real_matrix(shape.sizes[0], np.dtype(float), x=x)
            bits = to_wires(input_words(shape, x), shape.arriving.bits)
            if self._side is None:
                self.connect()
            side = self._side
            side.ask(len(x))
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
        self._end, self._labels = end, LabelReceiver(end, end.peers[0])
        self._pads = Pads(receive(end, "pad key"))

    def multiply(self, bits: np.ndarray, outputs: int) -> Words:
        """Return shares of the products with all rows of weights.

        Args:
            bits: This party's, bool ``(n, inputs, bits)``.
            outputs: Numbers in a row.

        Returns:
            uint32 ``(n, outputs)``.
        """
        choices = bits.reshape(-1)
        pads = self._pads(self._labels.receive(choices), outputs)
        correction = receive(self._end, "products")
        array_of((len(choices), pads.shape[1]), np.uint32, products=correction)
        # 2^32 - 1 where the choice is 1: cheaper than taking those rows out
        correction &= np.negative(choices.astype(np.uint32))[:, None]
        pads += correction
        total = pads.reshape(len(bits), -1, pads.shape[1]).sum(axis=1, dtype=np.uint32)
        return total[:, :outputs]


class ProductSender:
    """The owner's side of products: sends rows of weights, masked."""

    def __init__(self, end: Endpoint) -> None:
        self._end, self._labels = end, LabelSender(end, end.peers[0])
        key = secrets.token_bytes(LABEL_BYTES)
        self._pads = Pads(key)
        end.send("pad key", key)

    def multiply(self, bits: np.ndarray, weights: np.ndarray, signed: bool) -> Words:
        """Return shares of the products; with the client's they add up to w x.

        Args:
            bits: This party's, bool ``(n, inputs, bits)``.
            weights: int64 words, ``(outputs, inputs)``.
            signed: Whether an input's highest bit is a sign.

        Returns:
            uint32 ``(n, outputs)``.
        """
        n, width, outputs = len(bits), bits.shape[2], len(weights)
        zero, offset = _random(2, bits.size)  # two keys that have nothing in common
        self._labels.send(zero, offset)
        pads = self._pads(zero, outputs)
        correction = self._pads(zero ^ offset, outputs, again=True)
        np.subtract(pads, correction, out=correction)
        rows = np.zeros((bits.shape[1], pads.shape[1]), np.uint32)
        rows[:, :outputs] = weights.T.astype(np.uint32)
        places = np.left_shift(1, np.arange(width, dtype=np.int64))
        if signed:
            places[-1] = -places[-1]
        signs = np.where(bits, -places, places).astype(np.uint32)  # (1 - 2s) p
        parts = correction.reshape(n, -1, width, pads.shape[1])
        for k in range(width):  # one bit at a time: no array of all p w is made
            parts[:, :, k] += signs[:, :, k, None] * rows
        self._end.send("products", correction)
        held = bits @ places  # the numbers that this party's bits stand for
        own = (held @ weights.T).astype(np.uint32)
        masks = pads.reshape(n, -1, pads.shape[1]).sum(axis=1, dtype=np.uint32)
        return own - masks[:, :outputs]


class Pads:
    """G: words that look random, from labels that are used once.

        block j of label k = P(k xor i) xor k xor i,  i = (number of the label, j)

    P is AES under a public key, i goes into the two words of k. For keys that nobody
    knows that is as good as a hash of each, if P is ideal (Guo, Katz, Wang, Yu, S&P
    2020, section 7.2), and half the work of ``LabelHash``.

    Args:
        key: Public key of P.
    """

    def __init__(self, key: bytes) -> None:
        self._hash, self._used = LabelHash(key), 0

    def __call__(self, labels: np.ndarray, words: int, *, again: bool = False) -> Words:
        """Return at least ``words`` numbers for each label, uint32 ``(n, 4 blocks)``.

        Args:
            labels: uint64 ``(n, 2)``.
            words: How many numbers; a block holds 4.
            again: Whether these are the other labels of the transfers before.
        """
        count, blocks = len(labels), -(-words // 4)
        if again:
            self._used -= count
        numbers = np.arange(self._used, self._used + count, dtype=np.uint64)
        self._used += count
        source = np.empty((count, blocks, 2), np.uint64)
        source[..., 0] = (labels[:, 0] ^ numbers)[:, None]
        source[..., 1] = labels[:, 1, None] ^ np.arange(blocks, dtype=np.uint64)
        out = np.empty(source.nbytes + LABEL_BYTES - 1, np.uint8)
        self._hash.permute(source, out)
        words_out = out[: source.nbytes].view(np.uint64).reshape(source.shape)
        words_out ^= source
        return words_out.view(np.uint32).reshape(count, 4 * blocks)


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


def _random(*shape: int) -> np.ndarray:
    data = secrets.token_bytes(int(np.prod(shape)) * LABEL_BYTES)
    return np.frombuffer(data, np.uint64).reshape(*shape, 2)

"""Delegation: a client too weak to garble gives its sample to two servers as shares.

    Client, sample x            Proxy, garbles                 Owner, evaluates
    x = s xor t   -- s -->      labels of s     -- inputs -->
                  -- t ------------------------------------->  labels of t, by OT
                                        zero labels: those of s xor those of t
                                                               labels: the same
                                tables          -- tables -->
    answer        <-- colours --                <-- colours -- of the answer's labels

The XOR that rebuilds x is on the first wires of the circuit and is free: what is added
is one transfer for each bit of x. The client computes nothing but random bits and XOR.

Security: passive; proxy and owner must not collude (together they have s and t). Each
alone holds fair coins: the proxy learns neither x nor weights nor the answer, the owner
neither x nor the answer.

Source: B. D. Rouhani, M. S. Riazi, F. Koushanfar, "DeepSecure", DAC 2018, section 3.3.
"""

import secrets

import numpy as np

from ppdl_course.arguments import real_matrix
from ppdl_course.mpc.label_hash import colour
from ppdl_course.mpc.learning.garbled.engine import Evaluating, Garbling
from ppdl_course.mpc.learning.garbled.parties import Answer, last
from ppdl_course.mpc.learning.garbled.talk import receive, telling
from ppdl_course.mpc.learning.garbled.word_network import (
    NetworkShape,
    WordNetwork,
    input_words,
)
from ppdl_course.mpc.learning.garbled.words import from_wires, to_wires
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.parties.costs import step

CLIENT, PROXY, OWNER = "client", "proxy", "owner"


def split_bits(bits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return two shares whose XOR is ``bits``; each alone is fair coins."""
    share = np.frombuffer(secrets.token_bytes(bits.size), np.uint8) & 1
    share = share.astype(bool).reshape(bits.shape)
    return share, bits ^ share


class WeakClient:
    """Holds samples; computes random bits and XOR, nothing else.

    Args:
        end: Its end, with the peers "proxy" and "owner".
        shape: The network's public shape.
    """

    def __init__(self, end: Endpoint, shape: NetworkShape) -> None:
        self.end, self.shape = end, shape

    def classify(self, x: np.ndarray) -> np.ndarray:
        """Return the label of each row of ``x``, or all scores.

        Raises:
            ValueError: If ``x`` does not fit, before anything is sent, or a server
                stops.
        """
        with telling(self.end):
            shape = self.shape
            x = real_matrix(shape.sizes[0], np.dtype(float), x=x)
            bits = to_wires(input_words(shape, x), shape.arriving.bits)
            for server, share in zip((PROXY, OWNER), split_bits(bits), strict=True):
                self.end.send("share", np.packbits(share, axis=-1), to=server)
                self.end.send("samples", len(x), to=server)
            first, second = (
                receive(self.end, "colours", sender=name) for name in (PROXY, OWNER)
            )
            if first.shape != second.shape:
                raise ValueError(f"colours must agree: {first.shape}, {second.shape}")
            signed = shape.last is None and shape.layers[-1].leaving.signed
            return from_wires(first ^ second, signed=signed)


class Proxy:
    """The second server: garbles in the client's place; knows neither x nor weights.

    Args:
        end: Its end, with the peers "client" and "owner".
        shape: The network's public shape.
    """

    def __init__(self, end: Endpoint, shape: NetworkShape) -> None:
        self.end, self.shape = end, shape

    def serve(self) -> None:
        """Garble for one call of the client.

        Raises:
            ValueError: If a message does not fit, or a peer stops.
        """
        with telling(self.end, OWNER, CLIENT):
            shape = self.shape
            share = _receive_share(self.end, shape)
            self.end.note("share of the sample", share[0])
            side = Garbling(self.end, shape, peer=OWNER)
            side.begin()
            side.ask(len(share))
            zero = side.own_inputs(share) ^ side.their_inputs(*share.shape)
            for layer in shape.layers:
                zero = side.layer(layer, zero)
            if shape.last is not None:
                zero = last(side.run, shape, zero)
            self.end.send("colours", colour(zero), to=CLIENT)


class ShareOwner:
    """The model owner with a share of the sample; evaluates.

    Args:
        end: Its end, with the peers "client" and "proxy".
        network: The network in words.
    """

    def __init__(self, end: Endpoint, network: WordNetwork) -> None:
        self.end, self.network = end, network

    def serve(self) -> None:
        """Evaluate for one call of the client.

        Raises:
            ValueError: If a message does not fit, or a peer stops.
        """
        with telling(self.end, PROXY, CLIENT):
            shape = self.network.shape
            share = _receive_share(self.end, shape)
            self.end.note("share of the sample", share[0])
            side = Evaluating(self.end, self.network, peer=PROXY)
            side.begin()
            samples = side.asked()
            if samples != len(share):
                raise ValueError(
                    f"samples must be {len(share)}, the proxy has {samples}"
                )
            labels = side.their_inputs(*share.shape) ^ side.own_inputs(share)
            for k in range(len(shape.layers)):
                labels = side.layer(k, labels)
            if shape.last is not None:
                labels = last(side.run, shape, labels)
            self.end.send("colours", colour(labels), to=CLIENT)


def _receive_share(end: Endpoint, shape: NetworkShape) -> np.ndarray:
    packed = receive(end, "share", sender=CLIENT)
    samples = receive(end, "samples", sender=CLIENT)
    bits = shape.arriving.bits
    want = (samples, shape.sizes[0], -(-bits // 8))
    if getattr(packed, "shape", None) != want or packed.dtype != np.uint8:
        raise ValueError(f"share must be uint8 {want}")
    return np.unpackbits(packed, axis=-1, count=bits).astype(bool)


def delegate(
    network: WordNetwork, x: np.ndarray, *, keep_bodies: bool = False
) -> Answer:
    """Run client, proxy and owner in three threads on rows of ``x``."""
    with Channel(CLIENT, PROXY, OWNER, keep_bodies=keep_bodies) as channel:
        (labels, _, _), cost = step(
            "delegated garbled network",
            channel,
            lambda end: WeakClient(end, network.shape).classify(x),
            lambda end: Proxy(end, network.shape).serve(),
            lambda end: ShareOwner(end, network).serve(),
        )
    return Answer(labels, cost, channel, [])

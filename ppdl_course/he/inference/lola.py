"""One image, low latency: a whole vector in one ciphertext, and rotations (CKKS).

A ciphertext has n/2 slots; sums over slots are made by adding rotated copies:

    rotate-and-sum over d slots:   for s = d/2, d/4, ..., 1:  v += rotate(v, s)

log2(d) rotations leave the sum of slots i, ..., i + d - 1 in slot i. Three ways to
compute  W_2 (W_1 x + b_1)^2 + b_2  for d features, h hidden units, c classes (each a
power of two after padding with zeros):

    layout     x arrives as                          what a layer does
    simd       d ciphertexts, a value in each        h d products, no rotation
    dense      one, x repeated every d slots         a product and log2 d rotations a
                                                     unit; then a product a unit
    stacked    one, x_i in slots i h ... i h + h-1   one product for all units and
               (h copies side by side)               log2 d rotations; then one product
                                                     and log2 h rotations

After the first layer of ``stacked`` z_j stands in every slot that is j modulo h: just
the repetition that the second layer wants, so nothing has to be rearranged. A layer
that does not fit (d h > n/2) is cut into blocks of units: a wider network costs more
products, all other layouts more ciphertexts.

Threat model and what is not protected: as in ``cryptonets``; rotations need Galois keys
at the server, which reveal nothing but cost bytes.

Source: A. Brutzkus, O. Elisha, R. Gilad-Bachrach, "Low Latency Privacy Preserving
Inference", ICML 2019 (LoLa); their names: dense, sparse, stacked, interleaved, SIMD.
"""

import math
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ppdl_course.he.inference.slot_layouts import (
    DEGREE,
    LAYOUTS,
    arrange,
    power_of_two,
)
from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.he.seal.contexts import seal_context
from ppdl_course.he.seal.key_pair import KeyPair
from ppdl_course.he.seal.plan import CkksPlan
from ppdl_course.he.seal.slots import SlotArithmetic
from ppdl_course.he.seal.streams import from_bytes, to_bytes
from ppdl_course.parties.channel import Endpoint

SIZES, SCALE = (50, 35, 35, 35, 50), 2.0**35
"""Three levels: a product by weights, a square, a product by weights."""


class Client:
    """Owns one image at a time and the secret key."""

    def __init__(self, end: Endpoint) -> None:
        self._end = end
        self._keys = KeyPair(seal_context(DEGREE, SIZES), SCALE)

    def send_keys(self) -> None:
        """Send the keys for relinearising and for rotating."""
        # powers of two are all that rotate-and-sum needs: 12 keys of the 4,095
        steps = [2**k for k in range(int(math.log2(DEGREE // 2)))]
        galois = self._keys.galois_keys(steps, DEGREE)
        self._end.send("keys", [self._keys.relin_keys(), galois])

    def send_query(self, image: np.ndarray, layout: str, hidden: int) -> None:
        """Encrypt one image in a layout and send it."""
        slots = arrange(image, layout, hidden)
        self._end.send("image", [to_bytes(self._keys.encrypt(row)) for row in slots])

    def receive_scores(self, classes: int) -> np.ndarray:
        """Receive and decrypt the class scores, float64 (classes,)."""
        answer = self._end.receive("scores")
        ciphertexts = _ciphertexts(self._keys.context, answer["ciphertexts"])
        slots = [self._keys.decrypt(c) for c in ciphertexts]
        # stride 0: a ciphertext for each class, its score in every slot
        if len(slots) == classes and answer["stride"] == 0:
            return np.array([row[0] for row in slots])
        return slots[0][: classes * answer["stride"] : answer["stride"]]


def _ciphertexts(context: Any, streams: list[bytes]) -> list[Any]:
    from tenseal import sealapi

    return [from_bytes(sealapi.Ciphertext, context, data) for data in streams]


@dataclass
class Server:
    """Owns a network with one hidden layer; holds no secret key.

    Attributes:
        end: The server's end of a channel to the client.
        network: One square between two linear layers.
        counts: What was done for the last image, see ``slot_layouts.operations``.
        seconds: How long it took.
    """

    end: Endpoint
    network: SquareNetwork
    counts: Counter = field(default_factory=Counter)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.network.depth != 1:
            raise ValueError(f"network must have one square, got {self.network.depth}")
        if CkksPlan(DEGREE, SIZES, math.log2(SCALE)).depth() < 3:
            raise ValueError(f"coeff_mod_bit_sizes must afford 3 levels, got {SIZES}")
        self._context = seal_context(DEGREE, SIZES)
        self._slots = SlotArithmetic(self._context)

    def receive_keys(self) -> None:
        """Receive the evaluation keys."""
        from tenseal import sealapi

        relin, galois = self.end.receive("keys")
        self._slots.relin = from_bytes(sealapi.RelinKeys, self._context, relin)
        self._slots.galois = from_bytes(sealapi.GaloisKeys, self._context, galois)

    def answer(self, layout: str) -> None:
        """Compute the scores of one image and send them."""
        x = _ciphertexts(self._context, self.end.receive("image"))
        self.counts = self._slots.counts = Counter(ciphertexts=len(x), rotations=0)
        begin = time.perf_counter()
        work = {"simd": self._simd, "dense": self._dense, "stacked": self._stacked}
        if layout not in work:
            raise ValueError(f"layout must be one of {LAYOUTS}, got {layout!r}")
        answers, stride = work[layout](x)
        self.seconds = time.perf_counter() - begin
        self.counts["answers"] = len(answers)
        streams = [to_bytes(answer) for answer in answers]
        self.end.send("scores", {"ciphertexts": streams, "stride": stride})

    def _simd(self, x: list[Any]) -> tuple[list[Any], int]:
        """Return a ciphertext for each class, its score in every slot: stride 0."""
        (W1, W2), (b1, b2) = self.network.weights, self.network.biases
        hidden = [self._affine(x, row, b) for row, b in zip(W1, b1, strict=True)]
        squares = [self._slots.square(z) for z in hidden]
        return [self._affine(squares, r, b) for r, b in zip(W2, b2, strict=True)], 0

    def _dense(self, x: list[Any]) -> tuple[list[Any], int]:
        """Return one ciphertext of scores, a slot each: slots o = 0, 1, ..."""
        (W1, W2), (b1, b2) = self.network.weights, self.network.biases
        width, slots, at = power_of_two(W1.shape[1]), DEGREE // 2, self._slots
        squares = []
        for row, b in zip(W1, b1, strict=True):
            padded = np.pad(row, (0, width - len(row)))
            z = at.times(x[0], np.tile(padded, slots // width))
            squares.append(at.square(at.plus(at.fold(z, width // 2, 1), b)))
        # each square stands in every slot: slot o takes W2[o, j] of it
        columns = np.pad(W2, ((0, slots - len(W2)), (0, 0))).T
        terms = [at.times(z, col) for z, col in zip(squares, columns, strict=True)]
        return [at.plus(at.total(terms), _filled(b2, slots))], 1

    def _stacked(self, x: list[Any]) -> tuple[list[Any], int]:
        """Return one ciphertext of scores, ``block`` slots apart, and ``block``.

        A block is as many hidden units as fit side by side: slot i block + j of it
        holds x_i, and after folding z_j stands in every slot that is j modulo block.
        """
        (W1, W2), (b1, b2) = self.network.weights, self.network.biases
        slots, d, at = DEGREE // 2, power_of_two(W1.shape[1]), self._slots
        h = power_of_two(len(W1))
        block, c = min(h, slots // d), power_of_two(len(W2))
        W1 = np.pad(W1, ((0, h - len(W1)), (0, d - W1.shape[1])))
        W2 = np.pad(W2, ((0, c - len(W2)), (0, h - W2.shape[1])))
        b1 = np.pad(b1, (0, h - len(b1)))
        terms = []
        for begin in range(0, h, block):
            units = slice(begin, begin + block)
            z = at.times(x[0], _tiled(W1[units].T.ravel(), slots))
            z = at.fold(z, d * block // 2, block)
            z = at.square(at.plus(z, _tiled(b1[units], slots)))
            terms.append(at.times(z, _filled(W2[:, units].ravel(), slots)))
        # blocks are added before the last fold: it is paid once
        scores = at.fold(at.total(terms), block // 2, 1)
        bias = _filled(np.repeat(np.pad(b2, (0, c - len(b2))), block), slots)
        return [at.plus(scores, bias)], block

    def _affine(self, x: list[Any], row: np.ndarray, b: float) -> Any:
        terms = [self._slots.times(v, w) for v, w in zip(x, row, strict=True)]
        return self._slots.plus(self._slots.total(terms), b)


def _tiled(values: np.ndarray, slots: int) -> np.ndarray:
    return np.tile(values, slots // len(values))


def _filled(values: np.ndarray, slots: int) -> np.ndarray:
    return np.pad(values, (0, slots - len(values)))


def connect(channel: Any, network: SquareNetwork) -> tuple[Client, Server]:
    """Return a client and a server who have exchanged keys."""
    client_end, server_end = channel.ends
    client, server = Client(client_end), Server(server_end, network)
    client.send_keys()
    server.receive_keys()
    return client, server


def classify(
    channel: Any, client: Client, server: Server, image: np.ndarray, layout: str
) -> np.ndarray:
    """Run one image through a layout; return its scores."""
    hidden = len(server.network.weights[0])
    client.send_query(image, layout, hidden)
    server.answer(layout)
    return client.receive_scores(len(server.network.weights[1]))

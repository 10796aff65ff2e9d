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

The last fold of ``stacked`` leaves sums of other products in the slots between scores,
which give single hidden units away (``reply_leak``). So the server puts fresh random
numbers into all slots without a score, or multiplies by a mask, which takes a level.

Threat model and what is not protected: as in ``cryptonets``; rotations need Galois keys
at the server, which reveal nothing but cost bytes. The noise of a score and the
ciphertext's second part still depend on the network (``unused_slots``), and a client
that arranges ``stacked`` otherwise than agreed singles units out by its scores
(``reply_leak.steal_unit``): a server that cannot trust it offers another layout.

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
from ppdl_course.he.seal.unused_slots import first
from ppdl_course.parties.channel import Endpoint

SIZES, SCALE = (50, 35, 35, 35, 50), 2.0**35
"""Three levels: a product by weights, a square, a product by weights."""
MASK_SIZES, MASK_SCALE = (49, 30, 30, 30, 30, 49), 2.0**30
"""A fourth level, for a mask, at the same degree: five bits less for each prime."""
HIDE = ("random", "mask", "nothing")
"""What a server does to slots without a score; "nothing" to show what that costs."""


def parameters(hide: str) -> tuple[tuple[int, ...], float]:
    """Return (coeff_mod_bit_sizes, scale) for one of ``HIDE``.

    Raises:
        ValueError: If there is no such remedy.
    """
    if hide not in HIDE:
        raise ValueError(f"hide must be one of {HIDE}, got {hide!r}")
    return (MASK_SIZES, MASK_SCALE) if hide == "mask" else (SIZES, SCALE)


class Client:
    """Owns one image at a time and the secret key.

    Args:
        end: The client's end of a channel to the server.
        hide: What the server does, one of ``HIDE``: a mask needs longer keys.
    """

    def __init__(self, end: Endpoint, *, hide: str = "random") -> None:
        sizes, scale = parameters(hide)
        self._end = end
        self._keys = KeyPair(seal_context(DEGREE, sizes), scale)

    def send_keys(self) -> None:
        """Send the keys for relinearising and for rotating."""
        # powers of two are all that rotate-and-sum needs: 12 keys of the 4,095
        steps = [2**k for k in range(int(math.log2(DEGREE // 2)))]
        galois = self._keys.galois_keys(steps, DEGREE)
        self._end.send("keys", [self._keys.relin_keys(), galois])

    def send_query(self, image: np.ndarray, layout: str, hidden: int) -> None:
        """Encrypt one image in a layout and send it."""
        self.send_slots(arrange(image, layout, hidden))

    def send_slots(self, slots: np.ndarray) -> None:
        """Encrypt and send slots of the client's own choice, (ciphertexts, n/2)."""
        self._end.send("image", [to_bytes(self._keys.encrypt(row)) for row in slots])

    def receive_scores(self, classes: int) -> np.ndarray:
        """Receive and decrypt the class scores, float64 (classes,)."""
        slots, stride = self.receive_slots()
        # stride 0: a ciphertext for each class
        if len(slots) == classes and stride == 0:
            return slots[:, 0]
        return slots[0][: classes * stride : stride]

    def receive_slots(self) -> tuple[np.ndarray, int]:
        """Receive and decrypt all there is: float64 (ciphertexts, n/2), and stride.

        The scores are ``stride`` slots apart; the others are none of the client's.
        """
        answer = self._end.receive("scores")
        ciphertexts = _ciphertexts(self._keys.context, answer["ciphertexts"])
        slots = np.array([self._keys.decrypt(c) for c in ciphertexts])
        return slots, answer["stride"]


def _ciphertexts(context: Any, streams: list[bytes]) -> list[Any]:
    from tenseal import sealapi

    return [from_bytes(sealapi.Ciphertext, context, data) for data in streams]


@dataclass
class Server:
    """Owns a network with one hidden layer; holds no secret key.

    Attributes:
        end: The server's end of a channel to the client.
        network: One square between two linear layers.
        hide: What is done to slots without a score, one of ``HIDE``.
        counts: What was done for the last image, see ``slot_layouts.operations``.
        seconds: How long it took.
    """

    end: Endpoint
    network: SquareNetwork
    hide: str = "random"
    counts: Counter = field(default_factory=Counter)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.network.depth != 1:
            raise ValueError(f"network must have one square, got {self.network.depth}")
        sizes, scale = parameters(self.hide)
        levels = 4 if self.hide == "mask" else 3
        if CkksPlan(DEGREE, sizes, math.log2(scale)).depth() < levels:
            raise ValueError(
                f"coeff_mod_bit_sizes must afford {levels} levels, got {sizes}"
            )
        self._context = seal_context(DEGREE, sizes)
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
        answers = [self._hidden(answer, stride) for answer in answers]
        self.seconds = time.perf_counter() - begin
        self.counts["answers"] = len(answers)
        streams = [to_bytes(answer) for answer in answers]
        self.end.send("scores", {"ciphertexts": streams, "stride": stride})

    def _hidden(self, answer: Any, stride: int) -> Any:
        """Return an answer whose slots without a score say nothing."""
        slots, classes = DEGREE // 2, len(self.network.weights[1])
        used = first(1, slots)
        if stride:
            used = np.arange(slots) % stride == 0
            used[classes * stride :] = False
        if self.hide == "mask":
            return self._slots.total([self._slots.times(answer, used.astype(float))])
        if self.hide == "random":
            self._slots.cover(answer, used)
        return answer

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


def connect(
    channel: Any, network: SquareNetwork, *, hide: str = "random"
) -> tuple[Client, Server]:
    """Return a client and a server who have exchanged keys; ``hide`` from ``HIDE``."""
    names = channel.ends
    client = Client(names[0], hide=hide)
    server = Server(names[1], network, hide=hide)
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

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

import functools
import math
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ppdl_course.he.inference.cryptonets import load, stream
from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.he.seal.plan import CkksPlan
from ppdl_course.parties.channel import Endpoint

LAYOUTS = ("simd", "dense", "stacked")
DEGREE, SIZES, SCALE = 8192, (50, 35, 35, 35, 50), 2.0**35
"""Three levels: a product by weights, a square, a product by weights."""


def power_of_two(count: int) -> int:
    """Return the least power of two that is at least ``count``."""
    return 1 << max(0, count - 1).bit_length()


def operations(features: int, hidden: int, classes: int, layout: str) -> dict[str, int]:
    """Return how often the server does what, by formula.

    Keys: ``ciphertexts`` sent, ``products`` by plaintexts, ``squares``, ``rotations``,
    ``answers`` sent back.

    Raises:
        ValueError: If there is no such layout.
    """
    d, h, c = power_of_two(features), power_of_two(hidden), power_of_two(classes)
    if layout == "simd":
        return _counts(features, hidden * (features + classes), hidden, 0, classes)
    if layout == "dense":
        return _counts(1, 2 * hidden, hidden, hidden * int(math.log2(d)), 1)
    if layout != "stacked":
        raise ValueError(f"layout must be one of {LAYOUTS}, got {layout!r}")
    block = min(h, DEGREE // 2 // d)
    blocks = h // block
    if c * block > DEGREE // 2:
        raise ValueError(f"classes must be at most {DEGREE // 2 // block}: {classes}")
    rotations = blocks * int(math.log2(d)) + int(math.log2(block))
    return _counts(1, 2 * blocks, blocks, rotations, 1)


def _counts(sent: int, products: int, squares: int, rotations: int, back: int) -> dict:
    return {
        "ciphertexts": sent,
        "products": products,
        "squares": squares,
        "rotations": rotations,
        "answers": back,
    }


@functools.cache
def _context() -> Any:
    from tenseal import sealapi

    parms = sealapi.EncryptionParameters(sealapi.SCHEME_TYPE.CKKS)
    parms.set_poly_modulus_degree(DEGREE)
    parms.set_coeff_modulus(sealapi.CoeffModulus.Create(DEGREE, list(SIZES)))
    return sealapi.SEALContext(parms, True, sealapi.SEC_LEVEL_TYPE.TC128)


def arrange(values: np.ndarray, layout: str, hidden: int) -> np.ndarray:
    """Return the slots of each ciphertext for one image, (ciphertexts, n/2).

    Raises:
        ValueError: If the image is not a vector or does not fit.
    """
    values = np.asarray(values, np.float64)
    slots = DEGREE // 2
    if values.ndim != 1 or not 1 <= len(values) <= slots:
        raise ValueError(f"values must be 1..{slots} numbers, got {values.shape}")
    if layout == "simd":
        return np.repeat(values[:, None], slots, axis=1)
    padded = np.zeros(power_of_two(len(values)))
    padded[: len(values)] = values
    if layout == "dense":
        return np.tile(padded, slots // len(padded))[None]
    block = min(power_of_two(hidden), slots // len(padded))
    stacked = np.repeat(padded, block)
    return np.tile(stacked, slots // len(stacked))[None]


class Client:
    """Owns one image at a time and the secret key."""

    def __init__(self, end: Endpoint) -> None:
        from tenseal import sealapi

        self._end = end
        self._context = _context()
        generator = sealapi.KeyGenerator(self._context)
        public, self._galois = sealapi.PublicKey(), sealapi.GaloisKeys()
        generator.create_public_key(public)
        self._relin = sealapi.RelinKeys()
        generator.create_relin_keys(self._relin)
        # rotating by s slots is X -> X^(3^s)
        steps = [2**k for k in range(int(math.log2(DEGREE // 2)))]
        elements = [pow(3, step, 2 * DEGREE) for step in steps]
        generator.create_galois_keys(elements, self._galois)
        self._encryptor = sealapi.Encryptor(self._context, public)
        self._decryptor = sealapi.Decryptor(self._context, generator.secret_key())
        self._encoder = sealapi.CKKSEncoder(self._context)

    def send_keys(self) -> None:
        """Send the keys for relinearising and for rotating."""
        self._end.send("keys", [stream(self._relin), stream(self._galois)])

    def send_query(self, image: np.ndarray, layout: str, hidden: int) -> None:
        """Encrypt one image in a layout and send it."""
        from tenseal import sealapi

        plain, found = sealapi.Plaintext(), []
        for slots in arrange(image, layout, hidden):
            ciphertext = sealapi.Ciphertext(self._context)
            self._encoder.encode(slots.tolist(), SCALE, plain)
            self._encryptor.encrypt(plain, ciphertext)
            found.append(stream(ciphertext))
        self._end.send("image", found)

    def receive_scores(self, classes: int) -> np.ndarray:
        """Receive and decrypt the class scores, float64 (classes,)."""
        from tenseal import sealapi

        answer = self._end.receive("scores")
        plain, slots = sealapi.Plaintext(), []
        for data in answer["ciphertexts"]:
            self._decryptor.decrypt(_ciphertext(self._context, data), plain)
            slots.append(self._encoder.decode_double(plain))
        if len(slots) == classes and answer["stride"] == 0:
            return np.array([row[0] for row in slots])
        return np.array(slots[0])[: classes * answer["stride"] : answer["stride"]]


def _ciphertext(context: Any, data: bytes) -> Any:
    from tenseal import sealapi

    return load(lambda: sealapi.Ciphertext(context), context, data)


@dataclass
class Server:
    """Owns a network with one hidden layer; holds no secret key.

    Attributes:
        end: The server's end of a channel to the client.
        network: One square between two linear layers.
        counts: What was done for the last image, see :func:`operations`.
        seconds: How long it took.
    """

    end: Endpoint
    network: SquareNetwork
    counts: Counter = field(default_factory=Counter)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        from tenseal import sealapi

        if self.network.depth != 1:
            raise ValueError(f"network must have one square, got {self.network.depth}")
        if CkksPlan(DEGREE, SIZES, math.log2(SCALE)).depth() < 3:
            raise ValueError(f"coeff_mod_bit_sizes must afford 3 levels, got {SIZES}")
        self._context = _context()
        self._encoder = sealapi.CKKSEncoder(self._context)
        self._evaluator = sealapi.Evaluator(self._context)

    def receive_keys(self) -> None:
        """Receive the evaluation keys."""
        from tenseal import sealapi

        relin, galois = self.end.receive("keys")
        self._relin = load(sealapi.RelinKeys, self._context, relin)
        self._galois = load(sealapi.GaloisKeys, self._context, galois)

    def answer(self, layout: str) -> None:
        """Compute the scores of one image and send them."""
        x = [_ciphertext(self._context, data) for data in self.end.receive("image")]
        self.counts = Counter(ciphertexts=len(x), rotations=0)
        begin = time.perf_counter()
        work = {"simd": self._simd, "dense": self._dense, "stacked": self._stacked}
        if layout not in work:
            raise ValueError(f"layout must be one of {LAYOUTS}, got {layout!r}")
        answers, stride = work[layout](x)
        self.seconds = time.perf_counter() - begin
        self.counts["answers"] = len(answers)
        data = [stream(answer) for answer in answers]
        self.end.send("scores", {"ciphertexts": data, "stride": stride})

    def _simd(self, x: list[Any]) -> tuple[list[Any], int]:
        (W1, W2), (b1, b2) = self.network.weights, self.network.biases
        hidden = [self._affine(x, row, b) for row, b in zip(W1, b1, strict=True)]
        squares = [self._square(z) for z in hidden]
        return [self._affine(squares, r, b) for r, b in zip(W2, b2, strict=True)], 0

    def _dense(self, x: list[Any]) -> tuple[list[Any], int]:
        (W1, W2), (b1, b2) = self.network.weights, self.network.biases
        width, slots = power_of_two(W1.shape[1]), DEGREE // 2
        squares = []
        for row, b in zip(W1, b1, strict=True):
            padded = np.pad(row, (0, width - len(row)))
            z = self._times(x[0], np.tile(padded, slots // width))
            squares.append(self._square(self._plus(self._sum(z, width // 2, 1), b)))
        # each square stands in every slot: slot o takes W2[o, j] of it
        columns = np.pad(W2, ((0, slots - len(W2)), (0, 0))).T
        terms = [self._times(z, col) for z, col in zip(squares, columns, strict=True)]
        return [self._plus(self._add(terms), np.pad(b2, (0, slots - len(b2))))], 1

    def _stacked(self, x: list[Any]) -> tuple[list[Any], int]:
        (W1, W2), (b1, b2) = self.network.weights, self.network.biases
        slots, d = DEGREE // 2, power_of_two(W1.shape[1])
        h = power_of_two(len(W1))
        block, c = min(h, slots // d), power_of_two(len(W2))
        W1 = np.pad(W1, ((0, h - len(W1)), (0, d - W1.shape[1])))
        W2 = np.pad(W2, ((0, c - len(W2)), (0, h - W2.shape[1])))
        b1 = np.pad(b1, (0, h - len(b1)))
        terms = []
        for begin in range(0, h, block):
            units = slice(begin, begin + block)
            z = self._times(x[0], _tiled(W1[units].T.ravel(), slots))
            z = self._sum(z, d * block // 2, block)
            z = self._square(self._plus(z, _tiled(b1[units], slots)))
            terms.append(self._times(z, _filled(W2[:, units].ravel(), slots)))
        scores = self._sum(self._add(terms), block // 2, 1)
        bias = _filled(np.repeat(np.pad(b2, (0, c - len(b2))), block), slots)
        return [self._plus(scores, bias)], block

    def _affine(self, x: list[Any], row: np.ndarray, b: float) -> Any:
        return self._plus(
            self._add([self._times(v, w) for v, w in zip(x, row, strict=True)]), b
        )

    def _times(self, x: Any, values: np.ndarray | float) -> Any:
        self.counts["products"] += 1
        # the prime that the rescaling drops: the scale comes back exactly
        prime = self._prime(x)
        z = type(x)(self._context)
        plain = self._plain(values, prime, x)
        if plain.is_zero():  # SEAL refuses a transparent result
            plain = self._plain(1 / prime, prime, x)
        self._evaluator.multiply_plain(x, plain, z)
        return z

    def _prime(self, x: Any) -> float:
        data = self._context.get_context_data(x.parms_id())
        return float(data.parms().coeff_modulus()[-1].value())

    def _plain(self, values: np.ndarray | float, scale: float, like: Any) -> Any:
        from tenseal import sealapi

        plain = sealapi.Plaintext()
        one = np.ndim(values) == 0
        values = float(values) if one else np.asarray(values).tolist()
        self._encoder.encode(values, like.parms_id(), scale, plain)
        return plain

    def _add(self, terms: list[Any]) -> Any:
        total = terms[0]
        for term in terms[1:]:
            self._evaluator.add_inplace(total, term)
        self._evaluator.rescale_to_next_inplace(total)
        return total

    def _sum(self, x: Any, first: int, last: int) -> Any:
        step = first
        while step >= last:
            self.counts["rotations"] += 1
            rotated = type(x)(self._context)
            self._evaluator.rotate_vector(x, step, self._galois, rotated)
            self._evaluator.add_inplace(x, rotated)
            step //= 2
        return x

    def _plus(self, x: Any, values: np.ndarray | float) -> Any:
        self._evaluator.add_plain_inplace(x, self._plain(values, x.scale, x))
        return x

    def _square(self, x: Any) -> Any:
        self.counts["squares"] += 1
        if x.scale > 2.0**50:  # a product whose rescaling was left for later
            self._evaluator.rescale_to_next_inplace(x)
        self._evaluator.square_inplace(x)
        self._evaluator.relinearize_inplace(x, self._relin)
        self._evaluator.rescale_to_next_inplace(x)
        return x


def _tiled(values: np.ndarray, slots: int) -> np.ndarray:
    return np.tile(values, slots // len(values))


def _filled(values: np.ndarray, slots: int) -> np.ndarray:
    return np.pad(values, (0, slots - len(values)))


def classify(
    channel: Any, client: Client, server: Server, image: np.ndarray, layout: str
) -> np.ndarray:
    """Run one image through a layout; return its scores."""
    hidden = len(server.network.weights[0])
    client.send_query(image, layout, hidden)
    server.answer(layout)
    return client.receive_scores(len(server.network.weights[1]))

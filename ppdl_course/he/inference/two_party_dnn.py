"""2P-DNN: linear layers under Paillier at the server, the rest by the key holder.

    User (key, image)                               Server (weights)
    Enc(x_1), ..., Enc(x_d)       --- values --->   Enc(z_j) = Enc(b_j) prod Enc(x_k)^w
                                                    blind: Enc(r_j z_j), order shuffled
    max(0, r_j z_j), encrypted    <-- blinded ---
                                  --- values --->   order restored, times 1 / r_j mod n
                                                    next layer, and so on
    label                         <-- scores ---    the last layer goes unblinded

r_j > 0 commutes with ReLU: max(0, r z) = r max(0, z). The order is shuffled so that the
user does not know which unit a number belongs to. Both are fresh for every question.

Threat model: honest-but-curious user and server, computational security of Paillier.
The server sees ciphertexts only. NOT protected: without blinding, d + 1 questions give
the user the first layer (:func:`solve_layer`). With it the user still sees how many
units are positive, and r z shares the factor z with every other r z: asking the same
image again and taking greatest common divisors strips r off (:func:`strip_blinding`).
The scores are always open. Shares or garbled circuits (chapters 6 and 7) close these.

Source: Q. Zhu, X. Lv, "2P-DNN: Privacy-Preserving Deep Neural Networks Based on
Homomorphic Cryptosystem", arXiv 1807.08459, 2018. The abstract fixes the parties and
the split; details of the blinding are a reconstruction.
"""

import math
import secrets
from collections.abc import Sequence

import numpy as np

from ppdl_course.he.inference.fixed_point_network import (
    LARGEST_INPUT,
    FixedPointNetwork,
)
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.publickey.arithmetic.whole_numbers import inverse, power
from ppdl_course.publickey.fixed_point import integer, shown
from ppdl_course.publickey.paillier import Encoded, PrivateKey, PublicKey

BLIND_BITS = 32
"""Length of the multipliers r."""


class User:
    """Holds the image and the Paillier key.

    Args:
        end: The user's end of a channel to the server.
        bits: Length of the modulus; 1,024 is a teaching size.

    Attributes:
        decrypted: Every vector that the user has decrypted, in order.
    """

    def __init__(self, end: Endpoint, *, bits: int = 1024) -> None:
        self._end = end
        self._key = PrivateKey.generate(bits)
        # for Chinese remainders: once a key, not once a number
        self._lift = inverse(self._key.p**2, self._key.q**2)
        self.decrypted: list[list[int]] = []

    def send_key(self) -> None:
        """Send the public key."""
        self._end.send("key", self._key.public.n)

    def send_values(self, values: Sequence[int]) -> None:
        """Encrypt integers and send them.

        Raises:
            ValueError: If a value is no integer, or the key cannot hold it.
        """
        values, limit = [integer("values", v) for v in values], self._key.public.max_int
        for v in values:
            if abs(v) > limit:
                raise ValueError(
                    f"values must be within +-max_int = {shown(limit)}, got {shown(v)}"
                )
        self._end.send("values", [self._encrypt(v) for v in values])

    def _encrypt(self, m: int) -> int:
        """Return (1 + m n) r^n mod n^2, some five times faster with p and q.

        Modulo p^2 the power r^(pq) depends on r^q mod p alone, and that is any unit as
        likely as any other: it is drawn itself, and raised to p. Chinese remainders
        join it with the same modulo q^2.
        """
        p, q, n = self._key.p, self._key.q, self._key.public.n
        at_p = power(1 + secrets.randbelow(p - 1), p, p * p)
        at_q = power(1 + secrets.randbelow(q - 1), q, q * q)
        mask = at_p + p * p * ((at_q - at_p) * self._lift % (q * q))
        return (1 + m % n * n) * mask % (n * n)

    def receive_values(self, label: str) -> list[int]:
        """Receive ciphertexts and return the signed integers inside.

        Raises:
            OverflowError: If one lies in the middle third of [0, n), where no sum of
                inputs up to ``LARGEST_INPUT`` comes.
        """
        public, integers = self._key.public, []
        for c in self._end.receive(label):
            integers.append(Encoded(public, self._key.raw_decrypt(c), 0).mantissa)
        self.decrypted.append(integers)
        return integers

    def activate(self) -> None:
        """Receive blinded sums, send back their ReLU, encrypted afresh."""
        self.send_values([max(0, z) for z in self.receive_values("blinded")])


class Server:
    """Owns the network; holds the public key and ciphertexts only.

    Args:
        end: The server's end of a channel to the user.
        network: Integer weights.
        blind: False leaves blinding and shuffling out, to see what leaks.
    """

    def __init__(
        self, end: Endpoint, network: FixedPointNetwork, *, blind: bool = True
    ) -> None:
        self._end, self._network, self._blind = end, network, blind
        self._public: PublicKey | None = None
        self._undo: list[tuple[int, int]] = []

    def receive_key(self) -> None:
        """Receive the public key.

        Raises:
            ValueError: If n is too short for what the network may compute.
        """
        public = PublicKey(self._end.receive("key"))
        largest = LARGEST_INPUT << self._network.bits
        bound = np.full(self._network.weights[0].shape[1], largest, object)
        for W, b in zip(self._network.weights, self._network.biases, strict=True):
            bound = abs(W.astype(object)) @ bound + abs(b)
            if int(max(bound)) << BLIND_BITS > public.max_int:
                raise ValueError(
                    f"n must exceed the largest result, {shown(int(max(bound)))}, with "
                    f"{BLIND_BITS} bits of blinding; got {public.n.bit_length()} bits"
                )
        self._public = public

    def layer(self, k: int) -> None:
        """Receive the values that enter layer ``k``; send its sums."""
        if self._public is None:
            raise ValueError("key must be received before values are served")
        if k == 0:
            self._undo = []  # a new question; the last one may never have been finished
        values = self._restore(self._end.receive("values"))
        W, b = self._network.weights[k], self._network.biases[k]
        if len(values) != W.shape[1]:
            raise ValueError(f"values must be {W.shape[1]}, got {len(values)}")
        sums = linear(self._public, values, W, b)
        if k == len(self._network.weights) - 1:
            self._end.send("scores", sums)
            return
        if self._blind:
            sums, self._undo = blind(self._public, sums)
        self._end.send("blinded", sums)

    def _restore(self, values: list[int]) -> list[int]:
        if not self._undo:
            return values
        n, square = self._public.n, self._public.n_squared
        restored = [0] * len(values)
        for c, (place, r) in zip(values, self._undo, strict=True):
            restored[place] = power(c, inverse(r, n), square)
        self._undo = []  # r and the order serve once
        return restored


def linear(
    public: PublicKey, values: Sequence[int], W: np.ndarray, b: np.ndarray
) -> list[int]:
    """Return Enc(W x + b) from Enc(x): products of powers, and fresh randomness.

    Args:
        public: The user's key.
        values: Ciphertexts of x.
        W: Integers (out, in).
        b: Integers (out,).
    """
    square = public.n_squared
    inverses = [inverse(c, square) for c in values]  # for negative weights
    sums = []
    for row, constant in zip(W.tolist(), b.tolist(), strict=True):
        # the mask of this encryption hides which powers were multiplied
        total = public.raw_encrypt(int(constant) % public.n)
        for w, c, over_c in zip(row, values, inverses, strict=True):
            if w:
                total = total * power(c if w > 0 else over_c, abs(w), square) % square
        sums.append(total)
    return sums


def blind(
    public: PublicKey, sums: Sequence[int]
) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the sums multiplied by secret r > 0, shuffled, and (place, r) of each."""
    order = list(range(len(sums)))
    for i in range(len(order) - 1, 0, -1):  # Fisher-Yates, with secret randomness
        j = secrets.randbelow(i + 1)
        order[i], order[j] = order[j], order[i]
    undo = [(i, 1 + secrets.randbelow(2**BLIND_BITS - 1)) for i in order]
    return [power(sums[i], r, public.n_squared) for i, r in undo], undo


def classify(
    user: User, server: Server, network: FixedPointNetwork, x: np.ndarray
) -> int:
    """Run the protocol for one row ``x``; return the label that the user reads."""
    user.send_values(network.inputs(x))
    for k in range(len(network.weights)):
        server.layer(k)
        if k < len(network.weights) - 1:
            user.activate()
    scores = user.receive_values("scores")
    return scores.index(max(scores))


def connect(
    network: FixedPointNetwork, *, blind: bool = True, bits: int = 1024
) -> tuple[User, Server, Channel]:
    """Return a user and a server who have met, and their channel."""
    channel = Channel("user", "server")
    user = User(channel["user"], bits=bits)
    server = Server(channel["server"], network, blind=blind)
    user.send_key()
    server.receive_key()
    return user, server, channel


def first_layer_answers(
    user: User, server: Server, questions: Sequence[Sequence[int]]
) -> list[list[int]]:
    """Return what a curious user reads of layer 0 for integer questions of its own."""
    answers = []
    for question in questions:
        user.send_values(question)
        server.layer(0)
        answers.append(user.receive_values("blinded"))
    return answers


def solve_layer(
    answers: Sequence[Sequence[int]], step: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return (W, b) read from answers to the questions 0, step e_1, ..., step e_d."""
    z = np.array(answers, object)
    W = np.array([[int(v) for v in row] for row in (z[1:] - z[0]).T], object)
    return W // step, z[0]


def strip_blinding(answers: Sequence[Sequence[int]]) -> list[int]:
    """Return guesses of |z| from blinded answers to one image asked again and again.

    For each number of the first answer: the best partner of every other answer is the
    one with the largest greatest common divisor; what all of these share is |z|, except
    where other multiples agree by chance.
    """
    guesses = []
    for number in answers[0]:
        shared = abs(number)
        for other in answers[1:]:
            shared = max(math.gcd(shared, abs(z)) for z in other)
        guesses.append(shared)
    return guesses

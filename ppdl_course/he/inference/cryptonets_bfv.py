"""CryptoNets as published: integers modulo several primes (BFV), and an exact result.

    x_int = round(2^input_bits x),  W_int, b_int: integers at the scale reached there
    z_1 = W_int x_int + b_int,      z_k = W_int z_{k-1}^2 + b_int        in integers

BFV computes modulo a plaintext prime t, and a result beyond t / 2 wraps around in
silence. So the network is run modulo several primes t_1, t_2, ... and the client joins
the remainders: right as long as |z| < t_1 t_2 ... / 2. :meth:`BfvPlan.moduli` takes as
many primes as the largest possible |z| asks for, from the weights alone.

The result is the integer network's, bit for bit, or the plan is refused.

Threat model and what is not protected: as in ``cryptonets``. Slots without an image are
made uniform modulo t, which leaves nothing of their values; noise is not hidden.

Source: R. Gilad-Bachrach et al., "CryptoNets", ICML 2016, sections 3 and 4 (two moduli,
one ciphertext a pixel, 8,192 images a batch in the technical report).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.he.inference.integer_network import IntegerNetwork
from ppdl_course.he.inference.residue_matmul import (
    PRIME_BITS,
    layers,
    read,
    require_exact,
)
from ppdl_course.he.seal.contexts import seal_context
from ppdl_course.he.seal.key_pair import KeyPair
from ppdl_course.he.seal.plan import MAX_BITS, bfv_budget, primes_of_size
from ppdl_course.he.seal.streams import CiphertextWriter, from_bytes
from ppdl_course.he.seal.unused_slots import cover_modulo, first
from ppdl_course.parties.channel import Endpoint


def join(remainders: np.ndarray, moduli: list[int]) -> np.ndarray:
    """Return the integers of smallest size with these remainders (dtype object).

    Args:
        remainders: Shape (moduli, ...), integers.
        moduli: Pairwise coprime.
    """
    product = math.prod(moduli)
    total = np.zeros(np.shape(remainders)[1:], object)
    for row, t in zip(remainders, moduli, strict=True):
        rest = product // t  # 0 modulo every other prime
        total = total + np.asarray(row).astype(object) * (rest * pow(rest, -1, t))
    total = total % product
    return np.where(total > product // 2, total - product, total)


@dataclass(frozen=True)
class BfvPlan:
    """BFV parameters, checked before anything is computed.

    Attributes:
        poly_modulus_degree: n images a batch.
        coeff_mod_bit_sizes: Bits of the primes, the special one last.
        plain_bits: Bits of each plaintext prime.
        x_max: Inputs lie within +-x_max.
    """

    poly_modulus_degree: int = 8192
    coeff_mod_bit_sizes: tuple[int, ...] = (30,) * 7
    plain_bits: int = 28
    x_max: float = 1.0

    def moduli(self, network: IntegerNetwork) -> list[int]:
        """Return as many plaintext primes as the network's results need.

        Raises:
            ValueError: If the context is insecure, primes are too long, a product
                is not exact or the noise budget does not suffice.
        """
        n, sizes = self.poly_modulus_degree, self.coeff_mod_bit_sizes
        if n not in MAX_BITS or sum(sizes) > MAX_BITS[n]:
            raise ValueError(
                f"coeff_mod_bit_sizes must add up to at most {MAX_BITS.get(n, 0)} bits "
                f"at degree {n}, got {sum(sizes)}: raise poly_modulus_degree"
            )
        if max(sizes) > PRIME_BITS:
            raise ValueError(
                f"coeff_mod_bit_sizes must be at most {PRIME_BITS}, got {max(sizes)}"
            )
        linear = 0.0
        for k, W in enumerate(network.weights):
            require_exact(W, 2 ** max(sizes) - 1, f"weights of layer {k}")
            # a product by weights multiplies noise by the sum of their sizes at most
            linear += math.log2(max(1, int(np.abs(W).sum(axis=1).max())))
        depth = len(network.weights) - 1
        budget = bfv_budget(n, sizes, self.plain_bits, depth) - linear
        if budget < 5:  # the prediction is an average, good to a few bits
            raise ValueError(
                f"coeff_mod_bit_sizes leave {budget:.0f} bits of noise budget after "
                f"{depth} squares: raise poly_modulus_degree and add primes, or lower "
                "plain_bits"
            )
        needed = 2 * network.largest(self.x_max) + 1
        count = 1
        while math.prod(moduli := self._primes(count)) < needed:
            count += 1
        return moduli

    def _primes(self, count: int) -> list[int]:
        primes = primes_of_size(self.poly_modulus_degree, self.plain_bits, count)
        if primes is None:
            raise ValueError(
                f"plain_bits must leave {count} primes for n = "
                f"{self.poly_modulus_degree}, got {self.plain_bits}: raise it"
            )
        return list(primes)

    def context(self, t: int) -> Any:
        """Return SEAL's context for the plaintext modulus ``t``: no key."""
        return seal_context(self.poly_modulus_degree, self.coeff_mod_bit_sizes, t)


class Client:
    """Owns the images and one secret key for each plaintext modulus."""

    def __init__(
        self, end: Endpoint, plan: BfvPlan, moduli: list[int], *, input_bits: int
    ) -> None:
        self._end, self._moduli, self._input_bits = end, moduli, input_bits
        self._x_max, self._slots = plan.x_max, plan.poly_modulus_degree
        self._count = 0
        self._keys = [KeyPair(plan.context(t)) for t in moduli]
        end.send("keys", [keys.relin_keys() for keys in self._keys])

    def send_query(self, images: np.ndarray) -> None:
        """Encrypt (n, features) within +-x_max, for each modulus; send all."""
        images = np.asarray(images, np.float64)
        if images.ndim != 2 or not 1 <= len(images) <= self._slots:
            raise ValueError(
                f"images must be (1..{self._slots}, features), got {images.shape}"
            )
        if np.abs(images).max() > self._x_max:
            worst = np.abs(images).max()
            raise ValueError(f"images must be within +-{self._x_max}, got {worst}")
        integers = np.rint(images.T * 2**self._input_bits).astype(np.int64)
        self._count = len(images)
        for keys, t in zip(self._keys, self._moduli, strict=True):
            residues = [read(keys.encrypt(feature)) for feature in integers % t]
            query = {"residues": np.stack(residues), "count": self._count}
            self._end.send("images", query)

    def receive_scores(self) -> np.ndarray:
        """Receive, decrypt and join: exact integers (images, classes), dtype object."""
        remainders = []
        for keys in self._keys:
            writer = CiphertextWriter(keys.context)
            ciphertexts = writer.write(self._end.receive("scores"), ntt=False)
            remainders.append([keys.decrypt(c)[: self._count] for c in ciphertexts])
        return join(np.array(remainders), self._moduli).T


class Server:
    """Owns the integer network; holds no secret key.

    Raises:
        ValueError: If the plan cannot evaluate the network.
    """

    def __init__(self, end: Endpoint, network: IntegerNetwork, plan: BfvPlan) -> None:
        self.moduli = plan.moduli(network)
        self._end, self._network = end, network
        self._slots = plan.poly_modulus_degree
        self._contexts = [plan.context(t) for t in self.moduli]
        self._keys: list[Any] = []

    def receive_keys(self) -> None:
        """Receive a relinearisation key for each modulus."""
        from tenseal import sealapi

        keys = zip(self._contexts, self._end.receive("keys"), strict=True)
        self._keys = [from_bytes(sealapi.RelinKeys, c, key) for c, key in keys]

    def answer(self) -> None:
        """Evaluate one batch modulo each plaintext prime and send the results."""
        pairs = zip(self._contexts, self.moduli, self._keys, strict=True)
        for context, t, keys in pairs:
            query = self._end.receive("images")
            used = first(query["count"], self._slots)
            scores = self._evaluate(query["residues"], context, t, keys)
            self._end.send("scores", _covered(scores, context, t, used))

    def _evaluate(
        self, residues: np.ndarray, context: Any, t: int, keys: Any
    ) -> np.ndarray:
        writer, net = CiphertextWriter(context), self._network
        primes = writer.primes(residues.shape[2])
        for k, (W, b) in enumerate(zip(net.weights, net.biases, strict=True)):
            if k:
                residues = _squares(residues, context, writer, keys)
            # the bias follows apart: a BFV constant is scaled by Q / t, coefficient 0
            residues = layers(residues, [(W, None)], primes)
            _add_constants(residues, b, primes, t)
        return residues


def _squares(
    residues: np.ndarray, context: Any, writer: CiphertextWriter, keys: Any
) -> np.ndarray:
    """Square every ciphertext in SEAL, relinearising first where it has three parts."""
    from tenseal import sealapi

    evaluator, squares = sealapi.Evaluator(context), []
    for one in residues:
        [ciphertext] = writer.write(one[None], ntt=False)
        if one.shape[0] == 3:
            evaluator.relinearize_inplace(ciphertext, keys)
        evaluator.square_inplace(ciphertext)
        squares.append(read(ciphertext))
    return np.stack(squares)


def _covered(
    residues: np.ndarray, context: Any, t: int, used: np.ndarray
) -> np.ndarray:
    """Add numbers uniform modulo t to slots without an image: nothing is left there."""
    from tenseal import sealapi

    encoder, evaluator = sealapi.BatchEncoder(context), sealapi.Evaluator(context)
    answers = CiphertextWriter(context).write(residues, ntt=False)
    for answer in answers:
        plain = sealapi.Plaintext()
        encoder.encode(cover_modulo(used, t).tolist(), plain)
        evaluator.add_plain_inplace(answer, plain)
    return np.stack([read(answer) for answer in answers])


def _add_constants(
    residues: np.ndarray, constants: np.ndarray, primes: list[int], t: int
) -> None:
    """Add b_j to all slots of ciphertext j: round(Q b / t) to its constant term."""
    modulus = math.prod(primes)
    for j, b in enumerate(constants):
        term = (2 * modulus * (int(b) % t) + t) // (2 * t)
        for i, q in enumerate(primes):
            residues[j, 0, i, 0] = (int(residues[j, 0, i, 0]) + term) % q


def connect(
    channel: Any, network: IntegerNetwork, plan: BfvPlan
) -> tuple[Client, Server]:
    """Return a client and a server who have exchanged keys."""
    client_end, server_end = channel.ends
    server = Server(server_end, network, plan)
    client = Client(client_end, plan, server.moduli, input_bits=network.input_bits)
    server.receive_keys()
    return client, server


def classify(
    channel: Any, network: IntegerNetwork, plan: BfvPlan, images: np.ndarray
) -> np.ndarray:
    """Run the whole protocol over ``channel``; return the exact integer scores."""
    client, server = connect(channel, network, plan)
    client.send_query(images)
    server.answer()
    return client.receive_scores()

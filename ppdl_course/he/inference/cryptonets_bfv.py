"""CryptoNets as published: integers modulo several primes (BFV), and an exact result.

    x_int = round(2^input_bits x),  W_int, b_int: integers at the scale reached there
    z_1 = W_int x_int + b_int,      z_k = W_int z_{k-1}^2 + b_int        in integers

BFV computes modulo a plaintext prime t, and a result beyond t / 2 wraps around in
silence. So the network is run modulo several primes t_1, t_2, ... and the client joins
the remainders: right as long as |z| < t_1 t_2 ... / 2. :meth:`BfvPlan.moduli` takes as
many primes as the largest possible |z| asks for, from the weights alone.

The result is the integer network's, bit for bit, or the plan is refused.

Threat model and what is not protected: as in ``cryptonets``.

Source: R. Gilad-Bachrach et al., "CryptoNets", ICML 2016, sections 3 and 4 (two moduli,
one ciphertext a pixel, 8,192 images a batch in the technical report).
"""

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.he.inference.cryptonets import load, stream
from ppdl_course.he.inference.residue_matmul import (
    PRIME_BITS,
    Writer,
    layers,
    read,
    require_exact,
)
from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.he.seal.plan import MAX_BITS, bfv_budget, primes_of_size
from ppdl_course.parties.channel import Endpoint


@dataclass(frozen=True)
class IntegerNetwork:
    """A square network in integers: what BFV computes, and its oracle.

    Attributes:
        input_bits: x is rounded to multiples of 2**-input_bits.
        weights: Integer matrices as Python integers (dtype object), (out, in).
        biases: Integer vectors (dtype object) at the scale of their layer.
        scale_bits: log2 of the scale of the scores.
    """

    input_bits: int
    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    scale_bits: int

    @classmethod
    def of(
        cls, network: SquareNetwork, *, input_bits: int, weight_bits: int
    ) -> "IntegerNetwork":
        """Round a network; raises ValueError for bit lengths out of range."""
        if not 1 <= input_bits <= 16:
            raise ValueError(f"input_bits must be in 1..16, got {input_bits}")
        scale, weights, biases = input_bits, [], []
        for k, layer in enumerate(network.integers(weight_bits)):
            scale = (2 * scale if k else scale) + layer.shift
            weights.append(_exact(layer.weights))
            # ldexp: exact, and no float overflow at scales beyond 2^53
            biases.append(
                _exact(np.array([_scaled(b, scale) for b in layer.bias], object))
            )
        return cls(input_bits, tuple(weights), tuple(biases), scale)

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Return round(2^input_bits x) as int64."""
        return np.rint(np.asarray(x, np.float64) * 2**self.input_bits).astype(np.int64)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the exact integer scores of rows ``x``, dtype object."""
        z = self.inputs(x).astype(object)
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = (z * z if k else z) @ W.T + b
        return z

    def largest(self, x_max: float = 1.0) -> int:
        """Return the largest |score| that any inputs within +-``x_max`` can give."""
        bound = np.full(
            self.weights[0].shape[1], math.ceil(x_max * 2**self.input_bits), object
        )
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            bound = abs(W) @ (bound * bound if k else bound) + abs(b)
        return int(max(bound))


def _exact(values: np.ndarray) -> np.ndarray:
    return np.vectorize(int, otypes=[object])(values)


def _scaled(value: float, bits: int) -> int:
    numerator, denominator = float(value).as_integer_ratio()
    return (2 * numerator * 2**bits + denominator) // (2 * denominator)


def join(remainders: np.ndarray, moduli: list[int]) -> np.ndarray:
    """Return the integers of smallest size with these remainders (dtype object).

    Args:
        remainders: Shape (moduli, ...), integers.
        moduli: Pairwise coprime.
    """
    product = math.prod(moduli)
    total = np.zeros(np.shape(remainders)[1:], object)
    for row, t in zip(remainders, moduli, strict=True):
        rest = product // t
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
            require_exact(
                W.astype(np.float64), 2 ** max(sizes) - 1, f"weights of layer {k}"
            )
            linear += math.log2(max(1, int(abs(W).sum(axis=1).max())))
        depth = len(network.weights) - 1
        budget = bfv_budget(n, sizes, self.plain_bits, depth) - linear
        if budget < 5:
            raise ValueError(
                f"coeff_mod_bit_sizes leave {budget:.0f} bits of noise budget after "
                f"{depth} squares: raise poly_modulus_degree and add primes, or lower "
                "plain_bits"
            )
        needed = 2 * network.largest(self.x_max) + 1
        count = 1
        while math.prod(found := self._primes(count)) < needed:
            count += 1
        return found

    def _primes(self, count: int) -> list[int]:
        found = primes_of_size(self.poly_modulus_degree, self.plain_bits, count)
        if found is None:
            raise ValueError(
                f"plain_bits must leave {count} primes for n = "
                f"{self.poly_modulus_degree}, got {self.plain_bits}: raise it"
            )
        return list(found)


@functools.lru_cache(maxsize=4)
def _context(plan: BfvPlan, t: int) -> Any:
    from tenseal import sealapi

    parms = sealapi.EncryptionParameters(sealapi.SCHEME_TYPE.BFV)
    parms.set_poly_modulus_degree(plan.poly_modulus_degree)
    sizes = list(plan.coeff_mod_bit_sizes)
    parms.set_coeff_modulus(
        sealapi.CoeffModulus.Create(plan.poly_modulus_degree, sizes)
    )
    parms.set_plain_modulus(t)
    return sealapi.SEALContext(parms, True, sealapi.SEC_LEVEL_TYPE.TC128)


class Client:
    """Owns the images and one secret key for each plaintext modulus."""

    def __init__(
        self, end: Endpoint, plan: BfvPlan, moduli: list[int], *, input_bits: int
    ) -> None:
        from tenseal import sealapi

        self._end, self._moduli, self._input_bits = end, moduli, input_bits
        self._x_max, self._slots = plan.x_max, plan.poly_modulus_degree
        self._parts, keys, self._count = [], [], 0
        for t in moduli:
            context = _context(plan, t)
            generator = sealapi.KeyGenerator(context)
            public, relin = sealapi.PublicKey(), sealapi.RelinKeys()
            generator.create_public_key(public)
            generator.create_relin_keys(relin)
            keys.append(stream(relin))
            self._parts.append(
                (
                    context,
                    sealapi.BatchEncoder(context),
                    sealapi.Encryptor(context, public),
                    sealapi.Decryptor(context, generator.secret_key()),
                )
            )
        end.send("keys", keys)

    def send_query(self, images: np.ndarray) -> None:
        """Encrypt (n, features) within +-x_max, for each modulus; send all."""
        from tenseal import sealapi

        images = np.asarray(images, np.float64)
        if images.ndim != 2 or not 1 <= len(images) <= self._slots:
            raise ValueError(
                f"images must be (1..{self._slots}, features), got {images.shape}"
            )
        if np.abs(images).max() > self._x_max:
            worst = np.abs(images).max()
            raise ValueError(f"images must be within +-{self._x_max}, got {worst}")
        whole = np.rint(images.T * 2**self._input_bits).astype(np.int64)
        self._count, plain = len(images), sealapi.Plaintext()
        for (context, encoder, encryptor, _), t in zip(
            self._parts, self._moduli, strict=True
        ):
            found = []
            for feature in whole % t:
                ciphertext = sealapi.Ciphertext(context)
                encoder.encode(feature.tolist(), plain)
                encryptor.encrypt(plain, ciphertext)
                found.append(read(ciphertext))
            self._end.send("images", np.stack(found))

    def receive_scores(self) -> np.ndarray:
        """Receive, decrypt and join: exact integers (images, classes), dtype object."""
        from tenseal import sealapi

        plain, remainders = sealapi.Plaintext(), []
        for context, encoder, _, decryptor in self._parts:
            rows = []
            residues = self._end.receive("scores")
            for ciphertext in Writer(context).write(residues, ntt=False):
                decryptor.decrypt(ciphertext, plain)
                rows.append(encoder.decode_uint64(plain)[: self._count])
            remainders.append(np.array(rows, np.int64))
        return join(np.stack(remainders), self._moduli).T


class Server:
    """Owns the integer network; holds no secret key.

    Raises:
        ValueError: If the plan cannot evaluate the network.
    """

    def __init__(self, end: Endpoint, network: IntegerNetwork, plan: BfvPlan) -> None:
        self.moduli = plan.moduli(network)
        self._end, self._network = end, network
        self._contexts = [_context(plan, t) for t in self.moduli]
        self._keys: list[Any] = []

    def receive_keys(self) -> None:
        """Receive a relinearisation key for each modulus."""
        from tenseal import sealapi

        keys = zip(self._contexts, self._end.receive("keys"), strict=True)
        self._keys = [load(sealapi.RelinKeys, context, key) for context, key in keys]

    def answer(self) -> None:
        """Evaluate one batch modulo each plaintext prime and send the results."""
        pairs = zip(self._contexts, self.moduli, self._keys, strict=True)
        for context, t, keys in pairs:
            images = self._end.receive("images")
            self._end.send("scores", self._evaluate(images, context, t, keys))

    def _evaluate(
        self, residues: np.ndarray, context: Any, t: int, keys: Any
    ) -> np.ndarray:
        writer, net = Writer(context), self._network
        primes = writer.primes(residues.shape[2])
        for k, (W, b) in enumerate(zip(net.weights, net.biases, strict=True)):
            if k:
                residues = _squares(residues, context, writer, keys)
            residues = layers(residues, [(W.astype(np.float64), None)], primes)
            _add_constants(residues, b, primes, t)
        return residues


def _squares(residues: np.ndarray, context: Any, writer: Writer, keys: Any) -> Any:
    """Square every ciphertext in SEAL, relinearising first where it has three parts."""
    from tenseal import sealapi

    evaluator, found = sealapi.Evaluator(context), []
    for one in residues:
        [ciphertext] = writer.write(one[None], ntt=False)
        if one.shape[0] == 3:
            evaluator.relinearize_inplace(ciphertext, keys)
        evaluator.square_inplace(ciphertext)
        found.append(read(ciphertext))
    return np.stack(found)


def _add_constants(
    residues: np.ndarray, constants: np.ndarray, primes: list[int], t: int
) -> None:
    """Add b_j to all slots of ciphertext j: round(Q b / t) to its constant term."""
    modulus = math.prod(primes)
    for j, b in enumerate(constants):
        term = (2 * modulus * (int(b) % t) + t) // (2 * t)
        for i, q in enumerate(primes):
            residues[j, 0, i, 0] = (int(residues[j, 0, i, 0]) + term) % q


def classify(
    channel: Any, network: IntegerNetwork, plan: BfvPlan, images: np.ndarray
) -> np.ndarray:
    """Run the whole protocol over ``channel``; return the exact integer scores."""
    client_end, server_end = channel.ends
    server = Server(server_end, network, plan)
    client = Client(client_end, plan, server.moduli, input_bits=network.input_bits)
    server.receive_keys()
    client.send_query(images)
    server.answer()
    return client.receive_scores()

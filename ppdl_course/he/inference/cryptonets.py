"""CryptoNets: thousands of images classified at once, none of them seen (CKKS).

    Client                                          Server
    secret key                                      network, no key
                              <-- offer ---         sizes, primes, scale: the plan
    context and keys          --- keys --->         relinearisation keys only
    ciphertext j = pixel j
      of all images           -- images -->         z_1 = W_1 x + b_1
                                                    z_k = W_k z_{k-1}^2 + b_k
    decrypt, label            <- scores ---         a ciphertext for each class

One ciphertext a feature, one slot an image: an image costs what 4,096 cost. Linear
layers and squares act on residues (``residue_matmul``). A square leaves three parts;
the next linear layer has fewer ciphertexts, so rescaling and relinearising wait for it.

Threat model: an honest-but-curious server. It sees ciphertexts, their number and sizes.
NOT protected: the network against the client, who may ask again and again and learns
the scores; its shape and bit lengths (the offer); the scores, if the client shows
decrypted CKKS results to anyone (chapter 9); a server that computes something else.

Source: R. Gilad-Bachrach, N. Dowlin, K. Laine, K. Lauter, M. Naehrig, J. Wernsing,
"CryptoNets: Applying Neural Networks to Encrypted Data with High Throughput and
Accuracy", ICML 2016 (there with BFV: see ``cryptonets_bfv``).
"""

import functools
import math
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ppdl_course.he.inference.residue_matmul import (
    PRIME_BITS,
    Writer,
    layers,
    read,
    require_exact,
)
from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.he.seal.plan import CkksPlan
from ppdl_course.parties.channel import Endpoint


@dataclass(frozen=True)
class Plan:
    """Parameters that can evaluate a network, checked before anything is computed.

    Attributes:
        poly_modulus_degree: n; n / 2 images a batch.
        coeff_mod_bit_sizes: Bits of the primes, the special one last; each at most 30.
        scale_bits: log2 of the scale of the images.
        weight_bits: Bits of an integer weight, sign included.
        largest: Bound on any |z_k|; the network is ``balanced`` so that 1 is usual. An
            image far from the training data may exceed it: its scores are then wrong,
            and nobody is told.

    Not checked is precision: at a scale near the noise (some 2^22 here) the scores are
    wrong as well. Compare labels with the network's own before trusting a plan.
    """

    poly_modulus_degree: int = 8192
    coeff_mod_bit_sizes: tuple[int, ...] = (30, 25, 25, 30, 30, 30)
    scale_bits: int = 26
    weight_bits: int = 12
    largest: float = 8.0

    def stages(self, network: SquareNetwork) -> list[tuple[int, float]]:
        """Return (primes, log2 of the scale) after each linear layer.

        Raises:
            ValueError: If the context is insecure or does not exist, a product is not
                exact, or a result would exceed the modulus; the message says what to
                change.
        """
        sizes = self.coeff_mod_bit_sizes
        context = CkksPlan(self.poly_modulus_degree, sizes, self.scale_bits)
        if (refusal := context.context_error()) is not None:
            raise ValueError(
                f"coeff_mod_bit_sizes are refused: {refusal} ({sum(sizes)} bits at "
                f"degree {self.poly_modulus_degree}): raise poly_modulus_degree or use "
                "fewer primes"
            )
        if max(sizes) > PRIME_BITS:
            raise ValueError(
                f"coeff_mod_bit_sizes must be at most {PRIME_BITS}, got {max(sizes)}"
            )
        level, scale = len(sizes) - 1, float(self.scale_bits)
        primes = context.primes
        found = []
        for k, layer in enumerate(network.integers(self.weight_bits)):
            require_exact(layer.weights, max(primes), f"weights of layer {k}")
            if k:
                scale *= 2
            scale += layer.shift
            left = sum(map(math.log2, primes[:level]))
            needed = scale + math.log2(self.largest) + 1
            if needed >= left:
                raise ValueError(
                    f"scale overflow: layer {k} needs {needed:.0f} bits and "
                    f"{left:.0f} are left: add a middle prime to coeff_mod_bit_sizes, "
                    "or lower scale_bits or weight_bits"
                )
            found.append((level, scale))
            if k and k < network.depth:  # before the next square
                while level > 1 and scale - math.log2(primes[level - 1]) >= (
                    self.scale_bits - 0.5
                ):
                    level -= 1
                    scale -= math.log2(primes[level])
        return found


@functools.lru_cache(maxsize=4)
def context_for(plan: Plan) -> Any:
    """Return SEAL's context: public parameters, no key; slow to make, never changed."""
    from tenseal import sealapi

    parms = sealapi.EncryptionParameters(sealapi.SCHEME_TYPE.CKKS)
    parms.set_poly_modulus_degree(plan.poly_modulus_degree)
    parms.set_coeff_modulus(
        sealapi.CoeffModulus.Create(
            plan.poly_modulus_degree, list(plan.coeff_mod_bit_sizes)
        )
    )
    return sealapi.SEALContext(parms, True, sealapi.SEC_LEVEL_TYPE.TC128)


def stream(value: Any) -> bytes:
    """Return SEAL's stream of a key, as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seal"
        value.save(str(path))
        return path.read_bytes()


def load(kind: Any, context: Any, data: bytes) -> Any:
    """Return the key of class ``kind`` that :func:`stream` wrote."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seal"
        path.write_bytes(data)
        value = kind()
        value.load(context, str(path))
        return value


class Client:
    """Owns the images and the only secret key.

    Args:
        end: The client's end of a channel to the server.
    """

    def __init__(self, end: Endpoint) -> None:
        self._end = end
        self._count = 0

    def send_keys(self) -> None:
        """Receive the offer, make keys, send the public ones."""
        from tenseal import sealapi

        offer = self._end.receive("offer")
        self.features = offer.pop("features")
        sizes = tuple(offer.pop("coeff_mod_bit_sizes"))
        self.plan = Plan(coeff_mod_bit_sizes=sizes, **offer)
        refusal = CkksPlan(
            self.plan.poly_modulus_degree, sizes, self.plan.scale_bits
        ).context_error()
        if refusal is not None:  # a server's offer is not to be trusted
            raise ValueError(
                f"offer must be secure, got one that SEAL refuses: {refusal}"
            )
        self._context = context_for(self.plan)
        generator = sealapi.KeyGenerator(self._context)
        self._decryptor = sealapi.Decryptor(self._context, generator.secret_key())
        public, relin = sealapi.PublicKey(), sealapi.RelinKeys()
        generator.create_public_key(public)
        generator.create_relin_keys(relin)
        self._encryptor = sealapi.Encryptor(self._context, public)
        self._encoder = sealapi.CKKSEncoder(self._context)
        self._end.send("keys", stream(relin))

    def encrypt(self, images: np.ndarray) -> np.ndarray:
        """Return a ciphertext for each feature: uint32 (features, 2, primes, n).

        Raises:
            ValueError: If there are more images than slots, they are not (n,
                features), or a value is not finite.
        """
        from tenseal import sealapi

        images = np.asarray(images, np.float64)
        slots = self.plan.poly_modulus_degree // 2
        if images.ndim != 2 or images.shape[1] != self.features:
            raise ValueError(f"images must be (n, {self.features}), got {images.shape}")
        if not 1 <= len(images) <= slots:
            raise ValueError(f"images must be 1..{slots} a batch, got {len(images)}")
        if not np.isfinite(images).all():
            raise ValueError("images must be finite, got a NaN or an infinity")
        self._count, scale = len(images), 2.0**self.plan.scale_bits
        plain, found = sealapi.Plaintext(), []
        for feature in images.T:
            ciphertext = sealapi.Ciphertext(self._context)
            self._encoder.encode(feature.tolist(), scale, plain)
            self._encryptor.encrypt(plain, ciphertext)
            found.append(read(ciphertext))
        return np.stack(found)

    def send_query(self, images: np.ndarray) -> None:
        """Encrypt a batch of images and send it."""
        self._end.send("images", self.encrypt(images))

    def receive_scores(self) -> np.ndarray:
        """Receive and decrypt the scores, float64 (images, classes)."""
        from tenseal import sealapi

        answer = self._end.receive("scores")
        plain, found = sealapi.Plaintext(), []
        writer = Writer(self._context)
        for ciphertext in writer.write(answer["residues"], answer["scale"]):
            self._decryptor.decrypt(ciphertext, plain)
            found.append(self._encoder.decode_double(plain)[: self._count])
        return np.array(found).T


class Server:
    """Owns the network; holds parameters, relinearisation keys and ciphertexts only.

    Args:
        end: The server's end of a channel to the client.
        network: What to compute.
        plan: With which parameters.

    Attributes:
        seconds: Time of the last evaluation, by step.

    Raises:
        ValueError: If the plan cannot evaluate the network.
    """

    def __init__(self, end: Endpoint, network: SquareNetwork, plan: Plan) -> None:
        self.stages = plan.stages(network)  # refuses bad parameters here
        self._end, self.plan, self.network = end, plan, network
        self._layers = network.integers(plan.weight_bits)
        self._context = context_for(plan)
        self._writer = Writer(self._context)
        self._keys: Any = None
        self.seconds: dict[str, float] = {}

    def send_offer(self) -> None:
        """Send the public parameters."""
        plan = self.plan
        self._end.send(
            "offer",
            {
                "features": self.network.sizes[0],
                "poly_modulus_degree": plan.poly_modulus_degree,
                "coeff_mod_bit_sizes": list(plan.coeff_mod_bit_sizes),
                "scale_bits": plan.scale_bits,
                "weight_bits": plan.weight_bits,
            },
        )

    def receive_keys(self) -> None:
        """Receive the relinearisation keys."""
        from tenseal import sealapi

        self._keys = load(sealapi.RelinKeys, self._context, self._end.receive("keys"))

    def answer(self) -> None:
        """Classify one batch and send the encrypted scores."""
        residues, scale = self.evaluate(self._end.receive("images"))
        self._end.send("scores", {"residues": residues, "scale": scale})

    def evaluate(self, residues: np.ndarray) -> tuple[np.ndarray, float]:
        """Return the encrypted scores, uint32 (classes, parts, primes, n), and scale.

        Args:
            residues: One ciphertext a feature, uint32 (features, 2, primes, n).

        Raises:
            ValueError: If no keys have come yet, or ``residues`` has another shape.
        """
        if self._keys is None:
            raise ValueError("keys must be received before images are served")
        level = len(self.plan.coeff_mod_bit_sizes) - 1
        shape = (self.network.sizes[0], 2, level, self.plan.poly_modulus_degree)
        if residues.shape != shape:
            raise ValueError(f"images must be residues {shape}, got {residues.shape}")
        self.seconds = {"linear and square": 0.0, "relinearise": 0.0}
        scale, steps = 2.0**self.plan.scale_bits, []
        for k, layer in enumerate(self._layers):
            scale = (scale**2 if k else scale) * 2.0**layer.shift
            steps.append((layer.weights, [round(b * scale) for b in layer.bias]))
            if k or not self.network.depth:
                begin = time.perf_counter()
                primes = self._writer.primes(residues.shape[2])
                residues = layers(residues, steps, primes, square_first=k > 1)
                self.seconds["linear and square"] += time.perf_counter() - begin
                steps = []
                if k < self.network.depth:
                    begin = time.perf_counter()
                    level = self.stages[k + 1][0]
                    residues, scale = self._shorten(residues, scale, level)
                    self.seconds["relinearise"] += time.perf_counter() - begin
        return residues, scale

    def _shorten(
        self, residues: np.ndarray, scale: float, level: int
    ) -> tuple[np.ndarray, float]:
        """Rescale to ``level`` primes and bring three parts back to two, by SEAL."""
        from tenseal import sealapi

        evaluator, found = sealapi.Evaluator(self._context), []
        for one in residues:
            [ciphertext] = self._writer.write(one[None], scale)
            for _ in range(residues.shape[2] - level):
                evaluator.rescale_to_next_inplace(ciphertext)
            evaluator.relinearize_inplace(ciphertext, self._keys)
            found.append(read(ciphertext))
            reached = ciphertext.scale
        return np.stack(found), reached


def classify(
    channel: Any, network: SquareNetwork, plan: Plan, images: np.ndarray
) -> tuple[np.ndarray, Server]:
    """Run the whole protocol over ``channel``; return the scores and the server."""
    names = channel.ends
    client, server = Client(names[0]), Server(names[1], network, plan)
    server.send_offer()
    client.send_keys()
    server.receive_keys()
    client.send_query(images)
    server.answer()
    return client.receive_scores(), server

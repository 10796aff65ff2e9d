"""CryptoNets: thousands of images classified at once, none of them seen (CKKS).

    Client                                          Server
    secret key                                      network, no key
                              <-- offer ---         sizes, primes, scale: the plan
    context and keys          --- keys --->         relinearisation keys only
    ciphertext j = pixel j
      of all images, count    -- images -->         z_1 = W_1 x + b_1
                                                    z_k = W_k z_{k-1}^2 + b_k
    decrypt, label            <- scores ---         a ciphertext for each class,
                                                    slots without an image covered

One ciphertext a feature, one slot an image: an image costs what 4,096 cost. Linear
layers and squares act on residues (``residue_matmul``). A square leaves three parts;
the next linear layer has fewer ciphertexts, so rescaling and relinearising wait for it.

Threat model: an honest-but-curious server. It sees ciphertexts, their number and sizes.
Slots without an image would hold the scores of an image of zeros; random numbers cover
them, as wide as the plan's slack allows (``unused_slots``; 2.4 times ``largest`` or
more: a blur for one slot, which many replies average away).
NOT protected: the network against the client, who may ask again and again and learns
the scores; its shape and bit lengths (the offer); the scores, if the client shows
decrypted CKKS results to anyone (chapter 9); a server that computes something else.

Source: R. Gilad-Bachrach, N. Dowlin, K. Laine, K. Lauter, M. Naehrig, J. Wernsing,
"CryptoNets: Applying Neural Networks to Encrypted Data with High Throughput and
Accuracy", ICML 2016 (there with BFV: see ``cryptonets_bfv``).
"""

import time
from typing import Any

import numpy as np

from ppdl_course.he.inference.residue_matmul import layers, read
from ppdl_course.he.inference.residue_plan import Plan
from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.he.seal.key_pair import KeyPair
from ppdl_course.he.seal.slots import SlotArithmetic
from ppdl_course.he.seal.streams import CiphertextWriter, from_bytes
from ppdl_course.he.seal.unused_slots import first
from ppdl_course.parties.channel import Endpoint


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
        offer = self._end.receive("offer")
        self.features = offer.pop("features")
        sizes = tuple(offer.pop("coeff_mod_bit_sizes"))
        self.plan = Plan(coeff_mod_bit_sizes=sizes, **offer)
        refusal = self.plan.chain.context_error()
        if refusal is not None:  # a server's offer is not to be trusted
            raise ValueError(
                f"offer must be secure, got one that SEAL refuses: {refusal}"
            )
        self._keys = KeyPair(self.plan.context(), 2.0**self.plan.scale_bits)
        self._end.send("keys", self._keys.relin_keys())

    def encrypt(self, images: np.ndarray) -> np.ndarray:
        """Return a ciphertext for each feature: uint32 (features, 2, primes, n).

        Raises:
            ValueError: If there are more images than slots, they are not (n,
                features), or a value is not finite.
        """
        images = np.asarray(images, np.float64)
        slots = self.plan.poly_modulus_degree // 2
        if images.ndim != 2 or images.shape[1] != self.features:
            raise ValueError(f"images must be (n, {self.features}), got {images.shape}")
        if not 1 <= len(images) <= slots:
            raise ValueError(f"images must be 1..{slots} a batch, got {len(images)}")
        if not np.isfinite(images).all():
            raise ValueError("images must be finite, got a NaN or an infinity")
        self._count = len(images)
        return np.stack([read(self._keys.encrypt(feature)) for feature in images.T])

    def send_query(self, images: np.ndarray) -> None:
        """Encrypt a batch of images and send it."""
        ciphertexts = self.encrypt(images)
        self._end.send("images", {"residues": ciphertexts, "count": self._count})

    def receive_scores(self) -> np.ndarray:
        """Receive and decrypt the scores, float64 (images, classes)."""
        answer = self._end.receive("scores")
        writer = CiphertextWriter(self._keys.context)
        ciphertexts = writer.write(answer["residues"], answer["scale"])
        return np.array([self._keys.decrypt(c)[: self._count] for c in ciphertexts]).T


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
        self._context = plan.context()
        self._writer = CiphertextWriter(self._context)
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

        self._keys = from_bytes(
            sealapi.RelinKeys, self._context, self._end.receive("keys")
        )

    def answer(self) -> None:
        """Classify one batch and send the encrypted scores."""
        query = self._end.receive("images")
        residues, scale = self.evaluate(query["residues"], query["count"])
        self._end.send("scores", {"residues": residues, "scale": scale})

    def evaluate(
        self, residues: np.ndarray, count: int | None = None
    ) -> tuple[np.ndarray, float]:
        """Return the encrypted scores, uint32 (classes, parts, primes, n), and scale.

        Args:
            residues: One ciphertext a feature, uint32 (features, 2, primes, n).
            count: Images in them; the other slots hold the scores of an image of zeros
                and are covered. Without it every slot is an image.

        Raises:
            ValueError: If no keys have come yet, ``residues`` has another shape, or
                there are not so many slots.
        """
        if self._keys is None:
            raise ValueError("keys must be received before images are served")
        level = len(self.plan.coeff_mod_bit_sizes) - 1
        shape = (self.network.sizes[0], 2, level, self.plan.poly_modulus_degree)
        if residues.shape != shape:
            raise ValueError(f"images must be residues {shape}, got {residues.shape}")
        slots = self.plan.poly_modulus_degree // 2
        used = first(slots if count is None else count, slots)
        self.seconds = {"linear and square": 0.0, "relinearise": 0.0}
        scale, steps = 2.0**self.plan.scale_bits, []
        for k, stage in enumerate(self.stages):
            layer = stage.layer
            # the scale as SEAL has it: the plan's is rounded to log2
            scale = (scale**2 if k else scale) * 2.0**layer.shift
            steps.append((layer.weights, [round(b * scale) for b in layer.bias]))
            # the first layer waits for the second: with the square between them they
            # are one pass over the residues, and no key is needed before its end
            if k or not self.network.depth:
                begin = time.perf_counter()
                primes = self._writer.primes(residues.shape[2])
                residues = layers(residues, steps, primes, square_first=k > 1)
                self.seconds["linear and square"] += time.perf_counter() - begin
                steps = []
                if k < self.network.depth:
                    begin = time.perf_counter()
                    level = self.stages[k + 1].level
                    residues, scale = self._shorten(residues, scale, level)
                    self.seconds["relinearise"] += time.perf_counter() - begin
        if not used.all():
            residues = self._covered(residues, scale, used)
        return residues, scale

    def _covered(
        self, residues: np.ndarray, scale: float, used: np.ndarray
    ) -> np.ndarray:
        arithmetic = SlotArithmetic(self._context)
        answers = self._writer.write(residues, scale)
        return np.stack([read(arithmetic.cover(answer, used)) for answer in answers])

    def _shorten(
        self, residues: np.ndarray, scale: float, level: int
    ) -> tuple[np.ndarray, float]:
        """Rescale to ``level`` primes and bring three parts back to two, by SEAL."""
        from tenseal import sealapi

        evaluator, shortened = sealapi.Evaluator(self._context), []
        for one in residues:  # all at once would hold every ciphertext twice
            [ciphertext] = self._writer.write(one[None], scale)
            # rescaling first: relinearising is dearer with more primes
            for _ in range(residues.shape[2] - level):
                evaluator.rescale_to_next_inplace(ciphertext)
            evaluator.relinearize_inplace(ciphertext, self._keys)
            shortened.append(read(ciphertext))
            reached = ciphertext.scale
        return np.stack(shortened), reached


def connect(channel: Any, network: SquareNetwork, plan: Plan) -> tuple[Client, Server]:
    """Return a client and a server who have exchanged offer and keys."""
    names = channel.ends
    client, server = Client(names[0]), Server(names[1], network, plan)
    server.send_offer()
    client.send_keys()
    server.receive_keys()
    return client, server


def classify(
    channel: Any, network: SquareNetwork, plan: Plan, images: np.ndarray
) -> tuple[np.ndarray, Server]:
    """Run the whole protocol over ``channel``; return the scores and the server."""
    client, server = connect(channel, network, plan)
    client.send_query(images)
    server.answer()
    return client.receive_scores(), server

"""The plan of an encrypted network: integer layers, primes and scale of each stage.

    layer k     scale <- scale^2 (but for the first) * 2^shift_k
    before a square, from the second on: drop primes while the scale stays large enough

A scale that outgrows the primes wraps around in silence, so a plan is checked with the
network's own weights before a key exists. What the check assumes is a bound on every
|z_k| (``largest``), which nobody can see under encryption.

Source: R. Gilad-Bachrach et al., "CryptoNets", ICML 2016; SEAL's ckks.cpp (rules).
"""

import math
from dataclasses import dataclass
from typing import Any

from ppdl_course.he.inference.residue_matmul import PRIME_BITS, require_exact
from ppdl_course.he.inference.square_network import (
    IntegerLayer,
    SquareNetwork,
    without_known_units,
)
from ppdl_course.he.seal.contexts import seal_context
from ppdl_course.he.seal.plan import CkksPlan


@dataclass(frozen=True)
class Stage:
    """A linear layer as it is computed, and what stands after it.

    Attributes:
        layer: Integer weights, their shift, and the bias.
        level: Primes of the ciphertexts that enter and leave.
        scale_bits: log2 of the scale of the result.
    """

    layer: IntegerLayer
    level: int
    scale_bits: float


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

    @property
    def chain(self) -> CkksPlan:
        """The same chain of primes as SEAL's rules see it."""
        return CkksPlan(
            self.poly_modulus_degree, self.coeff_mod_bit_sizes, self.scale_bits
        )

    def context(self) -> Any:
        """Return SEAL's context: public parameters, no key."""
        return seal_context(self.poly_modulus_degree, self.coeff_mod_bit_sizes)

    def stages(self, network: SquareNetwork) -> list[Stage]:
        """Return each linear layer in integers, with what it leaves.

        Raises:
            ValueError: If the context is insecure or does not exist, a product is not
                exact, or a result would exceed the modulus; the message says what to
                change.
        """
        sizes = self.coeff_mod_bit_sizes
        if (refusal := self.chain.context_error()) is not None:
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
        primes, stages = self.chain.primes, []
        integers = without_known_units(network.integers(self.weight_bits))
        for k, layer in enumerate(integers):
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
            stages.append(Stage(layer, level, scale))
            if k and k < network.depth:  # before the next square
                # drop primes while the scale stays that of the images: half a bit less
                # precision is cheaper than one more prime
                while level > 1 and scale - math.log2(primes[level - 1]) >= (
                    self.scale_bits - 0.5
                ):
                    level -= 1
                    scale -= math.log2(primes[level])
        return stages

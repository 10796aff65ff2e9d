"""A square network in integers: what BFV computes, and the oracle to compare it with.

    x_int = round(2^input_bits x),  W_int, b_int: integers at the scale reached there
    z_1 = W_int x_int + b_int,      z_k = W_int z_{k-1}^2 + b_int        in integers

The scale squares with every layer, so biases and scores are Python's integers.

Source: R. Gilad-Bachrach et al., "CryptoNets", ICML 2016, section 3.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.he.inference.square_network import SquareNetwork, without_known_units


@dataclass(frozen=True)
class IntegerNetwork:
    """A square network in integers: what BFV computes, and its oracle.

    Attributes:
        input_bits: x is rounded to multiples of 2**-input_bits.
        weights: Integer matrices, float64 (out, in), each entry below 2**20.
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
        between(1, 16, input_bits=input_bits)
        scale, weights, biases = input_bits, [], []
        layers = without_known_units(network.integers(weight_bits))
        for k, layer in enumerate(layers):
            scale = (2 * scale if k else scale) + layer.shift
            weights.append(layer.weights)
            biases.append(np.array([_scaled(b, scale) for b in layer.bias], object))
        return cls(input_bits, tuple(weights), tuple(biases), scale)

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Return round(2^input_bits x) as int64."""
        return np.rint(np.asarray(x, np.float64) * 2**self.input_bits).astype(np.int64)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the exact integer scores of rows ``x``, dtype object."""
        z = self.inputs(x).astype(object)
        for k, (W, b) in enumerate(self._exact_layers()):
            z = (z * z if k else z) @ W.T + b
        return z

    def largest(self, x_max: float = 1.0) -> int:
        """Return the largest |score| that any inputs within +-``x_max`` can give."""
        bound = np.full(
            self.weights[0].shape[1], math.ceil(x_max * 2**self.input_bits), object
        )
        for k, (W, b) in enumerate(self._exact_layers()):
            bound = abs(W) @ (bound * bound if k else bound) + abs(b)
        return int(max(bound))

    def _exact_layers(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield (W, b) in Python's integers: scores outgrow int64 after two squares."""
        for W, b in zip(self.weights, self.biases, strict=True):
            yield W.astype(np.int64).astype(object), b


def _scaled(value: float, bits: int) -> int:
    """Return round(value * 2**bits), exact at any scale: 2.0**bits would overflow."""
    numerator, denominator = float(value).as_integer_ratio()
    return (2 * numerator * 2**bits + denominator) // (2 * denominator)

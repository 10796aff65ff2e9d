"""A ReLU network in integers: what 2P-DNN computes, and the oracle of its tests.

With b fraction bits, inputs and weights are rounded to multiples of 2^-b; layer k, from
0, then has the scale 2^((k + 2) b), and nothing is rounded on the way.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.nn import Network, ReLU

LARGEST_INPUT = 1024
"""Public bound on the size of an input: what a server counts with."""


@dataclass(frozen=True)
class FixedPointNetwork:
    """A ReLU network in integers: what the protocol computes, and its oracle.

    Attributes:
        weights: Integer matrices W_k (out, in), int64: round(2^bits W_k).
        biases: Integer vectors at the scale of their layer, dtype object.
        bits: Fraction bits of inputs and weights.
    """

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    bits: int

    @classmethod
    def of(cls, network: Network, bits: int = 8) -> "FixedPointNetwork":
        """Round a network whose hidden activations are ReLU.

        Raises:
            ValueError: If ``bits`` is out of range, another activation is hidden in the
                network, or a weight is not finite or does not fit 64 bits.
        """
        between(1, 16, bits=bits)
        if any(not isinstance(f, ReLU) for f in network.activations[:-1]):
            raise ValueError("network must have ReLU in every hidden layer")
        weights, biases = [], []
        for k, W in enumerate(network.weights):
            largest = np.abs(W).max()
            if not largest < 2.0 ** (63 - bits):  # a NaN is not smaller either
                raise ValueError(
                    f"weights must be below 2**{63 - bits} in size, got {largest} in "
                    f"layer {k}"
                )
            weights.append(np.rint(W[:, 1:] * 2**bits).astype(np.int64))
            scale = 2 ** ((k + 2) * bits)
            exact = [round(Fraction(float(b)) * scale) for b in W[:, 0]]
            biases.append(np.array(exact, object))
        return cls(tuple(weights), tuple(biases), bits)

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Return round(2^bits x), int64.

        Raises:
            ValueError: If a value is NaN or exceeds ``LARGEST_INPUT`` in size.
        """
        x = np.asarray(x, np.float64)
        outside = ~(np.abs(x) <= LARGEST_INPUT)
        if outside.any():
            raise ValueError(f"x must be within +-{LARGEST_INPUT}, got {x[outside][0]}")
        return np.rint(x * 2**self.bits).astype(np.int64)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the exact integer scores of rows ``x``, dtype object."""
        a = self.inputs(x).astype(object)
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            a = (np.maximum(a, 0) if k else a) @ W.astype(object).T + b
        return a

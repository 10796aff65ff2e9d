"""Networks that encryption can evaluate: linear layers with squares between them.

    z_1 = W_1 x + b_1,   z_k = W_k (z_{k-1})^2 + b_k        the last z: class scores

Every activation of degree two is a square between two linear maps,

    a z^2 + b z + c = a (z + b / 2a)^2 + c - b^2 / 4a

and batch normalisation at inference is a linear map too (``batch_norm``), so both
disappear into the W_k and b_k: a :class:`SquareNetwork` is all that has to be
evaluated, and its depth is the number of its squares.

Encryption adds and multiplies integers: :meth:`SquareNetwork.integers` gives W_k
2^(shift_k), rounded, with shift_k the largest that keeps ``weight_bits``.

Not protected: nothing is encrypted in this module.

Source: P. Xie, M. Bilenko, T. Finley, R. Gilad-Bachrach, K. Lauter, M. Naehrig,
"Crypto-Nets: Neural Networks over Encrypted Data", arXiv 1412.6181, 2014.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.nn import Identity, Network

HALF_PARABOLA = (
    1 / (2 * math.sqrt(2 * math.pi)),
    0.5,
    1 / (2 * math.sqrt(2 * math.pi)),
)
"""Coefficients of 1, z, z^2: the best parabola for ReLU where z is N(0, 1)."""


class Quadratic(Identity):
    """The activation f(z) = c + b z + a z^2, for :class:`ppdl_course.nn.Network`.

    Args:
        coefficients: (c, b, a), with a not 0; (0, 0, 1) is the square of CryptoNets.
    """

    name = "quadratic"

    def __init__(self, coefficients: Sequence[float] = (0.0, 0.0, 1.0)) -> None:
        self.coefficients = tuple(map(float, coefficients))
        if len(self.coefficients) != 3 or self.coefficients[2] == 0:
            raise ValueError(
                f"coefficients must be (c, b, a) with a not 0, got {coefficients}"
            )

    def value(self, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        """Return f(z)."""
        c0, c1, c2 = self.coefficients
        return c0 + z * (c1 + c2 * z)

    def backward(
        self, z: np.ndarray, f: np.ndarray, a: np.ndarray, upstream: np.ndarray
    ) -> np.ndarray:
        """Return upstream * f'(z)."""
        _, c1, c2 = self.coefficients
        return upstream * (c1 + 2 * c2 * z)


def best_parabola() -> tuple[float, float, float]:
    """Return (c, b, a) of the least-squares parabola for ReLU under N(0, 1).

    In closed form a = c = 1 / (2 sqrt(2 pi)), b = 1/2: ReLU(z) has the products
    1/sqrt(2 pi), 1/2 and 1/(2 sqrt(pi)) with the first three normalised Hermite
    polynomials. Source: H. Chabanne et al., ePrint 2017/035.
    """
    return HALF_PARABOLA


@dataclass(frozen=True)
class IntegerLayer:
    """A linear layer as encryption computes it.

    Attributes:
        weights: Integers, float64 (out, in): W * 2**shift, rounded.
        shift: Bits by which the layer raises the scale.
        bias: float64 (out,), at scale 1; whoever uses the layer knows its scale.
    """

    weights: np.ndarray
    shift: int
    bias: np.ndarray


@dataclass(frozen=True)
class SquareNetwork:
    """Linear layers with a square between each two.

    Attributes:
        weights: W_k, float64 (out, in), in the order in which they act.
        biases: b_k, float64 (out,).

    Raises:
        ValueError: If there is no layer, or shapes do not follow one another.
    """

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]

    def __post_init__(self) -> None:
        if not self.weights or len(self.weights) != len(self.biases):
            raise ValueError("weights must hold one matrix for each of the biases")
        width = self.weights[0].shape[1]
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            if W.ndim != 2 or W.shape[1] != width or b.shape != W.shape[:1]:
                raise ValueError(
                    f"weights of layer {k} must be (out, {width}) with a bias (out,), "
                    f"got {W.shape} and {b.shape}"
                )
            width = len(W)

    @classmethod
    def from_network(cls, network: Network) -> "SquareNetwork":
        """Return the same function as a network whose activations are quadratic.

        Raises:
            ValueError: If a hidden activation is not :class:`Quadratic`.
        """
        weights = [W[:, 1:].copy() for W in network.weights]
        biases = [W[:, 0].copy() for W in network.weights]
        for k, f in enumerate(network.activations[:-1]):
            if not isinstance(f, Quadratic):
                raise ValueError(f"activation {k} must be Quadratic, got {f.name}")
            c, b, a = f.coefficients
            # a z^2 + b z + c = a (z + b / 2a)^2 + c - b^2 / 4a: shift before, scale and
            # constant after, all taken in by the linear layers
            biases[k] += b / (2 * a)
            biases[k + 1] += weights[k + 1].sum(axis=1) * (c - b * b / (4 * a))
            weights[k + 1] *= a
        return cls(tuple(weights), tuple(biases))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer, from inputs to classes."""
        return (self.weights[0].shape[1], *map(len, self.weights))

    @property
    def depth(self) -> int:
        """Products of ciphertexts in a row: one for each square."""
        return len(self.weights) - 1

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the class scores of rows ``x``, float64 (n, classes)."""
        return self.values(x)[-1]

    def values(self, x: np.ndarray) -> list[np.ndarray]:
        """Return z_1, ..., z_K for rows ``x`` of shape (n, inputs)."""
        x = np.asarray(x, np.float64)
        if x.ndim != 2 or x.shape[1] != self.sizes[0]:
            raise ValueError(f"x must be (n, {self.sizes[0]}), got {x.shape}")
        layers: list[np.ndarray] = []
        for W, b in zip(self.weights, self.biases, strict=True):
            x = x**2 if layers else x
            x = x @ W.T + b
            layers.append(x)
        return layers

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the class with the largest score of each row, int64 (n,)."""
        return self.forward(x).argmax(axis=1)

    def accuracy(self, x: np.ndarray, labels: np.ndarray) -> float:
        """Return the share of rows whose largest score is that of their label."""
        return float((self.predict(x) == labels).mean())

    def balanced(self, x: np.ndarray) -> "SquareNetwork":
        """Return the same labels with every |z_k| at most 1 on rows ``x``.

        Dividing z_k by s and multiplying W_{k+1} by s^2 changes nothing; equal ranges
        need the fewest bits. The last scores are only made smaller, all alike.
        """
        weights, biases = [], []
        before = 1.0
        for W, b, z in zip(self.weights, self.biases, self.values(x), strict=True):
            size = max(float(np.abs(z).max()), np.finfo(float).tiny)
            weights.append(W * (before**2 / size))
            biases.append(b / size)
            before = size
        return SquareNetwork(tuple(weights), tuple(biases))

    def integers(self, weight_bits: int) -> list[IntegerLayer]:
        """Return the layers with integer weights of ``weight_bits``, sign included.

        Raises:
            ValueError: If ``weight_bits`` is not in 2..20 or a layer is all 0.
        """
        between(2, 20, weight_bits=weight_bits)
        layers = []
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            size = float(np.abs(W).max())
            if not 0 < size < math.inf:
                raise ValueError(f"weights of layer {k} must be finite and not all 0")
            shift = math.floor(math.log2((2 ** (weight_bits - 1) - 1) / size))
            # a power of two, so that the scale stays an exact float
            layers.append(IntegerLayer(np.rint(W * 2.0**shift), shift, b))
        return layers

    def quantised(self, weight_bits: int) -> "SquareNetwork":
        """Return the network that integer weights of ``weight_bits`` really compute."""
        layers = self.integers(weight_bits)
        weights = tuple(layer.weights / 2.0**layer.shift for layer in layers)
        return SquareNetwork(weights, self.biases)


def without_known_units(layers: Sequence[IntegerLayer]) -> list[IntegerLayer]:
    """Return the layers without hidden units whose weights are all 0.

    Such a unit, pruned or rounded to 0, is a known number, which SEAL refuses to
    square: its square joins the next layer's biases. A class of that kind keeps one
    weight of one unit, as much as rounding may do: without, its score would stand in
    the reply for all to read, key or not.

    Raises:
        ValueError: If no unit of a hidden layer is left.
    """
    kept: list[IntegerLayer] = []
    live = np.ones(layers[0].weights.shape[1], bool)
    known = np.zeros(len(live))
    for k, layer in enumerate(layers):
        W = layer.weights
        b = layer.bias + W[:, ~live] @ known[~live] ** 2 / 2.0**layer.shift
        W, last = W[:, live], k == len(layers) - 1
        if last:
            W = W.copy()
            W[~W.any(axis=1), 0] = 1
        live, known = W.any(axis=1), b
        if not live.any():
            raise ValueError(f"weights of layer {k} must not round to 0 in every unit")
        kept.append(IntegerLayer(W[live], layer.shift, b[live]))
    return kept

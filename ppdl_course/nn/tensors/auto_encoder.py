"""The deep computation model: an auto-encoder whose samples and codes are tensors.

    h_j = f(<W1_j, X> + b1_j)         W1_j a tensor of X's shape, <,> the sum over all
                                      of its entries: the multi-dot product
    y_i = f(<W2_i, h> + b2_i)         W2_i a tensor of h's shape
    L   = 1/2 (y - x)^T G (y - x)     G the tensor distance (``distance``)

High-order back-propagation, with every tensor of a sample's shape:

    d2 = G (y - x) f'(z2)             dW2 = d2 (outer) h      db2 = d2
    d1 = <W2, d2> f'(z1)              dW1 = d1 (outer) X      db1 = d1

For order 1 and G = I this is the ordinary auto-encoder (``nn.Network``), and flattened
it is the step of ``he.training``: that is how a cloud computes it under encryption.
Layers are stacked by training the next on the codes of the one before.

Source: Q. Zhang, L. T. Yang, Z. Chen, "Privacy Preserving Deep Computation Model on
Cloud for Big Data Feature Learning", IEEE Transactions on Computers 65, 2016.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least, positive
from ppdl_course.nn.activations import sigmoid

Function = Callable[[np.ndarray], np.ndarray]


def sigmoid_slope(z: np.ndarray) -> np.ndarray:
    """Return the sigmoid's derivative."""
    return sigmoid(z) * sigmoid(-z)


def multi_dot(W: np.ndarray, X: np.ndarray, order: int) -> np.ndarray:
    """Return <W_j, X> for each sample and unit.

    Args:
        W: (*units, *inputs).
        X: (samples, *inputs).
        order: Number of axes of ``inputs``.

    Returns:
        (samples, *units).

    Raises:
        ValueError: If the last axes of the two differ.
    """
    if np.shape(W)[np.ndim(W) - order :] != np.shape(X)[1:]:
        raise ValueError(f"X must have shape (n, ...) as W's end, got {np.shape(X)}")
    last = list(range(-order, 0))
    return np.tensordot(X, W, axes=(last, last))


def outer(d: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return the sum over samples of d (outer) X, (*units, *inputs)."""
    return np.tensordot(d, X, axes=(0, 0))


@dataclass
class TensorAutoEncoder:
    """Weights and loss of one layer there and back.

    Attributes:
        W1: (*hidden, *inputs); ``b1``: (*hidden,).
        W2: (*inputs, *hidden); ``b2``: (*inputs,).
        G: Metric (entries, entries), symmetric; None for the identity.
        f: Activation; ``slope`` its derivative as a function of z.
    """

    W1: np.ndarray
    b1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray
    G: np.ndarray | None = None
    f: Function = sigmoid
    slope: Function = sigmoid_slope

    @classmethod
    def drawn(
        cls,
        inputs: tuple[int, ...],
        hidden: tuple[int, ...],
        *,
        rng: np.random.Generator,
        **options: Any,
    ) -> "TensorAutoEncoder":
        """Return starting weights, normal with variance 1 / inputs of the unit.

        Args:
            inputs: Shape of a sample.
            hidden: Shape of a code.
            rng: Draws them.
            options: ``G``, ``f``, ``slope``.

        Raises:
            ValueError: If an axis is below 1, or G's shape does not fit.
        """
        for axis in (*inputs, *hidden):
            at_least(1, axis=axis)
        size, code = math.prod(inputs), math.prod(hidden)
        made = cls(
            rng.normal(size=(*hidden, *inputs)) / math.sqrt(size),
            np.zeros(hidden),
            rng.normal(size=(*inputs, *hidden)) / math.sqrt(code),
            np.zeros(inputs),
            **options,
        )
        if made.G is not None and np.shape(made.G) != (size, size):
            raise ValueError(f"G must have shape {(size, size)}, got {made.G.shape}")
        return made

    def encode(self, X: np.ndarray) -> np.ndarray:
        """Return codes (samples, *hidden) of X (samples, *inputs)."""
        return self.f(multi_dot(self.W1, X, self.b2.ndim) + self.b1)

    def decode(self, h: np.ndarray) -> np.ndarray:
        """Return rebuilt samples (samples, *inputs)."""
        return self.f(multi_dot(self.W2, h, self.b1.ndim) + self.b2)

    def losses(self, X: np.ndarray) -> np.ndarray:
        """Return each sample's loss, (samples,)."""
        apart = (self.decode(self.encode(X)) - X).reshape(len(X), -1)
        return (apart * self._weighted(apart)).sum(axis=1) / 2

    def gradients(self, X: np.ndarray) -> dict[str, np.ndarray]:
        """Return the gradient of the batch's summed loss, by name of the part."""
        z1 = multi_dot(self.W1, X, self.b2.ndim) + self.b1
        h = self.f(z1)
        z2 = multi_dot(self.W2, h, self.b1.ndim) + self.b2
        apart = (self.f(z2) - X).reshape(len(X), -1)
        d2 = self._weighted(apart).reshape(X.shape) * self.slope(z2)
        # the sum over W2's first axes, those of a sample
        back = np.tensordot(
            d2, self.W2, axes=(list(range(1, d2.ndim)), list(range(d2.ndim - 1)))
        )
        d1 = back * self.slope(z1)
        return {
            "W1": outer(d1, X),
            "b1": d1.sum(axis=0),
            "W2": outer(d2, h),
            "b2": d2.sum(axis=0),
        }

    def step(self, X: np.ndarray, *, rate: float) -> None:
        """Move all parts along the negative gradient of the summed loss.

        Raises:
            ValueError: If ``rate`` is not positive and finite.
        """
        positive(rate=rate)
        for name, gradient in self.gradients(X).items():
            setattr(self, name, getattr(self, name) - rate * gradient)

    def _weighted(self, apart: np.ndarray) -> np.ndarray:
        return apart if self.G is None else apart @ self.G

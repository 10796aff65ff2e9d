r"""Activations f and the way a gradient passes back through them.

    sigmoid  f(z) = 1 / (1 + e^-z)             f'(z) = f(z) (1 - f(z))
    ReLU     f(z) = max(0, z)                  f'(z) = 1 if z > 0 else 0
    PReLU    f(z) = max(0, z) + a min(0, z)    f'(z) = 1 if z > 0 else a
                                               df/da = min(0, z)

PReLU's slope a is learned with the weights: it starts at 0.25, its gradient is summed
over everything that shares it, and weight decay leaves it alone.

Source: He, Zhang, Ren, Sun, "Delving Deep into Rectifiers: Surpassing Human-Level
Performance on ImageNet Classification", ICCV 2015, section 2.
"""

from typing import Protocol

import numpy as np

from ppdl_course.arguments import finite

NO_SLOPES = np.empty(0)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-z)) entry by entry; no finite ``z`` overflows.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    small = np.exp(-np.abs(z))  # in (0, 1] whatever the sign of z
    return np.where(z >= 0, 1, small) / (1 + small)


class Activation(Protocol):
    """What a layer asks of its activation. ``a`` holds the layer's learned slopes.

    Attributes:
        name: As in ``ACTIVATIONS``.
        gain: Weights that start with variance gain / inputs keep the size of the
            signal from layer to layer.
    """

    name: str
    gain: float

    def slopes(self, units: int) -> np.ndarray:
        """Return the starting values of the learned slopes, shape (0,) for none."""
        ...

    def value(self, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        """Return f(z) for ``z`` of shape (n, units)."""
        ...

    def backward(
        self, z: np.ndarray, f: np.ndarray, a: np.ndarray, upstream: np.ndarray
    ) -> np.ndarray:
        """Return dL/dz from ``upstream`` = dL/df, where ``f`` is f(z)."""
        ...

    def slope_gradients(self, z: np.ndarray, upstream: np.ndarray) -> np.ndarray:
        """Return dL/da example by example, shape (n, slopes)."""
        ...


class Identity:
    """f(z) = z: the output layer of a network whose loss takes logits."""

    name = "identity"
    gain = 1.0

    def slopes(self, units: int) -> np.ndarray:
        """Return no slopes: nothing is learned."""
        return NO_SLOPES

    def value(self, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        """Return f(z)."""
        return z

    def backward(
        self, z: np.ndarray, f: np.ndarray, a: np.ndarray, upstream: np.ndarray
    ) -> np.ndarray:
        """Return upstream * f'(z)."""
        return upstream

    def slope_gradients(self, z: np.ndarray, upstream: np.ndarray) -> np.ndarray:
        """Return the gradient of no slopes, shape (n, 0)."""
        return np.empty((len(z), 0), dtype=z.dtype)


class Sigmoid(Identity):
    """f(z) = 1 / (1 + e^-z)."""

    name = "sigmoid"

    def value(self, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        """Return f(z)."""
        return sigmoid(z)

    def backward(
        self, z: np.ndarray, f: np.ndarray, a: np.ndarray, upstream: np.ndarray
    ) -> np.ndarray:
        """Return upstream * f'(z)."""
        return upstream * (f * (1 - f))  # from the value: no second exponential


class ReLU(Identity):
    """f(z) = max(0, z); the derivative at 0 is taken as 0."""

    name = "relu"
    gain = 2.0

    def value(self, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        """Return f(z)."""
        return np.maximum(z, 0)

    def backward(
        self, z: np.ndarray, f: np.ndarray, a: np.ndarray, upstream: np.ndarray
    ) -> np.ndarray:
        """Return upstream * f'(z)."""
        return upstream * (z > 0)


class PReLU(Identity):
    """f(z) = max(0, z) + a min(0, z) with a learned slope a.

    Args:
        start: The slope before training; He et al. use 0.25.
        shared: One slope for the whole layer (channel-shared) instead of one for each
            unit (channel-wise). Its gradient then sums over the units too.
    """

    name = "prelu"

    def __init__(self, start: float = 0.25, *, shared: bool = False) -> None:
        finite(start=start)
        self.start = start
        self.shared = shared
        self.gain = 2 / (1 + start**2)  # He et al., section 2.2

    def slopes(self, units: int) -> np.ndarray:
        """Return the starting slopes, shape (1,) if shared, else (units,)."""
        return np.full(1 if self.shared else units, self.start)

    def value(self, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        """Return f(z)."""
        return np.where(z > 0, z, a * z)

    def backward(
        self, z: np.ndarray, f: np.ndarray, a: np.ndarray, upstream: np.ndarray
    ) -> np.ndarray:
        """Return upstream * f'(z)."""
        return upstream * np.where(z > 0, 1, a)

    def slope_gradients(self, z: np.ndarray, upstream: np.ndarray) -> np.ndarray:
        """Return upstream * min(0, z), summed over the units if they share a slope."""
        each = upstream * np.minimum(z, 0)
        return each.sum(axis=1, keepdims=True) if self.shared else each


ACTIVATIONS: dict[str, type[Identity]] = {
    kind.name: kind for kind in (Identity, Sigmoid, ReLU, PReLU)
}


def as_activation(choice: "str | Activation") -> "Activation":
    """Return the activation of that name, or ``choice`` itself if it is one.

    Raises:
        ValueError: If there is no activation of that name.
    """
    if not isinstance(choice, str):
        return choice
    if choice not in ACTIVATIONS:
        known = ", ".join(sorted(ACTIVATIONS))
        raise ValueError(f"activation must be one of {known}, got {choice!r}")
    return ACTIVATIONS[choice]()

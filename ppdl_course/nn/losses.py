r"""Losses: how far the prediction o is from the label y, example by example.

    mean squared error   L = 1/k sum_j (o_j - y_j)^2       dL/do_j = 2 (o_j - y_j) / k
    cross entropy        L = -log p_y,  p = softmax(o)     dL/do_j = p_j - [j = y]

The cross entropy takes the logits o, not the probabilities: with the largest logit m,
L = m - o_y + log sum_j exp(o_j - m) stays finite and exact where exp(o_j) would not.
It is measured in nats.
"""

from typing import Protocol

import numpy as np

from ppdl_course.arguments import class_labels, real_matrix


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return exp(o_j) / sum_j exp(o_j) along the last axis, without overflow.

    >>> softmax(np.array([[1000.0, 1000.0, -1000.0]]))
    array([[0.5, 0.5, 0. ]])
    """
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class Loss(Protocol):
    """A loss on ``outputs`` of shape (n, k), one value for each of n examples."""

    def targets(
        self, y: object, outputs: tuple[int, int], dtype: np.dtype
    ) -> np.ndarray:
        """Return ``y`` tested and converted for outputs of that shape and dtype."""
        ...

    def values(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return the loss of each example, shape (n,)."""
        ...

    def gradients(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return each example's dL/do, shape (n, k)."""
        ...


class MeanSquaredError:
    """Mean squared error against targets of the outputs' shape."""

    def targets(
        self, y: object, outputs: tuple[int, int], dtype: np.dtype
    ) -> np.ndarray:
        """Return ``y`` as a finite matrix of the outputs' shape (else ValueError)."""
        y = real_matrix(outputs[1], dtype, y=y)
        if y.shape != outputs:
            raise ValueError(f"y must have shape {outputs}, got {y.shape}")
        return y

    def values(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return the loss of each example, shape (n,)."""
        return ((outputs - targets) ** 2).mean(axis=1)

    def gradients(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return each example's dL/do, shape (n, k)."""
        return (outputs - targets) * (2 / outputs.shape[1])


class CrossEntropy:
    """Softmax cross entropy of logits against integer class labels, in nats."""

    def targets(
        self, y: object, outputs: tuple[int, int], dtype: np.dtype
    ) -> np.ndarray:
        """Return ``y`` as n labels below k, or raise ValueError."""
        return class_labels(outputs[0], outputs[1], y=y)

    def values(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return the loss of each example, shape (n,)."""
        # the largest becomes 0: no exponential overflows, and the sum is at least 1
        below = outputs - outputs.max(axis=1, keepdims=True)
        chosen = below[np.arange(len(below)), targets]
        return np.log(np.exp(below).sum(axis=1)) - chosen

    def gradients(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return each example's dL/do, shape (n, k)."""
        gradients = softmax(outputs)  # a new array: the one-hot label is taken in place
        gradients[np.arange(len(gradients)), targets] -= 1
        return gradients

"""Gradients by moving one number at a time: the slow witness of chapter 1.

    both sides      (L(w + h e_i) - L(w - h e_i)) / 2h      error of order h^2
    right side      (L(w + h e_i) - L(w)) / h               error of order h

Below a step that depends on the loss, rounding outweighs both: the losses agree in
nearly every digit. Both cost a call of the loss for each number and side, so they are
for tests of a gradient, not for training.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.arguments import positive

Loss = Callable[[np.ndarray], float]


def central_differences(loss: Loss, w: np.ndarray, h: float) -> np.ndarray:
    """Return the gradient of ``loss`` at ``w`` from its values on both sides.

    Args:
        loss: Takes a vector like ``w``, returns a number.
        w: Shape (m,); it is left as it is.
        h: The step, > 0.

    Returns:
        Shape (m,), float64.

    Raises:
        ValueError: If ``h`` is not positive and finite.
    """
    positive(h=h)
    moved = np.array(w, dtype=float)
    gradient = np.empty(len(moved))
    for i, start in enumerate(w):
        moved[i] = start + h
        above = loss(moved)
        moved[i] = start - h
        gradient[i] = (above - loss(moved)) / (2 * h)
        moved[i] = start
    return gradient


def right_differences(loss: Loss, w: np.ndarray, h: float) -> np.ndarray:
    """Return the gradient of ``loss`` at ``w`` from there and the right side only.

    Takes, returns and raises the same as :func:`central_differences`.
    """
    positive(h=h)
    moved = np.array(w, dtype=float)
    here, gradient = loss(moved), np.empty(len(moved))
    for i, start in enumerate(w):
        moved[i] = start + h
        gradient[i] = (loss(moved) - here) / h
        moved[i] = start
    return gradient

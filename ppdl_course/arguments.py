"""What may enter a network: each argument is tested once, with an error that names it.

Nothing is clipped, broadcast or cast with loss. Integers and narrower floats are
taken as they are, since float64 holds them exactly.
"""

import math

import numpy as np


def real_matrix(
    name: str, value: object, *, columns: int, dtype: np.dtype
) -> np.ndarray:
    """Return ``value`` as a finite matrix of shape (n, columns), n >= 1, of ``dtype``.

    Raises:
        ValueError: If its type cannot become ``dtype`` without loss, its shape is
            another, or an entry is NaN or infinite.
    """
    matrix = np.asarray(value)
    if not np.can_cast(matrix.dtype, dtype, casting="safe"):
        raise ValueError(
            f"{name} must have a dtype that {dtype} can hold without loss, "
            f"got {matrix.dtype}"
        )
    if matrix.ndim != 2 or matrix.shape[1] != columns or not len(matrix):
        raise ValueError(
            f"{name} must have shape (n, {columns}) with n >= 1, got {matrix.shape}"
        )
    matrix = matrix.astype(dtype, copy=False)
    if not np.isfinite(matrix).all():
        row, column = np.argwhere(~np.isfinite(matrix))[0]
        raise ValueError(
            f"{name} must be finite, got {matrix[row, column]} at row {row}, "
            f"column {column}"
        )
    return matrix


def class_labels(name: str, value: object, *, count: int, classes: int) -> np.ndarray:
    """Return ``value`` as ``count`` integer labels, each in 0 .. classes - 1.

    Raises:
        ValueError: If the labels are not integers, not ``count`` of them in one
            dimension, or one is out of range.
    """
    labels = np.asarray(value)
    if labels.dtype.kind not in "iu":
        raise ValueError(f"{name} must be integer class labels, got {labels.dtype}")
    if labels.shape != (count,):
        raise ValueError(f"{name} must have shape ({count},), got {labels.shape}")
    outside = (labels < 0) | (labels >= classes)
    if outside.any():
        row = int(np.argmax(outside))
        raise ValueError(
            f"{name} must lie in 0..{classes - 1}, got {labels[row]} at row {row}"
        )
    return labels.astype(np.intp, copy=False)


def positive(name: str, value: float) -> float:
    """Return ``value`` if it is a positive, finite number, else raise ValueError."""
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be positive and finite, got {value}")
    return value


def at_least_one(name: str, value: int) -> int:
    """Return ``value`` if it is an integer >= 1, else raise ValueError."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} must be an integer >= 1, got {value!r}")
    return int(value)

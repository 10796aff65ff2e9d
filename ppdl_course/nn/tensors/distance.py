"""The tensor distance: entries that lie close together count together.

    d(x, y)^2 = (x - y)^T G (x - y)
    G_lm      = exp(-|p_l - p_m|^2 / (2 sigma^2)) / (2 pi sigma^2)

p_l is the position of entry l in the tensor. A picture and the same picture one pixel
to the right are near each other under G, far apart under the Euclidean distance, which
is G = I.

Source: Y. Liu, Y. Liu, K. C. C. Chan, "Tensor Distance Based Multilinear Locality-
Preserved Maximum Information Embedding", IEEE Transactions on Neural Networks 21, 2010;
used by Q. Zhang, L. T. Yang, Z. Chen, IEEE Transactions on Computers 65, 2016.
"""

import numpy as np

from ppdl_course.arguments import at_least, positive


def metric(shape: tuple[int, ...], sigma: float) -> np.ndarray:
    """Return G, symmetric float64 (entries, entries), entries in C order.

    Args:
        shape: Of the tensors.
        sigma: In steps of the grid, > 0.

    Raises:
        ValueError: If the shape is empty or has an axis of length 0, or ``sigma`` is
            not positive and finite.
    """
    positive(sigma=sigma)
    at_least(1, axes=len(shape))
    for axis in shape:
        at_least(1, axis=axis)
    p = np.stack([grid.ravel() for grid in np.indices(shape)], axis=1)
    apart = ((p[:, None] - p[None]) ** 2).sum(axis=2)
    return np.exp(-apart / (2 * sigma**2)) / (2 * np.pi * sigma**2)


def squared_distance(x: np.ndarray, y: np.ndarray, G: np.ndarray) -> float:
    """Return (x - y)^T G (x - y) of two tensors of one shape.

    Raises:
        ValueError: If the shapes differ or G is not a matrix of their size.
    """
    if np.shape(x) != np.shape(y):
        raise ValueError(f"y must have shape {np.shape(x)}, got {np.shape(y)}")
    apart = (np.asarray(x, float) - y).ravel()
    if np.shape(G) != (apart.size, apart.size):
        raise ValueError(f"G must have shape {(apart.size,) * 2}, got {np.shape(G)}")
    return float(apart @ G @ apart)

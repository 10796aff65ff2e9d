"""The sigmoid as a cubic, and the range in which it is one.

    q(z)  = 1/2 + z/4 - z^3/48        Maclaurin's series of the sigmoid to degree 3
    q'(z) = 1/4 - z^2/16              exact for q, and 0 at |z| = 2

q rises on [-2, 2] only. Beyond, it falls where the sigmoid still rises: q(4) = 0.167
against 0.982, and a step of gradient descent goes the wrong way. Nobody sees that
under encryption, so the owner of the data refuses before encrypting, from a bound on
the sums of the whole batch (:func:`largest_sums`).

Source: F. Bu, Y. Ma, Z. Chen, H. Xu, "Privacy Preserving Back-Propagation Based on BGV
on Cloud", HPCC 2015, as the survey describes it.
"""

import numpy as np

from ppdl_course.arguments import positive
from ppdl_course.nn.activations import sigmoid

TURN = 2.0
"""|z| at which q turns round: a layer's sums must stay within it."""


def q(z: np.ndarray | float) -> np.ndarray | float:
    """Return the cubic; accepts floats and arrays.

    >>> round(q(1.0), 4), round(q(4.0), 4)
    (0.7292, 0.1667)
    """
    return 0.5 + z / 4 - z**3 / 48


def q_slope(z: np.ndarray | float) -> np.ndarray | float:
    """Return q'(z) = 1/4 - z^2/16."""
    return 0.25 - z**2 / 16


def largest_error(reach: float, *, points: int = 4001) -> float:
    """Return max |q(z) - sigmoid(z)| over [-reach, reach], on a grid with both ends.

    Raises:
        ValueError: If ``reach`` is not positive and finite.
    """
    positive(reach=reach)
    z = np.linspace(-reach, reach, points)
    return float(np.abs(q(z) - sigmoid(z)).max())


def largest_sums(
    x: np.ndarray, first: tuple[np.ndarray, np.ndarray], second: tuple
) -> tuple[float, float]:
    """Return bounds on |z| of two layers, from a batch's mean and width.

    A layer's inputs lie in a ball about c of radius r, so |w . a + b| is at most |w . c
    + b| + |w| r. Behind it, outputs lie in a ball about q(W c + b) of radius r |W| / 4,
    for q is nowhere steeper than 1/4 while |z| <= 2. One row is computed instead of a
    batch; the second bound holds if the first is at most 2.

    Args:
        x: Rows are samples, (n, inputs).
        first: Weights (hidden, inputs) and biases (hidden,).
        second: Weights (outputs, hidden) and biases (outputs,).
    """
    if not all(np.isfinite(part).all() for part in (x, *first, *second)):
        return float("nan"), float("nan")
    centre = x.mean(axis=0)
    radius = np.sqrt(((x - centre) ** 2).sum(axis=1)).max()
    bounds = []
    for W, b in (first, second):
        z = W @ centre + b
        bounds.append(float((np.abs(z) + np.sqrt((W**2).sum(axis=1)) * radius).max()))
        # the largest singular value, by the eigenvalues of the smaller product
        gram = W @ W.T if len(W) < W.shape[1] else W.T @ W
        stretch = np.sqrt(max(0.0, float(np.linalg.eigvalsh(gram)[-1])))
        centre, radius = q(z), radius * stretch / 4
    return bounds[0], bounds[1]


def require_range(
    x: np.ndarray, first: tuple[np.ndarray, np.ndarray], second: tuple
) -> tuple[float, float]:
    """Refuse a batch whose sums could leave [-2, 2], where q stands for the sigmoid.

    Takes and returns the same as :func:`largest_sums`.

    Raises:
        ValueError: Naming the layer, the bound and what to do.
    """
    bounds = largest_sums(x, first, second)
    for name, found in zip(("W1", "W2"), bounds, strict=True):
        if not found <= TURN:
            raise ValueError(
                f"{name} must keep |W a + b| <= {TURN:g}, got up to {found:.3g}: q "
                f"falls beyond (q(4) = {q(4.0):.3f}); scale inputs or weights by "
                f"{TURN / found:.2g} or less"
            )
    return bounds

"""The sigmoid as a cubic, and the range in which it is one.

    q(z)  = 1/2 + z/4 - z^3/48        Maclaurin's series of the sigmoid to degree 3
    q'(z) = 1/4 - z^2/16              exact for q, and 0 at |z| = 2

q rises on [-2, 2] only. Beyond, it falls where the sigmoid still rises: q(4) = 0.167
against 0.982, and a step of gradient descent goes the wrong way. Nobody sees that
under encryption, so the owner of the data refuses before encrypting: from the sizes of
weights and inputs alone (:func:`largest_sum`), without computing the layer.

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

    >>> q(1.0), round(q(4.0), 4)
    (0.7291666666666667, 0.1667)
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


def largest_sum(x: np.ndarray, weights: np.ndarray, biases: np.ndarray) -> float:
    """Return a bound on |W x + b| from sizes, without a product of the two.

    The smaller of Hoelder's bounds, max |x_i| sum_i |w_i| and |x| |w| (Euclidean), for
    each unit.

    Args:
        x: Rows are samples, (n, inputs).
        weights: (units, inputs).
        biases: (units,).
    """
    each = np.abs(x).max(initial=0.0) * np.abs(weights).sum(axis=1)
    length = np.sqrt((x**2).sum(axis=1)).max(initial=0.0)
    euclid = length * np.sqrt((weights**2).sum(axis=1))
    return float((np.minimum(each, euclid) + np.abs(biases)).max(initial=0.0))


def require_range(
    x: np.ndarray, weights: np.ndarray, biases: np.ndarray, *, layer: str
) -> None:
    """Refuse a layer whose sums could leave [-2, 2], where q stands for the sigmoid.

    Raises:
        ValueError: Naming the layer, the bound and what to do.
    """
    found = largest_sum(x, weights, biases)
    if not found <= TURN:
        raise ValueError(
            f"{layer} must keep |W x + b| <= {TURN:g}, got up to {found:.3g}: q falls "
            f"beyond (q(4) = {q(4.0):.3f}); scale x or W by {TURN / found:.2g} or less"
        )

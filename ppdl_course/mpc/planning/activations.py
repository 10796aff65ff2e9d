"""What can stand in for the sigmoid, and how well a regression learns with it.

    pieces       straight lines between knots; a comparison for each knot
    Taylor       the series at 0; right near 0 and nowhere else
    fitted       the polynomial of least squared error on [-bound, bound]

Everything here is in the clear, in floating point: which one to take is decided before
anything is shared.

Source: P. Mohassel, Y. Zhang, "SecureML", IEEE S&P 2017, section IV-B (three pieces,
and polynomials of degree 2, 5 and 10 in table VI).
"""

from collections.abc import Callable

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial
from scipy.special import expit

from ppdl_course.arguments import at_least, positive
from ppdl_course.mpc.learning.regression import Schedule

Activation = Callable[[np.ndarray], np.ndarray]
EDGE = 5.0
"""Where more than three pieces reach 0 and 1."""
_TAYLOR = {1: (0.25,), 3: (0.25, -1 / 48), 5: (0.25, -1 / 48, 1 / 480)}


def pieces(count: int) -> Activation:
    """Return a stand-in of straight pieces, 0 on the far left and 1 on the far right.

    Args:
        count: 2 is a jump at 0; 3 the paper's, between -1/2 and 1/2; more follow the
            sigmoid between -5 and 5, from knot to knot, and are odd: by symmetry a knot
            at 0 would not bend.
    """
    at_least(2, count=count)
    if count > 2 and count % 2 == 0:
        raise ValueError(f"count must be 2 or odd, got {count}")
    if count == 2:
        return lambda u: (np.asarray(u) >= 0) * 1.0
    if count == 3:
        return lambda u: np.clip(np.asarray(u) + 0.5, 0, 1)
    knots = np.linspace(-EDGE, EDGE, count - 1)
    low, high = expit(-EDGE), expit(EDGE)
    heights = (expit(knots) - low) / (high - low)
    return lambda u: np.interp(u, knots, heights)


def taylor(degree: int) -> Activation:
    """Return the Taylor polynomial of the sigmoid at 0.

    Args:
        degree: 1, 3 or 5; the even terms are 0.
    """
    if degree not in _TAYLOR:
        raise ValueError(f"degree must be 1, 3 or 5, got {degree}")
    odd = _TAYLOR[degree]
    coefficients = np.zeros(degree + 1)
    coefficients[0], coefficients[1::2] = 0.5, odd
    return Polynomial(coefficients)


def fitted(degree: int, bound: float) -> Activation:
    """Return the polynomial nearest to the sigmoid on [-bound, bound].

    Args:
        degree: At least 1.
        bound: No score may leave the interval, or the polynomial runs away.
    """
    at_least(1, degree=degree)
    positive(bound=bound)
    points = np.linspace(-bound, bound, 2001)
    return Chebyshev.fit(points, expit(points), degree)


def learn(
    activation: Activation,
    x: np.ndarray,
    y: np.ndarray,
    schedule: Schedule,
    rate: float,
) -> np.ndarray:
    """Return the weights of a regression by SGD with this activation, from 0.

    Args:
        activation: In place of the sigmoid.
        x: Shape (rows, features).
        y: Shape (rows,), 0 and 1.
        schedule: Rows of each batch.
        rate: For the mean gradient of a batch.

    Returns:
        Shape (features,); NaN or infinite where the run has diverged.
    """
    positive(rate=rate)
    w = np.zeros(x.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):  # a run may diverge
        for batch in schedule:
            rows = list(batch)
            error = activation(x[rows] @ w) - y[rows]
            w = w - rate / len(rows) * (x[rows].T @ error)
    return w


def accuracy(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Return the share of rows with x w > 0 exactly where y is 1."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(((x @ w > 0) == y).mean())

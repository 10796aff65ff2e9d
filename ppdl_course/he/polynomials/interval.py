"""Polynomials on an interval [-bound, bound]: coefficients belong to t = x / bound.

In t the powers stay within [-1, 1], so that coefficients of one size count alike and an
encoder with a fixed scale keeps the same digits of each.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.polynomial import Polynomial

from ppdl_course.arguments import between, positive

Function = Callable[[np.ndarray], np.ndarray]

MAX_DEGREE = 63
"""Powers of t lose all digits of float64 soon after."""


def on_interval(coefficients: np.ndarray, bound: float = 1.0) -> Polynomial:
    """Return the polynomial in t = x / bound with these coefficients."""
    return Polynomial(coefficients, domain=[-bound, bound], window=[-1, 1])


def rescaled(coefficients: Sequence[float], degree: int, bound: float) -> np.ndarray:
    """Return coefficients of powers of x as degree + 1 ones of t = x / bound."""
    padded = np.pad(np.asarray(coefficients), (0, degree + 1 - len(coefficients)))
    return padded * bound ** np.arange(degree + 1.0)


def require_fit(degree: int, bound: float) -> None:
    """Raise ValueError unless the degree is in [0, 63] and the bound positive."""
    between(0, MAX_DEGREE, degree=degree)
    positive(bound=bound)

"""Remez' algorithm: the polynomial with the smallest largest error on an interval.

    p is best  <=>  f - p reaches +-E with alternating signs at d + 2 points

Chebyshev's criterion; the algorithm exchanges points until they satisfy it. The result
guarantees the error inside the interval, and nothing outside.

Source: E. Remez, "Sur le calcul effectif des polynômes d'approximation de Tchebychef",
Comptes rendus 199, 1934.
"""

import math

import numpy as np
from numpy.polynomial import Polynomial
from numpy.polynomial import chebyshev as cheb

from ppdl_course.he.polynomials.interval import Function, on_interval, require_fit


def minimax(f: Function, degree: int, bound: float, points: int = 8001) -> Polynomial:
    """Return the polynomial with the smallest largest error on [-bound, bound].

    Remez: (1) solve p(t_i) + (-1)^i E = f(t_i) at d + 2 points; (2) replace the points
    by the extremes of f - p with alternating signs; (3) stop when the largest error is
    |E|. Then no polynomial does better: a better one would cross p d + 1 times.

    Args:
        f: Vectorised function, continuous.
        degree: 0 to 63.
        bound: Half the interval's length.
        points: Size of the grid that is searched, at least 16 (degree + 2); odd, so
            that 0, ReLU's kink, is on it.

    Raises:
        ValueError: For another degree, bound or grid.
    """
    require_fit(degree, bound)
    if points < 16 * (degree + 2) or points % 2 == 0:
        raise ValueError(
            f"points must be odd and at least {16 * (degree + 2)}, got {points}"
        )
    # denser at the ends, where the extremes are, and symmetric about 0.
    grid = np.sin(np.linspace(-np.pi / 2, np.pi / 2, points))
    values = f(bound * grid)
    basis = cheb.chebvander(grid, degree)
    zeros = np.cos((np.arange(degree + 2) + 0.5) * np.pi / (degree + 2))
    # the error of interpolation at the zeros of T_(d + 2) is nearly level: a good start
    chosen = np.searchsorted(grid, zeros[::-1])
    signs = (-1.0) ** np.arange(degree + 2)
    best, c = math.inf, np.zeros(degree + 1)
    for _ in range(60):  # a few do; where rounding stops it, the best counts
        system = np.column_stack([basis[chosen], signs])
        *solved, level = np.linalg.solve(system, values[chosen])
        error = values - basis @ np.array(solved)
        worst = np.abs(error).max()
        if worst < best:
            best, c = worst, np.array(solved)
        if worst <= abs(level) * (1 + 1e-9) + 1e-14:
            break
        chosen = _alternating(error, degree + 2)
        if len(chosen) < degree + 2:
            break  # f itself is (nearly) a polynomial of this degree
    # a coefficient that symmetry makes 0 comes out as rounding error: it would cost a
    # product, and encode as nothing
    c = np.where(np.abs(c) < 1e-9 * np.abs(c).max(), 0, c)
    return on_interval(cheb.cheb2poly(c), bound)


def _alternating(error: np.ndarray, count: int) -> np.ndarray:
    """Return ``count`` places of extremes whose signs alternate, the largest ones."""
    runs = np.flatnonzero(np.diff(np.sign(error)) != 0) + 1
    parts = np.split(np.arange(len(error)), runs)
    peaks = [part[np.argmax(np.abs(error[part]))] for part in parts]
    peaks = [peak for peak in peaks if error[peak] != 0]
    while len(peaks) > count:
        # Ends first: dropping one inside would put two equal signs side by side.
        smaller_first = abs(error[peaks[0]]) < abs(error[peaks[-1]])
        peaks.pop(0 if smaller_first else -1)
    return np.array(peaks, int)

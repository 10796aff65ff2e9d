"""Polynomials in place of sigmoid, tanh and ReLU: all that encryption can compute.

Every function here returns a ``numpy.polynomial.Polynomial`` whose coefficients belong
to t = x / bound in [-1, 1] (its ``domain`` is [-bound, bound]); calling it takes x.

    taylor          derivatives at 0; good near 0 only
    chebyshev       c_j = (2/n) sum f(x_k) cos(j theta_k), c_0 halved, p = sum c_j T_j
    least_squares   smallest mean square error, x uniform on [-bound, bound]
    normal_fit      the same for x ~ N(0, 1), which batch normalisation provides
    minimax         smallest largest error, in ``remez``
    derivative_fit  ReLU: fit its derivative, a smoothed step, and integrate

Under encryption nobody sees whether an input left the interval. Outside it every one
of these grows like x^d; NOT protected is the correctness of such an answer. An interval
taken from data is a statistic of the data.

Sources: F. Bu, Y. Ma, Z. Chen, H. Xu, "Privacy Preserving Back-Propagation Based on BGV
on Cloud", HPCC 2015, and Q. Zhang, L. Yang, Z. Chen, "Privacy Preserving Deep
Computation Model on Cloud for Big Data Feature Learning", IEEE Transactions on
Computers 2016 (cubic of the sigmoid); E. Hesamifard, H. Takabi, M. Ghasemi, R. Wright,
"Privacy-preserving Machine Learning as a Service", PoPETs 2018 (Chebyshev), and
"CryptoDL: Deep Neural Networks over Encrypted Data", arXiv 1711.05189, 2017
(derivative); H. Chabanne et al., "Privacy-Preserving Classification on Deep Neural
Network", ePrint 2017/035 (N(0, 1)).
"""

import functools
import math
from fractions import Fraction

import numpy as np
from numpy.polynomial import Polynomial, hermite_e, legendre
from numpy.polynomial import chebyshev as cheb

from ppdl_course.arguments import at_least, positive
from ppdl_course.he.polynomials.interval import (
    Function,
    on_interval,
    require_fit,
    rescaled,
)
from ppdl_course.he.polynomials.remez import minimax
from ppdl_course.nn import sigmoid


def relu(x: np.ndarray) -> np.ndarray:
    """Return max(x, 0) entry by entry."""
    return np.maximum(x, 0.0)


def softplus(x: np.ndarray) -> np.ndarray:
    """Return log(1 + e^x), the integral of the sigmoid, without overflow."""
    return np.logaddexp(0.0, x)


FUNCTIONS: dict[str, Function] = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": relu,
    "softplus": softplus,
}


def taylor(name: str, degree: int, bound: float = 1.0) -> Polynomial:
    """Return the Maclaurin polynomial of a smooth function.

    From the differential equations s' = s - s^2, tanh' = 1 - tanh^2 and softplus' = s,
    in fractions, so that the coefficients are exact. The sigmoid's begin 1/2 + x/4 -
    x^3/48. The series converge for |x| < pi (tanh: pi/2) and nowhere beyond.

    Args:
        name: "sigmoid", "tanh" or "softplus".
        degree: Highest power, 0 to 63.
        bound: The result's domain is [-bound, bound]; its values do not depend on it.

    Raises:
        ValueError: For ReLU, which has no derivative at 0, another name, degree or
            bound.
    """
    require_fit(degree, bound)
    if name == "relu":
        raise ValueError(
            "name must be a function with derivatives at 0, got 'relu': take "
            "'softplus', or approximate ReLU on an interval"
        )
    if name not in FUNCTIONS:
        raise ValueError(f"name must be sigmoid, tanh or softplus, got {name!r}")
    series = _maclaurin(name, degree)
    return on_interval(rescaled([float(a) for a in series], degree, bound), bound)


def _maclaurin(name: str, degree: int) -> list[Fraction]:
    """Return exact coefficients by comparing powers in y' = a + b y + c y^2."""
    if name == "softplus":
        inner = _maclaurin("sigmoid", degree)
        integral = [a / (k + 1) for k, a in enumerate(inner[:degree])]
        return [Fraction(math.log(2)), *integral]
    start, a, b, c = (Fraction(1, 2), 0, 1, -1) if name == "sigmoid" else (0, 1, 0, -1)
    y = [Fraction(start)]
    for k in range(degree):
        square = sum((y[i] * y[k - i] for i in range(k + 1)), Fraction(0))
        y.append(((a if k == 0 else 0) + b * y[k] + c * square) / (k + 1))
    return y


def chebyshev_coefficients(f: Function, degree: int, nodes: int) -> np.ndarray:
    """Return c_0 ... c_degree of f on [-1, 1], from its values at ``nodes`` nodes.

    theta_k = (k + 1/2) pi / n, x_k = cos theta_k, c_j = (2/n) sum_k f(x_k) cos(j
    theta_k), and c_0 is halved. With degree + 1 nodes the result interpolates f there;
    with many it tends to the Chebyshev series.

    Raises:
        ValueError: If ``nodes``, n, is less than degree + 1.
    """
    at_least(degree + 1, nodes=nodes)
    theta = (np.arange(nodes) + 0.5) * np.pi / nodes
    values = np.asarray(f(np.cos(theta)), dtype=np.float64)
    c = 2 / nodes * _sums(np.cos(np.outer(np.arange(degree + 1), theta)) * values)
    c[0] /= 2
    return c


def chebyshev(f: Function, degree: int, bound: float, nodes: int = 512) -> Polynomial:
    """Return the Chebyshev approximation of f on [-bound, bound].

    Args:
        f: Vectorised function.
        degree: 0 to 63.
        bound: Half the interval's length.
        nodes: Number of nodes, degree + 1 for interpolation; 512 unless told.

    Raises:
        ValueError: For another degree or bound, or too few nodes.
    """
    require_fit(degree, bound)
    c = chebyshev_coefficients(lambda t: f(bound * t), degree, nodes)
    return on_interval(cheb.cheb2poly(c), bound)


def least_squares(f: Function, degree: int, bound: float) -> Polynomial:
    """Return the polynomial with the least mean square error on [-bound, bound].

    Legendre polynomials are orthogonal for the uniform weight: c_k = (2k + 1) / 2
    times the integral of f P_k.

    Args:
        f: Vectorised function, smooth but for a kink at 0 at most.
        degree: 0 to 63.
        bound: Half the interval's length.

    Raises:
        ValueError: For another degree or bound.
    """
    require_fit(degree, bound)
    t, weight = _two_halves(1.0)
    k = np.arange(degree + 1)
    c = (k + 0.5) * _sums(legendre.legvander(t, degree).T * (weight * f(bound * t)))
    return on_interval(legendre.leg2poly(c), bound)


def normal_fit(f: Function, degree: int, bound: float = 1.0) -> Polynomial:
    """Return the polynomial with the least mean square error for x ~ N(0, 1).

    Hermite polynomials He_k are orthogonal under N(0, 1): c_k = E[f(x) He_k(x)] / k!.

    Args:
        f: Vectorised function, smooth but for a kink at 0 at most.
        degree: 0 to 30; beyond, float64 loses the digits.
        bound: The result's domain is [-bound, bound]; its values do not depend on it.

    Raises:
        ValueError: For another degree or bound.
    """
    require_fit(degree, bound)
    if degree > 30:
        raise ValueError(f"degree must be at most 30 under N(0, 1), got {degree}")
    x, weight = _two_halves(14.0)
    weight = weight * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    moments = _sums(hermite_e.hermevander(x, degree).T * (weight * f(x)))
    c = moments / np.array([math.factorial(k) for k in range(degree + 1)], float)
    return on_interval(rescaled(hermite_e.herme2poly(c), degree, bound), bound)


def derivative_fit(degree: int, bound: float, steepness: float = 8.0) -> Polynomial:
    """Return a polynomial for ReLU, made from its derivative.

    The derivative is a step. The sigmoid of k x, k = steepness / bound, is smooth, and
    its Chebyshev interpolation of degree - 1 follows it. The integral follows log(1 +
    e^(k x)) / k, and that ReLU. The constant makes the mean error on [-bound, bound]
    zero.

    Args:
        degree: 1 to 63.
        bound: Half the interval's length.
        steepness: k times bound: the larger, the nearer the step.

    Raises:
        ValueError: For another degree or bound, or a steepness that is not positive.
    """
    at_least(1, degree=degree)
    positive(steepness=steepness)
    step = chebyshev(lambda x: sigmoid(steepness * x / bound), degree - 1, bound)
    p = step.integ()
    t, weight = _two_halves(1.0)
    mean_error = np.sum(weight * (relu(bound * t) - p(bound * t))) / 2
    return p + mean_error


def max_error(p: Polynomial, f: Function, bound: float, points: int = 4001) -> float:
    """Return the largest |p(x) - f(x)| on an even grid over [-bound, bound]."""
    x = np.linspace(-bound, bound, points)
    return float(np.abs(p(x) - f(x)).max())


METHODS = ("taylor", "chebyshev", "least squares", "normal", "minimax", "derivative")
"""Names that :func:`approximate` takes."""


def approximate(name: str, method: str, degree: int, bound: float) -> Polynomial:
    """Return the approximation of a named function by a named method.

    ReLU has no Taylor series: the one of softplus stands in. Only ReLU has the
    derivative-based method.

    Args:
        name: One of ``FUNCTIONS``.
        method: One of ``METHODS``.
        degree: 1 to 63.
        bound: The interval is [-bound, bound]. Taylor and normal ignore it.

    Raises:
        ValueError: For a name, method, degree or bound that does not exist.
    """
    if name not in FUNCTIONS:
        raise ValueError(f"name must be one of {sorted(FUNCTIONS)}, got {name!r}")
    f = FUNCTIONS[name]
    if method == "taylor":
        return taylor("softplus" if name == "relu" else name, degree, bound)
    if method == "derivative":
        if name != "relu":
            raise ValueError(f"method 'derivative' is for relu, got {name!r}")
        return derivative_fit(degree, bound)
    makers = {
        "chebyshev": chebyshev,
        "least squares": least_squares,
        "normal": normal_fit,
        "minimax": minimax,
    }
    if method not in makers:
        raise ValueError(f"method must be one of {METHODS}, got {method!r}")
    return makers[method](f, degree, bound)


@functools.cache
def _two_halves(reach: float, nodes: int = 256) -> tuple[np.ndarray, np.ndarray]:
    """Return Gauss-Legendre nodes and weights on [-reach, 0] and [0, reach].

    Cut at 0, where ReLU has its kink: across it the rule would be
    good to a few digits only.
    """
    x, weight = legendre.leggauss(nodes)
    half = reach * (x + 1) / 2
    return np.concatenate([-half[::-1], half]), np.concatenate([weight, weight]) * (
        reach / 2
    )


def _sums(terms: np.ndarray) -> np.ndarray:
    """Return the sum of each row; exactly 0 where only rounding errors are left."""
    sums, sizes = terms.sum(axis=1), np.abs(terms).sum(axis=1)
    return np.where(np.abs(sums) < 1e-13 * sizes, 0.0, sums)

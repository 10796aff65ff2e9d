r"""The functional mechanism: noise the loss once, then train on it as long as you like.

To degree 2 at 0, a loss of linear scores knows of the records x (n, d) and their
targets t (n, k; a one-hot row a record, or numbers) only

    S = t' x    (k, d), the class sums            Q = x' x    (d, d), the products

    least squares       sum (w x - t)^2    =  const - 2 S w + w Q w
    softmax             log sum_k e^(z_k) - z_y  ~  const - (S_k - mean S) w_k
                                                    + 1/(2k) w_k Q w_k      each class k

A release of S and of the upper triangle of Q is all that is ever paid for: solving,
regularising, another learning rate are post-processing.

**What one record moves**, for norms ||x||_2 <= 1 and sum_k |t_k| <= 1 (ADD_REMOVE):

    L1    ||x||_1 + (||x||_1^2 + ||x||_2^2) / 2    <=  sqrt(d) + (d + 1) / 2
    L2    sqrt(||x||^2 + (||x||^4 + sum x_j^4)/2)  <=  sqrt(2), whatever d

The paper bounds every |x_j| by 1 instead, d + d (d + 1)/2, although it scales its
records to norm 1: some d times more noise than they need (:func:`papers_sensitivity`).

**The remedy.** Noise of deviation s on a symmetric matrix has a spectral norm of about
2 s sqrt(d), so the noisy Q is seldom positive definite: the loss then has no minimum,
and "solving" finds a saddle. Eigenvalues below 0 are set to 0 and 2 s sqrt(d) is added
to all. That uses the noise's scale, which is public, so it costs nothing.

Protected: one record, by (epsilon, delta), at any number of steps. Not protected: the
number of records; and nothing at all if S or Q hold weights that move while the noise
stays (:mod:`ppdl_course.attacks.moving_objective`). Chapter 17.

Source: Zhang, Zhang, Xiao, Yang, Winslett, "Functional Mechanism: Regression Analysis
under Differential Privacy", VLDB 2012; the norm of a noise matrix: Vershynin,
"High-Dimensional Probability", 2018, section 4.4. The bounds for norm 1, the softmax
with one Q for all classes and the factor 2 of the ridge are ours.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ppdl_course.arguments import at_least, positive, real_matrix, within
from ppdl_course.dp.definition import Guarantee, Neighbours, relation
from ppdl_course.dp.mechanisms import Gaussian, Laplace
from ppdl_course.dp.training.one_thread import one_blas_thread

FLOOR = 1e-3
"""Added to all eigenvalues, so that a solution is finite without noise, too."""

Bound = Literal["tight", "paper"]
Remedy = Literal["ridge", "paper", "none"]


def into_ball(x: np.ndarray, radius: float) -> np.ndarray:
    """Return records over ``radius``, those longer than 1 scaled down to norm 1.

    Args:
        x: Real, shape (n, d).
        radius: In the units of ``x``. > 0. Public: the largest norm *of the records*
            would be a release of its own.
    """
    positive(radius=radius)
    x = real_matrix(np.shape(x)[-1], np.dtype(float), x=x) / radius
    return x / np.maximum(1, np.linalg.norm(x, axis=1, keepdims=True))


def l1_sensitivity(d: int) -> tuple[float, float]:
    """Return what a record of norm 1 and d features moves: sums, products (L1)."""
    at_least(1, d=d)
    return math.sqrt(d), (d + 1) / 2


def papers_sensitivity(d: int) -> tuple[float, float]:
    """Return the same for records with every |x_j| <= 1, as the paper counts."""
    at_least(1, d=d)
    return float(d), d * (d + 1) / 2


def linear_sensitivity(d: int, bound: Bound) -> float:
    """Return the L1 change of (sum t^2, 2 S, Q) under REPLACE, |t| <= 1.

    2 (d + 1)^2 in the paper, 2 (1 + sqrt(d))^2 for records of norm 1.
    """
    at_least(1, d=d)
    return 2 * (1 + (d if _named(bound) == "paper" else math.sqrt(d))) ** 2


def logistic_sensitivity(d: int, bound: Bound) -> float:
    """Return the L1 change of (sum (1/2 - y) x, Q/8) under REPLACE, y in {0, 1}.

    The paper counts sum x/2 and sum y x apart and |x_j| <= 1: d^2/4 + 3 d. For records
    of norm 1 it is d/4 + sqrt(d).
    """
    at_least(1, d=d)
    return d * d / 4 + 3 * d if _named(bound) == "paper" else d / 4 + math.sqrt(d)


L2_SENSITIVITY = math.sqrt(2)
"""What a record of norm 1 moves sums and products together (L2), whatever d."""


@dataclass(frozen=True, eq=False, kw_only=True)
class NoisyStatistics:
    """What was released, and what it cost.

    Attributes:
        sums: S, float64 (k, d).
        products: Q, float64 (d, d), symmetric.
        deviation: Standard deviation of an entry of Q. Public.
        guarantee: What the release promises; nothing after it adds to that. None if
            there was no noise.
    """

    sums: np.ndarray
    products: np.ndarray
    deviation: float
    guarantee: Guarantee | None

    @property
    def ridge(self) -> float:
        """About the spectral norm of Q's noise: 2 s sqrt(d)."""
        return 2 * self.deviation * math.sqrt(len(self.products))

    def softmax(self, *, remedy: Remedy = "ridge") -> np.ndarray:
        """Return weights (k, d) of the softmax loss's degree-2 polynomial."""
        return self._solve(len(self.sums) * self.sums - self.sums.sum(axis=0), remedy)

    def least_squares(self, *, remedy: Remedy = "ridge") -> np.ndarray:
        """Return weights (k, d) of least squares, ``x @ weights.T ~ t``."""
        return self._solve(self.sums, remedy)

    def is_positive_definite(self) -> bool:
        """Return whether the noisy loss has a minimum before any remedy."""
        with one_blas_thread():
            return bool(np.linalg.eigvalsh(self.products)[0] > 0)

    def _solve(self, right: np.ndarray, remedy: Remedy) -> np.ndarray:
        """Return the stationary point w Q = right of a loss that was mended.

        ``ridge``: as above. ``paper``: 4 s on all eigenvalues, then those still below 0
        are dropped. ``none``: the stationary point of the noisy loss, often a saddle.
        """
        if remedy not in ("ridge", "paper", "none"):
            raise ValueError(f"remedy must be ridge, paper or none, got {remedy!r}")
        with one_blas_thread():
            values, vectors = np.linalg.eigh(self.products)
            if remedy == "ridge":
                values = np.maximum(values, 0) + self.ridge + FLOOR
            elif remedy == "paper":
                values = values + 4 * self.deviation + FLOOR
                vectors, values = vectors[:, values > 0], values[values > 0]
            else:
                keep = np.abs(values) > FLOOR * 1e-6
                vectors, values = vectors[:, keep], values[keep]
            return (right @ vectors / values) @ vectors.T


def release_statistics(
    x: np.ndarray,
    targets: np.ndarray,
    *,
    epsilon: float,
    delta: float = 0.0,
    bound: Bound = "tight",
    neighbours: Neighbours = Neighbours.ADD_REMOVE,
    rng: np.random.Generator,
) -> NoisyStatistics:
    """Return the sums and products of the records, with noise drawn once.

    With ``delta`` 0 Laplace noise, half of epsilon for the sums and half for the
    products; else Gaussian noise on both together.

    Args:
        x: Records with ||x||_2 <= 1 (:func:`into_ball`), float64 (n, d).
        targets: Rows with sum |t| <= 1, float64 (n, k): one-hot classes, or numbers.
        epsilon: The whole budget, in nats; infinity for no noise.
        delta: In [0, 1).
        bound: Of the L1 sensitivity; for the Gaussian there is one.
        neighbours: REPLACE takes one record out and another in: twice the noise.
        rng: Draws the noise.

    Raises:
        ValueError: If a record or target is outside its bound, or an argument.
    """
    x = _in_bounds(2, x=x)
    targets = _in_bounds(1, targets=targets)
    if len(targets) != len(x):
        raise ValueError(f"targets must have {len(x)} rows, got {len(targets)}")
    _named(bound)
    within("[0, 1)", delta=delta)
    twice = 2 if relation(neighbours) is Neighbours.REPLACE else 1
    with one_blas_thread():
        sums, products = targets.T @ x, x.T @ x
    d, deviation, guarantee = len(products), 0.0, None
    if epsilon == math.inf:
        pass
    elif delta:
        noise = Gaussian.analytic(
            epsilon=epsilon,
            delta=delta,
            sensitivity=twice * L2_SENSITIVITY,
            neighbours=neighbours,
        )
        sums = noise.release(sums, rng=rng)
        products, deviation = noise.release(products, rng=rng), noise.sigma
        guarantee = Guarantee(epsilon=epsilon, delta=delta, neighbours=neighbours)
    else:
        positive(epsilon=epsilon)
        sizes = l1_sensitivity(d) if bound == "tight" else papers_sensitivity(d)
        first, second = (
            Laplace(epsilon=epsilon / 2, sensitivity=twice * s, neighbours=neighbours)
            for s in sizes
        )
        sums, products = first.release(sums, rng=rng), second.release(products, rng=rng)
        deviation = math.sqrt(2) * second.scale
        guarantee = Guarantee(epsilon=epsilon, neighbours=neighbours)
    return NoisyStatistics(
        sums=sums,
        products=mirrored(products),
        deviation=deviation,
        guarantee=guarantee,
    )


def mirrored(matrix: np.ndarray) -> np.ndarray:
    """Return the symmetric matrix with this upper triangle.

    The noise below the diagonal is thrown away: the mean of both would be a release of
    two draws for each pair, which costs budget.
    """
    upper = np.triu(matrix)
    return upper + np.triu(upper, 1).T


def _named(bound: Bound) -> Bound:
    if bound not in ("tight", "paper"):
        raise ValueError(f"bound must be tight or paper, got {bound!r}")
    return bound


def _in_bounds(order: int, **matrix: np.ndarray) -> np.ndarray:
    ((name, value),) = matrix.items()
    if np.ndim(value) != 2:
        raise ValueError(f"{name} must be a matrix, got shape {np.shape(value)}")
    value = real_matrix(np.shape(value)[1], np.dtype(float), **{name: value})
    largest = np.linalg.norm(value, ord=order, axis=1).max()
    if largest > 1 + 1e-9:
        raise ValueError(
            f"{name} must have rows of norm at most 1 (L{order}), got {largest}"
        )
    return value

"""Possibilistic c-means, exact and with a series in place of the division.

    d_ij = (x_j - v_i)^T G (x_j - v_i)        G = I: squared Euclidean distance
    u_ij = eta / (eta + d_ij)                 membership, m = 2
    v_i  = sum_j u_ij^2 x_j / sum_j u_ij^2    centre

Sums and products cannot divide. About a public point d0 the membership is a series,

    u(d) = eta / (eta + d0) sum_k (-r)^k,     r = (d - d0) / (eta + d0)

which converges for |r| < 1 only: for d between -eta and eta + 2 d0. A d0 that is too
small sends far points to infinity, one too large makes near points slow.

Source: Q. Zhang, L. T. Yang, Z. Chen, P. Li, "PPHOPCM: Privacy-Preserving High-Order
Possibilistic c-Means Algorithm for Big Data Clustering with Cloud Computing", IEEE
Transactions on Big Data, 2017 (functions become polynomials); possibilistic c-means: R.
Krishnapuram, J. Keller, IEEE Transactions on Fuzzy Systems 1, 1993. One variable, d, is
expanded here; eta is public.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least, finite, positive, real_matrix

Membership = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Exact:
    """u(d) = eta / (eta + d).

    Attributes:
        eta: Distance at which a point belongs by half, > 0.
    """

    eta: float

    def __post_init__(self) -> None:
        positive(eta=self.eta)

    def __call__(self, d: np.ndarray) -> np.ndarray:
        """Return memberships in (0, 1] of squared distances >= 0."""
        return self.eta / (self.eta + d)


@dataclass(frozen=True)
class Series:
    """The series of u about ``d0``, up to r^order.

    Attributes:
        eta: As in :class:`Exact`.
        d0: Point of expansion, > 0.
        order: Last power, >= 1.
    """

    eta: float
    d0: float
    order: int

    def __post_init__(self) -> None:
        positive(eta=self.eta, d0=self.d0)
        at_least(1, order=self.order)

    def __call__(self, d: np.ndarray) -> np.ndarray:
        """Return the polynomial at ``d``; far outside the circle it is anything."""
        r = (d - self.d0) / (self.eta + self.d0)
        total = np.ones_like(r)
        for _ in range(self.order):
            total = 1 - r * total
        return self.eta / (self.eta + self.d0) * total

    @property
    def reach(self) -> float:
        """The largest d for which longer series come nearer: eta + 2 d0."""
        return self.eta + 2 * self.d0

    def require_circle(self, d: np.ndarray) -> None:
        """Refuse distances outside the circle of convergence.

        Raises:
            ValueError: With the d0 that would hold them.
        """
        worst = float(np.max(d, initial=0.0))
        finite(d=worst)
        if worst >= self.reach:
            raise ValueError(
                f"d0 must be above {(worst - self.eta) / 2:.3g} = (largest d - eta) / "
                f"2, got {self.d0:g}: at d = {worst:.3g} the series diverges"
            )


def distances(
    x: np.ndarray, centres: np.ndarray, G: np.ndarray | None = None
) -> np.ndarray:
    """Return d_ij, shape (centres, samples).

    Args:
        x: (samples, features).
        centres: (clusters, features).
        G: Symmetric (features, features), a tensor distance
            (``nn.tensors.distance``); None for the identity.
    """
    x = real_matrix(np.shape(x)[-1], np.float64, x=x)
    centres = real_matrix(x.shape[1], np.float64, centres=centres)
    apart = x[None] - centres[:, None]
    weighted = apart if G is None else apart @ np.asarray(G)
    return (apart * weighted).sum(axis=2)


def updated(x: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Return new centres, (clusters, features), from memberships (clusters, samples).

    Raises:
        ValueError: If a cluster's memberships are all zero, or one is not finite.
    """
    weights = u**2
    total = weights.sum(axis=1, keepdims=True)
    if not (np.isfinite(total).all() and (total > 0).all()):
        raise ValueError(f"memberships must be finite and not all 0, got sums {total}")
    return weights @ x / total


def cluster(
    x: np.ndarray,
    centres: np.ndarray,
    membership: Membership,
    *,
    steps: int = 20,
    G: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return centres and the memberships of the last step.

    Args:
        x: (samples, features).
        centres: Starting centres (clusters, features).
        membership: :class:`Exact` or :class:`Series`.
        steps: How many, >= 1.
        G: As in :func:`distances`.

    Raises:
        ValueError: If memberships are no longer finite: the series has diverged.
    """
    at_least(1, steps=steps)
    for _ in range(steps):
        with np.errstate(all="ignore"):
            u = membership(distances(x, centres, G))
            new = updated(x, u)
        if np.abs(new).max() > 1e3 * max(1.0, float(np.abs(x).max())):
            raise ValueError(
                "centres must stay near the data, got "
                f"{np.abs(new).max():.3g}: the series has diverged, raise d0"
            )
        centres = new
    return centres, u


def blobs(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return 180 points in three blobs, their labels, and starting centres.

    Centres (.2, .2), (.8, .8), (.2, .8), deviation .06; starts are some .06 away.
    """
    middle = np.array([(0.2, 0.2), (0.8, 0.8), (0.2, 0.8)])
    x = np.vstack([rng.normal(c, 0.06, (60, 2)) for c in middle])
    start = middle + np.array([[0.05, 0.03], [-0.04, 0.05], [0.05, -0.04]])
    return x, np.repeat(range(3), 60), start

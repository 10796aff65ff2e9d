"""A step of possibilistic c-means in integers: its polynomial, its twin, what it takes.

With D = 4^f the scale of distances, E = round((eta + d0) D), C = round(d0 D) and R =
d - C, the series of odd order n is a polynomial in integers (eta leaves both sums
alike):

    U = E^n - R E^(n-1) + ... - R^n = (E - R) (E^(n-1) + R^2 (E^(n-3) + R^2 (...)))

so its depth is 2 + (n - 1) / 2 for n > 1, with additions of public numbers only.
:func:`integer_sums` is the exact twin of what a cloud computes (``encrypted``).

Source: Q. Zhang, L. T. Yang, Z. Chen, P. Li, IEEE Transactions on Big Data, 2017; the
integers are ours.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least, between
from ppdl_course.he.clustering.possibilistic import Series
from ppdl_course.he.training.levels import Mark, Rules, Stage, require_budget


@dataclass(frozen=True)
class ClusterPlan:
    """A step of clustering in integers, and what it takes.

    Attributes:
        series: Its order is odd.
        bits: f; points and centres are multiples of 2**-f.

    Raises:
        ValueError: If the order is even, or ``bits`` not in 1..16.
    """

    series: Series
    bits: int = 4

    def __post_init__(self) -> None:
        between(1, 16, bits=self.bits)
        if self.series.order % 2 == 0:
            raise ValueError(f"order must be odd, got {self.series.order}")

    @property
    def C(self) -> int:
        """d0 in units of distances."""
        return round(self.series.d0 * 4**self.bits)

    @property
    def E(self) -> int:
        """Eta + d0 in units of distances."""
        return round((self.series.eta + self.series.d0) * 4**self.bits)

    def integers(self, x: np.ndarray) -> np.ndarray:
        """Return round(2^f x), dtype object."""
        return np.rint(np.asarray(x) * 2**self.bits).astype(np.int64).astype(object)

    def largest(self, X: np.ndarray) -> int:
        """Return a bound on the sums' integers for points inside the circle."""
        # |R| < E there, so each of the n + 1 powers is at most E^n
        u = (self.series.order + 1) * self.E**self.series.order
        return u**2 * max(1, int(abs(X).max()))

    def stages(self, rules: Rules, features: int) -> list[Stage]:
        """Return every stage with its marks.

        Raises:
            ValueError: If the context lacks the depth, with what to change.
        """
        at_least(1, features=features)
        found: list[Stage] = []

        def stage(name: str, x: Mark, y: Mark, terms: int = 1) -> Mark:
            level = min(x.level, y.level)
            x, y = rules.lower(x, level), rules.lower(y, level)
            mark = rules.relinearised(rules.product(x, y, terms))
            after = rules.settle(mark)
            found.append(Stage(name, len(found) + 1, terms, 1, mark, after))
            return after

        u = R = stage("d", rules.fresh, rules.fresh, features)
        if self.series.order > 1:
            sum_ = square = stage("r^2", R, R)
            for k in range(2, (self.series.order + 1) // 2):
                sum_ = stage(f"r^{2 * k}", square, sum_)
            u = stage("u", R, sum_)
        square = stage("u^2", u, u)
        low = rules.lower(square, rules.base), rules.lower(rules.fresh, rules.base)
        mark = rules.product(*low)
        found.append(Stage("u^2 x", len(found) + 1, features, 0, mark, mark))
        require_budget(rules, found)
        return found


def integer_sums(
    X: np.ndarray, V: np.ndarray, plan: ClusterPlan
) -> tuple[np.ndarray, np.ndarray]:
    """Return U^2, (clusters, samples), and U^2 X, (clusters, features, samples): exact.

    Args:
        X: Integer points (samples, features), dtype object.
        V: Integer centres (clusters, features), dtype object.
        plan: Series and bits.
    """
    R = ((X[None] - V[:, None]) ** 2).sum(axis=2) - plan.C
    n, E = plan.series.order, plan.E
    U = sum((-R) ** k * E ** (n - k) for k in range(n + 1))
    return U**2, (U**2)[:, None] * X.T[None]


def memberships(squares: np.ndarray, plan: ClusterPlan) -> np.ndarray:
    """Return u, up to its sign, from U^2: for pictures and labels, (clusters, n)."""
    # Python's integers: squares pass the range of floats before the root is taken
    scale = plan.E ** (2 * plan.series.order)
    u = np.sqrt((squares / scale).astype(float))
    return plan.series.eta / (plan.series.eta + plan.series.d0) * u


def centres_of(squares: np.ndarray, weighted: np.ndarray, bits: int) -> np.ndarray:
    """Return sum U^2 X / sum U^2 in floats, (clusters, features)."""
    return (weighted.sum(axis=2) / squares.sum(axis=1)[:, None]).astype(float) / 2**bits

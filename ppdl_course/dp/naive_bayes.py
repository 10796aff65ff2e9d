r"""Naive Bayes from whole numbers: what a table of records is worth, under one budget.

Features lie in [0, 1], a public range, and are rounded to 1/256. All that a Gaussian
naive Bayes classifier needs of each class are whole numbers:

    counts    sum 1                               a record moves one of them by 1
    sums      sum 256 (x - 1/2)                   d of them by at most 128
    squares   sum 256 ((x - 1/2)^2 - 1/8)         d of them by at most 32

Centred, a record moves half and an eighth of what it would move sums and squares of x.
The noise is the discrete Laplace on each, with one budget for all (ADD_REMOVE).

Two models. The **full** one has a mean and a variance for each class and feature. The
**means-only** one releases no squares: one variance for all, from nothing but the range
(1/12 for a uniform feature), and means drawn together by what the known noise explains.
Releasing less buys more than a larger epsilon: on digits the means alone at epsilon 2
beat the full model at 20 (chapter 17).

Protected: one record. Not protected: the number of features and classes, the range;
and a record of an owner against that owner.

Source: [44] T. Li, J. Li, Z. Liu, P. Li, C. Jia, "Differentially private Naive Bayes
learning over multiple data sources", Information Sciences 444, 2018, whose abstract
names the aim; the whole numbers, the centring and the means-only model are ours.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from ppdl_course.arguments import at_least, class_labels, positive, real_matrix
from ppdl_course.dp.definition import Guarantee, Neighbours

UNIT = 256
"""Steps of a feature's range [0, 1]."""
UNIFORM_VARIANCE = 1 / 12
LEAST_VARIANCE = 2e-3

MEANS_ONLY = (Fraction(1, 10), Fraction(9, 10))
FULL = (Fraction(1, 10), Fraction(6, 10), Fraction(3, 10))
"""Parts of the budget: counts, sums, squares."""


@dataclass(frozen=True, eq=False)
class Statistics:
    """The whole numbers of some records; they add up over owners.

    Attributes:
        numbers: int64 (classes, 1 + d) for the means, (classes, 1 + 2d) for the full
            model: in each row the count, the sums, the squares of one class.
        features: d.
    """

    numbers: np.ndarray
    features: int

    @classmethod
    def of(
        cls, x: np.ndarray, y: np.ndarray, *, classes: int, full: bool = False
    ) -> "Statistics":
        """Count the records.

        Args:
            x: Entries in [0, 1], float64 (n, d).
            y: Labels in 0 .. classes - 1, integers (n,).
            classes: How many.
            full: Whether squares are wanted, too.

        Raises:
            ValueError: If an argument is out of its bound.
        """
        at_least(2, classes=classes)
        x = real_matrix(np.shape(x)[-1], np.dtype(float), x=x)
        if x.min() < 0 or x.max() > 1:
            worst = x.min() if x.min() < 0 else x.max()
            raise ValueError(f"x must lie in [0, 1], got {worst}")
        y = class_labels(len(x), classes, y=y)
        parts = [np.ones((len(x), 1), np.int64), rounded(x - 0.5)]
        if full:
            parts.append(rounded((x - 0.5) ** 2 - 0.125))
        each = np.concatenate(parts, axis=1)
        numbers = np.stack([each[y == k].sum(axis=0) for k in range(classes)])
        return cls(numbers, x.shape[1])

    @property
    def is_full(self) -> bool:
        """Whether squares are there."""
        return self.numbers.shape[1] > 1 + self.features

    def __add__(self, other: "Statistics") -> "Statistics":
        """Return the statistics of both owners' records."""
        if self.numbers.shape != other.numbers.shape:
            raise ValueError(
                f"summands must have one shape, got {self.numbers.shape} and "
                f"{other.numbers.shape}"
            )
        return Statistics(self.numbers + other.numbers, self.features)

    def fit(self, scales: tuple[float, ...] = (0.0, 0.0, 0.0)) -> "GaussianModel":
        """Return the classifier that these numbers make: post-processing.

        Args:
            scales: The noise's scales on counts, sums and squares; all 0 without noise.
                The means-only model draws its means together by them.
        """
        counts = np.maximum(self.numbers[:, :1], 1.0)
        d = self.features
        means = np.clip(self.numbers[:, 1 : 1 + d] / UNIT / counts, -0.5, 0.5)
        if self.is_full:
            squares = self.numbers[:, 1 + d :] / UNIT / counts + 0.125
            variances = np.maximum(squares - means**2, LEAST_VARIANCE)
        else:
            noise = (
                2 * (scales[1] / UNIT / counts) ** 2
            )  # the variance of Laplace noise
            spread = means.var(axis=0)
            total = spread + noise.mean()
            kept = np.divide(spread, total, out=np.zeros(d), where=total > 0)
            centre = means.mean(axis=0)
            means = centre + kept * (means - centre)
            variances = np.full_like(means, UNIFORM_VARIANCE)
        return GaussianModel(np.log(counts[:, 0]), means + 0.5, variances)


@dataclass(frozen=True, eq=False)
class GaussianModel:
    """A naive Bayes classifier.

    Attributes:
        log_priors: Up to a common constant, float64 (classes,).
        means: float64 (classes, d).
        variances: float64 (classes, d).
    """

    log_priors: np.ndarray
    means: np.ndarray
    variances: np.ndarray

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the likeliest class of each row of ``x``, int64 (n,)."""
        x = real_matrix(self.means.shape[1], np.dtype(float), x=x)
        # (x - m)^2 / v expanded, so that three products do for all rows and classes
        inverse = 1 / self.variances
        distance = (
            x**2 @ inverse.T
            - 2 * x @ (self.means * inverse).T
            + (self.means**2 * inverse).sum(axis=1)
        )
        log_volume = np.log(self.variances).sum(axis=1)
        return (self.log_priors - (distance + log_volume) / 2).argmax(axis=1)


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How epsilon is spent on one release of statistics.

    Attributes:
        epsilon: In nats, a positive whole number or Fraction.
        features: d.
        full: Whether squares are released, too.
    """

    neighbours: ClassVar[Neighbours] = Neighbours.ADD_REMOVE

    epsilon: int | Fraction
    features: int
    full: bool = False

    def __post_init__(self) -> None:
        positive(epsilon=self.epsilon)
        at_least(1, features=self.features)

    @property
    def moved(self) -> tuple[tuple[int, int], ...]:
        """How many numbers of each statistic a record moves, and how far at most."""
        half, eighth = UNIT // 2, UNIT // 8
        each = ((1, 1), (self.features, half), (self.features, eighth))
        return each if self.full else each[:2]

    @property
    def scales(self) -> tuple[Fraction, ...]:
        """The noise's scale on each statistic: sensitivity over its part of epsilon."""
        parts = FULL if self.full else MEANS_ONLY
        return tuple(
            Fraction(numbers * most) / (Fraction(self.epsilon) * part)
            for (numbers, most), part in zip(self.moved, parts, strict=True)
        )

    @property
    def guarantee(self) -> Guarantee:
        """What the release promises."""
        return Guarantee(epsilon=float(self.epsilon), neighbours=self.neighbours)

    def columns(self, each: tuple[object, ...]) -> list[object]:
        """Return one entry a column of ``Statistics.numbers`` from one a statistic."""
        widths = (1, self.features, self.features)
        return [
            entry
            for entry, width in zip(each, widths, strict=False)
            for _ in range(width)
        ]


def rounded(x: np.ndarray) -> np.ndarray:
    """Return reals in steps of 1/256, int64."""
    return np.rint(x * UNIT).astype(np.int64)

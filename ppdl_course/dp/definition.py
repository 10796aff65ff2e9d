"""What differential privacy promises, and between whom.

A randomised function M is (epsilon, delta)-differentially private if for every two
*neighbouring* data sets D, D' and every set S of outputs

    P[M(D) in S] <= exp(epsilon) * P[M(D') in S] + delta.

Epsilon is in nats. Which data sets are neighbours is half of the promise, so the
relation is written down with every guarantee, and guarantees under different
relations are never added up.

Source: Dwork, "Differential Privacy", ICALP 2006; Dwork, McSherry, Nissim, Smith,
"Calibrating Noise to Sensitivity in Private Data Analysis", TCC 2006; the two
relations after Kifer, Machanavajjhala, "No Free Lunch in Data Privacy", SIGMOD 2011.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import non_negative, within


class Neighbours(enum.Enum):
    """Which pairs of data sets a guarantee speaks about."""

    ADD_REMOVE = "one record is added or removed"
    REPLACE = "one record is replaced by another; the size stays, and is public"

    @property
    def changes(self) -> int:
        """Records by which neighbours differ: 1, or 2 (one leaves, one comes).

        A sum of vectors whose norm is at most C has sensitivity ``changes * C`` in
        that norm; a histogram, C = 1, has L1 sensitivity ``changes``.
        """
        return 1 if self is Neighbours.ADD_REMOVE else 2


@dataclass(frozen=True, kw_only=True)
class Guarantee:
    """An (epsilon, delta) promise under one neighbouring relation.

    Attributes:
        epsilon: Bound on the privacy loss, in nats. >= 0.
        delta: Probability mass the bound may miss, in [0, 1).
        neighbours: The relation it holds for.

    Raises:
        ValueError: If epsilon or delta is out of range.
    """

    epsilon: float
    delta: float = 0.0
    neighbours: Neighbours

    def __post_init__(self) -> None:
        non_negative(epsilon=self.epsilon)
        within("[0, 1)", delta=self.delta)
        relation(self.neighbours)


def relation(neighbours: Neighbours) -> Neighbours:
    """Return ``neighbours``, refused if it is not a :class:`Neighbours`."""
    if not isinstance(neighbours, Neighbours):
        raise ValueError(f"neighbours must be a Neighbours, got {neighbours!r}")
    return neighbours


def one_relation(relations: Iterable[Neighbours]) -> Neighbours:
    """Return the relation that all share.

    Raises:
        ValueError: If there is none, or they differ: an epsilon for adding a record
            and one for replacing it are different units.
    """
    distinct = {relation(neighbours) for neighbours in relations}
    if len(distinct) != 1:
        names = sorted(neighbours.name for neighbours in distinct)
        raise ValueError(
            "neighbours must be one and the same relation throughout, "
            f"got {' and '.join(names) or 'no guarantee'}"
        )
    return distinct.pop()


def real_answer(**answer: object) -> np.ndarray:
    """Return the one argument, an answer of any shape, as float64 without loss.

    Raises:
        ValueError: If its type is no integer, bool or float of at most 64 bits, an
            integer is beyond 2^53, which float64 would round, or an entry is NaN or
            infinite.
    """
    ((name, value),) = answer.items()
    array = np.asarray(value)
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise ValueError(f"{name} must be real numbers, got {array.dtype}")
    if array.dtype.kind in "iu" and array.size:
        outside = [x for x in (int(array.min()), int(array.max())) if abs(x) > 2**53]
        if outside:
            raise ValueError(
                f"{name} must lie in -2^53..2^53 for noise in float64, got {outside[0]}"
            )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got a NaN or an infinity")
    return array.astype(np.float64)

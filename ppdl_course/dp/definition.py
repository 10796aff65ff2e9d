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
import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass


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
        if not (math.isfinite(self.epsilon) and self.epsilon >= 0):
            raise ValueError(f"epsilon must be finite and >= 0, got {self.epsilon}")
        if not 0 <= self.delta < 1:
            raise ValueError(f"delta must be in [0, 1), got {self.delta}")
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
    found = {relation(neighbours) for neighbours in relations}
    if len(found) != 1:
        names = sorted(neighbours.name for neighbours in found)
        raise ValueError(
            "neighbours must be one and the same relation throughout, "
            f"got {' and '.join(names) or 'no guarantee'}"
        )
    return found.pop()


def positive(**arguments: float) -> None:
    """Refuse an argument that is not a positive finite number, by its name."""
    for name, value in arguments.items():
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be positive and finite, got {value}")


def fraction(**arguments: float) -> None:
    """Refuse an argument outside the open interval (0, 1), by its name."""
    for name, value in arguments.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} must be in (0, 1), got {value}")


def sampling_rate(sample_rate: float) -> None:
    """Refuse a sampling rate outside (0, 1]."""
    if not 0 < sample_rate <= 1:
        raise ValueError(f"sample_rate must be in (0, 1], got {sample_rate}")


def whole(minimum: int = 1, /, **arguments: int) -> None:
    """Refuse an argument that is not an integer >= ``minimum``, by its name."""
    for name, value in arguments.items():
        try:
            good = operator.index(value) >= minimum
        except TypeError:
            good = False
        if not good:
            raise ValueError(f"{name} must be an integer >= {minimum}, got {value!r}")

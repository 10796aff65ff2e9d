"""Seeded draws that give the same values on every platform and Python version.

Python promises that ``random.Random(seed).random()`` keeps its sequence for ever, and
promises nothing for ``choice``, ``shuffle`` or ``gauss``; numpy's generators may change
their streams too. So everything here is integers made from ``random()`` alone. Sums are
of integers: ``sum`` of floats has changed between Python versions.

These are draws for data that everybody may know. Secrets come from ``secrets``.

Source: Python's ``random`` documentation, "Notes on Reproducibility".
"""

import random
from collections.abc import Sequence
from typing import TypeVar

from ppdl_course.arguments import between

T = TypeVar("T")


class Draws:
    """A stream of integers and choices from one seed.

    >>> draws = Draws(1)
    >>> [draws.below(10) for _ in range(5)]
    [1, 8, 7, 2, 4]
    """

    def __init__(self, seed: int) -> None:
        # the one method whose stream Python promises not to change with its version
        self._uniform = random.Random(seed).random

    def below(self, bound: int) -> int:
        """Return an integer in ``[0, bound)``, uniform to within bound / 2**53."""
        between(1, 2**32, bound=bound)
        return int(self._uniform() * bound)

    def between(self, low: int, high: int) -> int:
        """Return an integer in ``[low, high]``, both ends included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        """Return True with a probability of ``percent`` / 100."""
        return self.below(100) < percent

    def choice(self, items: Sequence[T]) -> T:
        """Return one of ``items``, each as likely."""
        return items[self.below(len(items))]

    def weighted(self, weights: dict[T, int]) -> T:
        """Return a key, with a probability in proportion to its whole-number weight."""
        point = self.below(sum(weights.values()))
        for item, weight in weights.items():
            point -= weight
            if point < 0:
                return item
        raise AssertionError("unreachable: point started below the sum of weights")

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Return ``count`` different positions' items in random order."""
        between(0, len(items), count=count)
        pool = list(items)
        for i in range(count):  # Fisher and Yates, stopped early
            j = i + self.below(len(pool) - i)
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:count]

    def bell(self, spread: int) -> int:
        """Return a bell-shaped whole number: mean 0, standard deviation ``spread``.

        Twelve uniform draws summed (variance 12 * 1/12), so within 6 ``spread``.
        """
        # integers only: a float's last digit may differ between machines
        return sum(self.below(1001) - 500 for _ in range(12)) * spread // 1000

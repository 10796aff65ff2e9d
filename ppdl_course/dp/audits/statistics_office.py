"""A court's statistics office, which answers counting questions exactly.

It keeps the custom of such offices: no count below a minimum is given out, so
that nobody is "one of one". That protects nobody against two questions whose difference
is one person (chapter 15).

Threat model: the adversary asks what it likes and sees the answers. Protected: small
groups asked about directly. Not protected: anything a difference of large groups tells.
Source of the attack: Denning, Denning, Schwartz, "The Tracker: A Threat to Statistical
Database Security", ACM Transactions on Database Systems 4, 1979.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ppdl_course.arguments import at_least


class StatisticsOffice:
    """Answers "how many cases ...?", and refuses small groups.

    Args:
        cases: The records. Nobody but the office reads them.
        minimum: The smallest count that is given out. >= 1.

    Attributes:
        answered: How many questions were answered.
    """

    def __init__(self, cases: Sequence[Any], *, minimum: int = 5) -> None:
        at_least(1, minimum=minimum)
        self._cases = tuple(cases)
        self.minimum = minimum
        self.answered = 0

    def count(self, condition: Callable[[Any], bool]) -> int:
        """Return how many cases meet the condition.

        Raises:
            ValueError: If they are fewer than the minimum.
        """
        count = sum(bool(condition(case)) for case in self._cases)
        if count < self.minimum:
            raise ValueError(f"count must be at least {self.minimum} to be given out")
        self.answered += 1
        return count

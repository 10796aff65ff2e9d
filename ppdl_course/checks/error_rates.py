"""What a check that judges random output promises: how rarely it errs, either way.

A check that draws, or judges what an answer drew, states two probabilities beside its
definition::

    @statistical(power=0.99, against=("half the noise", "one noise for all bins"))
    def check_private_histogram(answer, *, runs=12_000, false_fail=1e-6): ...

``false_fail`` bounds how often one call of the check fails a right answer. It is an
argument of the check, so that a test can loosen it to a rate that can be seen, and
nothing else about the check. Each mistake named in ``against`` is found with at least
the probability ``power`` at one call. ``tests/checks/test_error_rates.py`` computes
both and measures both; ``ppdl bank`` prints them.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ppdl_course.arguments import within

Check = TypeVar("Check", bound=Callable[..., Any])


@dataclass(frozen=True)
class ErrorRates:
    """The promises of one check.

    Attributes:
        false_fail: A right answer fails one call with at most this probability.
        power: Each mistake is found by one call with at least this probability.
        against: The mistakes, in a few words each.
    """

    false_fail: float
    power: float
    against: tuple[str, ...]


STATED: dict[Callable[..., Any], ErrorRates] = {}
"""Every statistical check that was imported, and what it promises."""


def statistical(
    *, power: float, against: tuple[str, ...], false_fail: float | None = None
) -> Callable[[Check], Check]:
    """Enter a check and its promises into :data:`STATED`.

    Args:
        power: See :class:`ErrorRates`.
        against: See :class:`ErrorRates`.
        false_fail: The same; by default that of the check's argument ``false_fail``.

    Raises:
        ValueError: If a probability is outside (0, 1), or no mistake is named.
    """

    def enter(check: Check) -> Check:
        rate = false_fail
        if rate is None:
            rate = inspect.signature(check).parameters["false_fail"].default
        within("(0, 1)", false_fail=rate, power=power)
        if not against:
            raise ValueError("against must name a mistake, got none")
        STATED[check] = ErrorRates(rate, power, against)
        return check

    return enter

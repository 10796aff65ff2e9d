"""The time that something may take: on the processor, and by the clock on the wall."""

import math
import time
from collections.abc import Callable
from typing import Self


def _nothing() -> float:
    return 0.0


class Budget:
    """A limit of processor time and one of wall time; both run from now on.

    A busy machine makes the wall time of a computation longer and not its processor
    time, so it is the second that is limited tightly. The first ends what waits.

    Args:
        wall: In seconds.
        processor: In seconds.
        used: Returns the processor time that was used so far, from any start, in
            seconds; it never falls.

    Attributes:
        wall: In seconds.
        processor: In seconds.
    """

    def __init__(
        self,
        wall: float,
        processor: float = math.inf,
        used: Callable[[], float] = _nothing,
    ) -> None:
        self.wall, self.processor, self._used = wall, processor, used
        self.restart()

    def restart(self) -> None:
        """Begin to count now."""
        self._until = time.monotonic() + self.wall
        self._before = self._used()

    @property
    def wall_left(self) -> float:
        """Seconds until the limit of wall time; negative after it."""
        return self._until - time.monotonic()

    @property
    def processor_left(self) -> float:
        """Seconds until the limit of processor time; negative after it."""
        return self.processor - self.spent

    @property
    def spent(self) -> float:
        """Seconds of processor time that were used."""
        return self._used() - self._before

    def extend(self, wall: float) -> None:
        """Allow so many more seconds of wall time, for what was not to be counted."""
        self._until += wall

    def over(self) -> str:
        """Return which limit was reached, to go on after "Cell 7"; "" if none was."""
        if self.processor_left <= 0:
            return used_more_than(self.processor)
        if self.wall_left <= 0:
            return took_longer_than(self.wall)
        return ""

    def part(self, wall: float, processor: float, used: Callable[[], float]) -> Self:
        """Return a budget from now on that ends no later than this one."""
        return type(self)(
            min(wall, self.wall_left), min(processor, self.processor_left), used
        )


def used_more_than(seconds: float) -> str:
    """Return that a limit of processor time was reached, to go on after "Cell 7"."""
    return f"used more than {_short(seconds)} s of processor time"


def took_longer_than(seconds: float) -> str:
    """Return that a limit of wall time was reached, to go on after "Cell 7"."""
    return f"took longer than {_short(seconds)} s"


def _short(seconds: float) -> str:
    return f"{seconds:.0f}" if seconds >= 100 else f"{seconds:.3g}"

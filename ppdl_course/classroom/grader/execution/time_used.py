"""What one submission has used of its time, in all of its kernels and checks."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator

from ppdl_course.classroom.budget import Budget
from ppdl_course.classroom.kernels.sandbox import Kernel
from ppdl_course.classroom.limits import Limits


class TimeUsed:
    """What one submission has used, in all of its kernels and checks.

    Attributes:
        whole: The budget of the whole notebook.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ended = 0.0  # in kernels that have ended
        self._elsewhere = 0.0  # by processes that decided checks
        self._free = 0.0  # in this process, but not for the submission
        self._kernel: Kernel | None = None
        self.whole = Budget(limits.wall_seconds, limits.seconds, self._all)

    def begin(self, kernel: Kernel) -> None:
        """Count a kernel from its start."""
        self._kernel = kernel

    def end(self) -> None:
        """Keep what the kernel has used, which ends now."""
        self._ended, self._kernel = self._in_kernels(), None

    def add(self, seconds: float) -> None:
        """Count processor time of another process, which decided a check."""
        self._elsewhere += seconds

    @contextlib.contextmanager
    def not_counted(self) -> Iterator[None]:
        """Leave out what is done in here, by the clock and by this process."""
        clock, processor = time.monotonic(), time.process_time()
        try:
            yield
        finally:
            self.whole.extend(time.monotonic() - clock)
            self._free += time.process_time() - processor

    def for_cell(self, most: float = math.inf) -> Budget:
        """Return the time for a cell from now on: what the kernel computes.

        Args:
            most: Seconds of processor time, if that is less than a cell may take.
        """
        return self._part(self._in_kernels, most)

    def for_check(self) -> Budget:
        """Return the time for a check from now on: what either side computes."""
        return self._part(self._all)

    def _part(self, used: Callable[[], float], most: float = math.inf) -> Budget:
        seconds = min(self._limits.cell_seconds, most)
        return self.whole.part(seconds * self._limits.wall_factor, seconds, used)

    def _in_kernels(self) -> float:
        now = 0.0 if self._kernel is None else self._kernel.processor_seconds()
        return self._ended + now

    def _all(self) -> float:
        here = time.process_time() - self._free
        return self._in_kernels() + here + self._elsewhere

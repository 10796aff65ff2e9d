"""How far a batch is, and how long it will take."""

import time
from dataclasses import dataclass, field


@dataclass
class Tally:
    """How far a batch is; handed to ``progress`` after each submission.

    Attributes:
        total: Submissions to grade in this run.
        done: Graded or failed so far.
        seconds: Since the run began.
        seconds_left: As far as one can tell; None until the second is executed.
        failed: The reason, by student.
        last: The student who was last.
    """

    total: int
    done: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    failed: dict[str, str] = field(default_factory=dict)
    last: str = ""
    _began: float = field(default_factory=lambda: time.monotonic(), repr=False)
    _first: tuple[int, float] | None = field(default=None, repr=False)

    def count(self, student: str, *, executed: bool) -> None:
        """Bring the seconds up to date.

        Args:
            student: Who was last.
            executed: Whether a submission was executed yet: what was saved before is no
                guide to what comes.
        """
        self.last = student
        self.seconds = time.monotonic() - self._began
        if self._first is None:
            if executed:
                self._first = self.done, self.seconds
        elif self.done > self._first[0]:
            done, seconds = self._first
            rate = (self.seconds - seconds) / (self.done - done)
            self.seconds_left = rate * (self.total - self.done)

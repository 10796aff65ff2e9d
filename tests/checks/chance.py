"""What a measured error rate is measured on: a check, a right answer, wrong ones."""

from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO

from ppdl_course.checks.remote import RemoteAnswer
from ppdl_course.checks.verdict import Mistake


@dataclass(frozen=True)
class Wrong:
    """A wrong answer, part of what its check must say, and the sizes to measure at.

    The sizes are at most those of the chapter: the power grows with them.
    """

    answer: Callable
    says: str
    sizes: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A check with a right answer and the wrong ones that it promises to find.

    Attributes:
        check: The check.
        right: An answer that draws afresh at each call.
        loose: Sizes, and a false-fail rate that can be seen, to call the check with.
        wrong: For each mistake in the check's promise, an answer that makes it.
        seeded: The check takes a seed for the generator that it lends.
    """

    check: Callable
    right: Callable
    loose: dict
    wrong: dict[str, Wrong]
    seeded: bool = True

    def told(self, answer: Callable, seed: int, sizes: dict) -> str:
        """Call the check once; return what it says against the answer, or nothing."""
        named = sizes | ({"seed": seed} if self.seeded else {})
        try:
            with redirect_stdout(StringIO()):
                self.check(answer, **named)
        except Mistake as mistake:
            return str(mistake)
        return ""


class Vectorised(RemoteAnswer):
    """An answer that draws many results at once: the same law, in less time."""

    def __init__(self, draw: Callable):
        self._draw = draw

    def __call__(self, *args, **kwargs):
        return self._draw(1, *args, **kwargs)[0]

    def mapped(self, rows, **kwargs):
        return self._draw(len(rows), *rows[0], **kwargs)

"""What each answer of a bank came to: the table of ``ppdl bank``, as text and as JSON.

What must come out: the blank stub has no points, a right answer all of them, a wrong
one none and the message that is meant for it. Anything else is a surprise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ppdl_course.classroom.bank.promised_rates import PromisedRates

MESSAGE_CHARACTERS = 90
"""Shown of a message: with answer and points before it, a line fits a wide terminal."""


@dataclass(frozen=True)
class Row:
    """What one answer to one exercise came to.

    Attributes:
        exercise: Its name in the chapter's marks.
        answer: Its name in the bank; ``"blank"`` for the stub.
        kind: ``"stub"``, ``"right"`` or ``"wrong"``.
        score: Its points; None if it could not be graded.
        full: The most points.
        message: The check's, in one line, or why the answer could not be graded.
        expected: What the message must hold; None where nothing is asked.
        matches: Whether it holds that; None where nothing is asked.
    """

    exercise: str
    answer: str
    kind: str
    score: float | None
    full: float
    message: str
    expected: str | None = None
    matches: bool | None = None

    @property
    def surprise(self) -> str:
        """What is not as it must be; empty if all is well."""
        due = self.full if self.kind == "right" else 0
        if self.score is None:
            return "could not be graded"
        if self.score != due:
            return f"scored {self.score:g}, not {due:g}"
        return f"must say {self.expected!r}" if self.matches is False else ""


@dataclass(frozen=True)
class Table:
    """A chapter's answers, graded.

    Attributes:
        chapter: Its full name.
        rows: Exercise by exercise: the stub, the right answers, the wrong ones.
        promised: What the checks that judge random output promise, by exercise.
    """

    chapter: str
    rows: tuple[Row, ...]
    promised: dict[str, PromisedRates]

    @property
    def surprises(self) -> list[Row]:
        """The rows in which something is not as it must be."""
        return [row for row in self.rows if row.surprise]

    def as_json(self) -> dict[str, Any]:
        """Return the same for ``json.dumps``."""
        return {
            "chapter": self.chapter,
            "surprises": len(self.surprises),
            "exercises": [
                {
                    "exercise": name,
                    "right": sum(row.kind == "right" for row in rows),
                    "wrong": sum(row.kind == "wrong" for row in rows),
                    "statistics": rates and rates.as_json(),
                    "answers": [
                        {k: v for k, v in vars(row).items() if k != "exercise"}
                        | {"surprise": row.surprise}
                        for row in rows
                    ],
                }
                for name, rows, rates in self._exercises()
            ],
        }

    def text(self) -> str:
        """Return the table for a terminal."""
        lines = [self.chapter]
        for name, rows, rates in self._exercises():
            right, wrong = (
                sum(row.kind == kind for row in rows) for kind in ("right", "wrong")
            )
            lines.append(f"  {name}: {right} right answers, {wrong} wrong ones")
            lines += [f"    {line}" for line in (rates.lines() if rates else [])]
            width = max(len(row.answer) for row in rows)
            lines += [_line(row, width) for row in rows]
        count = len(self.surprises)
        lines.append(f"  {count} surprises" if count else "  all as it must be")
        return "\n".join(lines)

    def _exercises(self) -> Iterator[tuple[str, list[Row], PromisedRates | None]]:
        for name in dict.fromkeys(row.exercise for row in self.rows):
            rows = [row for row in self.rows if row.exercise == name]
            yield name, rows, self.promised.get(name)


def _line(row: Row, width: int) -> str:
    score = "-" if row.score is None else f"{row.score:g}"
    message = "" if row.kind == "right" and not row.surprise else row.message
    message = re.sub(rf"^\S {row.exercise}: ", "", message)  # the verdict's own mark
    if len(message) > MESSAGE_CHARACTERS:
        message = f"{message[: MESSAGE_CHARACTERS - 1]}…"
    mark = f"✘ {row.surprise}:" if row.surprise else "✔"
    points = f"{score} of {row.full:g}"
    line = f"    {row.kind:5}  {row.answer:{width}}  {points:>7}  {mark} {message}"
    return line.rstrip()

r"""How long a chapter takes, counted from its text, and held against what it promises.

    class = reading + widgets + the exercises marked *in class*
    reading = words of prose / 200 + lines of plain code / 12        minutes
    widgets = 2 minutes for each call of something in ``ppdl_course.widgets``

What an exercise or a question asks is read in its own minutes, and hints are read by
those who need them: neither counts as reading. The first cell of a chapter states the
sums, each exercise and each question its own figures::

    *Time: 83 minutes in class: 30 reading, 8 at the widgets, 45 exercises.
    At home: 55 minutes. Needs: ...*
    *Difficulty 2/5. Importance 4/5. In class, 10 minutes.*

The build refuses a chapter whose figures do not add up.
"""

import ast
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ppdl_course.classroom.authoring.cells import Cell, code_lines
from ppdl_course.classroom.magics import plain_cell

WORDS_A_MINUTE, LINES_A_MINUTE, MINUTES_A_WIDGET = 200, 12, 2
MOST_IN_CLASS, MOST_EXERCISES = 90, 50  # minutes

_TIME = re.compile(
    r"\*Time: (?P<in_class>\d+) minutes in class: (?P<reading>\d+) reading, "
    r"(?P<widgets>\d+) at the widgets, (?P<exercises>\d+) exercises\. "
    r"At home: (?P<at_home>\d+) minutes\."
)
_TASK = re.compile(
    r"\*Difficulty (?P<difficulty>\d)/5\. Importance (?P<importance>\d)/5\. "
    r"(?P<where>In class|At home), (?P<minutes>\d+) minutes\.\*"
)
_TASK_HEADING = re.compile(r"^#{2,4} (Exercise|Question)\b", re.MULTILINE)
_HINT = re.compile(r"<details>.*?</details>", re.DOTALL)
_WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True)
class Task:
    """What an exercise or a question says of itself.

    Attributes:
        name: Its mark.
        difficulty: From 1 to 5.
        importance: From 1 to 5.
        minutes: How long it takes.
        in_class: Whether it is done in class, or at home.
    """

    name: str
    difficulty: int
    importance: int
    minutes: int
    in_class: bool


@dataclass(frozen=True)
class Minutes:
    """Where a chapter's time goes, in whole minutes."""

    reading: int
    widgets: int
    exercises: int
    at_home: int

    @property
    def in_class(self) -> int:
        """All that happens in class."""
        return self.reading + self.widgets + self.exercises

    def line(self) -> str:
        """Return what the chapter's first cell must say."""
        return (
            f"*Time: {self.in_class} minutes in class: {self.reading} reading, "
            f"{self.widgets} at the widgets, {self.exercises} exercises. "
            f"At home: {self.at_home} minutes."
        )


def stated_minutes(first_cell: str) -> Minutes | None:
    """Return what a chapter's first cell promises; None if it promises nothing."""
    match = _TIME.search(" ".join(first_cell.split()))
    if match is None:
        return None
    names = ("reading", "widgets", "exercises", "at_home")
    return Minutes(*(int(match[name]) for name in names))


def check_minutes(cells: list[Cell], problems: list[tuple[int, str]]) -> None:
    """Look for figures that are missing, out of range, or do not add up."""
    tasks = list(_tasks(cells, problems))
    if not any(cell.kind in ("exercise", "question") for cell in cells):
        return  # a page without tasks promises no time
    counted = count_minutes(cells, tasks)
    first = next((cell for cell in cells if not cell.is_code), cells[0])
    if stated_minutes(first.node.source) != counted or (
        counted.line() not in " ".join(first.node.source.split())
    ):
        problems.append((first.line, f"the first cell must say: {counted.line()}"))
    if counted.exercises > MOST_EXERCISES:
        what = f"exercises in class take {counted.exercises} minutes; at most"
        problems.append((first.line, f"{what} {MOST_EXERCISES}: mark some *At home*"))
    if counted.in_class > MOST_IN_CLASS:
        what = f"the class takes {counted.in_class} minutes; at most {MOST_IN_CLASS}"
        problems.append((first.line, what))


def count_minutes(cells: list[Cell], tasks: Iterable[Task]) -> Minutes:
    """Return where the time of a chapter goes, each part rounded to whole minutes."""
    words = lines = widgets = 0
    imported: set[str] = set()
    for cell in cells:
        if not cell.is_code:
            words += 0 if cell.kind else count_words(cell.node.source)
            continue
        if not cell.kind:
            lines += code_lines(cell.node.source)
            widgets += _widget_calls(cell.node.source, imported)
    minutes = {True: 0, False: 0}
    for task in tasks:
        minutes[task.in_class] += task.minutes
    reading = words / WORDS_A_MINUTE + lines / LINES_A_MINUTE
    return Minutes(
        math.ceil(reading), widgets * MINUTES_A_WIDGET, minutes[True], minutes[False]
    )


def count_words(markdown: str) -> int:
    """Return the words of a cell that are read by everybody, and not by task or hint.

    >>> count_words("Two words. <details>A hint.</details>")
    2
    """
    heading = _TASK_HEADING.search(markdown)
    read = markdown[: heading.start()] if heading else markdown
    return len(_WORD.findall(_HINT.sub("", read)))


def _widget_calls(code: str, imported: set[str]) -> int:
    """Count the calls of widgets in a cell; remember what it imports of them."""
    plain = plain_cell(code)
    if plain is None:
        return 0
    calls = 0
    for node in ast.walk(plain.tree):
        if isinstance(node, ast.ImportFrom):
            ours = f"{node.module}.".startswith("ppdl_course.widgets.")
            names = [a for a in node.names if ours or a.name == "widgets"]
            imported |= {a.asname or a.name for a in names}
        if isinstance(node, ast.Call):
            root = node.func
            while isinstance(root, ast.Attribute):
                root = root.value
            calls += isinstance(root, ast.Name) and root.id in imported
    return calls


def _tasks(cells: list[Cell], problems: list[tuple[int, str]]) -> Iterator[Task]:
    """Yield what each exercise and question says of itself, in the prose before it."""
    prose = ""
    for cell in cells:
        if cell.kind in ("exercise", "question"):
            matches = list(_TASK.finditer(" ".join(prose.split())))
            if len(matches) != 1:
                problems.append(
                    (
                        cell.line,
                        f"the text before {cell.kind} {cell.name!r} must say once: "
                        "*Difficulty 2/5. Importance 3/5. In class, 10 minutes.* (or "
                        f"At home, ...); it says so {len(matches)} times",
                    )
                )
            for match in matches[:1]:
                yield _task(cell, match, problems)
            prose = ""
        elif not cell.is_code:
            prose += "\n" + cell.node.source
        elif not cell.kind:
            prose += "\n"


def _task(cell: Cell, match: re.Match[str], problems: list[tuple[int, str]]) -> Task:
    for name in ("difficulty", "importance"):
        if not 1 <= int(match[name]) <= 5:
            what = f"{name} of {cell.name!r} must be from 1 to 5, got {match[name]}"
            problems.append((cell.line, what))
    return Task(
        cell.name,
        int(match["difficulty"]),
        int(match["importance"]),
        int(match["minutes"]),
        match["where"] == "In class",
    )

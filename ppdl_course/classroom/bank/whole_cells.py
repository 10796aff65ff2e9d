"""Answers against whole check cells, hidden tests too, in the process that asks.

A check cell runs behind those cells of its chapter that it or the answer reads. This
takes milliseconds where a kernel takes seconds; an answer may do to the process what it
likes, so what nobody has read runs in :mod:`~ppdl_course.classroom.bank.alone`.
"""

import contextlib
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ppdl_course.classroom.authoring.marks import read_chapter
from ppdl_course.classroom.bank.alone import Outcome, alone, threads
from ppdl_course.classroom.judging.cell_dependencies import needed_cells
from ppdl_course.classroom.magics import python_of

Scope = dict[str, Any]
CELL_SECONDS = 60
"""Of processor time, most, for an answer and its check cell in their own process."""


class WholeCells:
    """A chapter's cells as code, to run answers in.

    Attributes:
        cells: The grade id and the code of each cell, IPython's own lines left out;
            a cell of text has no code.
        exercises: The names of the exercises that have a check, in order.
    """

    def __init__(self, source: Path, cohort: str | None = None) -> None:
        """Read a chapter's text.

        Raises:
            ChapterError: If it cannot be built.
        """
        self.cells = [
            (
                cell.metadata.get("nbgrader", {}).get("grade_id", ""),
                python_of(cell.source) if cell.cell_type == "code" else "",
            )
            for cell in read_chapter(source, cohort).cells
        ]
        names = [name for name, _ in self.cells if name.startswith("check-")]
        self.exercises = [name.removeprefix("check-") for name in names]
        self._scopes: dict[tuple[int, ...], Scope] = {}
        self._starting_threads: set[tuple[int, ...]] = set()

    def official(self, exercise: str) -> str:
        """Return the code of the chapter's own answer, marks included."""
        return dict(self.cells)[exercise]

    def prepare(self, exercise: str, code: str) -> None:
        """Run the official cells that this answer needs, once for all that need them.

        Whoever forks runs them before: the answer's own process has them then. But a
        fork has no other threads; where the cells start some (TenSEAL does, for each
        context), every answer's process runs them itself.
        """
        places = self._needed(exercise, code)[0]
        if places in self._starting_threads:
            return
        before = threads()
        with quiet():
            self._scope(places)
        if threads() > before:
            self._starting_threads.add(places)
            del self._scopes[places]

    def answered(self, exercise: str, code: str) -> tuple[Scope, str]:
        """Run an answer behind its chapter.

        Returns:
            What is defined then, and the code of the check cell.
        """
        places, check = self._needed(exercise, code)
        with quiet():
            scope = dict(self._scope(places))
            exec(code, scope)
        return scope, check

    def run_check(self, exercise: str, code: str) -> None:
        """Run an answer and the check cell of its exercise; raise what they raise."""
        with quiet():
            scope, check = self.answered(exercise, code)
            exec(check, scope)

    def _needed(self, exercise: str, code: str) -> tuple[tuple[int, ...], str]:
        names = [name for name, _ in self.cells]
        end = names.index(exercise)
        check = self.cells[names.index(f"check-{exercise}")][1]
        before = [
            text if not name or name.startswith("varies-") else ""
            for name, text in self.cells[:end]
        ]
        needed = needed_cells([*before, code, check], {end, end + 1})
        return tuple(place for place in needed if place < end), check

    def _scope(self, places: tuple[int, ...]) -> Scope:
        if places not in self._scopes:
            scope: Scope = {}
            for place in places:
                exec(self.cells[place][1], scope)
            self._scopes[places] = scope
        return self._scopes[places]


def check_alone(
    cells: WholeCells, exercise: str, code: str, seconds: int = CELL_SECONDS
) -> Outcome:
    """Run an answer and its check cell in a process of their own."""
    cells.prepare(exercise, code)
    return alone(lambda: cells.run_check(exercise, code), seconds)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Print nothing and warn of nothing; undo an answer's setting of numpy's errors."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(),
    ):
        warnings.simplefilter("ignore")
        yield

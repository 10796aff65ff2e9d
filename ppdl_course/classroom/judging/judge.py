"""Decide the checks of a chapter outside the kernel.

The code of a check, hidden tests included, runs here: in a namespace made by the
instructor's own cells, with a :class:`~ppdl_course.checks.remote.RemoteAnswer` in the
place of each student's function. What the check raises or prints becomes the output
of its cell.
"""

import ast
import contextlib
import io
import signal
import threading
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from ppdl_course.checks.remote import elsewhere
from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.budget import Budget
from ppdl_course.classroom.judging.cell_dependencies import needed_cells
from ppdl_course.classroom.judging.session import Answers
from ppdl_course.classroom.magics import python_of

GRACE = 2.0
"""Seconds between the end of the time for answers and that for the check itself."""
_LOOK = 0.5
"""Seconds between two looks at the time that is left."""
_MOST_TEXT = 10_000
"""Characters kept of what a check says: it may quote what an answer returned."""


class Judge:
    """The checks of one chapter.

    Args:
        exam: The instructor's edition: solutions, hidden tests.
    """

    def __init__(self, exam: NotebookNode) -> None:
        codes = [
            python_of(cell.source) if cell.cell_type == "code" else ""
            for cell in exam.cells
        ]
        names = [cell.metadata.get("nbgrader", {}) for cell in exam.cells]
        self._lent: set[str] = set()
        self._cells: dict[str, list[str]] = {}
        self._made: dict[str, dict[str, Any]] = {}  # namespaces that nobody changed
        official = list(codes)  # without what students write and what grades it
        for place, graded in enumerate(names):
            if graded.get("solution"):
                self._lent |= _bound(codes[place])
            if graded.get("solution") or graded.get("grade"):
                official[place] = ""
        for place, graded in enumerate(names):
            if graded.get("grade") and codes[place]:
                cells = [*official[:place], codes[place]]
                needed = needed_cells(cells, {place})
                self._cells[graded["grade_id"]] = [cells[n] for n in needed]

    def prepare(self, grade_id: str) -> None:
        """Run the instructor's own cells that a check needs, unless that was done.

        Raises:
            ValueError: If the chapter has no such check.
        """
        if grade_id not in self._cells:
            known = ", ".join(self._cells)
            raise ValueError(f"no check {grade_id!r}: there are {known}")
        if grade_id not in self._made:
            self._made[grade_id] = _run(self._cells[grade_id][:-1])

    def check(
        self, grade_id: str, answers: Answers, budget: Budget
    ) -> list[NotebookNode]:
        """Return the outputs of a check: what it printed, and how it failed if it did.

        Args:
            grade_id: The check's, such as ``check-sigmoid``.
            answers: The student's functions.
            budget: The time that it may take. It begins once the chapter's own cells
                have run, which only the first check of a chapter waits for.

        Raises:
            ValueError: If the chapter has no such check.
        """
        self.prepare(grade_id)
        code, made = self._cells[grade_id][-1], self._made.pop(grade_id)
        namespace = dict(made)
        for name in self._lent:
            namespace[name] = answers.lend(name)
        budget.restart()
        answers.budget = budget
        printed, failed = io.StringIO(), None
        token = elsewhere.set([])
        try:
            with contextlib.redirect_stdout(printed), _at_most(budget):
                exec(compile(code, "<the check>", "exec"), namespace)
        except Exception as error:
            failed = _failure(error)
        finally:
            elsewhere.reset(token)
        if not answers.touched:
            self._made[grade_id] = made
        text = _short(printed.getvalue())
        outputs = [new_output("stream", name="stdout", text=text)] if text else []
        return [*outputs, failed] if failed else outputs


def _run(cells: list[str]) -> dict[str, Any]:
    """Return the names that the instructor's own cells make."""
    namespace: dict[str, Any] = {"__name__": "__exam__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells:
            exec(compile(cell, "<the chapter>", "exec"), namespace)
    return namespace


def _failure(error: Exception) -> NotebookNode:
    """Return the output of a check that failed: a message, and nothing of its code."""
    kind, message = type(error).__name__, str(error)
    if isinstance(error, Mistake):
        trace = message
    elif hasattr(error, "student_trace"):  # what the student's function raised
        trace = error.student_trace
    else:
        trace = (
            f"{kind}: {message}\nThe check cannot work with what the answer returned."
        )
    message, trace = _short(message), _short(trace)
    return new_output("error", ename=kind, evalue=message, traceback=[trace])


def _short(text: str) -> str:
    if len(text) <= _MOST_TEXT:
        return text
    return f"{text[:_MOST_TEXT]} … (and {len(text) - _MOST_TEXT:,} characters more)"


def _bound(code: str) -> set[str]:
    """Return the names that a cell defines at its top level."""
    names: set[str] = set()
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {name.id for name in targets if isinstance(name, ast.Name)}
    return names


@contextlib.contextmanager
def _at_most(budget: Budget) -> Iterator[None]:
    """Stop our own code too, should a value make it slow; where alarms exist."""
    main = threading.current_thread() is threading.main_thread()
    if not hasattr(signal, "setitimer") or not main:
        yield
        return
    grace: Budget | None = None

    def ring(*_: object) -> None:
        nonlocal grace
        why = budget.over()
        if why and grace is None:  # if it waits for an answer, that notices first
            grace = Budget(GRACE)
        elif why and grace is not None and grace.over():
            raise Mistake(
                f"the check took too long with what your function returned: it {why}."
            )

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, _LOOK, _LOOK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

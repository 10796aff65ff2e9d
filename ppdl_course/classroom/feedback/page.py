"""What a feedback page says: read from a graded notebook, gradebook and chapter.

Points and verdicts are the gradebook's. Titles and sections are those of the chapter as
it was handed out, not of the student's copy. The student's text passes through
:mod:`~ppdl_course.classroom.feedback.safe`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook

from ppdl_course.classroom.feedback.boxes import (
    Box,
    error_box,
    error_of,
    is_message,
    message_of,
    shown,
    source,
)
from ppdl_course.classroom.feedback.places import (
    Place,
    go_below,
    grade_id,
    place_below,
    read_places,
)
from ppdl_course.classroom.feedback.safe import safe_markdown

# nbgrader's own comment on an answer that was left blank; the page says it by itself.
NO_RESPONSE = "No response."
STATES = {
    # state: (sign, what a check's result is called, what a question's result is called)
    "passed": ("✔", "passed", "full points"),
    "partly": ("◐", "partly passed", "some of the points"),
    "failed": ("✘", "not passed", "no points"),
    "blank": ("✎", "not answered", "not answered"),
    "waits": ("…", "not decided yet", "waits for your instructor"),
}


@dataclass(frozen=True)
class Result:
    """An exercise or a question, and how it was judged."""

    name: str
    place: Place
    state: str  # a key of STATES
    score: float
    points: float
    is_question: bool
    message: str = ""
    error: bool = False
    comment: Markup = field(default_factory=Markup)
    boxes: tuple[Box, ...] = ()

    @property
    def sign(self) -> str:
        """The sign of the state, for eyes only: the words say the same."""
        return STATES[self.state][0]

    @property
    def words(self) -> str:
        """The state in words."""
        return STATES[self.state][2 if self.is_question else 1]

    @property
    def shown_score(self) -> str:
        """The points, as ``2 of 3``."""
        if self.state == "waits":
            return f"up to {self.points:g}"
        return f"{self.score:g} of {self.points:g}"


@dataclass(frozen=True)
class Page:
    """All that a feedback page shows."""

    title: str
    student: str
    score: float
    points: float
    late_penalty: float
    results: tuple[Result, ...]
    others: tuple[tuple[str, tuple[Box, ...]], ...] = field(default=())

    @property
    def waiting(self) -> int:
        """How many results are not decided yet."""
        return sum(result.state == "waits" for result in self.results)


def read_page(
    notebook: NotebookNode, resources: Mapping[str, Any], handed_out: NotebookNode
) -> Page:
    """Put a page together.

    Args:
        notebook: The graded notebook, after nbgrader's ``GetGrades``.
        resources: nbconvert's; ``GetGrades`` has put the sums into them.
        handed_out: The student's edition of the chapter, untouched.
    """
    names = resources["nbgrader"]
    title, places = read_places(handed_out)
    cells = {grade_id(cell): cell for cell in notebook.cells if grade_id(cell)}
    blanks = {grade_id(cell): cell.source.strip() for cell in handed_out.cells}
    with Gradebook(names["db_url"]) as gradebook:
        find = names["notebook"], names["assignment"], names["student"]
        submission = gradebook.find_submission_notebook(*find)
        grades = {grade.name: grade for grade in submission.grades}
        person = gradebook.find_student(names["student"])
        full = " ".join(filter(None, (person.first_name, person.last_name)))
        results = tuple(
            _result(grades[name], place, cells, blanks)
            for name, place in places.items()
            if name in grades
        )
    return Page(
        title=title,
        student=f"{full} ({person.id})" if full else person.id,
        score=float(names["score"]),
        points=float(names["max_score"]),
        late_penalty=float(names["late_penalty"]),
        results=results,
        others=tuple(_others(notebook, handed_out)),
    )


def _result(
    grade: Grade,
    place: Place,
    cells: Mapping[str, NotebookNode],
    blanks: Mapping[str, str],
) -> Result:
    """Judge one graded cell by its grade, and show what belongs to it."""
    name = grade.name.removeprefix("check-")
    check, answer = cells.get(grade.name), cells.get(name)
    is_question = not grade.name.startswith("check-")
    blank = answer is None or answer.source.strip() in ("", blanks.get(name))
    state = _state(grade, blank)
    message, boxes = "", []
    error = None if check is None or state == "passed" else error_of(check)
    if error and is_message(error):
        message, error = message_of(error), None
    if error:
        boxes.append(error_box(error))
    if answer is not None and not blank:
        boxes += [source(answer, "Your answer"), *shown(answer)]
    if check is not None and not is_question:
        passed = f"✔ {name}: passed" if state == "passed" else None
        boxes += shown(check, "Printed while the check ran", passed)
    comment = "" if answer is None else answer.metadata.nbgrader.get("comment") or ""
    return Result(
        name=name,
        place=place,
        state=state,
        score=float(grade.score or 0),
        points=float(grade.max_score or 0),
        is_question=is_question,
        message=message,
        error=error is not None,
        comment=safe_markdown("" if comment == NO_RESPONSE else comment),
        boxes=tuple(boxes),
    )


def _state(grade: Grade, blank: bool) -> str:
    if grade.needs_manual_grade:
        return "waits"
    if grade.score >= grade.max_score > 0:
        return "passed"
    if grade.score > 0:
        return "partly"
    return "blank" if blank else "failed"


def _others(
    notebook: NotebookNode, handed_out: NotebookNode
) -> Iterator[tuple[str, tuple[Box, ...]]]:
    """Yield the student's own cells, and the chapter's that failed, by section."""
    known = {cell.source.strip() for cell in handed_out.cells}
    above: dict[int, str] = {}
    for cell in notebook.cells:
        theirs = cell.source.strip() not in known
        if cell.cell_type == "markdown" and not theirs:
            above = go_below(above, cell.source)
        failed = error_of(cell) is not None
        graded = cell.metadata.get("nbgrader")
        if graded or not cell.source.strip() or not (theirs or failed):
            continue
        label = "Your cell" if theirs else "A cell of the chapter, which failed"
        yield place_below(above).title, (source(cell, label), *shown(cell))

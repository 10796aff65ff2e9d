"""The table behind ``ppdl bank``: what each answer that the bank knows comes to.

Every chapter is built into a folder of its own. There the blank stub, each right and
each wrong answer are handed in, and graded as ``ppdl grade`` grades a class. What must
come out: the stub has no points, a right answer all of them, a wrong one none and the
message that is meant for it.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import nbformat
from nbformat import NotebookNode

from ppdl_course.classroom.authoring.build import build, find_sources
from ppdl_course.classroom.authoring.marks import read_chapter
from ppdl_course.classroom.bank.answers import (
    Answer,
    Submission,
    read_bank,
    submissions,
    verdict,
)
from ppdl_course.classroom.bank.promised_rates import Stated, stated_rates
from ppdl_course.classroom.term.stock_nbgrader import Course

Grade = Callable[[Course, str], dict[str, str]]
"""Grades what was handed in to a chapter; returns why some could not be, by student."""


@dataclass(frozen=True)
class Row:
    """What one answer to one exercise came to.

    Attributes:
        exercise: Its name in the chapter's marks.
        answer: Its name in the bank; ``"blank"`` for the stub.
        kind: ``"stub"``, ``"right"`` or ``"wrong"``.
        score: Its points; None if it could not be graded.
        full: The most points.
        said: What the check said, or why the answer could not be graded.
        says: What it must say; None where nothing is asked.
        told: Whether it said that; None where nothing is asked.
    """

    exercise: str
    answer: str
    kind: str
    score: float | None
    full: float
    said: str
    says: str | None = None
    told: bool | None = None

    @property
    def surprise(self) -> str:
        """What is not as it must be; empty if all is well."""
        due = self.full if self.kind == "right" else 0
        if self.score is None:
            return "could not be graded"
        if self.score != due:
            return f"scored {self.score:g}, not {due:g}"
        return f"must say {self.says!r}" if self.told is False else ""


@dataclass(frozen=True)
class Table:
    """A chapter's answers, graded.

    Attributes:
        chapter: Its full name.
        rows: Exercise by exercise: the stub, the right answers, the wrong ones.
        stated: What the checks that judge random output promise, by exercise.
    """

    chapter: str
    rows: tuple[Row, ...]
    stated: dict[str, Stated]

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
                    "statistics": stated and stated.as_json(),
                    "answers": [
                        {k: v for k, v in vars(row).items() if k != "exercise"}
                        | {"surprise": row.surprise}
                        for row in rows
                    ],
                }
                for name, rows, stated in self._exercises()
            ],
        }

    def text(self) -> str:
        """Return the table for a terminal."""
        lines = [self.chapter]
        for name, rows, stated in self._exercises():
            right, wrong = (
                sum(row.kind == kind for row in rows) for kind in ("right", "wrong")
            )
            lines.append(f"  {name}: {right} right answers, {wrong} wrong ones")
            lines += [f"    {line}" for line in (stated.lines() if stated else [])]
            width = max(len(row.answer) for row in rows)
            lines += [_line(row, width) for row in rows]
        count = len(self.surprises)
        lines.append(f"  {count} surprises" if count else "  all as it must be")
        return "\n".join(lines)

    def _exercises(self) -> Iterator[tuple[str, list[Row], Stated | None]]:
        for name in dict.fromkeys(row.exercise for row in self.rows):
            rows = [row for row in self.rows if row.exercise == name]
            yield name, rows, self.stated.get(name)


def _line(row: Row, width: int) -> str:
    score = "-" if row.score is None else f"{row.score:g}"
    said = "" if row.kind == "right" and not row.surprise else row.said
    said = re.sub(rf"^\S {row.exercise}: ", "", said)  # the verdict's own mark
    if len(said) > 90:
        said = f"{said[:89]}…"
    mark = f"✘ {row.surprise}:" if row.surprise else "✔"
    points = f"{score} of {row.full:g}"
    return (
        f"    {row.kind:5}  {row.answer:{width}}  {points:>7}  {mark} {said}".rstrip()
    )


def chapter_table(
    source: Path,
    bank: Path,
    *,
    grade: Grade,
    cohort: str | None = None,
    each: int | None = None,
) -> Table:
    """Grade the bank of one chapter.

    Args:
        source: The chapter's text, in ``solutions/`` of a course folder.
        bank: The folder of its answers.
        grade: Grades what was handed in.
        cohort: Whose numbers the exercises have; None for the published ones.
        each: Only the first right and wrong answers to an exercise, so many of each.

    Raises:
        ValueError: If the bank and the chapter do not fit, or nothing can be released.
    """
    solution = read_chapter(source, cohort)
    marks = [cell.metadata.get("nbgrader", {}) for cell in solution.cells]
    exercises = [m["grade_id"] for m in marks if m and m["solution"] and not m["grade"]]
    answers = read_bank(bank, exercises, cohort, each=each)
    with _course_of(source, cohort) as course:
        released = course.release(source.stem)
        if not released.ok:
            raise ValueError(f"{source.stem} cannot be released: {released.log}")
        path = course.root / "notebooks" / source.stem / f"{source.stem}.ipynb"
        composed = submissions(nbformat.read(path, as_version=4), answers)
        for submission in composed:
            course.hand_in(submission.student, source.stem, submission.notebook)
        failed = grade(course, source.stem)
        rows = list(_rows(course, source.stem, composed, failed))
    order = {name: place for place, name in enumerate(exercises)}
    rows.sort(key=lambda row: order[row.exercise])  # stable: as composed within one
    return Table(source.stem, tuple(rows), stated_rates(solution))


@contextmanager
def _course_of(source: Path, cohort: str | None) -> Iterator[Course]:
    """Build one chapter into a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="ppdl-bank-") as name:
        root, settings = Path(name), source.parents[1] / "nbgrader_config.py"
        built = root / "course" if cohort else root
        text = root / "text" if cohort else root
        (text / "solutions").mkdir(parents=True)
        shutil.copy(source, text / "solutions")
        shutil.copy(settings, text)
        if cohort:
            build(root=text, cohort=cohort, output=built)
            shutil.copy(settings, built)
        else:
            build(root=text)
        yield Course(built)


def _rows(
    course: Course, chapter: str, composed: list[Submission], failed: dict[str, str]
) -> Iterator[Row]:
    scores, full = course.scores(chapter), course.points(chapter)
    seen: set[tuple[str, str]] = set()
    for submission in composed:
        student = submission.student
        run = None if student in failed else course.graded(student, chapter)
        for exercise, answer in submission.answers.items():
            name = answer.name if answer else "blank"
            if (exercise, name) in seen:  # given again where there is no other
                continue
            seen.add((exercise, name))
            check = f"check-{exercise}"
            yield _row(
                exercise,
                answer,
                score=scores.get(student, {}).get(check) if run else None,
                full=full[check],
                said=_said(run, exercise) if run else failed[student],
                told=verdict(run, exercise) if run else "",
            )


def _row(
    exercise: str,
    answer: Answer | None,
    *,
    score: float | None,
    full: float,
    said: str,
    told: str,
) -> Row:
    if answer is None:
        return Row(exercise, "blank", "stub", score, full, said)
    if answer.says is None:
        return Row(exercise, answer.name, "right", score, full, said)
    says = " ".join(answer.says.split())
    return Row(exercise, answer.name, "wrong", score, full, said, says, says in told)


def _said(notebook: NotebookNode, exercise: str) -> str:
    """Return the check's verdict in one line."""
    parts = [
        f"{output.ename}: {output.evalue}"
        if output.output_type == "error" and output.ename != "Mistake"
        else output.get("evalue", output.get("text", ""))
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == f"check-{exercise}"
        for output in cell.outputs
    ]
    return " ".join(" ".join(parts).split())


def graded_in(*, kind: str, jobs: int | None, stream: TextIO) -> Grade:
    """Return what grades as ``ppdl grade`` does, and tells a stream how far it is."""
    from ppdl_course.classroom.grader import batch
    from ppdl_course.classroom.grader.ticker import Ticker

    def grade(course: Course, chapter: str) -> dict[str, str]:
        stream.write(f"{chapter}\n")
        ticker = Ticker(stream)
        try:
            report = batch.grade(course, chapter, jobs=jobs, kind=kind, progress=ticker)
        finally:
            ticker.close()
        return report.failed

    return grade


def tables(
    root: Path, chapter: str | None, *, grade: Grade, cohort: str | None = None
) -> Iterator[Table]:
    """Grade the bank of one chapter, or of all, chapter by chapter.

    Raises:
        ValueError: If there is no such chapter, or no bank of answers.
    """
    bank = root / "bank"
    if not bank.is_dir():
        raise ValueError(f"no bank of answers in {bank}: run this in the checkout")
    for source in find_sources([chapter] if chapter else None, root):
        yield chapter_table(source, bank / source.stem, grade=grade, cohort=cohort)

"""``ppdl bank``: read a bank of answers, hand them in, have them graded, compare.

::

    read_bank     the answers to a chapter's exercises                  (answers)
    hand_in       notebooks that give them, as students would
    grade         as ``ppdl grade`` does, or as ``nbgrader autograde``  (a parameter)
    compare       what each answer scored and was told -> rows          (table)

Every chapter is built into a folder of its own, so that nothing of this reaches the
gradebook of a class.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

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
from ppdl_course.classroom.bank.promised_rates import promised_rates
from ppdl_course.classroom.bank.table import Row, Table
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse

Grade = Callable[[NbgraderCourse, str], dict[str, str]]
"""Grades what was handed in to a chapter; returns why some could not be, by student."""


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
    answers = read_bank(bank, _exercises(solution), cohort, each=each)
    with _course_of(source, cohort) as course:
        rows = grade_answers(course, source.stem, answers, grade)
    return Table(source.stem, tuple(rows), promised_rates(solution))


def grade_answers(
    course: NbgraderCourse, chapter: str, answers: dict[str, list[Answer]], grade: Grade
) -> list[Row]:
    """Hand in the answers to a chapter's exercises, have them graded, compare.

    Args:
        course: A course folder with the chapter built; its gradebook is written.
        chapter: The chapter's full name.
        answers: To each of its exercises, in the order of the rows.
        grade: Grades what was handed in.

    Raises:
        ValueError: If the chapter cannot be released.
    """
    handed_in = hand_in(course, chapter, answers)
    failures = grade(course, chapter)
    return compare(course, chapter, handed_in, failures)


def hand_in(
    course: NbgraderCourse, chapter: str, answers: dict[str, list[Answer]]
) -> list[Submission]:
    """Release a chapter, and hand in notebooks that give every answer; return them.

    Raises:
        ValueError: If the chapter cannot be released.
    """
    released = course.release(chapter)
    if not released.ok:
        raise ValueError(f"{chapter} cannot be released: {released.log}")
    student, exam = (
        nbformat.read(course.root / edition / chapter / f"{chapter}.ipynb", 4)
        for edition in ("notebooks", "solutions")
    )
    composed = submissions(student, answers, exam)
    for submission in composed:
        course.hand_in(submission.student, chapter, submission.notebook)
    return composed


def grade_by_nbgrader(course: NbgraderCourse, chapter: str) -> dict[str, str]:
    """Grade as ``nbgrader autograde`` does, without a sandbox; a :data:`Grade`.

    Raises:
        ValueError: If nbgrader could not grade all of them.
    """
    graded = course.autograde(chapter)
    if not graded.ok:
        raise ValueError(f"{chapter} cannot be graded: {graded.log}")
    return {}


def compare(
    course: NbgraderCourse,
    chapter: str,
    handed_in: list[Submission],
    failures: dict[str, str],
) -> list[Row]:
    """Return what each answer came to, exercise by exercise, the stub first.

    Args:
        course: Whose gradebook and executed notebooks are read.
        chapter: The chapter's full name.
        handed_in: Who handed in which answers.
        failures: Why a submission could not be graded, by student.
    """
    scores, full = course.scores(chapter), course.points(chapter)
    rows: dict[str, list[Row]] = {}  # by exercise, in the bank's order
    for submission in handed_in:
        student = submission.student
        run = None if student in failures else course.graded(student, chapter)
        for exercise, answer in submission.answers.items():
            check = f"check-{exercise}"
            if run is None:
                score, message = None, failures[student]
            else:
                score, message = scores[student].get(check), _message(run, exercise)
            matches, kind, expected = None, "right", None
            if answer is None:
                kind = "stub"
            elif answer.says is not None:
                kind, expected = "wrong", " ".join(answer.says.split())
                # The whole verdict counts, also the traceback that no row shows.
                matches = run is not None and expected in verdict(run, exercise)
            name = answer.name if answer else "blank"
            row = Row(
                exercise, name, kind, score, full[check], message, expected, matches
            )
            others = rows.setdefault(exercise, [])
            # A right answer is given again where an exercise has no other left. It is
            # no news, unless it does not score the second time.
            if row.surprise or name not in {other.answer for other in others}:
                others.append(row)
    return [row for each in rows.values() for row in each]


def _exercises(solution: NotebookNode) -> list[str]:
    """Return the names of a chapter's autograded exercises, in order."""
    marks = [cell.metadata.get("nbgrader", {}) for cell in solution.cells]
    return [m["grade_id"] for m in marks if m and m["solution"] and not m["grade"]]


def _message(notebook: NotebookNode, exercise: str) -> str:
    """Return the check's verdict in one line, with the name of a foreign error."""
    parts = [
        f"{output.ename}: {output.evalue}"
        if output.output_type == "error" and output.ename != "Mistake"
        else output.get("evalue", output.get("text", ""))
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == f"check-{exercise}"
        for output in cell.outputs
    ]
    return " ".join(" ".join(parts).split())


@contextmanager
def _course_of(source: Path, cohort: str | None) -> Iterator[NbgraderCourse]:
    """Build one chapter into a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="ppdl-bank-") as name:
        root, settings = Path(name), source.parents[1] / "nbgrader_config.py"
        # A cohort's course may not lie where the text does: the build refuses that.
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
        yield NbgraderCourse(built)

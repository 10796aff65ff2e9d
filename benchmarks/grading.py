"""What grading a class takes, against stock nbgrader in the same run.

The chapter is 11, the one that takes longest from top to bottom (a full test run lists
the seconds of all chapters). The class hands in whole notebooks as students write them:
every cell of the chapter, with the answers of the bank in turn (blank, right, wrong).

ratio_to_nbgrader          wall time of ``nbgrader autograde`` / that of ``ppdl grade``
                           with two jobs and warm kernels, for the same 20 submissions;
                           the start of the warm kernels counts. Both are called from
                           Python, without the start of a command line
ratio_every_cell           the same with ``--every-cell``: stock nbgrader runs all cells
                           too, ``ppdl grade`` only what an exercise depends on
seconds_per_submission     of ``ppdl grade``, 20 submissions
seconds_nbgrader           of stock nbgrader, for each of these
seconds_per_submission_200 of ``ppdl grade``, 200 submissions; for stock nbgrader that
                           would take an hour, so there is no ratio

A quarter of an hour on two quiet cores; ``measure(few=4, many=8)`` gives a quick idea.
"""

import copy
import itertools
import shutil
import tempfile
import time
from pathlib import Path

import nbformat

from ppdl_course.classroom.authoring.build import build, find_sources
from ppdl_course.classroom.bank.answers import read_bank, submissions
from ppdl_course.classroom.course import course_root
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.grader.batch import grade
from ppdl_course.classroom.kernels.sandbox import sandbox_available

CHAPTER = "11_encrypted_inference"


def measure(few: int = 20, many: int = 200) -> dict[str, float | str]:
    if why_not := sandbox_available():
        return {"skipped": f"no sandbox: {why_not}"}
    with tempfile.TemporaryDirectory(prefix="ppdl-benchmark-") as name:
        released = _released(Path(name) / "released")
        sizes = {"ours": few, "whole": few, "stock": few, "large": many}
        ours, whole, stock, large = (
            _class_of(size, released, Path(name) / label)
            for label, size in sizes.items()
        )
        seconds = _timed(lambda: _graded(ours))
        seconds_whole = _timed(lambda: _graded(whole, every_cell=True))
        seconds_stock = _timed(lambda: _graded_by_nbgrader(stock))
        scores = stock.scores(CHAPTER)
        if not ours.scores(CHAPTER) == whole.scores(CHAPTER) == scores:
            raise AssertionError("the graders do not agree on the scores")
        return {
            "ratio_to_nbgrader": seconds_stock / seconds,
            "ratio_every_cell": seconds_stock / seconds_whole,
            "seconds_per_submission": seconds / few,
            "seconds_nbgrader": seconds_stock / few,
            f"seconds_per_submission_{many}": _timed(lambda: _graded(large)) / many,
        }


def _timed(work) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _graded(course: NbgraderCourse, *, every_cell: bool = False) -> None:
    report = grade(course, CHAPTER, jobs=2, kind="warm", every_cell=every_cell)
    if report.failed:
        raise AssertionError(f"not graded: {report.failed}")


def _graded_by_nbgrader(course: NbgraderCourse) -> None:
    outcome = course.autograde(CHAPTER)
    if not outcome.ok:
        raise AssertionError(outcome.log)


def _released(root: Path) -> Path:
    """Build the chapter and put it into a new gradebook."""
    (source,) = find_sources([CHAPTER], course_root())
    (root / "solutions").mkdir(parents=True)
    shutil.copy(source, root / "solutions")
    shutil.copy(course_root() / "nbgrader_config.py", root)
    build(root=root)
    outcome = NbgraderCourse(root).release(CHAPTER)
    if not outcome.ok:
        raise AssertionError(outcome.log)
    return root


def _class_of(size: int, released: Path, root: Path) -> NbgraderCourse:
    """Return a copy of the course into which that many students have handed in."""
    shutil.copytree(released, root)
    course = NbgraderCourse(root)
    blank = nbformat.read(
        root / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4
    )
    folder = course_root() / "bank" / CHAPTER
    bank = read_bank(folder, [path.stem for path in folder.glob("*.py")])
    answers = itertools.cycle(each.answers for each in submissions(blank, bank))
    for number, given in zip(range(size), answers, strict=False):
        whole = copy.deepcopy(blank)
        for cell in whole.cells:
            answer = given.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            cell.source = answer.code if answer else cell.source
        course.hand_in(f"student{number:03}", CHAPTER, whole)
    return course

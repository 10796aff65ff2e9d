"""The grader agrees with the bank of answers: with warm kernels, and with cold ones.

Stock nbgrader is asked in ``test_bank.py`` for the same: full points for right answers,
none for a wrong one, the message that is meant for it. What passes both there and here
has the same scores from all three. Each night warm kernels grade the whole bank: an
answer that ends its process, or leaves threads behind, comes to something else there
than in the process of the tests. Cold kernels get whole notebooks, with every cell that
the bank leaves out; so they execute each chapter, at night.
"""

import os
import sys

import nbformat
import pytest
from nbgrader.utils import determine_grade

from ppdl_course.classroom.authoring.build import find_sources, student_edition
from ppdl_course.classroom.authoring.marks import read_chapter
from ppdl_course.classroom.bank.answers import submissions, verdict
from ppdl_course.classroom.bank.graded_bank import chapter_table
from ppdl_course.classroom.grader.execution.run import run_job
from ppdl_course.classroom.grader.job import Job
from ppdl_course.classroom.grader.ticker import grade_and_show
from ppdl_course.classroom.judging.judge import Judge
from ppdl_course.classroom.kernels.sandbox import open_kernels, sandbox_available

from .conftest import ROOT
from .test_bank import BANK, bank_of
from .test_first_chapter_graded import write_all

WHY_NOT = sandbox_available()
pytestmark = [
    pytest.mark.chapter,
    pytest.mark.skipif(
        bool(WHY_NOT) and os.environ.get("PPDL_REQUIRE_BROWSER") != "1",
        reason=f"no sandbox: {WHY_NOT}",
    ),
]


@pytest.mark.parametrize("each", [2, pytest.param(None, marks=pytest.mark.nightly)])
def test_warm_kernels_score_the_bank_as_it_must_be(source, each):
    def grade(course, chapter):
        return grade_and_show(course, chapter, sys.stderr, jobs=1).failed

    table = chapter_table(source, BANK / source.stem, grade=grade, each=each)
    assert table.surprises == []
    assert {row.kind for row in table.rows} == {"stub", "right", "wrong"}


@pytest.mark.nightly
def test_cold_kernels_agree_on_whole_notebooks(source):
    assert cold_surprises(source, each=4) == []


def test_cold_kernels_agree_on_one_whole_chapter():
    (source,) = find_sources(["04"], ROOT)
    assert cold_surprises(source, each=1) == []


def cold_surprises(source, each):
    solution = read_chapter(source)
    release = nbformat.reads(student_edition(solution, ROOT), as_version=4)
    exam, judge = nbformat.writes(solution), Judge(solution)
    bank = submissions(release, bank_of(source, each))
    composed = {each.student: each.answers for each in bank}
    found = []
    with open_kernels("cold") as kernels:
        for student, answers in composed.items():
            text = nbformat.writes(write_all(release, answers))
            result = run_job(Job(student, source.stem, text, exam), kernels, judge)
            assert (result.failure, result.notices) == ("", ())
            run = nbformat.reads(result.notebook, as_version=4)
            for name, (score, full) in scores(run).items():
                answer, said = answers[name], verdict(run, name)
                right = answer is not None and answer.right
                says = " ".join(((answer and answer.says) or "").split())
                if score != (full if right else 0) or says not in said:
                    found.append(f"{student}, {name}: {score} points, {says!r}: {said}")
    return found


def scores(run):
    """Return the points of each exercise, and the most it can have."""
    return {
        cell.metadata.nbgrader["grade_id"].removeprefix("check-"): determine_grade(cell)
        for cell in run.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    }

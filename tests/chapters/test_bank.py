"""nbgrader grades the first right and wrong answers to each exercise.

Every answer of the bank meets its check cell in tests/checks/test_answers.py. While
writing a chapter: ``pytest --nightly tests/chapters/test_bank.py -k 01``.
"""

import shutil

import pytest

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.authoring.marks import read_chapter
from ppdl_course.classroom.bank.answers import read_bank
from ppdl_course.classroom.bank.graded_bank import grade_answers, grade_by_nbgrader
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse

from .conftest import ROOT

BANK = ROOT / "bank"


def bank_of(source, each=None):
    metadata = [c.metadata.get("nbgrader", {}) for c in read_chapter(source).cells]
    answers = [m for m in metadata if m and m["solution"] and not m["grade"]]
    exercises = [m["grade_id"] for m in answers]
    return read_bank(BANK / source.stem, exercises, each=each)


def test_each_exercise_has_three_right_and_eight_wrong_answers(source):
    for exercise, answers in bank_of(source).items():
        own = [answer.right for answer in answers if not answer.copied]
        assert own.count(True) >= 3, exercise
        assert own.count(False) >= 8, exercise


@pytest.mark.chapter
@pytest.mark.parametrize("each", [1, pytest.param(4, marks=pytest.mark.nightly)])
def test_right_answers_score_full_and_wrong_ones_are_told_why(source, each, tmp_path):
    (tmp_path / "solutions").mkdir()
    shutil.copy(source, tmp_path / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    build(root=tmp_path)
    student = tmp_path / "notebooks" / source.stem / f"{source.stem}.ipynb"
    built = student.read_bytes()
    course, bank = NbgraderCourse(tmp_path), bank_of(source, each)
    rows = grade_answers(course, source.stem, bank, grade_by_nbgrader)
    assert rows
    assert not [row for row in rows if row.surprise]
    assert student.read_bytes() == built  # what nbgrader releases is what we build

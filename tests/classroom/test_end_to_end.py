"""nbgrader itself grades a class: honest, wrong, blank, broken and stuck submissions.

One batch of the tiny course; the same for chapter 1 with the answers of its bank is
tests/chapters/test_bank.py.
"""

import copy
import csv
import os
import re
import shutil

import nbformat
import pytest
from filelock import FileLock
from traitlets.config import Config

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.bank.answers import answered, read_bank, verdict
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse

from .conftest import HERE, TINY, make_course

MEAN, CLIP, WHY = "check-mean_age", "check-clip_ages", "why_mean"
BANK = read_bank(HERE / "course" / "bank" / TINY, ["mean_age", "clip_ages"])
LOOP = "def mean_age(ages):\n    while True:\n        pass"
EXIT = "import os\n\n\ndef mean_age(ages):\n    os._exit(1)"
SYNTAX = "def mean_age(ages:\n    return"


def answer(exercise, name):
    return next(each for each in BANK[exercise] if each.name == name)


class Desk:
    """A student's desk: the notebook as handed out, to answer and to damage."""

    def __init__(self, notebook):
        self.notebook = copy.deepcopy(notebook)

    def index(self, grade_id):
        ids = [c.metadata.get("nbgrader", {}).get("grade_id") for c in self.cells]
        return ids.index(grade_id)

    @property
    def cells(self):
        return self.notebook.cells

    def write(self, **answers):
        for name, text in answers.items():
            self.cells[self.index(name)].source = text
        return self

    def give(self, mean, clip):
        chosen = {
            "mean_age": answer("mean_age", mean),
            "clip_ages": answer("clip_ages", clip),
        }
        self.notebook = answered(self.notebook, chosen)
        return self

    def right(self):
        return self.give("loop", "comprehension")

    def copy_cell(self, grade_id, rename=None):
        place = self.index(grade_id)
        twin = copy.deepcopy(self.cells[place])
        twin.id = f"twin-{place}"
        twin.metadata.nbgrader["grade_id"] = rename or grade_id
        self.cells.insert(place, twin)
        return self

    def split_cell(self, grade_id):
        self.copy_cell(grade_id)
        lines = self.cells[self.index(grade_id)].source.splitlines()
        first = self.index(grade_id)
        self.cells[first].source = "# my attempt"
        self.cells[first + 1].source = "\n".join(lines)
        return self

    def delete(self, *grade_ids):
        for grade_id in grade_ids:
            del self.cells[self.index(grade_id)]
        return self


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """The class, graded once, whichever workers run these tests: course and log."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # which the workers share
    root, log = base / "class", base / "class" / "autograde.log"
    with FileLock(base / "class.lock"):
        if not log.exists():
            log.write_text(grade_the_class(make_course(root)), encoding="utf-8")
    return NbgraderCourse(root), log.read_text(encoding="utf-8")


def grade_the_class(root):
    """Release, hand in, autograde, give feedback; return what autograding said."""
    build(root=root)
    # A loop costs its time limit; the other cells of this chapter take milliseconds.
    course = NbgraderCourse(root, Config(Execute={"timeout": 6}))
    assert course.release(TINY).ok
    handed_out = nbformat.read(root / "notebooks" / TINY / f"{TINY}.ipynb", 4)

    def desk():
        return Desk(handed_out)

    submissions = {
        "ann": desk().give("loop", "comprehension").write(why_mean="The difference."),
        "bob": desk().give("warns", "where"),
        "cem": desk().give("sum", "drops"),
        "dan": desk().give("empty", "where"),
        "eve": desk(),
        "fay": desk().right().write(mean_age=SYNTAX),
        "gus": desk().right().write(mean_age=LOOP),
        "hal": desk().right().write(mean_age=EXIT),
        "ida": desk().right().copy_cell(MEAN).copy_cell("clip_ages"),
        "jon": desk().right().split_cell("mean_age"),
        "kim": desk().right().copy_cell(MEAN, rename="check-other"),
        "lea": desk().right().delete(MEAN, CLIP),
        "mia": desk().right().delete("mean_age", MEAN),
        "ned": desk().right().delete(WHY),
        "oda": desk().give("sum", "drops"),
        "pam": desk().right(),
        "zoe": desk().right(),  # the last: whatever came before did not stop the batch
    }
    oda = submissions["oda"]
    oda.cells[oda.index(MEAN)].source = "print('passed')"  # makes the check easier
    oda.cells[oda.index(CLIP)].metadata.nbgrader["points"] = 300
    for student, desk_ in submissions.items():
        course.hand_in(student, TINY, desk_.notebook)
    pam = root / "submitted" / "pam" / TINY / f"{TINY}.ipynb"
    pam.rename(pam.with_name(f"{TINY} (1).ipynb"))
    outcome = course.autograde(TINY)
    assert not outcome.ok  # hal's kernel dies; see below
    assert course.feedback(TINY).ok
    return outcome.log


EXPECTED = {
    # full marks, for other right answers than ours, one of them full of warnings
    "ann": (2, 3, None),
    "bob": (2, 3, 0),
    # wrong, partly wrong, blank
    "cem": (0, 0, 0),
    "dan": (0, 3, 0),
    "eve": (0, 0, 0),
    # broken: a syntax error, an endless loop; what else they answered counts
    "fay": (0, 3, 0),
    "gus": (0, 3, 0),
    # copied, split and foreign cells
    "ida": (2, 3, 0),
    "jon": (2, 3, 0),
    "kim": (2, 3, 0),
    # deleted: both checks, an exercise with its check, the question (a human looks)
    "lea": (2, 3, 0),
    "mia": (0, 3, 0),
    "ned": (2, 3, None),
    # a check and its points changed by the student
    "oda": (0, 0, 0),
    # another file name
    "pam": (2, 3, 0),
    "zoe": (2, 3, 0),
}


@pytest.mark.parametrize("student", EXPECTED)
def test_the_score_is_exactly_as_expected(graded, student):
    scores = graded[0].scores(TINY)[student]
    assert (scores[MEAN], scores[CLIP], scores[WHY]) == EXPECTED[student]


def test_a_kernel_that_dies_leaves_one_submission_ungraded_and_named(graded):
    course, log = graded
    assert re.findall(r"for student '(\w+)'", log) == ["hal"]
    assert set(course.scores(TINY)["hal"].values()) == {None}  # waits for a human


def test_what_was_odd_about_a_submission_is_said(graded):
    _, log = graded
    assert "is a copy of 'check-mean_age': left out" in log  # ida, kim
    assert "is a copy or a part of 'mean_age': it is run" in log  # jon
    assert "Cell 'check-clip_ages' was deleted: put back" in log  # lea
    assert "Cell 'mean_age' was deleted: put back blank" in log  # mia
    assert f"{TINY} (1).ipynb is taken as {TINY}.ipynb" in log  # pam
    assert "claims points = 300 for 'check-clip_ages'" in log  # oda
    assert "changes 'check-mean_age': the official one is used" in log


def test_a_warning_is_shown_and_costs_nothing(graded):
    run = graded[0].graded("bob", TINY)
    assert "a harmless warning" in verdict(run, "mean_age")
    assert "a line on the error stream" in verdict(run, "mean_age")
    assert "passed" in verdict(run, "mean_age")


def page(course, student):
    path = course.root / "feedback" / student / TINY / f"{TINY}.html"
    return path.read_text(encoding="utf-8")


def words(html):
    """Return a page's text without tags, which highlighting puts between words."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_the_feedback_page_shows_score_and_message(graded):
    shown = words(page(graded[0], "cem"))
    assert "✘ Not passed: 0 of 2 points" in shown
    assert "The mean of 20 and 40 is 30." in shown
    assert "Clipping replaces ages; it drops none." in shown
    assert "Not answered: 0 of 2 points" in words(page(graded[0], "eve"))
    assert "ZeroDivisionError: division by zero" in words(page(graded[0], "dan"))


HIDDEN = ["hidden_secret", "[bound], bound) == [bound]", "clip_ages([1, 2], 9)"]


@pytest.mark.parametrize("student", EXPECTED)
def test_no_feedback_page_shows_a_hidden_test(graded, student):
    shown = page(graded[0], student)
    assert not [
        secret for secret in HIDDEN if secret in shown or secret in words(shown)
    ]


def test_the_autograded_notebook_does_hold_the_hidden_tests(graded):
    # So that the test above could fail; dan's traceback runs through them, too.
    run = graded[0].graded("dan", TINY)
    assert "hidden_secret" in "".join(cell.source for cell in run.cells)
    assert "hidden_secret" in verdict(run, "mean_age")


def test_the_exported_table_holds_every_student_and_sum(graded, tmp_path):
    graded[0].export(tmp_path / "grades.csv")
    with open(tmp_path / "grades.csv", encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {*EXPECTED, "hal"}
    for student, scores in EXPECTED.items():
        assert float(rows[student]["score"]) == sum(s or 0 for s in scores)
        assert float(rows[student]["max_score"]) == 9


def test_a_second_autograding_keeps_the_grade_given_by_hand(graded, tmp_path):
    root = shutil.copytree(graded[0].root, tmp_path / "class")
    course = NbgraderCourse(root)
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade(WHY, TINY, TINY, "ann")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        gradebook.db.commit()
    assert course.scores(TINY)["ann"][WHY] == 3.5
    assert course.autograde(TINY, "ann").ok
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade(WHY, TINY, TINY, "ann")
        assert grade.score == 3.5
        assert grade.needs_manual_grade  # to be looked at again

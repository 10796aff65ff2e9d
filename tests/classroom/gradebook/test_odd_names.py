"""Names that look like patterns, formulas or commands to a terminal."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.grader.batch import grade
from tests.classroom.conftest import TINY, make_course
from tests.classroom.grader.here import CLASS, EXPECTED, HerePool, submission

NBGRADER = str(Path(sys.executable).with_name("nbgrader"))
FORMULAS = ["=1+1", "@SUM(A1)", "+1", "-1", "wu,lin", 'wu"lin']


@pytest.fixture
def bracketed(tmp_path):
    """A released course in a folder whose name looks like a pattern."""
    root = make_course(tmp_path / "privacy[2]")
    build(root=root)
    (root / "notebooks").mkdir(exist_ok=True)
    course = NbgraderCourse(root)
    released = course.release(TINY)
    assert released.ok, released.log
    assert (root / "notebooks" / TINY / f"{TINY}.ipynb").is_file()
    return course


def hand_in(course, *students):
    for student, model in students:
        course.hand_in(student, TINY, submission(course.root, *CLASS[model][0]))


def test_a_student_whose_id_looks_like_a_pattern_gets_points_and_a_page(bracketed):
    hand_in(bracketed, ("x[1]", "ann"), ("x1", "cem"), ("[ab]", "fay"), ("*", "dan"))
    root = bracketed.root
    grade(bracketed, TINY, pool=HerePool(root / "begun"))
    scores = bracketed.scores(TINY)
    totals = {
        student: sum(filter(None, mine.values())) for student, mine in scores.items()
    }
    assert totals == {
        "x[1]": sum(EXPECTED["ann"]),
        "x1": sum(EXPECTED["cem"]),
        "[ab]": sum(EXPECTED["fay"]),
        "*": sum(EXPECTED["dan"]),
    }
    assert bracketed.feedback(TINY, "x[1]").ok
    assert [path.name for path in (root / "feedback").iterdir()] == ["x[1]"]
    assert bracketed.feedback(TINY).ok
    for student in scores:
        folder = root / "feedback" / student / TINY
        assert [path.name for path in folder.iterdir()] == [f"{TINY}.html"]


def test_nbgraders_own_commands_take_names_literally_too(bracketed):
    hand_in(bracketed, ("x[1]", "ann"))
    root = bracketed.root
    grade(bracketed, TINY, pool=HerePool(root / "begun"))
    run = subprocess.run(
        [NBGRADER, "generate_feedback", TINY, "--force"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    page = root / "feedback" / "x[1]" / TINY / f"{TINY}.html"
    assert [path.name for path in page.parent.iterdir()] == [page.name]


def test_a_missing_submission_is_still_told_in_nbgraders_words(bracketed):
    outcome = bracketed.feedback(TINY, "zoe")
    assert not outcome.ok
    assert "No notebooks were matched" in outcome.log


@pytest.mark.skipif(os.name == "nt", reason="such names are not possible there")
def test_no_id_is_a_formula_in_the_table(bracketed, tmp_path):
    hand_in(bracketed, *((name, "ann") for name in FORMULAS), ("bob", "fay"))
    grade(bracketed, TINY, pool=HerePool(tmp_path / "begun"))
    path = tmp_path / "grades.csv"
    bracketed.export(path)
    with path.open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"'=1+1", "'@SUM(A1)", "'+1", "'-1", "wu,lin", 'wu"lin', "bob"}
    assert all(None not in row for row in rows.values())
    assert {row["score"] for row in rows.values()} == {"5.0", "2.0"}
    assert float(rows["bob"]["score"]) == sum(EXPECTED["fay"])
    subprocess.run(
        [NBGRADER, "export", f"--to={tmp_path / 'again.csv'}"],
        cwd=bracketed.root,
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "again.csv").read_bytes() == path.read_bytes()

"""What nbgrader's command does that surprises, and what the course does about it.

Traps of grading (copied cells, warnings, time limits, file names, hidden tests in the
feedback) are in test_end_to_end.py, those of the build in test_build.py.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.authoring.marks import ChapterError

from .conftest import TINY


def nbgrader(*arguments, cwd):
    programs = Path(sys.executable).parent
    path = os.pathsep.join((str(programs), os.environ["PATH"]))
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=cwd,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.fixture
def student_file(course):
    build(root=course)
    return course / "notebooks" / TINY / f"{TINY}.ipynb"


def test_the_command_makes_the_bytes_that_the_build_makes(course, student_file):
    built = student_file.read_bytes()
    student_file.write_text("something else")
    made = nbgrader("generate_assignment", TINY, "--force", "--no-db", cwd=course)
    assert made.returncode == 0, made.stderr
    assert student_file.read_bytes() == built
    assert not (course / "gradebook.db").exists()


def test_without_force_an_old_release_stays_and_nobody_is_told(course, student_file):
    student_file.write_text("an old release")
    made = nbgrader("generate_assignment", TINY, "--no-db", cwd=course)
    assert made.returncode == 0
    assert student_file.read_text() == "an old release"  # so the guide says --force


def test_validate_exits_0_for_a_notebook_that_fails_so_we_read_what_it_says(
    student_file,
):
    found = nbgrader("validate", student_file.name, cwd=student_file.parent)
    assert found.returncode == 0
    assert "VALIDATION FAILED ON 3 CELL(S)" in found.stdout


@pytest.mark.parametrize("name", ["notes.txt", "data.csv", "02_other.ipynb"])
def test_a_file_that_nbgrader_would_hand_out_is_refused(course, student_file, name):
    stray = course / "solutions" / TINY / name
    stray.write_text("the answers")
    with pytest.raises(ChapterError, match=rf"{name}:1: nbgrader would hand this out"):
        build(root=course)


def test_nbgrader_does_hand_out_what_lies_beside_its_source(course, student_file):
    # The reason for the test above, and for the text source lying one folder up.
    (course / "solutions" / TINY / "notes.txt").write_text("the answers")
    made = nbgrader("generate_assignment", TINY, "--force", "--no-db", cwd=course)
    assert made.returncode == 0
    assert (student_file.parent / "notes.txt").read_text() == "the answers"

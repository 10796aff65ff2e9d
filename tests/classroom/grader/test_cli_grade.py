"""``ppdl grade`` as an instructor types it, with real kernels."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from ppdl_course.classroom import cli
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.gradebook.writer import GradebookWriter
from ppdl_course.classroom.grader import batch
from ppdl_course.classroom.kernels import sandbox

from .here import EXPECTED, TINY, scores

PPDL = [str(Path(sys.executable).with_name("ppdl"))]


@pytest.fixture
def ppdl(class_folder, monkeypatch):
    monkeypatch.chdir(class_folder)
    return lambda *words: CliRunner().invoke(cli.app, ["grade", *words])


def only(class_folder, *students):
    """Leave the submissions of these students."""
    for folder in (class_folder / "submitted").iterdir():
        if folder.name not in students:
            folder.rename(class_folder / folder.name)


def test_it_grades_reports_and_skips_the_second_time(ppdl, class_folder):
    only(class_folder, "ann", "cem")
    first = ppdl("01", "--unsafe", "--jobs", "1")
    assert first.exit_code == 0, first.output
    assert f"{TINY}: 2 graded, 0 skipped, 0 failed" in first.stdout
    assert "2/2" in first.stderr
    assert scores(class_folder) == {name: EXPECTED[name] for name in ("ann", "cem")}
    again = ppdl(TINY, "--unsafe", "--json")
    assert again.exit_code == 0
    assert list(json.loads(again.stdout)["skipped"]) == ["ann", "cem"]


def test_a_failure_is_named_and_told_by_the_exit_status(ppdl, class_folder):
    only(class_folder, "ann", "cem")
    (class_folder / "submitted" / "cem" / TINY / f"{TINY}.ipynb").write_text("")
    result = ppdl("01", "--unsafe", "--student", "cem")
    assert result.exit_code == 1
    assert "Not graded:\n  cem: " in result.stdout
    assert "\ncem: " in f"\n{result.stderr}"


def test_without_a_sandbox_it_says_what_to_install_and_how_to_go_on(ppdl, monkeypatch):
    monkeypatch.setattr(sandbox, "sandbox_available", lambda: "install bubblewrap")
    result = ppdl("01")
    assert result.exit_code == 1
    assert result.stderr.startswith("ppdl: install bubblewrap\n")
    assert "--unsafe" in result.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["99"], "there are: 01_tiny"),
        (["01", "--student", "zoe"], "'zoe' has no folder"),
        (["01", "--cluster", "nonsense"], "no dask scheduler answers at nonsense"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(ppdl, words, says):
    if "--cluster" in words:
        pytest.importorskip("distributed", reason="needs ppdl-course[cluster]")
    result = ppdl(*words, "--unsafe")
    assert result.exit_code == 1
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1 + ("--cluster" in words)


def test_each_option_reaches_the_batch(ppdl, monkeypatch, class_folder):
    asked = {}

    def grade(course, chapter, **settings):
        asked.update(settings, course=course, chapter=chapter)
        raise ValueError("seen")

    monkeypatch.setattr(batch, "grade", grade)
    ppdl("01", "--jobs", "3", "--resume", "--student", "ann", "--cluster", "tcp://a:1")
    del asked["progress"]
    assert asked == {
        "course": class_folder,
        "chapter": "01",
        "student": "ann",
        "jobs": 3,
        "kind": "warm",
        "resume": True,
        "cluster": "tcp://a:1",
        "every_cell": False,
    }
    ppdl("01", "--unsafe", "--every-cell")
    assert (asked["kind"], asked["jobs"], asked["resume"]) == ("unsafe", None, False)
    assert asked["every_cell"] is True


def processes_of(group):
    listed = subprocess.run(
        ["ps", "-eo", "pid=,pgid=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [row[2] for row in rows if row[1] == str(group)]


@pytest.mark.skipif(os.name == "nt", reason="interrupts as a Unix terminal does")
def test_ctrl_c_stops_cleanly_and_names_resume(class_folder):
    # a shell that runs the tests in the background has it ignored, also by its children
    signal.signal(signal.SIGINT, signal.default_int_handler)
    grading = subprocess.Popen(
        [*PPDL, "grade", "01", "--unsafe", "--jobs", "2", "--every-cell"],
        cwd=class_folder,
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = iter(grading.stderr.readline, "")
    assert any(line.startswith("1/6") for line in lines)
    os.killpg(grading.pid, signal.SIGINT)  # a terminal sends it to the whole group
    rest = grading.stderr.read()
    assert grading.wait(60) == 130
    again = "ppdl grade 01 --jobs 2 --unsafe --every-cell --resume"
    assert f"Stopped. Nothing is lost; to go on: {again}\n" in rest
    assert "Traceback" not in rest
    until = time.monotonic() + 20
    while processes_of(grading.pid):
        assert time.monotonic() < until, processes_of(grading.pid)
        time.sleep(0.1)
    done = set(NbgraderCourse(class_folder).scores(TINY))
    assert done
    assert done < set(EXPECTED)
    journal = class_folder / ".ppdl" / "grading" / TINY / "journal.jsonl"
    before = journal.read_text().splitlines()
    resumed = subprocess.run(
        [*PPDL, *again.split()[1:], "--json"],
        cwd=class_folder,
        capture_output=True,
        text=True,
        check=True,
    )
    kept = {json.loads(line)["student"] for line in before}
    assert json.loads(resumed.stdout)["executed"] == len(EXPECTED) - len(kept)
    assert scores(class_folder) == EXPECTED


def test_in_the_sandbox_the_scores_are_the_same(ppdl, class_folder):
    if why := sandbox.sandbox_available():
        assert os.environ.get("PPDL_REQUIRE_BROWSER") != "1", why
        pytest.skip(why)
    result = ppdl("01")
    assert result.exit_code == 0, result.output
    assert scores(class_folder) == EXPECTED


def test_a_locked_gradebook_is_one_line_and_the_command_that_goes_on(
    ppdl, class_folder, monkeypatch
):
    def locked(self, *args):
        raise OperationalError("", {}, Exception("database is locked"))

    only(class_folder, "ann")
    monkeypatch.setattr(GradebookWriter, "release", locked)
    result = ppdl("01", "--unsafe", "--student", "ann")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "ppdl: the gradebook cannot be used: database is locked. Nothing is lost; to "
        "go on: ppdl grade 01 --student ann --unsafe --resume"
    ]


def test_no_name_of_a_folder_commands_the_terminal(ppdl, class_folder):
    (class_folder / "submitted" / "ann").rename(class_folder / "submitted/a\x1b[2Jn")
    result = ppdl("01", "--unsafe", "--student", "zoe")
    assert result.exit_code == 1
    assert "a\\x1b[2Jn" in result.stderr
    assert "\x1b" not in result.stderr

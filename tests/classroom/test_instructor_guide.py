"""The instructor's guide works as written: its commands, in its order."""

import csv
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.bank.answers import answered, read_bank
from ppdl_course.classroom.kernels.sandbox import sandbox_available
from ppdl_course.classroom.term.handout import FOLDER

from .conftest import HERE, REPOSITORY, TINY, furnish

GUIDE = (REPOSITORY / "docs" / "instructor.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(
    shutil.which("bash") is None or os.name == "nt", reason="needs a Unix shell"
)
def test_a_term_goes_as_the_guide_says(course):
    if why := sandbox_available():
        assert os.environ.get("PPDL_REQUIRE_BROWSER") != "1", why
        pytest.skip(why)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    (course / "notebooks").mkdir()
    furnish(course)
    (course / "tests").mkdir()
    (course / "tests" / "answers.py").write_text("answers")
    build(root=course)
    subprocess.run([*git, "init", "-q"], cwd=course, check=True)
    subprocess.run([*git, "add", "."], cwd=course, check=True)
    subprocess.run([*git, "commit", "-q", "-m", "a"], cwd=course, check=True)
    blank = nbformat.read(course / f"notebooks/{TINY}/{TINY}.ipynb", as_version=4)
    bank = read_bank(HERE / "course" / "bank" / TINY, ["mean_age", "clip_ages"])
    right = answered(blank, {name: given[0] for name, given in bank.items()})
    (course / "downloads").mkdir()
    nbformat.write(right, course / "downloads" / "ada.ipynb")
    nbformat.write(blank, course / "downloads" / "bob.ipynb")
    (course / "students.csv").write_text(
        "id,last_name,first_name,email\nada,L,Ada,a@example.org\ncy,D,Cy,c@example.org\n"
    )

    script = "\n".join(COMMANDS).replace("01_feedforward_backprop", TINY)
    programs = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-ex"],
        input=script,
        cwd=course,
        env={**os.environ, "PATH": os.pathsep.join((programs, os.environ["PATH"]))},
        capture_output=True,
        text=True,
        timeout=480,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    with zipfile.ZipFile(course / "handout.zip") as archive:
        names = archive.namelist()
    assert f"{FOLDER}/notebooks/{TINY}/{TINY}.ipynb" in names
    assert not [n for n in names if "solutions/" in n or "tests/" in n]
    with open(course / "grades.csv", encoding="utf-8") as file:
        rows = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
    assert rows == {"ada": "5.0", "bob": "0.0", "cy": "0.0"}
    for student in ("ada", "bob"):
        page = course / "feedback" / student / TINY / f"{TINY}.html"
        assert "hidden_secret" not in page.read_text(encoding="utf-8")


SAID_BY = {  # what its table quotes, and where it is said
    "is a copy or a part of": "submission/tidy.py",
    "the official one is used": "submission/tidy.py",
    "was deleted: put back blank": "submission/tidy.py",
    "was deleted: put back, please look": "submission/tidy.py",
    "which one counts?": "submission/tidy.py",
    "is not this chapter": "submission/clean.py",
    "is taken as": "submission/clean.py",
    "a web page": "submission/handed_in.py",
    "reading it ": "submission/apart.py",
    "ended the process that did it": "submission/apart.py",
    "the process that opened what the function returned": "judging/verdicts.py",
    "took longer than": "budget.py",
    "used more than": "budget.py",
    "printed more than": "grader/execution/run.py",
    "ended the kernel": "grader/execution/dialogue.py",
    "twice: ": "grader/one_run.py",
    "the worker ": "grader/workers.py",
    "in the gradebook": "gradebook/writer.py",
    "somebody is grading this chapter already": "grader/journal.py",
    "Stopped. Nothing is lost": "cli.py",
}


@pytest.mark.parametrize("said", SAID_BY)
def test_the_guide_names_what_the_course_really_says(said):
    # nbgrader's own lines are in test_end_to_end.py.
    assert said in GUIDE
    source = REPOSITORY / "ppdl_course" / "classroom" / SAID_BY[said]
    assert said in source.read_text(encoding="utf-8")

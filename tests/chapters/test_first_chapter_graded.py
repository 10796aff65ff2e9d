"""Chapter 1 graded end to end, from the release to the exported table.

The same course of events with every kind of damaged notebook, on a tiny chapter, is in
tests/classroom/test_end_to_end.py.
"""

import copy
import csv
import html
import re
import shutil

import nbformat
import pytest
from traitlets.config import Config

from ppdl_course.classroom.authoring.build import build, find_sources
from ppdl_course.classroom.authoring.marks import read_chapter
from ppdl_course.classroom.bank.answers import answered, verdict
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse

from .conftest import ROOT
from .test_bank import bank_of

LOOP = "def {}(*values, **named):\n    while True:\n        pass"
SYNTAX = "def broken(:"


def write_all(notebook, answers):
    """Return the whole notebook, every cell of it, with these answers."""
    whole = copy.deepcopy(notebook)
    for cell in whole.cells:
        answer = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        cell.source = answer.code if answer else cell.source
    return whole


def spoil(notebook, exercise, code):
    spoilt = copy.deepcopy(notebook)
    for cell in spoilt.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == exercise:
            cell.source = code
    return spoilt


@pytest.mark.chapter
@pytest.mark.nightly
def test_chapter_1_is_graded_from_release_to_export(tmp_path):
    (source,) = find_sources(["01"], ROOT)
    chapter, bank = source.stem, bank_of(source)
    (tmp_path / "solutions").mkdir()
    shutil.copy(source, tmp_path / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    build(root=tmp_path)
    course = NbgraderCourse(tmp_path)
    assert course.release(chapter).ok

    path = tmp_path / "notebooks" / chapter / f"{chapter}.ipynb"
    blank = nbformat.read(path, as_version=4)
    right, wrong = (
        {
            name: next(a for a in given if a.right is kind)
            for name, given in bank.items()
        }
        for kind in (True, False)
    )
    first = next(iter(bank))
    called = re.search(r"def (\w+)", right[first].code)[1]
    solved = answered(blank, right)
    for student, notebook in {
        "blank": answered(blank, {}),
        "loop": spoil(solved, first, LOOP.format(called)),
        "right": write_all(blank, right),
        "syntax": spoil(solved, first, SYNTAX),
        "wrong": answered(blank, wrong),
    }.items():
        course.hand_in(student, chapter, notebook)
    for student in ("blank", "right", "syntax", "wrong"):
        graded = course.autograde(chapter, student)
        assert graded.ok, graded.log
    # A loop costs its time limit; what else is in this submission takes a moment.
    impatient = NbgraderCourse(tmp_path, Config(Execute={"timeout": 15}))
    assert impatient.autograde(chapter, "loop").ok
    assert course.feedback(chapter).ok
    course.export(tmp_path / "grades.csv")

    full = {name: course.points(chapter)[f"check-{name}"] for name in bank}
    total = sum(full.values())
    with open(tmp_path / "grades.csv", encoding="utf-8") as file:
        scores = {
            row["student_id"]: float(row["score"]) for row in csv.DictReader(file)
        }
    assert scores == {
        "blank": 0,
        "loop": total - full[first],
        "right": total,
        "syntax": total - full[first],
        "wrong": 0,
    }

    hidden = re.findall(
        r"# BEGIN HIDDEN TESTS\n(.*?)# END HIDDEN TESTS",
        "\n".join(cell.source for cell in read_chapter(source).cells),
        re.DOTALL,
    )
    secrets = {line.strip() for part in hidden for line in part.splitlines()}
    secrets = {line for line in secrets if len(line) >= 12} - {
        line.strip() for cell in blank.cells for line in cell.source.splitlines()
    }
    assert secrets
    for student in scores:
        page = tmp_path / "feedback" / student / chapter / f"{chapter}.html"
        text = html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))
        assert not [line for line in secrets if line in text], student
        run = course.graded(student, chapter)
        if student == "wrong":
            shown = " ".join(text.split())
            for name, answer in wrong.items():
                assert " ".join(answer.says.split()) in shown, name
                assert " ".join(answer.says.split()) in verdict(run, name)

"""A class handed out before the course's modules moved still grades.

``handed_out_before_the_move.tar.xz`` holds, for each chapter there was, the student's
edition of that time with a right answer in each exercise.
"""

import ast
import importlib
import importlib.util
import io
import shutil
import tarfile
from pathlib import Path

import nbformat
import pytest

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.authoring.marks import read_chapter
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.grader.ticker import grade_and_show
from ppdl_course.classroom.kernels import moved_names
from ppdl_course.classroom.kernels.sandbox import sandbox_available
from ppdl_course.classroom.magics import python_of

from .conftest import ROOT

ARCHIVE = Path(__file__).with_name("handed_out_before_the_move.tar.xz")
GONE = {"16_private_training": {"check-spread_relevance"}}  # now in chapter 17
"""Checks that a chapter had then, and has no more."""


def handed_out():
    """Each chapter of that time and its notebook."""
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            if member.name.endswith(".ipynb"):
                text = archive.extractfile(member).read().decode()
                yield Path(member.name).stem, nbformat.reads(text, as_version=4)


NOTEBOOKS = dict(handed_out())


@pytest.fixture
def course(tmp_path):
    """A course with one chapter, in which its old notebook was handed in."""

    def made(chapter):
        (tmp_path / "solutions").mkdir()
        shutil.copy(ROOT / "solutions" / f"{chapter}.py", tmp_path / "solutions")
        shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
        build(root=tmp_path)
        course = NbgraderCourse(tmp_path)
        assert course.release(chapter).ok
        course.hand_in("ada", chapter, NOTEBOOKS[chapter])
        return course

    return made


def is_check(cell):
    """Whether a cell is graded code."""
    return cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")


def graded(notebook):
    """The names of the graded code cells of a notebook."""
    return {c.metadata.nbgrader.grade_id for c in notebook.cells if is_check(c)}


def assert_full(course, chapter):
    scores, full = course.scores(chapter)["ada"], course.points(chapter)
    checks = graded(NOTEBOOKS[chapter]) - GONE.get(chapter, set())
    assert checks
    assert checks <= set(full)
    assert {c: scores[c] for c in checks} == {c: full[c] for c in checks}


@pytest.mark.chapter
@pytest.mark.skipif(bool(sandbox_available()), reason="no sandbox here")
@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_right_answers_of_that_time_score_full(course, chapter):
    course = course(chapter)
    report = grade_and_show(course, chapter, io.StringIO(), jobs=1)
    assert report.failed == {}
    assert_full(course, chapter)


@pytest.mark.chapter
def test_nbgrader_alone_grades_one_of_them_too(course):
    chapter = "05_garbled_circuits"
    course = course(chapter)
    assert course.autograde(chapter).ok
    assert_full(course, chapter)


def exists(name):
    """Whether a module has this full name, or something in a module."""
    module, _, last = name.rpartition(".")
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:  # what it stands in is a file, or not there
        spec = None
    if spec is not None and spec.submodule_search_locations is not None:
        return hasattr(importlib.import_module(name), "__all__")  # not a mere folder
    if spec is not None:
        return True
    try:
        return hasattr(importlib.import_module(module), last)
    except ModuleNotFoundError:
        return False


def test_every_new_name_is_there_and_no_old_one_is():
    table = moved_names.moved()
    assert not [new for new in table.values() if not exists(new)]
    assert not [old for old in table if exists(old)]


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_every_import_of_that_time_finds_its_name(chapter):
    cells = [c.source for c in NOTEBOOKS[chapter].cells if c.cell_type == "code"]
    for code in cells:
        for node in ast.parse(python_of(code)).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert imported(ast.unparse(node))


def imported(code):
    """What a cell with these imports binds, once its old names are new ones."""
    tree = ast.fix_missing_locations(moved_names.NewNames().visit(ast.parse(code)))
    namespace = {}
    exec(compile(tree, "cell", "exec"), namespace)
    return namespace


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_todays_check_cells_find_their_checks_in_a_notebook_of_that_time(chapter):
    """nbgrader puts today's check cells into the notebook that was handed in."""
    old = [c.source for c in NOTEBOOKS[chapter].cells if c.cell_type == "code"]
    scope = {}
    for node in (node for code in old for node in ast.parse(python_of(code)).body):
        if isinstance(node, ast.ImportFrom) and ".checks" in str(node.module):
            scope |= imported(ast.unparse(node))
    today = read_chapter(ROOT / "solutions" / f"{chapter}.py").cells
    checks = [c.source for c in today if is_check(c)]
    used = [
        (node.value.id, node.attr)
        for code in checks
        for node in ast.walk(ast.parse(python_of(code)))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr.startswith("check_")
    ]
    assert used
    missing = [use for use in used if not hasattr(scope.get(use[0]), use[1])]
    assert not missing


def test_each_form_of_import_finds_its_module():
    words = importlib.import_module("ppdl_course.mpc.circuits.arithmetic")
    circuit = importlib.import_module("ppdl_course.mpc.circuits.circuit")
    codec = importlib.import_module("ppdl_course.parties.codec")
    made = imported(
        "import ppdl_course.mpc.circuits.arithmetic as a\n"
        "from ppdl_course.mpc import circuits_words as b, circuits_words\n"
        "from ppdl_course.mpc.circuits import Circuit, arithmetic\n"
        "from ppdl_course.codec import encode\n"
        "from ppdl_course import nn\n"
        "from ppdl_course.mpc.circuits.arithmetic import add\n"
    )
    assert (
        made["a"] is made["b"] is made["circuits_words"] is made["arithmetic"] is words
    )
    assert made["Circuit"] is circuit.Circuit
    assert made["encode"] is codec.encode
    assert made["nn"].__name__ == "ppdl_course.nn"
    assert made["add"] is words.add


def test_other_imports_and_wrong_names_stay_what_they_are():
    code = "from os import path\nfrom ppdl_course.mpc import nothing\n"
    tree = moved_names.NewNames().visit(ast.parse(code))
    assert ast.unparse(tree) == code.strip()
    with pytest.raises(ImportError):
        imported(code)

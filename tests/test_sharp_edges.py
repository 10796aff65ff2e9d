"""What the page on sharp edges points at is there, in the versions that it names."""

import ast
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbgrader.utils import determine_grade

from ppdl_course.stored.neighbouring_relations import load_answers

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "sharp_edges.md").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| what you do")
]
FILES = sorted(set(re.findall(r"`((?:findings|tests|ppdl_course)/[\w./]+)", PAGE)))
TESTS = sorted(set(re.findall(r"`(tests/[\w./]+)::(\w+)`", PAGE)))
SECTIONS = sorted(set(re.findall(r"section (\d+)\.(\d+)", PAGE)))
VERSIONS = re.findall(r"^## (\S+) (\d[\d.]*)$", PAGE, re.MULTILINE)


def test_each_line_says_all_four_things():
    assert len(ROWS) >= 25
    assert not [row for row in ROWS if len(row) != 4 or not all(row)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_each_line_says_where_it_was_measured(row):
    assert re.search(r"section \d|`(findings|tests|ppdl_course)/", row[-1])


@pytest.mark.parametrize("path", FILES)
def test_each_file_of_the_page_exists(path):
    assert (ROOT / path).is_file()


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_each_test_of_the_page_exists(path, name):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}


@pytest.mark.parametrize(("chapter", "section"), SECTIONS)
def test_each_section_of_the_page_exists(chapter, section):
    (source,) = (ROOT / "solutions").glob(f"{int(chapter):02}_*.py")
    text = source.read_text(encoding="utf-8")
    assert re.search(rf"^# ## {chapter}\.{section} ", text, re.MULTILINE)


@pytest.mark.parametrize(("library", "version"), VERSIONS)
def test_each_version_of_the_page_is_the_one_of_the_lock(library, version):
    assert re.search(rf"^{library.lower()}=={re.escape(version)}\b", LOCK, re.MULTILINE)


def test_every_finding_is_on_the_page():
    scripts = {path.name for path in (ROOT / "findings").glob("*.sh")}
    assert not [name for name in scripts if f"findings/{name}" not in PAGE]
    assert len(VERSIONS) >= 4


def test_the_page_is_in_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert "sharp_edges" in index.splitlines()


def test_an_unsigned_sum_and_a_signed_number_make_a_float():
    total = np.sum(np.array([255], dtype=np.uint8))
    assert total.dtype == np.uint64
    assert (total + np.int64(1)).dtype == np.float64
    assert np.uint64(2**60) + np.int64(1) == float(2**60)


def test_nbgrader_scores_a_cell_with_output_on_the_error_stream_zero():
    def points(stream):
        said = nbformat.v4.new_output("stream", name=stream, text="a warning")
        grades = {"grade": True, "solution": False, "points": 2, "grade_id": "check"}
        cell = nbformat.v4.new_code_cell("assert True", outputs=[said])
        cell.metadata["nbgrader"] = {**grades, "schema_version": 3, "locked": True}
        return determine_grade(cell)

    assert points("stdout") == (2, 2)
    assert points("stderr") == (0, 2)


def test_the_numbers_of_replace_one_are_those_of_the_run():
    said = {
        a.accountant: a.epsilon for a in load_answers() if a.relation == "REPLACE_ONE"
    }
    assert f"{said['PLD']:.2f} by its PLD, {said['RDP']:.2f} by its RDP" in PAGE

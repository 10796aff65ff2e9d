"""The course map and README tables come from the syllabus and the registry."""

import json
from pathlib import Path

import nbformat
import pytest

from ppdl_course.classroom.authoring import overview as pages
from ppdl_course.classroom.authoring.minutes import Minutes
from ppdl_course.classroom.student.progress import show_progress
from ppdl_course.syllabus import CHAPTERS

ROOT = Path(__file__).resolve().parents[3]
MINUTES = Minutes(reading=31, widgets=6, exercises=45, at_home=25)
PLACES = "".join(
    f"<!-- {n} -->\n<!-- end -->\n" for n in ("chapters", "working", "planned")
)


@pytest.fixture
def course(tmp_path):
    chapter = tmp_path / "notebooks" / CHAPTERS[3].name
    chapter.mkdir(parents=True)
    text = f"# A chapter\n\n{MINUTES.line()} Needs: nothing.*"
    first = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    nbformat.write(first, chapter / f"{CHAPTERS[3].name}.ipynb")
    (tmp_path / "README.md").write_text(PLACES)
    (tmp_path / "docs").mkdir()
    (tmp_path / pages.GUIDE).write_text("<!-- minutes -->\n<!-- end -->\n")
    return tmp_path


def test_only_written_chapters_are_linked(course):
    table = pages.chapter_table(course)
    name = CHAPTERS[3].name
    assert f"[{CHAPTERS[3].title}]({name}/{name}.ipynb)" in table
    assert table.count("](") == 1
    assert table.count("| planned |") == len(CHAPTERS) - 1
    assert "| 82 | 25 |" in table


def test_the_guide_shows_where_the_minutes_go(course):
    pages.write_pages(course)
    assert "| 82 | 31 | 6 | 45 | 25 |" in (course / pages.GUIDE).read_text()


def test_a_chapter_without_its_minutes_is_refused(course):
    path = course / "notebooks" / CHAPTERS[3].name / f"{CHAPTERS[3].name}.ipynb"
    first = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# No")])
    nbformat.write(first, path)
    with pytest.raises(ValueError, match="does not state its minutes"):
        pages.write_pages(course)


def test_a_second_run_writes_nothing(course):
    assert len(pages.write_pages(course)) == 3
    assert pages.write_pages(course) == []
    assert pages.write_pages(course, check=True) == []


def test_check_writes_nothing(course):
    assert len(pages.write_pages(course, check=True)) == 3
    assert (course / "README.md").read_text() == PLACES


def test_a_readme_without_a_place_is_refused(course):
    (course / "README.md").write_text("no places")
    with pytest.raises(ValueError, match="no place for the table 'chapters'"):
        pages.write_pages(course)


def test_the_map_is_a_valid_notebook_whose_links_lead_to_chapters():
    notebook = nbformat.reads(pages.course_map(ROOT), as_version=4)
    nbformat.validate(notebook)
    text = "".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    for chapter in CHAPTERS:
        if pages.is_ready(chapter, ROOT):
            path = f"{chapter.name}/{chapter.name}.ipynb"
            assert f"]({path})" in text
            assert (ROOT / "notebooks" / path).exists()


def cell(source, output="", **mark):
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}]
    return {
        "cell_type": "code",
        "source": source,
        "metadata": {"nbgrader": mark} if mark else {},
        "outputs": outputs if output else [],
    }


def test_progress_counts_answers_and_passed_checks(course):
    cells = [
        cell("raise NotImplementedError()", solution=True),
        cell("check", "", grade=True, solution=False),
        cell("return 1", solution=True),
        cell("check", "✔ sigmoid: passed\n", grade=True, solution=False),
        cell("print('✔')", "✔"),
    ]
    for name, text in (("01_a", json.dumps({"cells": cells})), ("02_b", "{broken")):
        (course / "notebooks" / name).mkdir()
        path = course / "notebooks" / name / f"{name}.ipynb"
        path.write_text(text, encoding="utf-8")
    rows = show_progress(course).rows
    assert rows[0] == ["01_a", "2", "1", "1"]
    assert rows[1][1].startswith("cannot be read")
    assert rows[2] == [CHAPTERS[3].name, "0", "0", "0"]

"""Two editions from one source: the same bytes always, and the same as nbgrader's."""

import json
import shutil

import nbformat
import pytest

from ppdl_course.classroom.authoring.build import build, editions
from ppdl_course.classroom.authoring.marks import ChapterError

from ..conftest import TINY

BUILT = [
    f"notebooks/.pristine/{TINY}.ipynb",
    f"notebooks/{TINY}/{TINY}.ipynb",
    f"solutions/{TINY}/{TINY}.ipynb",
]


def names(paths, root):
    return sorted(path.relative_to(root).as_posix() for path in paths)


def test_a_build_writes_both_editions_and_a_pristine_copy(course):
    assert names(build(root=course), course) == BUILT
    student, pristine = (course / BUILT[1], course / BUILT[0])
    assert student.read_bytes() == pristine.read_bytes()


def test_a_second_build_writes_nothing_and_a_fresh_one_the_same_bytes(course, built):
    build(root=course)
    assert build(root=course) == []
    for name in BUILT:
        assert (course / name).read_bytes() == (built / name).read_bytes()
        assert b"\r" not in (course / name).read_bytes()


def test_line_ends_of_the_source_do_not_matter(course, built):
    source = course / "solutions" / f"{TINY}.py"
    source.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))
    build(root=course)
    for name in BUILT:
        assert (course / name).read_bytes() == (built / name).read_bytes()


def test_check_names_each_stale_file_and_writes_none(course):
    assert names(build(root=course, check=True), course) == BUILT
    assert not (course / "notebooks").exists()
    build(root=course)
    (course / BUILT[2]).write_text("{}")
    assert names(build(root=course, check=True), course) == [BUILT[2]]
    assert (course / BUILT[2]).read_text() == "{}"
    build(root=course)
    assert build(root=course, check=True) == []


def test_nothing_is_written_when_a_chapter_is_refused(course):
    source = course / "solutions" / f"{TINY}.py"
    other = source.with_name("02_other.py")
    other.write_text(source.read_text().replace(" points=2", ""))
    with pytest.raises(ChapterError, match=r"02_other\.py:\d+: .* no points"):
        build(root=course)
    assert not (course / "notebooks").exists()


@pytest.mark.parametrize("name", ["01", TINY])
def test_one_chapter_is_built_by_number_or_name(course, name):
    shutil.copy(course / f"solutions/{TINY}.py", course / "solutions/02_other.py")
    assert names(build([name], root=course), course) == BUILT


def test_an_unknown_chapter_is_refused_with_the_known_ones(course):
    with pytest.raises(ValueError, match=f"'99'.* there are: {TINY}"):
        build(["99"], root=course)


def test_work_in_a_student_edition_is_kept_beside_it(course, capsys):
    build(root=course)
    mine = course / BUILT[1]
    mine.write_text("my answers")
    build(root=course)
    (kept,) = mine.parent.glob("*.before-reset-*")
    assert kept.read_text() == "my answers"
    assert str(kept) in capsys.readouterr().err
    assert mine.read_bytes() == (course / BUILT[0]).read_bytes()


def test_an_older_build_nobody_worked_in_is_replaced_without_a_copy(course):
    build(root=course)
    source = course / "solutions" / f"{TINY}.py"
    source.write_text(source.read_text().replace("A tiny", "A small"))
    build(root=course)
    assert "A small" in (course / BUILT[1]).read_text()
    assert not list((course / BUILT[1]).parent.glob("*.before-reset-*"))


def test_the_header_and_the_state_of_widgets_are_left_out(course):
    source = course / "solutions" / f"{TINY}.py"
    header = "# ---\n# jupyter:\n#   jupytext:\n#     formats: py:percent,ipynb\n"
    widgets = "#   widgets:\n#     state: leaked_state\n# ---\n\n"
    source.write_text(header + widgets + source.read_text())
    for text in editions(source, course).values():
        assert set(json.loads(text)["metadata"]) == {"kernelspec", "language_info"}
        assert "jupytext" not in text
        assert "leaked_state" not in text


def test_solution_edition_keeps_answers_and_hidden_tests_and_has_no_outputs(built):
    notebook = nbformat.read(built / BUILT[2], as_version=4)
    text = "".join(cell.source for cell in notebook.cells)
    assert "distinctive_total" in text
    assert "hidden_secret" in text
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not c.outputs and c.execution_count is None for c in code)

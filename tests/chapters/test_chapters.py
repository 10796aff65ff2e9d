"""Every chapter runs from top to bottom: solved in every run, unanswered each night."""

import time

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from ppdl_course.classroom.authoring.build import build, load_settings, student_edition
from ppdl_course.classroom.authoring.marks import read_chapter

from .conftest import ROOT

PROCESSOR = "import os; print(sum(os.times()[:4]))"  # its children's too
LIMIT = 60  # seconds, as docs/author.md says; a busy machine prolongs the others
SHOWN = 600  # characters of a value: a cell assigns a longer one, or prints a part
BEGUN = {"17_private_models"}
"""Chapters whose first section stands, and whose others follow."""


def run(notebook, folder):
    """Execute a notebook in a fresh kernel, past errors.

    Returns:
        The seconds that it took, and those of the processor.
    """
    notebook.cells.append(nbformat.v4.new_code_cell(PROCESSOR))
    client = NotebookClient(
        notebook,
        kernel_manager_class=AsyncKernelManager,
        kernel_name="python3",
        config=load_settings(ROOT),
        resources={"metadata": {"path": str(folder)}},
        timeout=120,
        allow_errors=True,
        shutdown_kernel="immediate",
    )
    begin = time.perf_counter()
    client.execute()
    seconds = time.perf_counter() - begin
    (spent,) = notebook.cells.pop().outputs
    return seconds, float(spent.text)


def troubles(cell):
    """Return what a cell wrote to the error stream, and the errors it raised."""
    return [
        f"{output.get('ename', 'stderr')}: {output.get('evalue', output.get('text'))}"
        for output in cell.get("outputs", [])
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def floods(cell):
    """Return the values that a cell ends in and that fill a page: nobody chose them."""
    return [
        output.data["text/plain"]
        for output in cell.get("outputs", [])
        if output.output_type == "execute_result"
        and "text/html" not in output.data
        and len(output.data["text/plain"]) > SHOWN
    ]


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


@pytest.mark.chapter
def test_the_solved_chapter_runs_without_an_error(source, tmp_path, record_property):
    notebook = read_chapter(source)
    seconds, spent = run(notebook, tmp_path)
    record_property(f"chapter {source.stem}, solved", seconds)
    assert spent < LIMIT
    found = {cell.source: troubles(cell) for cell in notebook.cells if troubles(cell)}
    assert not found, "\n\n".join(f"{k}\n-> {v}" for k, v in found.items())
    assert [cell.source for cell in notebook.cells if floods(cell)] == []


@pytest.mark.chapter
@pytest.mark.nightly
def test_the_unanswered_chapter_shows_only_its_checks_own_messages(
    source, tmp_path, record_property
):
    student = student_edition(read_chapter(source), ROOT)
    notebook = nbformat.reads(student, as_version=4)
    seconds, spent = run(notebook, tmp_path)
    record_property(f"chapter {source.stem}, unanswered", seconds)
    assert spent < LIMIT
    for cell in notebook.cells:
        if grade_id(cell).startswith("check-"):
            (said,) = troubles(cell)
            assert said.startswith("Mistake: ✎"), said
        else:
            assert not troubles(cell), f"{cell.source}\n-> {troubles(cell)}"


def test_a_chapter_has_exercises_and_a_question_graded_by_hand(source):
    cells = [c for c in read_chapter(source).cells if "nbgrader" in c.metadata]
    checks = sum(grade_id(c).startswith("check-") for c in cells)
    questions = sum(c.cell_type == "markdown" for c in cells)
    assert (1 if source.stem in BEGUN else 4) <= checks <= 9
    assert questions >= 1


def test_built_files_are_up_to_date(source):
    # A student may have worked in notebooks/NN_topic; the other two are nobody's.
    stale = [path for path in build([source.stem], root=ROOT, check=True)]
    mine = ROOT / "notebooks" / source.stem / f"{source.stem}.ipynb"
    assert [path for path in stale if path != mine] == []

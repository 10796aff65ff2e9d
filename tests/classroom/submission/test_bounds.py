"""What one file can cost: time and memory do not grow faster than it does."""

import json
import time
import tracemalloc

import nbformat
import pytest

from ppdl_course.classroom.submission import notices as notices_module
from ppdl_course.classroom.submission.matching import grade_id
from ppdl_course.classroom.submission.notices import notices
from ppdl_course.classroom.submission.plain import (
    MOST_CELLS,
    MOST_ITEMS,
    Unreadable,
    read_text,
)
from ppdl_course.classroom.submission.tidy import tidy
from tests.classroom.conftest import TINY


@pytest.fixture(scope="module")
def release(built):
    return nbformat.read(built / "notebooks" / TINY / f"{TINY}.ipynb", as_version=4)


def cell(source="x = 1", **more):
    plain = {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
    return plain | more


def book(cells):
    return json.dumps({"cells": cells, "nbformat": 4})


def test_empty_outputs_take_no_memory_beside_the_text():
    text = book([cell(outputs=[{}] * 500_000)])
    tracemalloc.start()
    notebook = read_text("a", text, [])
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert notebook.cells[0].outputs == []
    assert kept < 1e6
    assert peak < 100e6


def test_the_kinds_of_outputs_are_kept_each_once():
    results = [{"output_type": "execute_result"}, "no output", {"output_type": []}]
    notebook = read_text("a", book([cell(outputs=results * 1000)]), [])
    assert notebook.cells[0].outputs == [{"output_type": "execute_result"}]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (book([cell()] * (MOST_CELLS + 1)), "2,001 cells"),
        (book([cell()] * 100_000)[:-3] + "x", "2,001 cells"),
        (book([cell(outputs=[{}] * MOST_ITEMS)]), "objects and lists"),
        (book([cell(outputs=[[]] * MOST_ITEMS)]), "objects and lists"),
        ("<<<<<<< a\n" + book([cell(outputs=[[]] * MOST_ITEMS)]), "objects and lists"),
    ],
    ids=["cells", "damaged", "objects", "lists", "merge"],
)
def test_more_than_the_bounds_is_refused_in_words_and_at_once(text, says):
    began = time.process_time()
    with pytest.raises(Unreadable, match=says):
        read_text("a", text, [])
    assert time.process_time() - began < 5


@pytest.mark.parametrize("kind", ["blank", "answers", "own", "definitions", "damaged"])
def test_a_notebook_at_the_bound_is_put_in_order_within_seconds(release, kind):
    stub = next(c for c in release.cells if grade_id(c) == "mean_age")
    named = {"metadata": {"nbgrader": dict(stub.metadata.nbgrader)}}
    cells = {
        "blank": lambda n: cell(stub.source, **named),
        "answers": lambda n: cell(f"{stub.source}\n# {n}", **named),
        "own": lambda n: cell(f"y = {n}"),
        "definitions": lambda n: cell(f"def mean_age(x): return {n}"),
        "damaged": lambda n: cell("x = 1", cell_type=f"no type {n}"),
    }[kind]
    text = book([cells(n) for n in range(MOST_CELLS)])
    text = text[:-3] + "x" if kind == "damaged" else text
    began = time.process_time()
    try:
        notebook = read_text("a", text, [])
    except Unreadable:
        assert kind == "damaged"
    else:
        tidy(notebook, release)
        assert len(notices(notebook, release)) <= notices_module.MOST + 1
    assert time.process_time() - began < 10


def test_cells_that_are_slow_to_read_end_the_notices_and_are_named(
    release, monkeypatch
):
    monkeypatch.setattr(notices_module, "MOST_SECONDS", 0.2)
    slow = read_text("a", book([cell("%x\n" * 250 + f"# {n}") for n in range(500)]), [])
    began = time.process_time()
    first, *_ = notices(slow, release)
    assert time.process_time() - began < 5
    assert "later were not looked at" in first

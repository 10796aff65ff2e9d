"""Odd right answers and sly wrong ones, against whole check cells with hidden tests.

``bank/NN_topic.py`` beside this file holds them in the bank's format; the name of each
begins with its exercise. A check cell runs in this process, behind those cells of its
chapter that it or the answer reads.
"""

import contextlib
import functools
import io
import re
import warnings
from pathlib import Path

import pytest

from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.authoring.build import find_sources
from ppdl_course.classroom.authoring.marks import read_chapter
from ppdl_course.classroom.bank.answers import read_answers
from ppdl_course.classroom.judging.cell_dependencies import needed_cells

ROOT = Path(__file__).parents[2]
SOURCES = {path.stem: path for path in find_sources(None, ROOT)}
ANSWERS = [
    pytest.param(path.stem, answer, id=f"{path.stem[:2]}-{answer.name}")
    for path in sorted((Path(__file__).parent / "more_answers").glob("[0-9][0-9]_*.py"))
    for answer in read_answers(path)
]


@functools.cache
def cells_of(chapter):
    """The grade ids and the code of a chapter's cells, IPython's own lines left out."""
    found = []
    for cell in read_chapter(SOURCES[chapter]).cells:
        code = re.sub(r"^%.*$", "", cell.source, flags=re.MULTILINE)
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        found.append((name, code if cell.cell_type == "code" else ""))
    return found


@functools.cache
def scope_of(chapter, places):
    """What the official cells at these places define, executed once."""
    scope = {}
    for place in places:
        exec(cells_of(chapter)[place][1], scope)
    return scope


def run_check(chapter, answer):
    """Run the check cell of an answer's exercise; raise what it raises."""
    exercise = answer.name.split(":")[0]
    names = [name for name, _ in cells_of(chapter)]
    end = names.index(exercise)
    check = cells_of(chapter)[names.index(f"check-{exercise}")][1]
    official = [
        code if not name or name.startswith("varies-") else ""
        for name, code in cells_of(chapter)[:end]
    ]
    needed = needed_cells([*official, answer.code, check], {end, end + 1})
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        scope = dict(scope_of(chapter, tuple(n for n in needed if n < end)))
        exec(answer.code, scope)
        exec(check, scope)


@pytest.mark.parametrize(("chapter", "answer"), ANSWERS)
def test_the_whole_check_cell_tells_right_from_wrong(chapter, answer):
    if answer.right:
        run_check(chapter, answer)
        return
    with pytest.raises(Mistake) as told:
        run_check(chapter, answer)
    assert answer.says in str(told.value)

"""The bank's answers against whole check cells, hidden tests too, in this process.

A check cell runs behind those cells of its chapter that it or the answer reads.
"""

import contextlib
import functools
import io
import warnings
from pathlib import Path

import numpy as np

from ppdl_course.classroom.authoring.build import find_sources
from ppdl_course.classroom.authoring.marks import read_chapter
from ppdl_course.classroom.bank.answers import read_bank
from ppdl_course.classroom.judging.cell_dependencies import needed_cells
from ppdl_course.classroom.magics import python_of

ROOT = Path(__file__).parents[2]
SOURCES = {path.stem: path for path in find_sources(None, ROOT)}


@functools.cache
def cells_of(chapter):
    """The grade ids and the code of a chapter's cells, IPython's own lines left out."""
    found = []
    for cell in read_chapter(SOURCES[chapter]).cells:
        code = python_of(cell.source) if cell.cell_type == "code" else ""
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        found.append((name, code))
    return found


@functools.cache
def bank_of(chapter):
    """The answers to each exercise; those with the published number are right here."""
    checks = [name for name, _ in cells_of(chapter) if name.startswith("check-")]
    exercises = [name.removeprefix("check-") for name in checks]
    return read_bank(ROOT / "bank" / chapter, exercises)


@functools.cache
def scope_of(chapter, places):
    """What the official cells at these places define, executed once."""
    scope = {}
    for place in places:
        exec(cells_of(chapter)[place][1], scope)
    return scope


def answered(chapter, exercise, code):
    """Run an answer behind its chapter; return what is defined, and the check cell."""
    names = [name for name, _ in cells_of(chapter)]
    end = names.index(exercise)
    check = cells_of(chapter)[names.index(f"check-{exercise}")][1]
    official = [
        code if not name or name.startswith("varies-") else ""
        for name, code in cells_of(chapter)[:end]
    ]
    needed = needed_cells([*official, code, check], {end, end + 1})
    with quiet():
        scope = dict(scope_of(chapter, tuple(n for n in needed if n < end)))
        exec(code, scope)
    return scope, check


def function(chapter, exercise, answer):
    """Return the function that an answer of the bank defines."""
    return answered(chapter, exercise, answer.code)[0][exercise]


def first_right(chapter, exercise):
    """Return the function of the first right answer."""
    right = next(answer for answer in bank_of(chapter)[exercise] if answer.right)
    return function(chapter, exercise, right)


def run_check(chapter, exercise, answer):
    """Run the check cell of an answer's exercise; raise what it raises."""
    with quiet():
        scope, check = answered(chapter, exercise, answer.code)
        exec(check, scope)


@contextlib.contextmanager
def quiet():
    """Print nothing and warn of nothing; undo an answer's setting of numpy's errors."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(),
    ):
        warnings.simplefilter("ignore")
        yield

"""The bank's answers against whole check cells, hidden tests too, in this process."""

import functools
from pathlib import Path

from ppdl_course.classroom.authoring.build import find_sources
from ppdl_course.classroom.bank.answers import read_bank
from ppdl_course.classroom.bank.whole_cells import WholeCells

ROOT = Path(__file__).parents[2]
SOURCES = {path.stem: path for path in find_sources(None, ROOT)}


@functools.cache
def cells_of(chapter):
    """A chapter's cells, read once."""
    return WholeCells(SOURCES[chapter])


@functools.cache
def bank_of(chapter):
    """The answers to each exercise; those with the published number are right here."""
    return read_bank(ROOT / "bank" / chapter, cells_of(chapter).exercises)


def answered(chapter, exercise, code):
    """Run an answer behind its chapter; return what is defined, and the check cell."""
    return cells_of(chapter).answered(exercise, code)


def function(chapter, exercise, answer):
    """Return the function that an answer of the bank defines."""
    return answered(chapter, exercise, answer.code)[0][exercise]


def first_right(chapter, exercise):
    """Return the function of the first right answer."""
    right = next(answer for answer in bank_of(chapter)[exercise] if answer.right)
    return function(chapter, exercise, right)


def run_check(chapter, exercise, answer):
    """Run the check cell of an answer's exercise; raise what it raises."""
    cells_of(chapter).run_check(exercise, answer.code)

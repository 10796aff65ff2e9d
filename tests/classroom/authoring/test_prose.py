"""Prose is filled without a change of what it says; markdown-it is the oracle."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ppdl_course.classroom.authoring.build import find_sources
from ppdl_course.classroom.authoring.marks import read_chapter
from ppdl_course.classroom.authoring.prose import WIDTH, fill_prose

from ..conftest import REPOSITORY

RENDER = MarkdownIt("commonmark").enable("table").render


def rendered(text):
    """The page that a text makes; within it, a line's end is a space."""
    return re.sub(r"\s+", " ", RENDER(text))


@pytest.mark.parametrize("source", find_sources(None, REPOSITORY), ids=lambda p: p.stem)
def test_every_chapter_says_the_same_and_keeps_to_the_width(source):
    for cell in read_chapter(source).cells:
        if cell.cell_type != "markdown":
            continue
        filled = fill_prose(cell.source)
        assert rendered(filled) == rendered(cell.source)
        assert fill_prose(filled) == filled
        assert filled.split() == cell.source.split()


PIECES = st.sampled_from(
    [
        *("word", "a", "$x + y$", "`a b`", "[a link](there)", "1.", "-", "+", "# no"),
        *(
            "\n",
            "\n\n",
            "\n- ",
            "\n  ",
            "\n1. ",
            "| a | b |",
            "<b>x</b>",
            "*",
            ">",
            "==",
        ),
        *("averyveryverylongword" * 3, "\n```\n", "\n$$\nx\n$$\n", "**bold words**"),
    ]
)


@given(st.lists(PIECES, max_size=40))
def test_any_text_keeps_its_words_and_its_page(pieces):
    text = " ".join(pieces)
    filled = fill_prose(text)
    assert filled.split() == text.split()
    assert rendered(filled) == rendered(text)


def test_a_long_paragraph_is_broken_and_a_short_one_joined():
    filled = fill_prose("one two\nthree " + "word " * 40 + "\n\n- an\n  item")
    first, *_, item = filled.split("\n")
    assert first.startswith("one two three")
    assert item == "- an item"
    assert max(map(len, filled.split("\n"))) <= WIDTH

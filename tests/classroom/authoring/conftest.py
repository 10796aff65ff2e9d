"""Chapters written by a test, and what is said against them."""

import re

import pytest

from ppdl_course.classroom.authoring.marks import ChapterError, read_chapter


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a text as chapter 1, of a cohort or of none."""

    def read_text(text, cohort=None):
        source = tmp_path / "01_topic.py"
        source.write_text(text, encoding="utf-8")
        return read_chapter(source, cohort)

    return read_text


@pytest.fixture
def defects(read):
    """Return a function that gives the lines in which a text is refused."""

    def defects_of(text):
        with pytest.raises(ChapterError) as refused:
            read(text)
        return str(refused.value).splitlines()

    return defects_of


def assert_named(lines, line, what):
    """Fail unless one of the lines names that line of the chapter and says that."""
    named = re.compile(rf"01_topic\.py:{line}: .*{re.escape(what)}")
    assert any(map(named.search, lines)), lines

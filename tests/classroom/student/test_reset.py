"""A fresh copy of a chapter, and the student's own is never lost."""

import shutil
from datetime import datetime

import pytest

from ppdl_course.classroom.course import keep_aside
from ppdl_course.classroom.student.reset import reset

from ..conftest import TINY


@pytest.fixture
def student(built, tmp_path):
    """What a student has: the unpacked notebooks, without sources, settings or git."""
    shutil.copytree(built / "notebooks", tmp_path / "notebooks")
    return tmp_path


def test_the_old_notebook_is_kept_and_the_fresh_one_is_as_built(student, built):
    mine = student / "notebooks" / TINY / f"{TINY}.ipynb"
    fresh = mine.read_bytes()
    mine.write_text("my answers")
    kept = reset(TINY, student)
    assert kept.parent == mine.parent
    assert kept.read_text() == "my answers"
    assert mine.read_bytes() == fresh
    stamp = kept.stem.removeprefix(f"{TINY}.before-reset-")
    assert abs(datetime.now() - datetime.strptime(stamp, "%Y%m%d-%H%M%S")).days == 0


def test_resets_in_the_same_second_overwrite_no_copy(student):
    mine = student / "notebooks" / TINY / f"{TINY}.ipynb"
    now = datetime(2030, 1, 2, 3, 4, 5)
    kept = []
    for text in ("first", "second", "third"):
        mine.write_text(text)
        kept.append(keep_aside(mine, now))
    assert [path.read_text() for path in kept] == ["first", "second", "third"]
    assert not mine.exists()


def test_a_deleted_notebook_comes_back(student):
    folder = student / "notebooks" / TINY
    shutil.rmtree(folder)
    assert reset("01", student) is None
    assert (folder / f"{TINY}.ipynb").exists()


def test_an_unknown_chapter_touches_nothing(student):
    before = sorted(student.rglob("*"))
    with pytest.raises(ValueError, match=f"'99'.* there are: {TINY}"):
        reset("99", student)
    assert sorted(student.rglob("*")) == before

"""A chapter's minutes are counted; what does not add up is refused with its line."""

import statistics

import pytest

from ppdl_course.classroom.authoring.build import find_sources
from ppdl_course.classroom.authoring.cells import code_lines
from ppdl_course.classroom.authoring.marks import (
    ChapterError,
    check_promises,
    read_chapter,
)
from ppdl_course.classroom.authoring.minutes import (
    Minutes,
    count_words,
    stated_minutes,
)

from ..conftest import REPOSITORY

SOURCES = find_sources(None, REPOSITORY)
CHAPTER = """\
# %% [markdown]
# # A chapter
#
# *Time: {time}*
#
# {prose}

# %%
import numpy as np
from ppdl_course.widgets import topic as explore
from ppdl_course.widgets.other import stepper

{code}

# %%
explore.slider(1)
stepper()

# %% [markdown]
# ### Exercise 1.1: twice
#
# {task}
#
# Words of the task that are not read in the reading minutes: {prose}
# <details><summary>Hint</summary>{prose}</details>


# %% exercise="double"
def double(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION


# %% check="double" points=2
with checking("double"):
    require(double(2) == 4, "Twice 2 is 4.")

# %% [markdown]
# ### Question 1.2
#
# *Difficulty 1/5. Importance 5/5. At home, 15 minutes.*

# %% [markdown] question="why" points=2
# Because. {prose}
"""
GOOD = {
    "time": (
        "28 minutes in class: 4 reading, 4 at the widgets, 20 exercises. At home: 15 "
        "minutes. Needs: nothing."
    ),
    "prose": "word " * 370,
    "code": "a = 1\n" * 22,
    "task": "*Difficulty 2/5. Importance 3/5. In class, 20 minutes.*",
}


@pytest.fixture
def problems(tmp_path):
    def found(text):
        source = tmp_path / "01_topic.py"
        source.write_text(text, encoding="utf-8")
        try:
            check_promises(source)
        except ChapterError as error:
            return [
                line.partition("01_topic.py:")[2] for line in str(error).split("\n")
            ]
        return []

    return found


def with_(**changed):
    parts = GOOD | changed
    # cells hold at most 15 lines
    code = parts["code"].splitlines()
    cells = ["\n".join(code[n : n + 10]) for n in range(0, len(code), 10)]
    return CHAPTER.format(**parts | {"code": "\n\n# %%\n".join(cells)})


def test_a_chapter_that_adds_up_is_taken(problems):
    # under 400 words, the title and this line among them, and 24 lines: 2 + 2 minutes
    assert problems(with_()) == []


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"prose": "word " * 800}, "31 minutes in class: 7 reading, 4 at the widgets"),
        ({"code": "a = 1\n" * 70}, "32 minutes in class: 8 reading, 4 at the widgets"),
        ({"time": GOOD["time"].replace("28", "29")}, "28 minutes in class: 4 reading"),
        ({"time": GOOD["time"].replace("15", "16")}, "At home: 15 minutes."),
        ({"time": "90 minutes."}, "28 minutes in class: 4 reading"),
    ],
)
def test_another_sum_is_refused_with_the_right_one(problems, changed, line):
    (problem,) = problems(with_(**changed))
    assert problem.startswith("1: the first cell must say: *Time: ")
    assert line in problem


@pytest.mark.parametrize(
    "task",
    [
        "",
        "*Difficulty 2/5. 20 minutes.*",
        "*Difficulty 2/5. Importance 3/5. In class, 20 minutes.* " * 2,
    ],
)
def test_a_task_says_its_figures_once(problems, task):
    found = problems(with_(task=task))
    assert any("the text before exercise 'double' must say once" in p for p in found)


def test_figures_out_of_range_and_classes_too_long_are_refused(problems):
    found = problems(
        with_(task="*Difficulty 7/5. Importance 0/5. In class, 95 minutes.*")
    )
    text = "\n".join(found)
    assert "difficulty of 'double' must be from 1 to 5, got 7" in text
    assert "importance of 'double' must be from 1 to 5, got 0" in text
    assert "exercises in class take 95 minutes; at most 50" in text
    assert "the class takes 103 minutes; at most 90" in text


def test_words_are_those_that_everybody_reads():
    assert count_words("Two words, $x = 1$ | --- <details>\nnot these</details>") == 4
    assert count_words("Before.\n\n### Exercise 1.1\n\nnot these") == 1


def test_what_a_first_cell_states_is_read_over_its_line_ends():
    minutes = Minutes(reading=30, widgets=4, exercises=40, at_home=0)
    assert stated_minutes("# T\n\n" + minutes.line().replace(" ", "\n")) == minutes
    assert stated_minutes("*Time: 90 minutes.*") is None


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_chapter_keeps_its_promises_and_its_cells_short(source):
    check_promises(source)
    cells = [c for c in read_chapter(source).cells if c.cell_type == "code"]
    assert statistics.median(code_lines(cell.source) for cell in cells) <= 6

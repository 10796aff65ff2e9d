"""What is wrong with a chapter's source is said with file and line."""

import pytest

from .conftest import assert_named

GOOD = '''\
# %% [markdown]
# # A chapter

# %%
import numpy as np


# %% exercise="double"
def double(x):
    """Return twice ``x``."""
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION


# %% check="double" points=2
with checking("double"):
    require(double(2) == 4, "Twice 2 is 4.")
    # BEGIN HIDDEN TESTS
    require(double(0) == 0, "Twice 0 is 0.")
    # END HIDDEN TESTS

# %% [markdown] question="why" points=1.5
# Because.
'''


def test_marks_become_the_metadata_that_nbgrader_wants(read):
    _, _, exercise, check, question = read(GOOD).cells
    assert exercise.metadata.nbgrader == {
        "grade": False,
        "grade_id": "double",
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    assert check.metadata.nbgrader == {
        "grade": True,
        "grade_id": "check-double",
        "locked": True,
        "points": 2,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    assert question.metadata.nbgrader["points"] == 1.5
    assert question.metadata.nbgrader["solution"]
    assert question.metadata.nbgrader["grade"]


def test_run_all_goes_on_past_a_check_that_fails(read):
    tags = [cell.metadata.get("tags") for cell in read(GOOD).cells]
    assert tags == [None, None, None, ["raises-exception"], None]


def test_cell_ids_are_the_grade_id_or_come_from_type_and_source(read):
    twice = GOOD + "\n# %%\n1 + 1\n\n# %%\n1 + 1\n\n# %% [markdown]\n# 1 + 1\n"
    ids = [cell.id for cell in read(twice).cells]
    assert ids[2:5] == ["double", "check-double", "why"]
    assert ids[6] == ids[5] + "-2"
    assert len(set(ids)) == len(ids)
    assert ids == [cell.id for cell in read(twice).cells]
    assert [cell.id for cell in read(GOOD).cells] == ids[:5]  # others do not move them


LONG = "\n".join(f"a{n} = {n}" for n in range(16))
BROKEN = {
    "a mark before the first cell": ("# %% [markdown]\n# # A", "x = 1\n", 1, "before"),
    "an unknown mark": ("# %%\n", '# %% tags=["a"]\n', 4, "unknown mark tags"),
    "markdown within a hint": (
        "# # A chapter",
        "# # A chapter\n#\n# <details><summary>Hint</summary>Try\n# `np`.</details>",
        5,
        "'`np`' stays as typed within <details>",
    ),
    "a title": ("# %%\n", "# %% Set-up\n", 4, "unknown mark title"),
    "two marks": ("points=2", 'points=2 exercise="a"', 16, "one of them"),
    "numbers without an exercise": (
        '# %% exercise="double"',
        '# %% varies="treble"\nK = 2  # of 2, 3\n\n# %% exercise="double"',
        8,
        "right before its exercise",
    ),
    "a name in capitals": ('"double" points', '"Double" points', 16, "lower case"),
    "no points": (" points=2", "", 16, 'check "double" has no points'),
    "no points for a question": (" points=1.5", "", 23, 'question "why" has no points'),
    "points of 0": ("points=2", "points=0", 16, "above 0, got 0"),
    "points in words": ("points=2", 'points="2"', 16, "above 0, got '2'"),
    "points of an exercise": ('e="double"', 'e="double" points=1', 8, "belong to"),
    "a question in code": ("[markdown] question", "question", 23, "a markdown cell"),
    "an exercise in prose": ("%% exercise", "%% [markdown] exercise", 8, "a code cell"),
    "a cell too long": (
        "import numpy as np",
        LONG,
        4,
        "16 lines, blank ones and imports not counted",
    ),
    "a word of nbgrader's": ("import numpy", "# AUTOTEST", 5, "means something"),
    "no solution": ("    # BEGIN SOLUTION\n", "", 12, "without its partner"),
    "neither end of one": (
        "    # BEGIN SOLUTION\n    return 2 * x\n    # END SOLUTION\n",
        "    return 2 * x\n",
        8,
        "has no # BEGIN SOLUTION",
    ),
    "an open solution": ("    # END SOLUTION\n", "", 8, "BEGIN SOLUTION without END"),
    "a solution outside": ("import numpy", "# BEGIN SOLUTION\nimport numpy", 5, "outs"),
    "hidden tests outside": (
        "import numpy",
        "# BEGIN HIDDEN TESTS\n",
        5,
        "outside a c",
    ),
    "hidden tests in prose": ("# # A", "# BEGIN HIDDEN TESTS", 2, "outside a check"),
    "a hidden test after code": (
        "    # BEGIN HIDDEN TESTS",
        "    x = 1  # BEGIN HIDDEN TESTS",
        19,
        "stands alone",
    ),
    "an exercise twice": (
        "# %% [markdown] q",
        '# %% exercise="double"\n# BEGIN SOLUTION\n# END SOLUTION\n\n# %% [markdown] q',
        23,
        "the name is used on line 8",
    ),
    "a question's name taken": ('question="why"', 'question="double"', 23, "line 8"),
    "a check twice": (
        "# %% [markdown] q",
        '# %% check="double" points=1\nwith checking("double"):\n    pass\n\n'
        "# %% [markdown] q",
        23,
        "twice",
    ),
    "an exercise without a check": ('# %% check="double" points=2', "# %%", 8, "check"),
    "a cell before its check": (
        '# %% check="double"',
        '# %%\nx = 1\n\n# %% check="double"',
        8,
        "next code cell",
    ),
    "a check of nothing": ('check="double"', 'check="treble"', 16, "no exercise"),
    "a check of another": ('checking("double")', 'checking("x")', 16, "one statement"),
    "a check unguarded": ('with checking("double"):', "if True:", 16, "one statement"),
    "two statements": (
        "    # END HIDDEN TESTS",
        "    # END HIDDEN TESTS\nx = 1",
        16,
        "o",
    ),
    "only hidden tests": (
        '    require(double(2) == 4, "Twice 2 is 4.")\n',
        "",
        16,
        "nothing left",
    ),
    "code that does not parse": ("return 2 * x", "return 2 *", 12, "does not parse"),
}


@pytest.mark.parametrize(
    ("old", "new", "line", "what"), BROKEN.values(), ids=BROKEN.keys()
)
def test_a_defect_is_named_with_its_line(defects, old, new, line, what):
    assert old in GOOD
    assert_named(defects(GOOD.replace(old, new, 1)), line, what)


def test_all_defects_are_named_at_once_in_their_order(defects):
    named = defects(GOOD.replace(" points=2", "").replace(" points=1.5", ""))
    assert [each.split(":")[-2] for each in named] == ["16", "23"]

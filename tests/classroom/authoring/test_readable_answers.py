"""An answer that stands readable in its own edition is found, and only that."""

import pytest

from ppdl_course.classroom.authoring.marks import _split
from ppdl_course.classroom.authoring.readable_answers import check_readable_answers

EXERCISE = '''\
# %% exercise="record"
def record(dW):
    """Return the record."""
    # BEGIN SOLUTION
    row = dW[np.argmax(np.abs(dW[:, 0]))]
    return row[1:] / row[0]  # the bias node's column
    # END SOLUTION


# %% check="record" points=2
with checking("record"):
    require(True, "")
    # BEGIN HIDDEN TESTS
    best = W[np.argmax(np.abs(W[:, 0]))]
    require(best[1:] / best[0], "")
    # END HIDDEN TESTS

'''


def problems(*cells):
    found = []
    check_readable_answers(_split("\n".join(cells), []), found)
    return found


def demo(code, mark=""):
    return f"# %%{mark}\n{code}\n"


def test_a_function_that_is_the_answer_is_found_before_and_after():
    answer = demo(
        "def other(W):\n    best = W[np.argmax(np.abs(W[:, 0]))]\n"
        "    return best[1:] / best[0]"
    )
    for cells in ((answer, EXERCISE), (EXERCISE, answer)):
        ((line, what),) = problems(*cells)
        assert "2 lines of the answer to 'record'" in what
        text = "\n".join(cells).split("\n")
        assert "best = W[np.argmax" in text[line - 1]


def test_the_answer_in_prose_is_found_too():
    fence = (
        "# %% [markdown]\n# ```\n# v = M[np.argmax(np.abs(M[:, 0]))]\n"
        "# return v[1:] / v[0]\n# ```\n"
    )
    assert len(problems(EXERCISE, fence)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "row = dW[np.argmin(np.abs(dW[:, 0]))]\nprint(row[1:] / row[0])",
        "row = dW[np.argmax(np.abs(dW[:, 0]))]\nprint(row)\nprint(row[1:] / row[0])",
        "row = dW[np.argmax(np.abs(dW[:, 1]))]\nreturn row[1:] / row[0]",
        "x = leaked_record(dW)",
    ],
)
def test_other_code_is_not(code):
    assert problems(EXERCISE, demo(code)) == []


def test_hidden_tests_and_model_answers_are_not_visible():
    question = (
        '# %% [markdown] question="why" points=1\n'
        "# row = dW[np.argmax(np.abs(dW[:, 0]))]\n# return row[1:] / row[0]\n"
    )
    assert problems(EXERCISE, question) == []


def test_short_lines_that_many_programs_share_are_not():
    exercise = '# %% exercise="f"\ndef f(x):\n    # BEGIN SOLUTION\n    y = []\n'
    exercise += "    for v in x:\n    # END SOLUTION\n\n"
    assert problems(exercise, demo("z = []\nfor w in x:\n    pass")) == []

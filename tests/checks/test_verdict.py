"""The verdict of a check: what a student reads, and what cannot be forged."""

import sys

import numpy as np
import pytest

from ppdl_course.checks.verdict import (
    WIDTH,
    Mistake,
    checking,
    require,
    require_array,
    require_close,
    require_kept,
    require_refused,
)


def test_a_passed_check_says_so(capsys):
    with checking("sigmoid"):
        require(True, "never seen")
    assert capsys.readouterr().out == "✔ sigmoid: passed\n"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (Mistake("wrong sign"), "✘ sigmoid: wrong sign"),
        (AssertionError("0 != 1"), "✘ sigmoid: 0 != 1"),
        (AssertionError(), "✘ sigmoid: a test failed without a message"),
        (NotImplementedError(), "✎ sigmoid: not answered yet"),
    ],
)
def test_a_failed_check_is_one_line_without_the_chain_of_errors(error, message):
    with pytest.raises(Mistake) as caught, checking("sigmoid"):
        raise error
    assert str(caught.value).startswith(message)
    assert caught.value.__suppress_context__
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_a_long_message_is_shown_in_lines_that_break_between_words():
    words = "a float has 53 bits and Q has 73 " * 6 + "x" * 100 + "\nsecond line"
    (shown,) = Mistake(words)._render_traceback_()
    first, last = shown.splitlines()[:-2], shown.splitlines()[-2:]
    assert len(first) > 1
    assert max(map(len, first)) <= WIDTH
    assert last == ["x" * 100, "second line"]
    assert shown.split() == words.split()


def test_another_error_of_the_answer_passes_through():
    with pytest.raises(ZeroDivisionError), checking("sigmoid"):
        1 / 0  # noqa: B018


def test_warnings_of_an_answer_do_not_reach_the_error_stream(capsys):
    with checking("sigmoid"):
        print("RuntimeWarning: overflow", file=sys.stderr)
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("RuntimeWarning: overflow")


class Yes:
    """Claims to be true, and equal to everything."""

    def __bool__(self):
        return True

    def __eq__(self, other):
        return self

    __hash__ = None


@pytest.mark.parametrize("claim", [Yes(), Yes() == 0, 1, "yes", np.array([True])])
def test_only_an_honest_bool_counts(claim):
    with pytest.raises(TypeError, match="condition must be a bool"):
        require(claim, "never seen")


def test_numpy_bools_count():
    require(np.bool_(True), "never seen")
    with pytest.raises(Mistake, match="seen"):
        require(np.bool_(False), "seen")


@pytest.mark.parametrize(
    "value", [[1, 2], (1, 2), np.array([1, 2], np.int8), [np.float32(1), 2]]
)
def test_lists_and_arrays_of_any_number_type_are_taken(value):
    array = require_array(value, shape=(2,), what="it")
    assert (array.dtype, array.tolist()) == (np.float64, [1, 2])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "it is None: does every path return a value?"),
        ("one", "it must be an array of numbers, got str"),
        ([[1], [2, 3]], "it must be an array of numbers, got list"),
        ([1, 2, 3], r"it must have shape \(2,\), got \(3,\)"),
        ([1, np.nan], "it holds NaN or infinity"),
        ([np.inf, 1], "it holds NaN or infinity"),
    ],
)
def test_what_is_not_such_an_array_is_named(value, message):
    with pytest.raises(Mistake, match=message):
        require_array(value, shape=(2,), what="it")


def test_close_values_pass_and_far_ones_show_the_worst_place():
    expected = np.array([[1.0, 2.0], [3.0, 4.0]])
    require_close(expected.astype(np.float32), expected, what="it")
    with pytest.raises(Mistake, match=r"it is wrong at \(1, 0\): got 9"):
        require_close(np.array([[1, 2.5], [9, 4]]), expected, what="it")


def test_a_known_mistake_is_named_only_where_it_fits():
    expected, negated = np.array([1.0, 2.0]), np.array([-1.0, -2.0])
    known = [("the sign is turned", negated), ("other shape", np.array(-1.0))]
    with pytest.raises(Mistake, match="the sign is turned"):
        require_close(negated, expected, what="it", mistakes=known)
    with pytest.raises(Mistake, match="it is wrong"):
        require_close(negated * 2, expected, what="it", mistakes=known)


def test_a_changed_argument_is_named():
    require_kept(np.ones(2), np.ones(2), "x")
    with pytest.raises(Mistake, match="your function changes x, its argument"):
        require_kept(np.ones(2), np.zeros(2), "x")


def refuse():
    raise ValueError("too large")


def test_a_refusal_is_a_value_error_and_nothing_else():
    require_refused(refuse, "f(9)", "9 is too large.")
    with pytest.raises(Mistake, match=r"f\(9\) gives 3. 9 is too large"):
        require_refused(lambda: 3, "f(9)", "9 is too large.")
    with pytest.raises(Mistake, match="raises ZeroDivisionError: ValueError is asked"):
        require_refused(lambda: 1 // 0, "f(9)", "9 is too large.")


def test_of_mistakes_that_give_the_same_each_is_named():
    got, expected = np.array([2.0, 4.0]), np.array([1.0, 3.0])
    mistakes = [("one more.", got), ("another.", got + 1), ("no minus.", got.copy())]
    with pytest.raises(Mistake) as told:
        require_close(got, expected, what="it", mistakes=[*mistakes, mistakes[0]])
    assert str(told.value) == "one more.\nOr: no minus."

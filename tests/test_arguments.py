"""Each validator takes what its bound says, refuses the rest and names three things."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ppdl_course.arguments import (
    array_of,
    at_least,
    between,
    class_labels,
    finite,
    non_negative,
    one_of,
    positive,
    probabilities,
    real_matrix,
    record_of,
    within,
)

SCALARS = {
    "positive": positive,
    "non_negative": non_negative,
    "finite": finite,
    "within": lambda **x: within("[0, 1]", **x),
    "at_least": lambda **x: at_least(0, **x),
    "between": lambda **x: between(0, 1, **x),
}
NUMBERS = st.floats() | st.integers() | st.fractions()
ALIKE = (float, np.float64, np.float32, int, np.int8, Fraction)


def refused(validator, **arguments):
    try:
        validator(**arguments)
    except ValueError:
        return True
    return False


@given(NUMBERS)
@example(0.0)
@example(-0.0)
@example(5e-324)
@example(math.inf)
@example(10**400)
def test_a_sign_is_tested_as_arithmetic_defines_it(x):
    number = x == x and abs(x) != math.inf
    assert refused(finite, x=x) is not number
    assert refused(non_negative, x=x) is not (number and x >= 0)
    assert refused(positive, x=x) is not (number and x > 0)


@given(NUMBERS, st.integers(-3, 3), st.integers(-3, 3))
@example(0.0, 0, 1)
@example(1, 0, 1)
def test_an_interval_holds_its_ends_on_the_square_side_only(x, low, high):
    assert refused(lambda: within(f"({low}, {high})", x=x)) is not (low < x < high)
    assert refused(lambda: within(f"[{low}, {high})", x=x)) is not (low <= x < high)
    assert refused(lambda: within(f"({low}, {high}]", x=x)) is not (low < x <= high)
    assert refused(lambda: within(f"[{low}, {high}]", x=x)) is not (low <= x <= high)


@given(st.integers(), st.integers(), st.integers())
@example(0, 0, 0)
@example(2**70, 2**70, 2**70 + 1)
def test_integers_are_compared_without_rounding(k, low, high):
    assert refused(lambda: at_least(low, k=k)) is (k < low)
    assert refused(lambda: between(low, high, k=k)) is not (low <= k <= high)


@pytest.mark.parametrize("name", SCALARS)
@pytest.mark.parametrize(
    "value", [math.nan, np.float64("nan"), np.float32("nan"), True, None, "1", [1], 1j]
)
def test_nan_and_what_is_no_number_are_refused_by_all(name, value):
    with pytest.raises(ValueError, match=r"^x must be .+, got "):
        SCALARS[name](x=value)


@pytest.mark.parametrize("kind", ALIKE)
def test_a_number_may_come_in_any_type_that_holds_it(kind):
    for validator in (positive, non_negative, finite, SCALARS["within"]):
        assert validator(x=kind(1)) is None
    with pytest.raises(ValueError, match=r"x must be in \[0, 1\), got"):
        within("[0, 1)", x=kind(1))  # the same type is measured, not waved through


@pytest.mark.parametrize("kind", [float, np.float64, Fraction])
def test_an_integer_may_not_come_as_a_fraction(kind):
    with pytest.raises(ValueError, match="steps must be an integer >= 1, got 2"):
        at_least(1, steps=kind(2))
    with pytest.raises(ValueError, match=r"i must be an integer in 1\.\.5, got 2"):
        between(1, 5, i=kind(2))


@pytest.mark.parametrize("kind", [int, np.int64, np.uint8])
def test_an_integer_may_come_from_numpy(kind):
    assert at_least(3, k=kind(3)) is None
    assert between(3, 3, k=kind(3)) is None
    with pytest.raises(ValueError, match="k must be an integer >= 4, got 3"):
        at_least(4, k=kind(3))
    with pytest.raises(ValueError, match=r"k must be an integer in 4\.\.9, got 3"):
        between(4, 9, k=kind(3))


def test_an_error_names_the_argument_the_bound_and_the_value():
    for call, text in (
        (lambda: positive(epsilon=-1), "epsilon must be positive and finite, got -1"),
        (lambda: non_negative(sigma=-0.5), "sigma must be >= 0 and finite, got -0.5"),
        (lambda: finite(start=math.inf), "start must be finite, got inf"),
        (lambda: within("[0, 1)", delta=1), "delta must be in [0, 1), got 1"),
        (lambda: within("(0, 1]", q=np.float64(0)), "q must be in (0, 1], got 0.0"),
        (lambda: at_least(1, n="a"), "n must be an integer >= 1, got 'a'"),
        (lambda: between(0, 1, bit=2), "bit must be 0 or 1, got 2"),
        (lambda: between(0, 3, k=np.int64(4)), "k must be an integer in 0..3, got 4"),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
            call()


def test_of_several_arguments_the_wrong_one_is_named():
    with pytest.raises(ValueError, match=r"^b must be positive"):
        positive(a=1, b=0, c=2)
    with pytest.raises(ValueError, match=r"^low must be an integer >= 2, got 1"):
        at_least(2, high=3, low=1)  # an argument may be called as ours are


FLOATS = st.floats(allow_nan=True, allow_infinity=True)


@given(
    arrays(np.float64, st.tuples(st.integers(0, 3), st.integers(0, 3)), elements=FLOATS)
)
def test_a_matrix_comes_back_as_it_was_or_not_at_all(x):
    good = x.shape[1] == 2 and len(x) > 0 and bool(np.isfinite(x).all())
    assert refused(lambda: real_matrix(2, np.dtype(np.float64), x=x)) is not good
    if good:
        assert real_matrix(2, np.dtype(np.float64), x=x) is x


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([[1.0, 2.0, 3.0]], r"x must have shape \(n, 2\) with n >= 1, got \(1, 3\)"),
        ([1.0, 2.0], r"x must have shape \(n, 2\) with n >= 1, got \(2,\)"),
        ([[1.0, 2.0], [3.0, math.nan]], "x must be finite, got nan at row 1, column 1"),
        ([[1j, 2]], "x must have a dtype that float64 can hold without loss, got comp"),
        ([["a", "b"]], "x must have a dtype that float64 can hold without loss"),
    ],
)
def test_a_matrix_is_refused_with_what_is_wrong_in_it(value, text):
    with pytest.raises(ValueError, match=f"^{text}"):
        real_matrix(2, np.dtype(np.float64), x=value)


def test_a_matrix_becomes_wider_and_never_narrower():
    narrow = np.array([[1, 2]], dtype=np.float32)
    wide = real_matrix(2, np.dtype(np.float64), x=narrow)
    assert wide.dtype == np.float64
    assert np.array_equal(wide, narrow)
    with pytest.raises(ValueError, match="float32 can hold without loss, got float64"):
        real_matrix(2, np.dtype(np.float32), x=wide)


@given(arrays(np.int64, st.integers(0, 4), elements=st.integers(-1, 3)))
def test_labels_are_count_integers_below_classes(y):
    good = len(y) == 3 and bool(((y >= 0) & (y < 3)).all())
    assert refused(lambda: class_labels(3, 3, y=y)) is not good
    if good:
        assert np.array_equal(class_labels(3, 3, y=y), y)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([0.0, 1.0], "y must be integer class labels, got float64"),
        ([math.nan, 1.0], "y must be integer class labels, got float64"),
        ([True, False], "y must be integer class labels, got bool"),
        ([[0, 1]], r"y must have shape \(2,\), got \(1, 2\)"),
        ([0, 3], r"y must lie in 0\.\.2, got 3 at row 1"),
        ([-1, 0], r"y must lie in 0\.\.2, got -1 at row 0"),
    ],
)
def test_labels_are_refused_with_what_is_wrong_in_them(value, text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        class_labels(2, 3, y=value)


def test_an_array_of_a_shape_and_a_type_is_taken_as_it_is_only():
    array_of((2, 3), np.uint8, columns=np.zeros((2, 3), np.uint8))
    with pytest.raises(
        ValueError, match=r"columns must have shape \(2, 3\), got \(3, 2"
    ):
        array_of((2, 3), np.uint8, columns=np.zeros((3, 2), np.uint8))
    with pytest.raises(ValueError, match="columns must have dtype uint8, got int64"):
        array_of((2, 3), np.uint8, columns=np.zeros((2, 3), np.int64))
    with pytest.raises(ValueError, match=r"columns must have shape \(2,\), got list"):
        array_of((2,), np.uint8, columns=[0, 1])


def test_a_member_is_taken_and_another_value_named_with_the_choices():
    one_of(("on", "off"), rule="on")
    with pytest.raises(ValueError, match=r"rule must be one of .*'off'.*, got 'maybe'"):
        one_of(("on", "off"), rule="maybe")


@given(arrays(float, (2, 3), elements=st.floats()))
def test_probabilities_are_taken_as_they_are_or_refused_by_value(x):
    if ((x >= 0) & (x <= 1)).all():
        assert np.array_equal(probabilities(x=x), x)
    else:
        with pytest.raises(ValueError, match=r"^x must be in \[0, 1\], got"):
            probabilities(x=x)


@pytest.mark.parametrize("value", [True, "0.5", 1j, None])
def test_what_is_no_number_is_no_probability(value):
    with pytest.raises(ValueError, match=r"^x must be numbers in \[0, 1\], got"):
        probabilities(x=value)


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (None, "NoneType"),
        ([1], "list"),
        ({}, r"\[\]"),
        ({"a": 1, 2: 3}, r"\['2', 'a'\]"),
    ],
)
def test_a_message_has_exactly_its_entries(value, got):
    record_of("a", "b", message={"b": 1, "a": None})
    words = rf"message must have the entries \['a', 'b'\], got {got}"
    with pytest.raises(ValueError, match=words):
        record_of("a", "b", message=value)

"""What a check says of a wrong result is what it measured, and nothing of a guess."""

import numpy as np
import pytest

from ppdl_course.checks.differences import pattern
from ppdl_course.checks.verdict import Mistake, require_array, require_close

RIGHT = np.random.default_rng(4).normal(size=(5, 3))


@pytest.mark.parametrize(
    ("slip", "clause"),
    [
        (lambda r: -r, "the sign of every entry is turned"),
        (lambda r: 0 * r, "all entries are 0"),
        (lambda r: r / 5, "every entry is 0.2 times the right one"),
        (lambda r: r - 2, "every entry is 2 too small"),
        (np.abs, "the signs of the entries are lost"),
        (lambda r: np.maximum(r, 0), "the entries below 0 are 0"),
        (np.tanh, "the entries went through tanh"),
        (lambda r: r[::-1], "the rows are in reverse order"),
        (lambda r: r[:, ::-1], "the columns are in reverse order"),
        (lambda r: np.roll(r, 1, axis=0), "the rows are shifted by one"),
        (lambda r: np.round(r, 2), "the entries are rounded to 2 decimals"),
        (lambda r: r.astype(int), "the entries are cut to whole numbers"),
        (np.square, "the entries are squared"),
        (lambda r: 1 / r, "every entry is 1 divided by the right one"),
        (lambda r: np.clip(r, -0.5, 0.5), "the entries are cut off at -0.5 or 0.5"),
        (lambda r: np.cumsum(r, axis=0), "the entries are added up as they come"),
        (lambda r: np.tile(r.mean(0), (5, 1)), "every row is the mean of the right"),
        (lambda r: np.tile(r[2], (5, 1)), "every row is the right row 2"),
        (lambda r: r * [1, 1, 2], "the columns 2 are wrong and the others right"),
        (lambda r: r * [[1], [1], [0], [1], [1]], "the rows 2 are 0 and the others"),
        (lambda r: r * (1 + 1e-4 * np.sign(r - 0.1)), "off by at most 0.0001 of"),
        (lambda r: r**3 + 1, ""),
    ],
)
def test_one_slip_in_all_entries_is_described(slip, clause):
    told = pattern(np.asarray(slip(RIGHT), float), RIGHT)
    assert told.startswith(clause)
    assert bool(told) == bool(clause)


def test_unrelated_results_have_no_pattern():
    rng = np.random.default_rng(1)
    for size in (3, 4, 9):
        for _ in range(300):
            assert pattern(rng.normal(size=size), rng.normal(size=size)) == ""


def test_a_result_of_one_or_two_numbers_and_a_constant_one_have_no_pattern():
    assert pattern(np.array([2.0]), np.array([1.0])) == ""
    assert pattern(np.array([2.0, 4.0]), np.array([1.0, 2.0])) == ""
    assert pattern(np.array([2.0, 2.0, 2.0]), np.array([1.0, 1.0, 1.0])) == ""


def test_the_pattern_ends_the_message_of_a_result_with_no_mistake_of_its_own():
    right = np.array([1.0, -2.0, 4.0])
    with pytest.raises(Mistake, match=r"z is wrong at \(2,\): got 8; .* 2 times the"):
        require_close(2 * right, right, what="z")


@pytest.mark.parametrize(
    ("shape", "clause"),
    [
        ((3, 5), "its axes are exchanged"),
        ((5, 1, 3), "an axis of length 1"),
        ((5,), "an axis was summed"),
        ((5, 2, 3), "an axis is left"),
        ((7, 2), r"got \(7, 2\)$"),
    ],
)
def test_a_wrong_shape_is_compared_with_the_right_one(shape, clause):
    with pytest.raises(Mistake, match=clause):
        require_array(np.ones(shape), shape=(5, 3), what="z")

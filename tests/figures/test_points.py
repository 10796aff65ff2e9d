"""The picture of a class's points says what it shows, in bars and in words."""

import numpy as np
import pytest

from ppdl_course.figures.points import MOST_BARS, points_distribution


def heights(picture):
    return [bar.get_height() for bar in picture.axes[0].patches]


def test_each_bar_is_the_number_of_students_with_these_points():
    totals = [0, 0, 2, 3, 5, 5.5, 13]
    picture = points_distribution(totals, maximum=13, chapter="01_tiny")
    expected = [sum(int(total) == points for total in totals) for points in range(14)]
    assert heights(picture) == expected
    (line,) = picture.axes[0].lines
    assert list(line.get_xdata()) == [3, 3]


def test_the_words_give_the_same_numbers():
    alt = points_distribution([0, 0, 5], maximum=5, chapter="01_tiny").alt
    assert alt.startswith(
        "Points for the checks of 01_tiny, of 5, by 3 students: 2 with 0, 1 with 5. "
    )
    assert alt.endswith(" Median 0, mean 1.67.")
    alone = points_distribution([5], maximum=5, chapter="01_tiny").alt
    assert alone.startswith("Points for the checks of 01_tiny, of 5, by 1 student: ")


@pytest.mark.parametrize("maximum", [1, 2.5, 29, 30, 31, 97, 1000])
def test_no_student_is_lost_and_there_are_not_too_many_bars(maximum):
    rng = np.random.default_rng(0)
    totals = [0, maximum, *rng.uniform(0, maximum, 50)]
    bars = heights(points_distribution(totals, maximum=maximum, chapter="01_tiny"))
    assert sum(bars) == 52
    assert len(bars) <= MOST_BARS + 1
    assert bars[0] >= 1
    assert bars[-1] >= 1


def test_axes_are_labelled():
    ax = points_distribution([1, 2], maximum=3, chapter="01_tiny").axes[0]
    assert ax.get_xlabel() == "points for the checks (of 3)"
    assert ax.get_ylabel() == "students"


@pytest.mark.parametrize(
    ("totals", "maximum", "says"),
    [
        ([1], 0, "maximum must be positive and finite, got 0"),
        ([], 3, "totals must be a list of numbers"),
        ([4], 3, "totals must lie from 0 to 3"),
        ([-1], 3, "totals must lie from 0 to 3"),
        ([float("nan")], 3, "totals must lie from 0 to 3"),
    ],
)
def test_impossible_points_are_refused(totals, maximum, says):
    with pytest.raises(ValueError, match=says):
        points_distribution(totals, maximum=maximum, chapter="01_tiny")

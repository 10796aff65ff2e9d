"""F1 by hand, and an interval that holds what it should as often as it says."""

import numpy as np
import pytest

from ppdl_course.families.entities import counts, f1, f1_by_type, f1_interval

A, B, C = (0, 2, "PERSON"), (3, 5, "AGE"), (3, 5, "PHONE")


def test_ends_and_type_have_to_be_right():
    table = counts([[A, B], [A], []], [[A, C], [(0, 3, "PERSON")], [B]])
    assert table.tolist() == [[1, 2, 2], [0, 1, 1], [0, 0, 1]]
    assert f1(table) == pytest.approx(2 * (1 / 4 * 1 / 3) / (1 / 4 + 1 / 3))


def test_nothing_to_find_and_nothing_found_is_perfect():
    assert f1(counts([[], []], [[], []])) == 1.0


def test_the_interval_holds_the_true_f1_about_as_often_as_its_level():
    rng = np.random.default_rng(1)
    # right ~ Binomial(there, 0.8) and found = there: the true F1 is 0.8
    held = 0
    for _ in range(200):
        there = rng.integers(1, 8, size=150)
        table = np.stack([rng.binomial(there, 0.8), there, there], axis=1)
        low, high = f1_interval(table, rng, draws=400, level=0.9)
        held += low <= 0.8 <= high
    assert 0.82 < held / 200 < 0.97  # sd of the share is 0.021


def test_a_tagger_leads_itself_by_nothing():
    table = np.array([[1, 2, 2], [3, 3, 4], [0, 1, 1]])
    assert f1_interval(table, np.random.default_rng(0), against=table) == (0, 0)


def test_each_type_is_scored_without_the_others():
    truth, found = [[A, B], [A], [B]] * 40, [[A, C], [A], [B]] * 40
    scores = f1_by_type(truth, found, np.random.default_rng(0))
    assert {name: score[0] for name, score in scores.items()} == pytest.approx(
        {"all": 3 / 4, "AGE": 2 / 3, "PERSON": 1}
    )
    assert scores["PERSON"] == (1, 1, 1)
    assert scores["AGE"][1] < scores["AGE"][0] < scores["AGE"][2]


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="lengths"):
        counts([[]], [])
    with pytest.raises(ValueError, match="level"):
        f1_interval(np.ones((2, 3), int), np.random.default_rng(0), level=1)

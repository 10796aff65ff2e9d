"""Tests for answered_queries: the data drawn, not the pixels."""

import numpy as np
import pytest

from ppdl_course.figures.answered_queries import budget_ledger, histogram_utility


def test_the_ledger_counts_the_queries_within_the_budget():
    picture = budget_ledger(epsilon_each=0.05, budget=2.0)
    basic, advanced, concentrated = picture.axes[0].lines[:3]
    assert np.sum(basic.get_ydata() <= 2.0 + 1e-9) == 40
    assert "40 by basic" in picture.alt
    assert advanced.get_ydata()[-1] < basic.get_ydata()[-1]
    assert np.all(concentrated.get_ydata() <= advanced.get_ydata())


def test_the_histogram_shows_true_and_released_bars_and_the_error():
    picture = histogram_utility(["a", "b"], [30, 50], epsilon=0.1)
    bars, curve = picture.axes
    heights = [bar.get_height() for bar in bars.patches]
    assert heights[:2] == [30, 50]
    assert 0 < np.abs(np.array(heights[2:]) - [30, 50]).max() < 120
    point = curve.lines[1].get_data()
    assert (point[0][0], point[1][0]) == pytest.approx((0.1, 25.0))
    replaced = histogram_utility(["a", "b"], [30, 50], epsilon=0.1, replace=True)
    assert replaced.axes[1].lines[1].get_ydata()[0] == pytest.approx(50.0)


def test_another_release_stands_on_the_same_axis():
    seeds = [
        histogram_utility(["a", "b"], [30, 50], epsilon=0.01, seed=seed)
        for seed in range(5)
    ]
    assert len({picture.axes[0].get_ylim() for picture in seeds}) == 1
    low, high = seeds[0].axes[0].get_ylim()
    assert low < 0
    assert high > 50

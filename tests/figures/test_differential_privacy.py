"""Tests for differential_privacy: the data drawn, not the pixels."""

import numpy as np
import pytest

from ppdl_course.figures import answered_queries
from ppdl_course.figures import differential_privacy as dp


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 4.0])
def test_the_log_ratio_touches_epsilon_and_never_crosses_it(epsilon):
    picture = dp.neighbour_densities(epsilon=epsilon)
    densities, ratio, _ = picture.axes
    drawn = ratio.lines[0].get_ydata()
    assert np.abs(drawn).max() == pytest.approx(epsilon)
    without, with_party = (np.log(line.get_ydata()) for line in densities.lines)
    np.testing.assert_allclose(with_party - without, drawn, atol=1e-9)


def test_the_best_test_drawn_beats_guessing_by_what_epsilon_allows():
    _, _, roc = dp.neighbour_densities(epsilon=1.0).axes
    alarm, power = roc.lines[0].get_data()
    assert np.all(power >= alarm - 1e-12)
    # right half the time plus half the largest gap: (1 - e^-1/2) / 2 for Laplace
    assert (power - alarm).max() == pytest.approx(1 - np.exp(-0.5), abs=1e-4)
    assert "69.7%" in roc.get_title()


def test_the_gaussian_leaves_the_band():
    _, ratio, _ = dp.neighbour_densities(epsilon=1.0, mechanism="Gaussian").axes
    assert np.abs(ratio.lines[0].get_ydata()).max() > 1.0
    with pytest.raises(ValueError, match="mechanism must be Laplace or Gaussian"):
        dp.neighbour_densities(epsilon=1.0, mechanism="none")


def test_clipping_errors_fall_and_noise_grows_with_the_bound():
    amounts = np.array([1.0, 2.0, 10.0])
    picture = dp.clipping_errors(amounts, bounds=[1.0, 4.0, 10.0], epsilon=0.5)
    lost, noise = (line.get_ydata() for line in picture.axes[0].lines[:2])
    assert list(lost) == [10.0, 6.0, 0.0]  # by hand
    assert list(noise) == [2.0, 8.0, 20.0]
    assert "10 lost and 2 noise at 1" in picture.alt
    with pytest.raises(ValueError, match="sensitivity"):
        dp.clipping_errors(amounts, bounds=[0.0], epsilon=0.5)


def test_verdicts_show_who_is_refuted():
    picture = dp.audit_verdicts(["right", "broken"], [0.4, 0.9], promise=0.5)
    widths = [bar.get_width() for bar in picture.axes[0].patches]
    assert widths == [0.4, 0.9]
    assert "broken 0.90 (refuted)" in picture.alt
    assert "right 0.40;" in picture.alt


@pytest.mark.parametrize(
    "picture",
    [
        dp.neighbour_densities(epsilon=0.5),
        answered_queries.budget_ledger(epsilon_each=0.1, budget=1.0),
        answered_queries.histogram_utility(["a", "b"], [3, 5], epsilon=1.0),
        dp.audit_verdicts(["a"], [0.1], promise=0.5),
    ],
)
def test_axes_are_labelled_and_described(picture):
    assert picture.alt
    for ax in picture.axes:
        assert ax.get_xlabel() or ax.get_xticklabels()
        assert ax.get_ylabel() or ax.get_yticklabels()


def test_the_classic_formula_is_drawn_with_where_it_first_fails():
    picture = dp.classic_and_exact(np.geomspace(0.1, 20, 400), deltas=(0.3, 1e-5, 1e-9))
    # measured in tests/dp/test_mechanisms.py: 4.97, 8.42 and 9.63
    assert "δ 0.3: at 5.0; δ 1e-05: at 8.4; δ 1e-09: at 9.6" in picture.alt
    (ax,) = picture.axes
    ratios = ax.lines[2].get_ydata()  # a curve, its point, a curve, ...
    assert ratios[0] > 1 > ratios[-1]

"""Tests for ppdl_course.figures.private_models: the data drawn, not the pixels."""

import numpy as np
import pytest

from ppdl_course.figures import private_models as figures
from ppdl_course.stored.private_models import EPSILONS, EQUAL, SHARES, load_noise_runs

RUNS = load_noise_runs()


def test_a_relevance_map_tells_middle_from_border():
    sheet = np.zeros((12, 12))
    sheet[2:10, 2:10] = 2.0
    picture = figures.relevance_maps({"beta": sheet.ravel()})
    assert "mean 2.00 in the middle, 0.00 at the border" in picture.alt


def test_both_curves_are_the_stored_means():
    picture = figures.noise_by_relevance(12, 4, 0.2, runs=RUNS)
    left, right = picture.axes
    for line, share in zip(left.lines[:2], (0.2, EQUAL), strict=True):
        means = [np.mean(RUNS[12, epsilon, share]) for epsilon in EPSILONS]
        np.testing.assert_allclose(line.get_ydata(), means)
    means = [np.mean(RUNS[12, 4, share]) for share in SHARES]
    np.testing.assert_allclose(right.lines[0].get_ydata(), means)
    assert f"{np.mean(RUNS[12, 4, 0.2]):.1%} with noise by relevance" in picture.alt
    assert f"{np.mean(RUNS[12, 4, EQUAL]):.1%} with equal noise" in picture.alt


@pytest.mark.parametrize("setting", [(9, 4, 0.1), (12, 3, 0.1), (12, 4, EQUAL)])
def test_a_setting_that_was_not_run_is_refused(setting):
    with pytest.raises(ValueError, match="must have been run"):
        figures.noise_by_relevance(*setting, runs=RUNS)


@pytest.mark.parametrize(
    "picture",
    [
        figures.relevance_maps({"a": np.arange(144.0)}),
        figures.noise_by_relevance(8, 1, 0.4, runs=RUNS),
    ],
)
def test_axes_are_labelled_and_described(picture):
    assert picture.alt
    assert picture.axes[0].get_xlabel()
    assert picture.axes[0].get_ylabel()

"""Tests for ppdl_course.figures.private_training: the data drawn, not the pixels."""

import numpy as np
import pytest
from opacus.accountants import RDPAccountant

from ppdl_course.figures import private_training as figures
from ppdl_course.stored.private_training import CLIPS, EPOCHS, load_private_runs

RUNS = load_private_runs()


def test_norms_are_counted_on_both_sides_of_the_bound():
    picture = figures.norm_histogram(
        {"a": np.array([0.5, 0.5, 2.0]), "b": np.array([3.0])}, max_grad_norm=1.0
    )
    assert "a: median 0.50, 33% above C; b: median 3.00, 100% above C" in picture.alt
    assert picture.axes[0].lines[0].get_xdata()[0] == 1.0


def test_curves_show_means_and_intervals_over_seeds():
    runs = [0.7, 0.8, 0.9]
    picture = figures.accuracy_by_epsilon({"one": {1: runs, 4: [0.9] * 3}})
    line = picture.axes[0].containers[0].lines[0]
    np.testing.assert_allclose(np.asarray(line.get_ydata(), float), [0.8, 0.9])
    # t(0.975, 2) = 4.303 (tables), deviation 0.1, three seeds
    assert figures.interval(runs) == pytest.approx(4.303 * 0.1 / np.sqrt(3), rel=1e-3)
    assert figures.interval([0.5]) == 0
    assert picture.axes[0].get_ylim()[1] <= 1.01


def test_attacks_are_drawn_with_what_guessing_gives():
    picture = figures.attack_drop({"AUC": (0.9, 0.6, 0.5)}, names=("open", "private"))
    heights = [bar.get_height() for bar in picture.axes[0].patches]
    assert heights == [0.9, 0.6]
    assert "0.90 for open, 0.60 for private, 0.50 by guessing" in picture.alt


def test_settings_show_the_cost_by_opacus_and_the_stored_accuracy():
    picture = figures.training_settings("digits", 1.0, 1.0, 128, 10, runs=RUNS)
    cost = dict(zip(EPOCHS, picture.axes[0].lines[0].get_ydata(), strict=True))
    accountant = RDPAccountant()
    accountant.history = [(1.0, 128 / 1347, round(10 * 1347 / 128))]
    bound = accountant.get_epsilon(1e-5)
    assert 0.85 * bound < cost[10] <= bound
    assert sorted(cost.values()) == list(cost.values())
    stored = RUNS.accuracies("digits", 1.0, 1.0, 128, 10)
    drawn = picture.axes[1].lines[0].get_ydata()[CLIPS.index(1.0)]
    assert drawn == pytest.approx(np.mean(stored))


def test_every_setting_is_drawn_on_the_same_axes():
    ends = ("law cases", 0.5, 0.1, 512, 30), ("digits", 8.0, 10.0, 32, 1)
    pictures = [figures.training_settings(*end, runs=RUNS) for end in ends]
    for low, high in zip(*(picture.axes for picture in pictures), strict=True):
        assert low.get_ylim() == high.get_ylim()
        assert low.get_xlim() == high.get_xlim()
    for picture in pictures:
        bottom, top = picture.axes[0].get_ylim()
        cost = picture.axes[0].lines[0].get_ydata()
        assert bottom < min(cost) < max(cost) < top


def test_a_setting_that_was_not_run_is_refused():
    with pytest.raises(ValueError, match="were not run"):
        figures.training_settings("digits", 0.9, 1.0, 128, 10, runs=RUNS)


@pytest.mark.parametrize(
    "picture",
    [
        figures.norm_histogram({"a": np.ones(3)}, max_grad_norm=2.0),
        figures.accuracy_by_epsilon({"a": {1: [0.5]}}, levels={"b": 0.6}),
        figures.attack_drop({"AUC": (0.9, 0.6, 0.5)}, names=("a", "b")),
        figures.training_settings("law cases", 4.0, 0.1, 32, 1, runs=RUNS),
    ],
)
def test_axes_are_labelled_and_described(picture):
    assert picture.alt
    for ax in picture.axes:
        assert ax.get_xlabel() or ax.get_xticklabels()
        assert ax.get_ylabel()

"""Tests for ppdl_course.figures.noised_statistics: the data drawn."""

import numpy as np
import pytest

from ppdl_course.dp.shares import epsilon_of_shares
from ppdl_course.figures import noised_statistics as figures
from ppdl_course.stored import noised_statistics as stored

MODELS, PARTICIPANTS = stored.load_model_runs(), stored.load_participant_runs()


def test_model_curves_are_the_stored_means_on_fixed_axes():
    first = figures.model_accuracies(2, 1347, 64, runs=MODELS)
    (ax,) = first.axes
    for line, name in zip(ax.lines, stored.MODELS, strict=False):
        means = [np.mean(MODELS[name, e, 1347, 64]) for e in stored.EPSILONS]
        np.testing.assert_allclose(line.get_ydata(), means)
    other = figures.model_accuracies(8, 150, 16, runs=MODELS).axes[0]
    assert (ax.get_xlim(), ax.get_ylim()) == (other.get_xlim(), other.get_ylim())
    assert (
        f"naive Bayes, means {np.mean(MODELS['naive Bayes, means', 2, 1347, 64]):.1%}"
        in first.alt
    )


def test_missing_shares_are_priced_by_the_package():
    picture = figures.missing_shares(1.0, 5, 3)
    (ax,) = picture.axes
    real = [
        epsilon_of_shares(128.0, honest=5, present=j, moved=128) for j in range(1, 6)
    ]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), real)
    assert real[-1] == 1.0
    assert f"epsilon is {real[2]:.2f}" in picture.alt
    assert real[2] > 5 / 3
    limits = figures.missing_shares(0.1, 20, 1).axes[0].get_ylim()
    assert limits == ax.get_ylim()


def test_unreliable_curves_are_the_stored_means():
    picture = figures.unreliable_accuracies(6, "in concert", runs=PARTICIPANTS)
    (ax,) = picture.axes
    for line, rule in zip(ax.lines, ("mean", "secprobe"), strict=False):
        means = [np.mean(PARTICIPANTS[rule, k, "in concert"]) for k in stored.BAD]
        np.testing.assert_allclose(line.get_ydata(), means)
    assert "labels wrong in concert" in picture.alt


def test_bars_name_every_model():
    picture = figures.models_side_by_side({"one": 0.5, "two": 0.75}, epsilon=2.0)
    assert "one 50.0%, two 75.0%" in picture.alt
    assert [bar.get_width() for bar in picture.axes[0].patches] == [0.75, 0.5]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.model_accuracies(3, 1347, 64, runs=MODELS), "must have been"),
        (
            lambda: figures.unreliable_accuracies(5, "in concert", runs=PARTICIPANTS),
            "must have been run",
        ),
        (lambda: figures.missing_shares(1.0, 21, 1), r"owners must be an integer in 2"),
        (lambda: figures.missing_shares(1.0, 5, 6), "at most the 5 planned, got 6"),
    ],
)
def test_settings_that_were_not_run_are_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()


@pytest.mark.parametrize(
    "picture",
    [
        figures.model_accuracies(2, 700, 16, runs=MODELS),
        figures.missing_shares(2.0, 20, 20),
        figures.unreliable_accuracies(0, "at random", runs=PARTICIPANTS),
        figures.models_side_by_side({"a": 0.1}, epsilon=1.0),
    ],
)
def test_axes_are_labelled_and_described(picture):
    assert picture.alt
    assert picture.axes[0].get_xlabel()
    assert picture.axes[0].get_ylabel()

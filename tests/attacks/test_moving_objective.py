"""Tests for ppdl_course.attacks.moving_objective."""

import numpy as np
import pytest

from ppdl_course.attacks.moving_objective import (
    MovingObjective,
    coefficient,
    is_present,
)
from ppdl_course.data import load_digits_split
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.mechanisms import Laplace

ADD, HIDDEN, EPSILON = Neighbours.ADD_REMOVE, 8, 0.1


def trial(seed, fresh):
    """Return whether presence was guessed right, against a trainer at epsilon 0.1."""
    rng = np.random.default_rng(seed)
    images = load_digits_split().X_train
    known = images[rng.choice(len(images), 100, replace=False)]
    target = images[rng.integers(len(images))]
    present = bool(rng.random() < 0.5)
    records = np.r_[known, target[np.newaxis]] if present else known
    trainer = MovingObjective(records, HIDDEN, EPSILON, rng, fresh=fresh)
    weights = tuple(rng.normal(size=(2, HIDDEN, 64)))
    answers = tuple(trainer.answer(W) for W in weights)
    assert trainer.steps == 2
    assert trainer.spent == pytest.approx(0.2)
    return is_present(answers, weights, known, target) == present


def test_one_noise_for_two_steps_gives_presence_away_in_every_trial():
    assert all(trial(seed, fresh=False) for seed in range(200))


def test_new_noise_each_step_hides_it():
    """At epsilon 0.2 a guess is right with at most e^.2 / (1 + e^.2) = .55.

    More than 150 of 200 would be seen once in 10^8 at that rate.
    """
    assert sum(trial(seed, fresh=True) for seed in range(200)) < 150


def test_the_scale_covers_what_any_record_moves():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (500, 16)).astype(float)
    trainer = MovingObjective(x, 4, 0.5, rng)
    bound = Laplace(epsilon=0.5, sensitivity=16 * 4 / 2, neighbours=ADD)
    assert trainer.scale == bound.scale
    W = rng.normal(size=(4, 16)) * 30
    worst = max(np.abs(coefficient(row[np.newaxis], W)).sum() for row in x)
    assert worst <= 16 * 4 / 2


def test_the_coefficients_are_those_of_a_loop():
    rng = np.random.default_rng(1)
    x, W = rng.random((3, 4)), rng.normal(size=(2, 4))
    slow = np.zeros((4, 2))
    for row in x:
        for j in range(4):
            for h in range(2):
                slow[j, h] += (0.5 - row[j]) / (1 + np.exp(-W[h] @ row))
    np.testing.assert_allclose(coefficient(x, W), slow)


@pytest.mark.parametrize(
    ("x", "epsilon", "message"),
    [
        (np.full((2, 3), 1.1), 1.0, r"x must have entries in \[0, 1\]"),
        (np.zeros((2, 3)), 0.0, "epsilon must be positive"),
    ],
)
def test_bad_arguments_are_named(x, epsilon, message):
    with pytest.raises(ValueError, match=message):
        MovingObjective(x, 2, epsilon, np.random.default_rng(0))


def test_weights_of_another_shape_are_refused():
    trainer = MovingObjective(np.zeros((2, 3)), 2, 1.0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="W must have shape"):
        trainer.answer(np.zeros((3, 3)))

"""Tests for the floating-point attack: on numpy's own noise, and on exact noise."""

from fractions import Fraction

import numpy as np
import pytest

from ppdl_course.dp.audits.floating_point import possible_answers, reachable
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.discrete import DiscreteLaplace

RUNS = 1500


@pytest.fixture
def rng():
    return np.random.default_rng(15)


@pytest.mark.parametrize("answer", [0, 1, 7, 1000])
@pytest.mark.parametrize("scale", [0.5, 1.0, 10.0, 37.3])
def test_the_true_answer_is_never_ruled_out(answer, scale, rng):
    outputs = answer + rng.laplace(scale=scale, size=RUNS)
    assert all(reachable(y, answer, scale=scale) for y in outputs)


@pytest.mark.parametrize("secret", [0, 1])
def test_one_release_gives_away_whether_there_is_a_case(secret, rng):
    # epsilon 0.1 allows an adversary to be right 52.4 % of the time
    outputs = secret + rng.laplace(scale=10.0, size=RUNS)
    survivors = [possible_answers(y, [0, 1], scale=10.0) for y in outputs]
    assert np.mean([s == [secret] for s in survivors]) > 0.7
    assert [1 - secret] not in survivors


def test_no_other_double_nearby_is_taken_for_noise(rng):
    # the doubles next to a reachable one are mostly holes: the test is about bits
    outputs = rng.laplace(scale=10.0, size=RUNS)
    moved = np.nextafter(outputs, np.inf)
    assert np.mean([reachable(y, 0, scale=10.0) for y in moved]) < 0.3


def test_exact_noise_rules_nothing_out(rng):
    mechanism = DiscreteLaplace(
        epsilon=Fraction(1, 10), sensitivity=1, neighbours=Neighbours.ADD_REMOVE
    )
    first, second = (
        set(mechanism.release(np.full(100_000, secret), rng=rng).tolist())
        for secret in (0, 1)
    )
    assert set(range(-20, 22)) <= first & second


def test_a_scale_that_is_not_positive_is_refused():
    with pytest.raises(ValueError, match="scale must be positive and finite, got 0"):
        reachable(1.0, 0.0, scale=0)

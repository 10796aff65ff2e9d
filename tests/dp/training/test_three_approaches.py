"""Tests for the three approaches: plain without noise, the promise, the order."""

import math

import numpy as np
import pytest
from scipy import stats

from ppdl_course.data import load_digits_split
from ppdl_course.dp.audits.lower_bound import audit
from ppdl_course.dp.training.clipping import clipped_rows
from ppdl_course.dp.training.three_approaches import (
    APPROACHES,
    Recipe,
    noisy_labels,
)
from ppdl_course.nn import CrossEntropy, Network, accuracy

LOOSE = Recipe(
    rate=0.2, steps=6, max_grad_norm=1e3, max_record_norm=1e3, parts=1, max_move=1e3
)
TIGHT = Recipe(
    rate=0.5, steps=2, max_grad_norm=1.0, max_record_norm=1.0, parts=2, max_move=0.5
)


@pytest.mark.parametrize(
    ("name", "epsilon"),
    [*((name, math.inf) for name in APPROACHES), ("records", 1e14), ("weights", 1e14)],
)
def test_as_epsilon_grows_all_three_are_the_plain_network(name, epsilon):
    rng = np.random.default_rng(0)
    network = Network([4, 5, 3], rng=rng)
    x, y = rng.normal(size=(30, 4)), rng.integers(0, 3, 30)
    plain = network.copy()
    for _ in range(LOOSE.steps):
        plain.flat -= LOOSE.rate * plain.loss_and_gradient(x, y, CrossEntropy())[1]
    APPROACHES[name](network, x, y, epsilon=epsilon, delta=1e-5, recipe=LOOSE, rng=rng)
    np.testing.assert_allclose(network.flat, plain.flat, atol=0.05)
    if epsilon == math.inf:
        np.testing.assert_allclose(network.flat, plain.flat, atol=1e-9)


def outputs(name, y, *, runs=1500, epsilon=1.0):
    """A released weight of a two-record problem, many times."""
    rng = np.random.default_rng(len(name) + int(y[0]))
    x = np.array([[1.0], [0.2]])
    start, seen = Network([1, 2], rng=np.random.default_rng(0)), []
    for _ in range(runs):
        network = start.copy()
        APPROACHES[name](
            network, x, y, epsilon=epsilon, delta=1e-3, recipe=TIGHT, rng=rng
        )
        seen.append(network.flat[3] - network.flat[1])
    return np.array(seen)


@pytest.mark.parametrize("name", APPROACHES)
def test_each_passes_the_empirical_ratio_test(name):
    here, there = outputs(name, np.array([1, 0])), outputs(name, np.array([0, 0]))
    assert not audit(here, there, delta=1e-3).convicts(1.0)


def test_the_ratio_test_would_convict_a_tenth_of_the_noise():
    here, there = (
        outputs("weights", np.array([k, 0]), runs=3000, epsilon=30.0) for k in (1, 0)
    )
    assert audit(here, there, delta=1e-3).convicts(1.0)


def test_noise_in_the_gradients_is_best_at_epsilon_one_on_digits():
    digits, found = load_digits_split(), {}
    for name, approach in APPROACHES.items():
        rng = np.random.default_rng(0)
        network = Network([64, 16, 10], rng=rng)
        approach(
            network, digits.X_train, digits.y_train, epsilon=1.0, delta=1e-5,
            recipe=Recipe(rate=2.0, steps=40), rng=rng,
        )  # fmt: skip
        found[name] = accuracy(network, digits.X_test, digits.y_test)
    assert found["gradients"] > 0.5
    assert found["gradients"] > 0.2 + max(found["records"], found["weights"])


def test_labels_keep_randomised_response_probabilities():
    y = np.full(30_000, 2)
    got = noisy_labels(y, classes=4, epsilon=1.0, rng=np.random.default_rng(1))
    keep = math.e / (math.e + 3)
    expected = np.full(4, (1 - keep) / 3)
    expected[2] = keep
    counts = np.bincount(got, minlength=4)
    assert stats.chisquare(counts, 30_000 * expected).pvalue > 1e-6
    # any two labels are at most e^epsilon apart in any outcome
    assert keep / ((1 - keep) / 3) == pytest.approx(math.e)


def test_rows_are_scaled_to_the_bound_and_short_ones_kept():
    rows = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    np.testing.assert_allclose(
        clipped_rows(rows, 1.0), [[0.6, 0.8], [0.3, 0.4], [0, 0]]
    )


@pytest.mark.parametrize("name", APPROACHES)
@pytest.mark.parametrize(
    ("promise", "message"),
    [
        ({"epsilon": 0.0, "delta": 1e-5}, "epsilon must be positive"),
        ({"epsilon": math.nan, "delta": 1e-5}, "epsilon must be positive"),
        ({"epsilon": 1.0, "delta": 0.0}, "delta must be in"),
        ({"epsilon": 1.0, "delta": 1.0}, "delta must be in"),
    ],
)
def test_a_promise_out_of_range_is_refused(name, promise, message):
    rng = np.random.default_rng(0)
    network = Network([2, 2], rng=rng)
    x, y = np.ones((4, 2)), np.array([0, 1, 0, 1])
    with pytest.raises(ValueError, match=message):
        APPROACHES[name](network, x, y, **promise, recipe=TIGHT, rng=rng)


def test_more_parts_than_records_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="parts must be at most 1 records, got 2"):
        APPROACHES["weights"](
            Network([2, 2], rng=rng), np.ones((1, 2)), np.array([0]),
            epsilon=1.0, delta=1e-5, recipe=TIGHT, rng=rng,
        )  # fmt: skip

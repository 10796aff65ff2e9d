"""Tests for ppdl_course.dp.naive_bayes: slow loops, scikit-learn, the data sets."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.naive_bayes import GaussianNB

from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.dp.discrete import discrete_laplace
from ppdl_course.dp.naive_bayes import Budget, Statistics


def digits():
    split = load_digits_split()
    return split.X_train, split.y_train, split.X_test, split.y_test


def private(x, y, epsilon, *, classes, full=False, seed=0):
    """Train with central noise of the exact sampler."""
    rng = np.random.default_rng(seed)
    budget = Budget(epsilon=epsilon, features=x.shape[1], full=full)
    exact = Statistics.of(x, y, classes=classes, full=full)
    noise = [
        discrete_laplace(scale.limit_denominator(2**15), size=classes, rng=rng)
        for scale in budget.columns(budget.scales)
    ]
    noisy = Statistics(exact.numbers + np.stack(noise, axis=1), exact.features)
    return noisy.fit(tuple(map(float, budget.scales)))


def test_statistics_are_those_of_a_loop_and_add_up():
    rng = np.random.default_rng(0)
    x, y = rng.random((40, 3)), rng.integers(0, 4, 40)
    x[0], x[1] = 0, 1
    slow = np.zeros((4, 7), np.int64)
    for row, label in zip(x, y, strict=True):
        slow[label, 0] += 1
        for j, value in enumerate(row):
            slow[label, 1 + j] += round(256 * (value - 0.5))
            slow[label, 4 + j] += round(256 * ((value - 0.5) ** 2 - 0.125))
    whole = Statistics.of(x, y, classes=4, full=True)
    np.testing.assert_array_equal(whole.numbers, slow)
    parts = [Statistics.of(x[k::3], y[k::3], classes=4, full=True) for k in range(3)]
    np.testing.assert_array_equal((parts[0] + parts[1] + parts[2]).numbers, slow)
    means = Statistics.of(x, y, classes=4)
    np.testing.assert_array_equal(means.numbers, slow[:, :4])
    assert whole.is_full
    assert not means.is_full


@given(st.integers(1, 5), st.integers(0, 2**32 - 1), st.booleans())
def test_no_record_moves_more_than_the_budget_counts(d, seed, full):
    rng = np.random.default_rng(seed)
    x = rng.choice([0.0, 0.5, 1.0, rng.random()], (1, d))
    numbers = Statistics.of(x, np.array([1]), classes=3, full=full).numbers
    assert not numbers[[0, 2]].any()
    budget = Budget(epsilon=1, features=d, full=full)
    for place, (count, most) in enumerate(budget.moved):
        part = numbers[1, 1 + (place - 1) * d :][:d] if place else numbers[1, :1]
        assert len(part) == count
        assert np.abs(part).max() <= most


def test_the_bounds_are_reached():
    numbers = Statistics.of(np.zeros((1, 2)), np.array([0]), classes=2, full=True)
    assert numbers.numbers[0].tolist() == [1, -128, -128, 32, 32]
    centre = Statistics.of(np.full((1, 1), 0.5), np.array([0]), classes=2, full=True)
    assert centre.numbers[0].tolist() == [1, 0, -32]


@given(
    st.fractions(min_value=Fraction(1, 100), max_value=100),
    st.integers(1, 200),
    st.booleans(),
)
def test_the_parts_of_the_budget_add_up_to_epsilon(epsilon, features, full):
    budget = Budget(epsilon=epsilon, features=features, full=full)
    spent = sum(
        Fraction(count * most) / scale
        for scale, (count, most) in zip(budget.scales, budget.moved, strict=True)
    )
    assert spent == epsilon
    assert budget.guarantee.epsilon == float(epsilon)
    width = len(budget.columns(budget.scales))
    assert width == 1 + features * (2 if full else 1)


def test_the_full_model_without_noise_is_scikit_learns():
    x, y, test, labels = digits()
    ours = Statistics.of(x, y, classes=10, full=True).fit()
    real = GaussianNB(var_smoothing=0).fit(np.clip(x, 0, 1), y)
    counts = np.bincount(y)
    np.testing.assert_allclose(np.exp(ours.log_priors), counts)
    np.testing.assert_allclose(ours.means, real.theta_, atol=1 / 256)
    wide = real.var_ > 0.01
    np.testing.assert_allclose(ours.variances[wide], real.var_[wide], rtol=0.1)
    assert (ours.predict(test) == labels).mean() > 0.88


def test_predict_is_the_density_of_a_loop():
    rng = np.random.default_rng(1)
    x, y = rng.random((60, 3)), rng.integers(0, 3, 60)
    model = Statistics.of(x, y, classes=3, full=True).fit()
    for row, label in zip(x[:20], model.predict(x[:20]), strict=True):
        scores = [
            model.log_priors[k]
            + sum(
                -0.5 * math.log(v) - (value - m) ** 2 / 2 / v
                for value, m, v in zip(
                    row, model.means[k], model.variances[k], strict=True
                )
            )
            for k in range(3)
        ]
        assert label == np.argmax(scores)


def mean_accuracy(data, epsilon, **options):
    x, y, test, labels = data
    scores = [
        (private(x, y, epsilon, seed=s, **options).predict(test) == labels).mean()
        for s in range(4)
    ]
    return np.mean(scores)


def test_accuracy_is_in_the_measured_bands():
    images = digits()
    means = mean_accuracy(images, 2, classes=10)
    assert 0.78 < means < 0.88
    assert means > mean_accuracy(images, 20, classes=10, full=True)
    cases = load_law_cases()
    scaled = [np.clip((part + 3) / 6, 0, 1) for part in (cases.X_train, cases.X_test)]
    law = scaled[0], cases.y_train.astype(int), scaled[1], cases.y_test.astype(int)
    assert mean_accuracy(law, 1, classes=2) > 0.63


def test_means_that_are_all_noise_are_drawn_together():
    numbers = np.zeros((3, 5), np.int64)
    numbers[:, 0] = 100
    numbers[:, 1:] = np.random.default_rng(0).integers(-50, 50, (3, 4))
    model = Statistics(numbers, 4).fit((1.0, 1e9))
    assert np.ptp(model.means, axis=0).max() < 1e-9
    assert np.ptp(Statistics(numbers, 4).fit().means, axis=0).max() > 1e-4
    empty = Statistics(np.zeros((2, 3), np.int64), 2).fit((1.0, 1.0))
    assert np.isfinite(empty.means).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.full((2, 1), 1.5)}, r"x must lie in \[0, 1\], got 1.5"),
        ({"x": np.full((2, 1), -0.5)}, r"x must lie in \[0, 1\], got -0.5"),
        ({"x": np.full((2, 1), np.nan)}, "x"),
        ({"y": np.array([0, 2])}, "y"),
        ({"y": np.array([0.0, 1.0])}, "y must be integer class labels"),
        ({"y": np.array([0])}, "y must have shape"),
        ({"classes": 1}, "classes must be an integer >= 2, got 1"),
    ],
)
def test_bad_arguments_are_named(change, message):
    given = {"x": np.zeros((2, 1)), "y": np.array([0, 1]), "classes": 2} | change
    with pytest.raises(ValueError, match=message):
        Statistics.of(given["x"], given["y"], classes=given["classes"])


def test_bad_budgets_and_sums_are_refused():
    for epsilon in (0, -1, math.nan):
        with pytest.raises(ValueError, match="epsilon must be positive"):
            Budget(epsilon=epsilon, features=1)
    with pytest.raises(ValueError, match="features must be an integer >= 1"):
        Budget(epsilon=1, features=0)
    one = Statistics.of(np.zeros((1, 1)), np.array([0]), classes=2)
    two = Statistics.of(np.zeros((1, 2)), np.array([0]), classes=2)
    with pytest.raises(ValueError, match="summands must have one shape"):
        _ = one + two

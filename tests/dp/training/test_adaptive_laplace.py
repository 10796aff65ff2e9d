"""Tests for the adaptive Laplace mechanism: bounds, relevance, gain, budget."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ppdl_course.data import load_digits_split
from ppdl_course.dp.training.adaptive_laplace import (
    FLOOR,
    cluttered_sheets,
    cut,
    feature_weights,
    noisy_loss,
    relevances,
    train_adaptively,
)
from ppdl_course.nn import Network, sigmoid, train


def weights_of(raw):
    raw = np.asarray(raw, dtype=float)
    return raw / raw.mean()


# relevance


def test_relevance_is_spread_as_by_a_loop_over_messages():
    rng = np.random.default_rng(0)
    network = Network([4, 3, 2], rng=rng)
    x, y = rng.random((5, 4)), rng.integers(0, 2, 5)
    got = relevances(network, x, y)
    for i in range(5):
        passes = network.trace(x[i : i + 1])
        above = [0.0, 0.0]
        above[y[i]] = passes[1].outputs[0, y[i]]
        for layer, W in (
            (passes[1], network.weights[1]),
            (passes[0], network.weights[0]),
        ):
            below = np.zeros(W.shape[1])
            for k in range(len(W)):
                z = layer.z[0, k]
                for j in range(W.shape[1]):
                    sent = layer.nodes[0, j] * W[k, j]
                    below[j] += sent / (z + (0.01 if z >= 0 else -0.01)) * above[k]
            above = below[1:]
        np.testing.assert_allclose(got[i], above, atol=1e-10)


def test_without_biases_a_layers_relevance_is_conserved():
    rng = np.random.default_rng(1)
    network = Network([6, 8, 3], rng=rng)  # biases start at 0
    x, y = rng.random((20, 6)), rng.integers(0, 3, 20)
    got = relevances(network, x, y, stabiliser=1e-9).sum(axis=1)
    chosen = network.forward(x)[np.arange(20), y]
    np.testing.assert_allclose(got, chosen, atol=1e-6)


def test_weights_have_mean_one_and_noise_moves_them():
    relevance = np.random.default_rng(2).normal(1, 1, (500, 12))
    exact = feature_weights(relevance, epsilon=1e9, rng=np.random.default_rng(0))
    noisy = feature_weights(relevance, epsilon=0.05, rng=np.random.default_rng(0))
    assert exact.mean() == pytest.approx(1)
    assert noisy.mean() == pytest.approx(1)
    assert np.all(noisy > 0)
    assert not np.allclose(exact, noisy, atol=0.05)


def test_one_record_moves_the_relevances_by_at_most_one():
    relevance = np.random.default_rng(3).normal(size=(30, 7)) * 1e6
    size = np.abs(relevance).sum(axis=1, keepdims=True)
    assert np.abs(relevance / size).sum(axis=1).max() == pytest.approx(1)
    blank = np.zeros((3, 4))  # a record that says nothing does not divide by 0
    assert np.all(feature_weights(blank, epsilon=1.0, rng=np.random.default_rng(0)) > 0)
    assert FLOOR > 0


# sensitivity: brute force


@settings(deadline=None, max_examples=200)
@given(
    seed=st.integers(0, 10_000),
    raw=st.lists(st.floats(0.05, 20), min_size=2, max_size=8),
    bound=st.floats(0.05, 1),
)
def test_no_record_costs_more_than_the_budget(seed, raw, bound):
    weights, d = weights_of(raw), len(raw)
    rng = np.random.default_rng(seed)
    x = cut(
        rng.random((50, d)) ** rng.choice([0.05, 1, 5]), weights=weights, bound=bound
    )
    loss = noisy_loss(
        x, np.zeros(50, dtype=int), classes=1, weights=weights, bound=bound,
        epsilon_sums=0.7, epsilon_products=0.4, rng=rng,
    )  # fmt: skip
    sums = (x / (bound * d / (weights * 0.7))).sum(axis=1)
    assert sums.max() <= 0.7 * (1 + 1e-9)
    unit = weights**2 * loss.scales  # the same number for every feature
    scales = unit[0] / np.outer(weights, weights)
    j, k = np.triu_indices(d)
    products = (x[:, j] * x[:, k] / scales[j, k]).sum(axis=1)
    assert products.max() <= 0.4 * (1 + 1e-9)
    assert loss.guarantee.epsilon == pytest.approx(1.1)


# noise


def test_noise_is_laplace_and_inverse_to_the_weight():
    weights = weights_of([3.0, 1.0, 0.5, 0.5])
    x, rng = np.zeros((2, 4)), np.random.default_rng(4)
    draws = np.stack(
        [
            noisy_loss(
                x, np.array([0, 1]), classes=2, weights=weights, bound=0.5,
                epsilon_sums=1.0, epsilon_products=1.0, rng=rng,
            ).sums[0]
            for _ in range(3000)
        ]
    )  # fmt: skip
    for j in range(4):
        law = stats.laplace(scale=0.5 * 4 / weights[j])
        assert stats.kstest(draws[:, j], law.cdf).pvalue > 1e-6


def test_equal_weights_are_the_uniform_laplace_mechanism():
    x = np.random.default_rng(5).random((6, 3))
    y = np.array([0, 1, 0, 1, 1, 0])
    loss = noisy_loss(
        x, y, classes=2, weights=np.ones(3), bound=1.0, epsilon_sums=2.0,
        epsilon_products=1.0, rng=np.random.default_rng(9),
    )  # fmt: skip
    exact = np.stack([x[y == k].sum(axis=0) for k in (0, 1)])
    uniform = np.random.default_rng(9).laplace(size=(2, 3)) * (3 / 2.0)
    np.testing.assert_allclose(loss.sums, exact + uniform)
    assert np.ptp(loss.scales) == 0


def test_without_noise_the_minimum_is_that_of_the_taylor_loss():
    rng = np.random.default_rng(6)
    x, y = rng.random((200, 3)), rng.integers(0, 2, 200)
    loss = noisy_loss(
        x, y, classes=2, weights=np.ones(3), bound=1.0, epsilon_sums=1e12,
        epsilon_products=1e12, rng=rng,
    )  # fmt: skip
    W = loss.minimise(steps=1_000_000, ridge=1e-9)
    for k in (0, 1):
        residual = x.T @ (0.5 - (y == k)) + x.T @ (x @ W[k]) / 4
        assert np.abs(residual).max() < 1e-3
    # degree 2 of the logistic loss: value, slope and curvature at 0
    h = 1e-4
    assert sigmoid(np.array([0.0]))[0] == 0.5
    curvature = (np.logaddexp(0, h) - 2 * np.log(2) + np.logaddexp(0, -h)) / h**2
    assert curvature == pytest.approx(0.25, abs=1e-4)


# the gain and the budget


def test_adaptive_noise_beats_equal_noise_and_steps_cost_nothing():
    digits, rng = load_digits_split(), np.random.default_rng(7)
    sheets = cluttered_sheets(digits.X_train, rng=rng)
    tests = cluttered_sheets(digits.X_test, rng=rng)
    explainer = Network([144, 32, 10], rng=rng)
    train(
        explainer, sheets[:150], digits.y_train[:150], rate=0.05, epochs=60,
        batch_size=8, rng=rng,
    )  # fmt: skip

    def accuracies(adaptive, steps=200):
        found = []
        for seed in range(5):
            W, spent = train_adaptively(
                explainer, sheets[150:], digits.y_train[150:], epsilon=4.0,
                adaptive=adaptive, steps=steps, rng=np.random.default_rng(seed),
            )  # fmt: skip
            assert spent.epsilon == pytest.approx(4.0)
            found.append(np.mean((tests @ W.T).argmax(axis=1) == digits.y_test))
        return np.array(found)

    adaptive, equal = accuracies(True), accuracies(False)
    assert np.all(adaptive > equal)
    assert adaptive.mean() > equal.mean() + 0.1
    assert accuracies(True, steps=10).mean() > 0.5  # the same guarantee, asserted above


def test_the_share_for_relevances_is_part_of_the_whole_budget():
    rng = np.random.default_rng(9)
    x, y = rng.random((20, 3)), rng.integers(0, 2, 20)
    explainer = Network([3, 2], rng=rng)
    for share in (0.05, 0.6):
        W, spent = train_adaptively(explainer, x, y, epsilon=2.0, share=share, rng=rng)
        assert spent.epsilon == pytest.approx(2.0)
        assert W.shape == (2, 3)
    with pytest.raises(ValueError, match=r"share must be in \(0, 1\), got 1"):
        train_adaptively(explainer, x, y, epsilon=2.0, share=1, rng=rng)


def test_sheets_hold_the_image_in_the_middle_and_specks_around():
    images = np.random.default_rng(8).random((3, 64))
    sheets = cluttered_sheets(images, rng=np.random.default_rng(0)).reshape(3, 12, 12)
    np.testing.assert_array_equal(sheets[:, 2:10, 2:10].reshape(3, 64), images)
    assert 0 < sheets[:, 0].max() <= 0.6


# documented errors


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("x", np.full((4, 2), 1.5), r"entries in \[0, 1\]"),
        ("weights", np.array([1.0, 1.5]), "weights must have mean 1"),
        ("weights", np.array([2.0, 0.0]), "weights must be positive"),
        ("bound", 0.0, r"bound must be in \(0, 1\]"),
        ("bound", 1.1, r"bound must be in \(0, 1\]"),
        ("epsilon_sums", 0.0, "epsilon_sums must be positive"),
        ("epsilon_products", -1.0, "epsilon_products must be positive"),
    ],
)
def test_bad_input_is_refused_by_name(argument, value, message):
    good = {
        "x": np.full((4, 2), 0.5), "y": np.zeros(4, dtype=int), "classes": 1,
        "weights": np.ones(2), "bound": 1.0, "epsilon_sums": 1.0,
        "epsilon_products": 1.0,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        noisy_loss(**{**good, argument: value}, rng=np.random.default_rng(0))

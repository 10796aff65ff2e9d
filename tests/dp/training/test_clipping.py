"""Tests for clipped gradients: slow loops, Opacus, the bound on one record."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.dp.training.clipping import (
    clipped_sum,
    clipped_sum_by_rows,
    example_norms,
)
from ppdl_course.dp.training.opacus_twin import per_sample_gradients
from ppdl_course.nn import CrossEntropy, MeanSquaredError, Network, PReLU

from .problem import problem


def test_example_gradients_are_those_of_batches_of_one():
    network, x, y = problem(activation="prelu")
    rows = network.example_gradients(x, y, CrossEntropy())
    for i in range(len(x)):
        one = slice(i, i + 1)
        gradient = network.loss_and_gradient(x[one], y[one], CrossEntropy())[1]
        np.testing.assert_allclose(rows[i], gradient, atol=1e-13)


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 30),
    hidden=st.lists(st.integers(1, 9), max_size=3),
    activation=st.sampled_from(["relu", "sigmoid", "prelu"]),
    bound=st.floats(1e-3, 1e3),
)
def test_ghost_clipping_is_the_sum_of_clipped_rows(seed, n, hidden, activation, bound):
    network, x, y = problem(seed, n, (4, *hidden, 3), activation)
    rows = network.example_gradients(x, y, CrossEntropy())
    norms = np.linalg.norm(rows, axis=1)
    np.testing.assert_allclose(example_norms(network, x, y, CrossEntropy()), norms)
    got = clipped_sum(network, x, y, max_grad_norm=bound)
    slow = sum(
        row * min(1, bound / norm) for row, norm in zip(rows, norms, strict=True)
    )
    np.testing.assert_allclose(got, slow, atol=1e-10 * max(1, bound))
    by_rows = clipped_sum_by_rows(network, x, y, max_grad_norm=bound)
    np.testing.assert_allclose(got, by_rows, atol=1e-10 * max(1, bound))


def test_shared_slopes_and_other_losses_are_clipped_too():
    rng = np.random.default_rng(1)
    network = Network([3, 4, 2], PReLU(shared=True), rng=rng)
    x, y = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))
    loss = MeanSquaredError()
    got = clipped_sum(network, x, y, max_grad_norm=0.3, loss=loss)
    slow = clipped_sum_by_rows(network, x, y, max_grad_norm=0.3, loss=loss)
    np.testing.assert_allclose(got, slow, atol=1e-13)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_gradients_are_those_of_opacus_to_a_millionth(activation):
    network, x, y = problem(2, 40, (6, 7, 4, 3), activation)
    ours = network.example_gradients(x, y, CrossEntropy())
    np.testing.assert_allclose(per_sample_gradients(network, x, y), ours, atol=1e-6)


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10_000), bound=st.floats(0.01, 5))
def test_one_record_moves_the_sum_by_at_most_the_clipping_norm(seed, bound):
    network, x, y = problem(seed, 6)
    x[-1] *= 100  # an outlier
    whole = clipped_sum(network, x, y, max_grad_norm=bound)
    rest = clipped_sum(network, x[:-1], y[:-1], max_grad_norm=bound)
    assert np.linalg.norm(whole - rest) <= bound * (1 + 1e-9)

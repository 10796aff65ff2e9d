"""The CNN with polynomial activations: the activation, seeds, and the stored runs."""

import numpy as np
import pytest
import torch
from torch import nn

from ppdl_course.he.polynomials import cnn
from ppdl_course.he.polynomials.approximation import (
    METHODS,
    approximate,
    chebyshev,
    minimax,
    relu,
)
from ppdl_course.stored.polynomial_cnn import (
    BOUNDS,
    DEGREES,
    SEEDS,
    TRAINED_BOUND,
    find,
    load_cnn_runs,
)

POLYNOMIALS = tuple(method for method in METHODS if method != "taylor")


@pytest.fixture(scope="module")
def runs():
    return load_cnn_runs()


@pytest.fixture(scope="module")
def model():
    return cnn.train_cnn(nn.ReLU(), seed=0, epochs=3)


def test_the_activation_is_the_polynomial_and_autograd_its_derivative():
    p = minimax(relu, 5, 3)
    x = torch.linspace(-4, 4, 33, dtype=torch.float64, requires_grad=True)
    value = cnn.PolynomialActivation(p)(x)
    np.testing.assert_allclose(value.detach(), p(x.detach().numpy()), atol=1e-12)
    (slope,) = torch.autograd.grad(value.sum(), x)
    np.testing.assert_allclose(slope, p.deriv()(x.detach().numpy()), atol=1e-12)


def test_swapping_changes_the_activations_and_nothing_else(model):
    p = cnn.PolynomialActivation(chebyshev(relu, 4, 5))
    other = cnn.swapped(model, p)
    assert [type(a) for a, b in zip(other, model, strict=True) if a is not b] == [
        type(p),
        type(p),
    ]
    assert cnn.accuracy_of(cnn.swapped(other, nn.ReLU())) == cnn.accuracy_of(model)
    assert cnn.accuracy_of(other) != cnn.accuracy_of(model)


def test_swapping_in_a_nearly_exact_activation_keeps_the_labels(model):
    images = cnn.digits()[2]
    near = cnn.swapped(model, nn.Softplus(beta=1e4))
    with torch.no_grad():
        assert torch.equal(near(images).argmax(1), model(images).argmax(1))


def test_training_does_not_touch_the_global_generator_and_repeats_itself(model):
    state = torch.get_rng_state()
    again = cnn.train_cnn(nn.ReLU(), seed=0, epochs=3)
    assert torch.equal(state, torch.get_rng_state())
    for a, b in zip(again.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_accuracy_counts_labels_one_by_one(model):
    _, _, images, labels = cnn.digits()
    with torch.no_grad():
        right = sum(
            int(model(image[None]).argmax()) == int(label)
            for image, label in zip(images[:450], labels, strict=True)
        )
    assert cnn.accuracy_of(model) == pytest.approx(right / len(labels))


def test_preactivations_are_normalised_but_reach_far(model):
    first, second = cnn.preactivations(model)
    assert len(first) == 450 * 8 * 64
    assert len(second) == 450 * 16 * 16
    assert 0.5 < first.std() < 2
    assert second.abs().max() > 3


def test_stored_runs_are_complete(runs):
    assert len(runs) == 1 + len(METHODS) * len(DEGREES) * (len(BOUNDS) + 1)
    assert all(len(run.accuracies) == len(SEEDS) for run in runs)
    with pytest.raises(ValueError, match=r"degree must be in \(2, 4, 6\)"):
        find(runs, "swapped", "minimax", 5, 3.0)


@pytest.mark.parametrize("method", ["chebyshev", "derivative"])
def test_a_stored_run_is_what_training_gives(runs, method):
    p = approximate("relu", method, 4, TRAINED_BOUND)
    got = cnn.accuracy_of(cnn.train_cnn(cnn.PolynomialActivation(p), seed=SEEDS[0]))
    stored = find(runs, "trained", method, 4, TRAINED_BOUND).accuracies[0]
    # Another processor may round otherwise: four images of 450.
    assert got == pytest.approx(stored, abs=4.5 / 450)


def test_the_order_of_cryptodl_on_an_interval_that_is_too_short(runs):
    for degree in (4, 6):
        mean = {
            method: find(runs, "swapped", method, degree, 3.0).mean
            for method in ("taylor", "chebyshev", "derivative")
        }
        assert mean["taylor"] < mean["chebyshev"] <= mean["derivative"]


def test_chebyshev_is_ahead_where_the_interval_holds_the_inputs(runs):
    for degree in (4, 6):
        for bound in (5.0, 8.0):
            ahead = find(runs, "swapped", "chebyshev", degree, bound).mean
            assert ahead > find(runs, "swapped", "derivative", degree, bound).mean


def test_a_cnn_trained_with_a_polynomial_is_within_a_point_and_a_half_of_relu(runs):
    ceiling = find(runs, "trained", "relu", 0, 0.0).mean
    assert ceiling > 0.98
    for method in POLYNOMIALS:
        mean = find(runs, "trained", method, 4, TRAINED_BOUND).mean
        assert ceiling - mean <= 0.015, method
    taylor = find(runs, "trained", "taylor", 4, TRAINED_BOUND).mean
    assert taylor < find(runs, "trained", "chebyshev", 4, TRAINED_BOUND).mean

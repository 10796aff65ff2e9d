"""Square networks and normalisation, against the plain network and torch."""

import numpy as np
import pytest

from ppdl_course.data import load_digits_split
from ppdl_course.he.inference.batch_norm import (
    EPSILON,
    BatchNorm,
    NormalisedNetwork,
    fold,
)
from ppdl_course.he.inference.square_network import (
    Quadratic,
    SquareNetwork,
    best_parabola,
)
from ppdl_course.nn import CrossEntropy, Network, ReLU


def network(rng, f=None):
    net = Network([5, 4, 3, 2], f or Quadratic(), rng=rng)
    net.flat += rng.normal(size=net.flat.shape) / 5
    return net


@pytest.mark.parametrize("coefficients", [(0, 0, 1), (0.3, -1.2, 0.7), (1, 2, -0.5)])
def test_any_parabola_is_a_square_between_linear_maps(coefficients):
    rng = np.random.default_rng(0)
    net, x = network(rng, Quadratic(coefficients)), rng.normal(size=(20, 5))
    square = SquareNetwork.from_network(net)
    np.testing.assert_allclose(square.forward(x), net.forward(x), rtol=1e-9, atol=1e-9)
    assert square.depth == 2


def test_the_derivative_of_a_parabola_agrees_with_differences():
    rng = np.random.default_rng(1)
    net = network(rng, Quadratic(best_parabola()))
    x, y = rng.normal(size=(6, 5)), np.array([0, 1, 0, 1, 1, 0])
    _, gradient = net.loss_and_gradient(x, y, CrossEntropy())
    for i in rng.choice(len(net.flat), 8, replace=False):
        losses = []
        for h in (1e-6, -1e-6):
            moved = net.copy()
            moved.flat[i] += h
            losses.append(moved.loss_and_gradient(x, y, CrossEntropy())[0])
        assert (losses[0] - losses[1]) / 2e-6 == pytest.approx(gradient[i], abs=1e-6)


def test_balancing_keeps_labels_and_bounds_every_layer():
    rng = np.random.default_rng(2)
    net, x = SquareNetwork.from_network(network(rng)), rng.normal(size=(50, 5))
    balanced = net.balanced(x)
    np.testing.assert_array_equal(balanced.predict(x), net.predict(x))
    assert [np.abs(z).max() for z in balanced.values(x)] == pytest.approx([1] * 3)


@pytest.mark.parametrize("bits", [2, 6, 12])
def test_integer_weights_fit_their_bits_and_are_as_fine_as_can_be(bits):
    net = SquareNetwork.from_network(network(np.random.default_rng(3)))
    for layer, W in zip(net.integers(bits), net.weights, strict=True):
        top = 2 ** (bits - 1) - 1
        assert (
            np.abs(layer.weights).max() <= top < 2.0 ** (layer.shift + 1) * abs(W).max()
        )
        assert np.abs(layer.weights - W * 2.0**layer.shift).max() <= 0.5


def test_bad_networks_are_refused():
    with pytest.raises(ValueError, match="must be Quadratic"):
        SquareNetwork.from_network(network(np.random.default_rng(4), ReLU()))
    with pytest.raises(ValueError, match="layer 1 must be"):
        SquareNetwork((np.ones((2, 3)), np.ones((2, 3))), (np.ones(2), np.ones(2)))
    with pytest.raises(ValueError, match="a not 0"):
        Quadratic((1, 1, 0))
    net = SquareNetwork((np.ones((2, 3)),), (np.ones(2),))
    with pytest.raises(
        ValueError, match=r"weight_bits must be an integer in 2\.\.20, got 1"
    ):
        net.integers(1)


def test_the_parabola_is_the_least_squares_fit_under_the_normal_distribution():
    z = np.random.default_rng(5).normal(size=400_000)
    fitted = np.polyfit(z, np.maximum(z, 0), 2)[::-1]
    np.testing.assert_allclose(fitted, best_parabola(), atol=0.005)
    assert best_parabola()[0] == pytest.approx(0.199471, abs=1e-6)


def test_normalisation_is_torchs_forward_backward_and_averages():
    import torch

    rng = np.random.default_rng(6)
    theirs = torch.nn.BatchNorm1d(3, eps=EPSILON, dtype=torch.float64)
    ours = BatchNorm.untrained(3)
    ours.gamma[:], ours.beta[:] = rng.uniform(0.5, 2, 3), rng.normal(size=3)
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(ours.gamma))
        theirs.bias.copy_(torch.tensor(ours.beta))
    for _ in range(3):
        z, upstream = rng.normal(2, 3, (10, 3)), rng.normal(size=(10, 3))
        x = torch.tensor(z, requires_grad=True)
        theirs.zero_grad()
        y = theirs(x)
        y.backward(torch.tensor(upstream))
        got, u, inverse = ours.train(z)
        dz, dgamma, dbeta = ours.backward(upstream, u, inverse)
        np.testing.assert_allclose(got, y.detach().numpy(), atol=1e-10)
        np.testing.assert_allclose(dz, x.grad.numpy(), atol=1e-10)
        np.testing.assert_allclose(dgamma, theirs.weight.grad.numpy(), atol=1e-10)
        np.testing.assert_allclose(dbeta, theirs.bias.grad.numpy(), atol=1e-10)
        np.testing.assert_allclose(u.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(u.var(axis=0), 1, atol=1e-4)
    theirs.eval()
    z = rng.normal(size=(4, 3))
    want = theirs(torch.tensor(z)).detach().numpy()
    np.testing.assert_allclose(ours.infer(z), want, atol=1e-10)


def test_folding_changes_nothing():
    rng = np.random.default_rng(7)
    W, b = rng.normal(size=(4, 3)), rng.normal(size=4)
    norm = BatchNorm(*rng.normal(size=(3, 4)), var=rng.uniform(0.1, 2, 4))
    x = rng.normal(size=(20, 3))
    folded = fold(W, b, norm)
    got = x @ folded[0].T + folded[1]
    np.testing.assert_allclose(got, norm.infer(x @ W.T + b), atol=1e-9)


def test_six_layers_learn_with_normalisation_and_collapse_without():
    digits = load_digits_split()
    right = {}
    for name, f, normalise in (
        ("parabola", Quadratic(best_parabola()), True),
        ("square alone", Quadratic(), False),
        ("relu", ReLU(), True),
    ):
        net = NormalisedNetwork(
            [64, *[32] * 6, 10], f, rng=np.random.default_rng(1), normalise=normalise
        )
        net.train(digits.X_train, digits.y_train, epochs=12, rate=0.05)
        right[name] = net.accuracy(digits.X_test, digits.y_test)
        if name == "parabola":
            x = digits.X_test
            np.testing.assert_allclose(
                net.folded().forward(x), net.forward(x), rtol=1e-6, atol=1e-6
            )
    assert right["parabola"] > 0.9
    assert right["parabola"] > right["relu"] - 0.03
    assert right["square alone"] < 0.2


def test_a_relu_network_cannot_be_folded_into_squares():
    net = NormalisedNetwork([4, 3, 2], ReLU(), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="must be Quadratic"):
        net.folded()
    with pytest.raises(ValueError, match=r"batch_size must be 2 or 3, got 64"):
        net.train(np.ones((3, 4)), np.array([0, 1, 0]), epochs=1)

"""Gradients against torch autograd, central differences and a loop per example."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from ppdl_course.nn import (
    ACTIVATIONS,
    CrossEntropy,
    MeanSquaredError,
    Network,
    PReLU,
)

TORCH = {"identity": nn.Identity, "sigmoid": nn.Sigmoid, "relu": nn.ReLU}
KINDS = [*sorted(ACTIVATIONS), "prelu shared"]


def activation(kind):
    return PReLU(shared=True) if kind == "prelu shared" else kind


def twin(network):
    """The same network in torch, and its parameters in the order of ``flat``."""
    layers, order = [], []
    for W, f, a in zip(
        network.weights, network.activations, network.slopes, strict=True
    ):
        linear = nn.Linear(W.shape[1] - 1, len(W), dtype=torch.float64)
        theirs = nn.PReLU(len(a), dtype=torch.float64) if len(a) else TORCH[f.name]()
        with torch.no_grad():
            linear.bias.copy_(torch.from_numpy(W[:, 0].copy()))
            linear.weight.copy_(torch.from_numpy(W[:, 1:].copy()))
            for slopes in theirs.parameters():
                slopes.copy_(torch.from_numpy(a.copy()))
        layers += [linear, theirs]
        order.append((linear, theirs))

    def gradient():
        parts = []
        for linear, theirs in order:
            both = torch.column_stack([linear.bias.grad, linear.weight.grad])
            parts += [both.ravel(), *(p.grad.ravel() for p in theirs.parameters())]
        return torch.cat(parts).numpy()

    return nn.Sequential(*layers), gradient


@st.composite
def problems(draw):
    sizes = draw(st.lists(st.integers(1, 7), min_size=2, max_size=5))
    hidden = [activation(draw(st.sampled_from(KINDS))) for _ in range(len(sizes) - 2)]
    output = activation(draw(st.sampled_from(KINDS)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    network = Network(sizes, hidden, output=output, rng=rng)
    network.flat += rng.normal(0, 0.3, network.flat.shape)  # biases and slopes too
    x = rng.normal(0, 2, (draw(st.integers(1, 6)), sizes[0]))
    if draw(st.booleans()):
        return network, x, rng.integers(0, sizes[-1], len(x)), CrossEntropy()
    return network, x, rng.normal(0, 1, (len(x), sizes[-1])), MeanSquaredError()


def assert_close(ours, theirs, rtol=1e-8):
    """Relative to the largest entry: single entries may cancel to nothing."""
    scale = np.abs(theirs).max()
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * scale + 1e-15)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_gradient_agrees_with_torch_autograd(problem):
    network, x, y, loss = problem
    model, their_gradient = twin(network)
    kind = nn.CrossEntropyLoss if isinstance(loss, CrossEntropy) else nn.MSELoss
    their_loss = kind()(model(torch.from_numpy(x)), torch.from_numpy(y))
    their_loss.backward()
    ours, gradient = network.loss_and_gradient(x, y, loss)
    assert ours == pytest.approx(their_loss.item(), rel=1e-12, abs=1e-14)
    assert_close(gradient, their_gradient())


def central_differences(network, x, y, loss, step=1e-3):
    """Sixth-order central differences: no kink may lie within three steps."""
    slope = np.empty_like(network.flat)
    for i in range(len(slope)):
        mean = {}
        for k in (-3, -2, -1, 1, 2, 3):
            moved = network.from_flat(network.flat)
            moved.flat[i] += k * step
            mean[k] = moved.losses(x, y, loss).mean()
        slope[i] = (
            45 * (mean[1] - mean[-1]) - 9 * (mean[2] - mean[-2]) + mean[3] - mean[-3]
        ) / (60 * step)
    return slope


@settings(max_examples=40, deadline=None)
@given(problems())
def test_gradient_agrees_with_central_differences(problem):
    network, x, y, loss = problem
    # ReLU and PReLU have a kink at z = 0, where no difference quotient can agree.
    assume(all(np.abs(layer.z).min() > 0.05 for layer in network.trace(x)))
    mean, gradient = network.loss_and_gradient(x, y, loss)
    # Differences of a loss of size L carry rounding of about eps * L / step.
    assume(np.abs(gradient).max() > 1e-4 * max(1, mean))
    assert_close(gradient, central_differences(network, x, y, loss))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_example_gradients_are_those_of_the_examples_alone(problem):
    network, x, y, loss = problem
    together = network.example_gradients(x, y, loss)
    for i, row in enumerate(together):
        alone = network.loss_and_gradient(x[i : i + 1], y[i : i + 1], loss)[1]
        np.testing.assert_allclose(row, alone, rtol=1e-12, atol=1e-14)
    mean = network.loss_and_gradient(x, y, loss)[1]
    np.testing.assert_allclose(together.mean(axis=0), mean, rtol=1e-10, atol=1e-13)


def test_prelu_slope_gradient_is_the_sum_of_upstream_times_min_zero():
    z = np.array([[-2.0, 3.0], [-1.0, -5.0]])
    upstream = np.array([[10.0, 1.0], [1.0, 2.0]])
    wise, shared = PReLU(), PReLU(shared=True)
    assert wise.slope_gradients(z, upstream).sum(axis=0).tolist() == [-21.0, -10.0]
    assert shared.slope_gradients(z, upstream).sum(axis=0).tolist() == [-31.0]


def test_the_gradient_of_one_example_gives_the_example_away():
    rng = np.random.default_rng(0)
    network, x = Network([5, 4, 3, 2], "sigmoid", rng=rng), rng.normal(size=(1, 5))
    gradient = network.loss_and_gradient(x, np.array([1]), CrossEntropy())[1]
    by_first_layer = network.views(gradient)[0][0]
    np.testing.assert_allclose(
        by_first_layer[:, 1:] / by_first_layer[:, :1], np.tile(x, (4, 1)), rtol=1e-9
    )

"""Training: each step equals torch's optimiser, and each condition ends it."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

from ppdl_course.nn import (
    SGD,
    CrossEntropy,
    History,
    MeanSquaredError,
    Network,
    PReLU,
    accuracy,
    train,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def xor():
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    return np.tile(x, (8, 1)), np.tile([0, 1, 1, 0], 8)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_twenty_steps_equal_those_of_torch(rng, momentum, weight_decay):
    network = Network([3, 5, 2], PReLU(shared=True), rng=rng)
    (W1, W2), (a, _) = network.weights, network.slopes
    linears = [nn.Linear(3, 5), nn.Linear(5, 2)]
    model = nn.Sequential(linears[0], nn.PReLU(), linears[1]).double()
    with torch.no_grad():
        for linear, W in zip(linears, (W1, W2), strict=True):
            linear.weight.copy_(torch.from_numpy(W[:, 1:].copy()))
            linear.bias.copy_(torch.from_numpy(W[:, 0].copy()))
    links = [linear.weight for linear in linears]
    others = [*(linear.bias for linear in linears), model[1].weight]
    theirs = torch.optim.SGD(
        [{"params": links, "weight_decay": weight_decay}, {"params": others}],
        lr=0.1,
        momentum=momentum,
    )
    ours = SGD(network, rate=0.1, momentum=momentum, weight_decay=weight_decay)
    for _ in range(20):
        x, y = rng.normal(size=(6, 3)), rng.integers(0, 2, 6)
        ours.step(network.loss_and_gradient(x, y, CrossEntropy())[1])
        theirs.zero_grad()
        nn.functional.cross_entropy(
            model(torch.from_numpy(x)), torch.from_numpy(y)
        ).backward()
        theirs.step()
    for linear, W in zip(linears, (W1, W2), strict=True):
        np.testing.assert_allclose(W[:, 1:], linear.weight.detach(), rtol=1e-9)
        np.testing.assert_allclose(W[:, 0], linear.bias.detach(), rtol=1e-9)
    np.testing.assert_allclose(a, model[1].weight.detach(), rtol=1e-9)


def test_weight_decay_leaves_biases_and_slopes_alone(rng):
    network = Network([3, 5, 2], "prelu", rng=rng)
    network.weights[0][:, 0] = 1
    before = network.copy()
    SGD(network, rate=1, weight_decay=0.5).step(np.zeros_like(network.flat))
    np.testing.assert_array_equal(network.slopes[0], before.slopes[0])
    np.testing.assert_array_equal(network.weights[0][:, 0], 1)
    np.testing.assert_allclose(
        network.weights[0][:, 1:], before.weights[0][:, 1:] / 2, rtol=1e-15
    )


def test_an_epoch_visits_each_example_once_in_batches(rng, monkeypatch):
    seen = []
    original = Network.step

    def spy(self, x, *args):
        seen.append(x[:, 0].copy())
        return original(self, x, *args)

    monkeypatch.setattr(Network, "step", spy)
    x = np.arange(10.0)[:, np.newaxis]
    labels = np.zeros(10, int)
    network = Network([1, 2], rng=rng)
    train(network, x / 10, labels, rate=0.1, rng=rng, epochs=2, batch_size=4)
    assert [len(batch) for batch in seen] == [4, 4, 2] * 2
    first, second = np.concatenate(seen[:3]), np.concatenate(seen[3:])
    assert sorted(first) == sorted(second) == sorted(x[:, 0] / 10)
    assert first.tolist() != second.tolist()


def test_training_repeats_until_the_loss_is_below_the_target_and_stops_there(rng, xor):
    network = Network([2, 8, 2], rng=rng)
    history = train(
        network, *xor, rate=0.3, rng=rng, epochs=2000, batch_size=8, target_loss=0.02
    )
    assert history.stopped == "target_loss"
    assert history.train_loss[-1] < 0.02 <= min(history.train_loss[:-1])
    assert accuracy(network, *xor) == 1


def test_mean_squared_error_learns_xor_with_sigmoids(rng, xor):
    x, labels = xor
    network = Network([2, 6, 2], "sigmoid", output="sigmoid", rng=rng)
    loss = MeanSquaredError()
    history = train(
        network,
        x,
        np.eye(2)[labels],
        rate=2.0,
        momentum=0.9,
        rng=rng,
        epochs=2000,
        loss=loss,
        target_loss=0.01,
    )
    assert history.stopped == "target_loss"
    assert accuracy(network, x, labels) == 1


def test_patience_stops_after_the_best_epoch_and_returns_to_it(rng):
    x = rng.normal(size=(30, 4))
    labels = rng.integers(0, 2, 30)  # noise: validation can only get worse
    held_out = rng.normal(size=(30, 4)), rng.integers(0, 2, 30)
    network = Network([4, 32, 2], rng=rng)
    history = train(
        network,
        x,
        labels,
        rate=0.3,
        rng=rng,
        epochs=500,
        validation=held_out,
        patience=5,
    )
    curve = history.validation_loss
    assert history.stopped == "patience"
    assert len(curve) - 1 - int(np.argmin(curve)) == 5
    assert network.losses(*held_out, CrossEntropy()).mean() == min(curve)


def test_the_same_seed_trains_the_same_network(xor):
    def weights():
        rng = np.random.default_rng(3)
        network = Network([2, 4, 2], "prelu", rng=rng)
        history = train(network, *xor, rate=0.1, rng=rng, epochs=5)
        assert history.stopped == "epochs"
        return network.flat

    np.testing.assert_array_equal(weights(), weights())


def test_digits_reach_97_percent():
    x, y = load_digits(return_X_y=True)
    x, test_x, y, test_y = train_test_split(
        x / 16, y, test_size=0.25, random_state=0, stratify=y
    )
    reached = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = Network([64, 128, 64, 10], rng=rng)
        history = train(
            network,
            x,
            y,
            rate=0.05,
            momentum=0.9,
            weight_decay=1e-4,
            rng=rng,
            epochs=60,
        )
        reached.append(accuracy(network, test_x, test_y))
        assert history.train_loss[-1] < history.train_loss[0] / 20
    assert np.mean(reached) >= 0.97
    assert min(reached) >= 0.96  # three of 450 images either way


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 0}, "rate must be positive and finite, got 0"),
        ({"rate": float("nan")}, "rate must be positive and finite, got nan"),
        ({"momentum": 1.0}, r"momentum must be in \[0, 1\), got 1.0"),
        ({"weight_decay": -1}, "weight_decay must be >= 0 and finite, got -1"),
        ({"epochs": 0}, "epochs must be an integer >= 1, got 0"),
        ({"batch_size": 0}, "batch_size must be an integer >= 1, got 0"),
        ({"patience": 0}, "patience must be an integer >= 1, got 0"),
        ({"patience": 3}, "patience needs validation data"),
        ({"rate": 1e200}, "rate must be small enough to converge, 1e.200 diverged"),
    ],
)
def test_a_bad_argument_is_named(rng, xor, arguments, message):
    with pytest.raises(ValueError, match=message):
        train(
            Network([2, 4, 2], rng=rng),
            *xor,
            **{"rate": 0.1, "epochs": 3, **arguments},
            rng=rng,
        )


def test_a_history_shows_itself_in_one_line():
    history = History(train_loss=[0.7, 0.1234] * 40, validation_loss=[0.5])
    assert repr(history) == (
        "History(80 epochs, train_loss 0.7 -> 0.123, validation_loss 0.5 -> 0.5, "
        "stopped by epochs)"
    )
    assert repr(History()) == "History(0 epochs, stopped by epochs)"

"""A residual block can be the identity; a deep plain network pays for it."""

import numpy as np
import pytest
import torch

from ppdl_course.data import load_digits_split
from ppdl_course.families.initialise import he_std, seeded
from ppdl_course.families.residual import (
    Block,
    DeepNetwork,
    accuracy,
    he_normal,
    mean_cosine,
    train_classifier,
)


def test_a_residual_block_of_zeros_is_the_identity_and_a_plain_one_is_not():
    x = torch.randn(5, 8, generator=seeded(1))
    for skip in (True, False):
        block = Block(8, seeded(1), skip=skip)
        with torch.no_grad():
            for parameter in block.parameters():
                parameter.zero_()
        assert torch.equal(block(x), x if skip else torch.zeros_like(x))


def test_a_block_is_two_layers_by_hand():
    x = torch.randn(5, 8, generator=seeded(1))
    block = Block(8, seeded(1), skip=True)
    hidden = torch.clamp(x @ block.first.weight.T + block.first.bias, min=0)
    expected = x + hidden @ block.second.weight.T + block.second.bias
    torch.testing.assert_close(block(x), expected)


def test_an_untrained_residual_network_is_its_head_and_tail_at_any_depth():
    x = torch.randn(4, 6, generator=seeded(2))
    network = DeepNetwork(6, 8, 3, 20, seeded(3), skip=True)
    torch.testing.assert_close(network(x), network.tail(torch.relu(network.head(x))))


def test_at_depth_66_the_residual_network_learns_and_the_plain_one_does_not():
    digits = load_digits_split()
    rates = {}
    for skip in (True, False):
        generator = seeded(0)
        network = DeepNetwork(64, 32, 10, 32, generator, skip=skip)
        train_classifier(network, digits.X_train, digits.y_train, generator, epochs=6)
        rates[skip] = accuracy(network, digits.X_test, digits.y_test)
    assert rates[True] > 0.85
    assert rates[False] < 0.5


def test_he_normal_draws_at_hes_deviation():
    layer = torch.nn.Linear(400, 300)
    he_normal(layer, seeded(1))
    assert layer.weight.std().item() == pytest.approx(he_std(400), rel=0.02)
    assert not layer.bias.any()


def test_accuracy_counts_the_largest_logits():
    X = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0]])
    assert accuracy(torch.nn.Identity(), X, [0, 1, 1]) == pytest.approx(2 / 3)


def test_a_negative_depth_is_refused():
    with pytest.raises(ValueError, match="blocks"):
        DeepNetwork(6, 8, 3, -1, seeded(3), skip=True)


def test_the_mean_cosine_is_that_of_a_loop_over_pairs():
    network = DeepNetwork(6, 8, 3, 4, seeded(3), skip=True)
    X = np.random.default_rng(0).normal(size=(5, 6))
    with torch.no_grad():
        heads = torch.relu(network.head(torch.as_tensor(X).float()))
        signals = network.blocks(heads).numpy()
    pairs = [(a, b) for i, a in enumerate(signals) for b in signals[:i]]
    cosines = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in pairs]
    assert mean_cosine(network, X) == pytest.approx(np.mean(cosines), abs=1e-5)
    with pytest.raises(ValueError, match="X must have at least 2 rows, got 1"):
        mean_cosine(network, X[:1])

"""Pruning and projection: fewer AND gates at no loss, and what stays at 0."""

import numpy as np
import pytest

from ppdl_course.data import load_digits_split
from ppdl_course.mpc.learning.garbled.parties import classify
from ppdl_course.mpc.learning.garbled.projection import (
    grow_dictionary,
    residual,
)
from ppdl_course.mpc.learning.garbled.pruning import (
    apply,
    density,
    masks_of,
    prune,
    retrain,
)
from ppdl_course.mpc.learning.garbled.word_network import WordNetwork
from ppdl_course.nn import Network, train


def trained(x, y, seed=0):
    net = Network([x.shape[1], 32, 10], "relu", rng=np.random.default_rng(seed))
    rng = np.random.default_rng(1)
    train(net, x, y, rate=0.05, momentum=0.9, epochs=40, rng=rng)
    return net


@pytest.fixture(scope="module")
def digits():
    split = load_digits_split()
    net = trained(split.X_train, split.y_train)
    return split, WordNetwork.of(net, sample=split.X_train), net


def test_a_fifth_of_the_gates_costs_at_most_a_point_by_pruning_alone(digits):
    split, full, net = digits
    rng = np.random.default_rng(2)
    small, masks = prune(net, split.X_train, split.y_train, keep=(10, 10), rng=rng)
    words = WordNetwork.of(small, masks=masks, sample=split.X_train)
    assert words.shape.and_gates * 5 <= full.shape.and_gates
    loss = full.accuracy(split.X_test, split.y_test) - words.accuracy(
        split.X_test, split.y_test
    )
    assert loss <= 0.01
    x = split.X_test[:2]
    assert classify(words, x).labels.tolist() == words.predict(x).tolist()


def test_projection_and_pruning_together_save_six_times_the_gates(digits):
    split, full, _ = digits
    dictionary = grow_dictionary(split.X_train, gamma=0.25)
    x, test = dictionary.project(split.X_train), dictionary.project(split.X_test)
    assert x.shape[1] == dictionary.size < 45
    rng = np.random.default_rng(2)
    net = trained(x, split.y_train)
    small, masks = prune(net, x, split.y_train, keep=(8, 10), rng=rng)
    words = WordNetwork.of(small, masks=masks, sample=x)
    assert words.shape.and_gates * 6 <= full.shape.and_gates
    loss = full.accuracy(split.X_test, split.y_test) - words.accuracy(
        test, split.y_test
    )
    assert loss <= 0.01


def test_each_unit_keeps_its_largest_weights():
    W = np.array([[9.0, 1.0, -5.0, 3.0], [0.0, -1.0, 0.5, 2.0]])
    (mask,) = masks_of(Network.from_weights([W]), [2])
    assert mask.tolist() == [[False, True, True], [True, False, True]]
    assert density([mask]) == pytest.approx(4 / 6)


def test_retraining_holds_pruned_weights_at_zero_and_moves_the_others():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(60, 5)), rng.integers(0, 3, 60)
    net = Network([5, 4, 3], "relu", rng=rng)
    masks = masks_of(net, [2, 3])
    apply(net, masks)
    before = net.flat.copy()
    retrain(net, masks, x, y, rate=0.1, epochs=2, rng=rng)
    for W, mask in zip(net.weights, masks, strict=True):
        assert not W[:, 1:][~mask].any()
    assert (net.flat != before).mean() > 0.5


def test_retraining_with_all_weights_is_training():
    """One epoch of the same batches as the course's own trainer."""
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(64, 5)), rng.integers(0, 3, 64)
    one = Network([5, 4, 3], "relu", rng=rng)
    two, masks = one.copy(), [np.ones((4, 5), bool), np.ones((3, 4), bool)]
    train(one, x, y, rate=0.1, momentum=0.9, epochs=1, rng=np.random.default_rng(5))
    retrain(two, masks, x, y, rate=0.1, epochs=1, rng=np.random.default_rng(5))
    assert np.allclose(one.flat, two.flat)


def test_pruning_leaves_the_given_network_as_it_was():
    rng = np.random.default_rng(6)
    net = Network([5, 4, 3], "relu", rng=rng)
    before = net.flat.copy()
    x, y = rng.normal(size=(40, 5)), rng.integers(0, 3, 40)
    small, masks = prune(net, x, y, keep=(2, 2), rounds=2, epochs=1, rng=rng)
    assert np.array_equal(net.flat, before)
    assert [mask.sum(axis=1).tolist() for mask in masks] == [[2] * 4, [2] * 3]
    assert (small.weights[0][:, 1:] != 0).sum() == 8


def test_every_training_sample_is_within_gamma_of_the_span():
    split = load_digits_split()
    for gamma in (0.2, 0.4):
        dictionary = grow_dictionary(split.X_train, gamma=gamma)
        assert dictionary.residual(split.X_train).max() <= gamma + 1e-12
        # the oracle: the pseudo-inverse of the definition, not the grown basis
        D = dictionary.columns
        x = split.X_train[:50]
        left = x - x @ np.linalg.pinv(D).T @ D.T
        want = np.linalg.norm(left, axis=1) / np.linalg.norm(x, axis=1)
        assert np.allclose(dictionary.residual(x), want)


def test_a_larger_gamma_gives_a_smaller_dictionary():
    x = load_digits_split().X_train
    sizes = [grow_dictionary(x, gamma=g).size for g in (0.1, 0.2, 0.3, 0.5)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 2 * sizes[-1]


def test_a_dictionary_of_low_rank_data_stops_at_its_rank():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(100, 4)) @ rng.normal(size=(4, 20))
    dictionary = grow_dictionary(x, gamma=1e-6)
    assert dictionary.size == 4
    assert np.allclose(dictionary.basis.T @ dictionary.basis, np.eye(4))


def test_bad_arguments_are_refused():
    rng = np.random.default_rng(8)
    net = Network([5, 4, 3], "relu", rng=rng)
    x, y = np.zeros((4, 5)), np.zeros(4, int)
    with pytest.raises(ValueError, match="keep must name 2 layers"):
        masks_of(net, [2])
    with pytest.raises(ValueError, match="keep must be at most 5, got 6"):
        masks_of(net, [6, 1])
    with pytest.raises(ValueError, match="keep must be an integer >= 1, got 0"):
        prune(net, x, y, keep=(0, 1), rng=rng)
    with pytest.raises(ValueError, match=r"masks must have shape \(4, 5\)"):
        retrain(net, [np.ones((5, 4))] * 2, x, y, rate=0.1, epochs=1, rng=rng)
    with pytest.raises(ValueError, match=r"gamma must be in \(0, 1\), got 1"):
        grow_dictionary(np.ones((2, 2)), gamma=1)
    with pytest.raises(ValueError, match="x must have a row that is not 0"):
        grow_dictionary(x, gamma=0.5)
    with pytest.raises(ValueError, match="x must have shape"):
        residual(np.ones((3, 1)), np.ones((2, 4)))

"""The attacks, run: what they find is compared with what was hidden."""

import numpy as np
import pytest

from ppdl_course.data import load_digits_split
from ppdl_course.mpc.learning.garbled.leaks import (
    PatternGuess,
    in_span,
    read_samples,
    solve_layer,
    usage,
)
from ppdl_course.mpc.learning.garbled.parties import classify
from ppdl_course.mpc.learning.garbled.projection import grow_dictionary
from ppdl_course.mpc.learning.garbled.pruning import prune
from ppdl_course.mpc.learning.garbled.word_network import WordNetwork
from ppdl_course.nn import Network, train

DIGITS = load_digits_split()


@pytest.fixture(scope="module")
def dictionary():
    return grow_dictionary(DIGITS.X_train, gamma=0.25)


def test_a_published_dictionary_is_training_images(dictionary):
    want = np.rint(16 * DIGITS.X_train[dictionary.rows]).astype(int)
    assert np.array_equal(read_samples(dictionary.columns, levels=16), want)


def test_columns_that_are_no_such_samples_are_not_read():
    columns = np.random.default_rng(0).normal(size=(64, 3))
    assert (read_samples(columns, levels=16) == -1).all()


@pytest.mark.parametrize("published", ["basis", "projection"])
def test_the_span_tells_who_is_in_the_dictionary(dictionary, published):
    """Without an error either way: kept samples, and all others of both parts."""
    basis = (
        dictionary.basis
        if published == "basis"
        else dictionary.basis @ dictionary.basis.T
    )
    assert (
        np.flatnonzero(in_span(basis, DIGITS.X_train)).tolist()
        == dictionary.rows.tolist()
    )
    assert not in_span(basis, DIGITS.X_test).any()


def pattern(low, mine, seed):
    """The usage pattern of a pruned network for the digits 0-4, or for 5-9."""
    rng = np.random.default_rng(seed)
    parts = np.random.default_rng(0).random(len(DIGITS.y_train)) < 0.5
    rows = np.flatnonzero((parts == mine) & ((DIGITS.y_train < 5) == low))
    rows = rng.choice(rows, 250, replace=False)
    x, y = DIGITS.X_train[rows], DIGITS.y_train[rows] % 5
    net = Network([64, 16, 5], "relu", rng=rng)
    train(net, x, y, rate=0.05, momentum=0.9, epochs=10, rng=rng)
    _, masks = prune(net, x, y, keep=(8, 6), rounds=3, epochs=4, rng=rng)
    return usage(masks)


def test_the_pattern_tells_which_digits_a_network_was_trained_on():
    """Shadow networks on other images; 20 victims, chance 19 or 20: 2e-5."""
    kinds = np.arange(20) % 2 == 1
    shadows = [pattern(kind, False, seed) for seed, kind in enumerate(kinds)]
    guess = PatternGuess(np.array(shadows), kinds)
    victims = [pattern(kind, True, 100 + seed) for seed, kind in enumerate(kinds)]
    assert (guess(np.array(victims)) == kinds).sum() >= 19


def test_a_dense_network_has_no_pattern():
    assert np.array_equal(usage([np.ones((4, 6), bool)]), np.ones(6))


def test_an_opened_layer_is_solved_from_its_outputs():
    """The client's samples and what it decoded: weights and biases to 2^-11."""
    rng = np.random.default_rng(1)
    net = Network([6, 5, 3], "relu", rng=rng)
    net.weights[0][:, 0] = rng.normal(0, 0.3, 5)
    words = WordNetwork.of(net)
    x = np.rint(rng.uniform(-2, 2, (60, 6)) * 4096) / 4096
    seen = classify(words, x, opened=[0]).seen[0] / 4096
    solved = solve_layer(x, seen)
    assert np.abs(solved - net.weights[0]).max() < 2**-10
    assert not classify(words, x[:1]).seen  # closed, nothing is there to solve


def test_a_unit_that_is_never_positive_stays_unknown():
    x = np.random.default_rng(2).normal(size=(30, 3))
    w = np.array([[0.5, 1.0, -1.0, 2.0], [-99.0, 0.1, 0.1, 0.1]])
    outputs = np.maximum(np.column_stack([np.ones(30), x]) @ w.T, 0)
    solved = solve_layer(x, outputs)
    assert np.allclose(solved[0], w[0])
    assert np.isnan(solved[1]).all()


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="labels must hold both kinds"):
        PatternGuess(np.ones((3, 2)), np.ones(3))
    with pytest.raises(ValueError, match="levels must be an integer >= 1"):
        read_samples(np.ones((3, 2)), levels=0)

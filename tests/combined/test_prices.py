"""Prices of networks in words: the twin's accuracy, the shape's gates."""

import numpy as np
import pytest

from ppdl_course.combined import prices
from ppdl_course.data import Split, load_digits_split
from ppdl_course.mpc.learning.garbled.layers import Format
from ppdl_course.mpc.learning.garbled.word_network import WordNetwork
from ppdl_course.nn import Network, accuracy, train

DIGITS = load_digits_split()
FIRST = Split(
    DIGITS.X_train[:, :16], DIGITS.y_train, DIGITS.X_test[:, :16], DIGITS.y_test
)


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(5)
    net = Network([16, 6, 10], "relu", rng=rng)
    train(net, FIRST.X_train, FIRST.y_train, rate=0.05, epochs=5, rng=rng)
    return net


def test_a_price_is_the_twins_accuracy_and_the_shapes_gates(network):
    words = WordNetwork.of(network, sample=FIRST.X_train)
    price = prices.priced(words, FIRST.X_test, FIRST.y_test)
    assert price.accuracy == words.accuracy(FIRST.X_test, FIRST.y_test)
    assert price.and_gates == words.shape.and_gates
    assert price.megabytes == pytest.approx(32e-6 * words.shape.and_gates)


def test_formats_that_fit_are_priced_and_others_left_out(network):
    network = network.copy()
    network.weights[0][0, 1] = 30.0  # of a pixel that is always 0, and does not fit
    table = prices.of_formats(network, FIRST, [(6, 4), (16, 8)])
    assert set(table) == {(16, 8)}
    with pytest.raises(ValueError, match="must be within"):
        WordNetwork.of(network, form=Format.of(6, 4), sample=FIRST.X_train)
    words = WordNetwork.of(network, form=Format.of(16, 8), sample=FIRST.X_train)
    assert table[16, 8] == prices.priced(words, FIRST.X_test, FIRST.y_test)


def test_a_pruned_network_costs_what_its_weights_cost(network):
    after, before = prices.of_pruned(network, FIRST, (0.25, 1))
    assert after[0.25].and_gates < after[1].and_gates / 2
    assert before[1] == accuracy(network, FIRST.X_test, FIRST.y_test)
    assert before[0.25] < after[0.25].accuracy
    assert prices.counts(network, 0.25) == [4, 2]
    assert prices.counts(network, 0.01) == [1, 1]
    with pytest.raises(ValueError, match="share must be in"):
        prices.counts(network, 0)

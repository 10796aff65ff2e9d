"""Chapter 7's checks: odd things are told kindly, and inputs are what they say."""

import numpy as np
import pytest

from ppdl_course.checks import deepsecure as checks
from ppdl_course.checks.deepsecure import dictionaries, sigmoid_pieces, words
from ppdl_course.checks.verdict import Mistake
from ppdl_course.mpc.circuits import arithmetic
from ppdl_course.mpc.learning.garbled import projection


@pytest.mark.parametrize(
    ("check", "value", "says"),
    [
        (checks.check_relu, None, "does every path"),
        (checks.check_relu, [], "no wires at all"),
        (checks.check_relu, [0.5, 1.5], "numbers of wires, not bits"),
        (checks.check_relu, [True, False], "numbers of wires, not bits"),
        (checks.check_relu, 3, "must return 4 wires, got 1"),
        (checks.check_sigmoid, [0] * 12, "must return 16 wires, got 12"),
        (checks.check_argmax, [0, 1, 2, 3, 4], "not the largest itself"),
        (checks.check_argmax, [0, 1, 2, 3], "needs 2 bits, got 4 wires"),
        (checks.check_steal_layer, None, r"the pair \(W, b\)"),
        (checks.check_steal_layer, ("a", "b"), "must be an array of numbers"),
        (checks.check_grow_dictionary, None, "return a list of places"),
        (checks.check_grow_dictionary, [0.5], "whole numbers"),
        (checks.check_grow_dictionary, [[1.0, 2.0]], "not the records themselves"),
        (checks.check_prune_and_retrain, None, "is None"),
        (checks.check_prune_and_retrain, [1.0], "must have shape"),
        (checks.check_share_record, None, "must return two shares"),
        (checks.check_share_record, ([0.5] * 27, [0] * 27), "whole numbers"),
        (checks.check_share_record, ([0], [0]), "must have shape"),
    ],
)
def test_odd_things_are_told_kindly(check, value, says):
    with pytest.raises(Mistake, match=says):
        check(lambda *arguments: value)


def test_a_circuit_that_cannot_be_built_is_told_with_its_error():
    def mixed(b, x):
        return arithmetic.add(b, x, x[:-1])

    with pytest.raises(Mistake, match=r"words of 4 bits raises ValueError: zip"):
        checks.check_relu(mixed)


def test_the_pieces_are_as_near_to_the_sigmoid_as_their_authors_say():
    """Amin, Curtis and Hayes-Gill: 0.0189 at most."""
    x = np.linspace(0, 8, 100_001)
    error = np.abs(sigmoid_pieces.pieces(x) - 1 / (1 + np.exp(-x))).max()
    assert 0.0188 < error < 0.0190 < sigmoid_pieces.MOST_ERROR


def test_words_and_bits_are_inverse():
    numbers = np.arange(-8, 8)
    assert words.signed(words.bits_of(numbers, 4)).tolist() == numbers.tolist()
    assert words.unsigned(words.bits_of(numbers % 16, 4)).tolist() == (
        (numbers % 16).tolist()
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_expected_dictionary_is_that_of_the_package(seed):
    rng = np.random.default_rng(seed)
    for records, gamma in dictionaries._families(rng, 4):
        if records.any():
            rows = projection.grow_dictionary(records, gamma=gamma).rows
            assert dictionaries.grown(records, gamma) == rows.tolist()


def test_records_that_are_all_0_give_an_empty_dictionary():
    assert dictionaries.grown(np.zeros((3, 2)), 0.5) == []
    families = dictionaries._families(np.random.default_rng(0), 1)
    assert any(not records.any() for records, _ in families)


@pytest.mark.parametrize(
    "check",
    [
        checks.check_argmax,
        checks.check_steal_layer,
        checks.check_grow_dictionary,
        checks.check_prune_and_retrain,
    ],
)
def test_a_mistake_with_fresh_inputs_names_the_seed(check):
    with pytest.raises(Mistake, match=r"inputs drawn with seed=\d+"):
        check(lambda *arguments: None, seed=None)


def test_weights_that_are_nearly_0_are_not_pruned():
    def nearly(W, keep, gradient, rate, steps):
        mask = np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep]
        W = W * mask
        for _ in range(steps):
            W = (W - rate * gradient(W)) * mask
        return W + 1e-9 * ~mask

    with pytest.raises(Mistake, match="pruned ones must stay 0"):
        checks.check_prune_and_retrain(nearly)

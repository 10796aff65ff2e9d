"""Tests for ppdl_course.attacks.price_of_protection."""

import math

import numpy as np
import pytest

from ppdl_course.attacks.price_of_protection import (
    Price,
    price_of_a_round,
    worth_of_a_file,
)
from ppdl_course.data import load_law_cases
from ppdl_course.federated.protection_game import Game
from ppdl_course.nn import Network
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paillier import PrivateKey

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def measured():
    """Twenty case files, a key of 1,024 bits (too short to be secure)."""
    law = load_law_cases()
    network = Network([28, 8, 2], "sigmoid", rng=np.random.default_rng(0))
    packing = Packing(PrivateKey.generate(1024).public)
    x, y = law.X_train[:20], law.y_train[:20]
    return network, price_of_a_round(network, x, y, packing), packing


def test_every_unprotected_file_is_read_and_protecting_takes_time(measured):
    network, price, packing = measured
    assert price.read == 1
    assert price.seconds > 0
    assert price.ciphertexts == math.ceil(len(network.flat) / packing.slots)


def test_a_model_that_does_not_react_gives_nothing_away(measured):
    """Relu units that are all off: gradients of the first layer are zero."""
    _, _, packing = measured
    law = load_law_cases()
    network = Network([28, 4, 2], "relu", rng=np.random.default_rng(0))
    network.weights[0][:] = 0
    network.weights[0][:, 0] = -1
    price = price_of_a_round(network, law.X_train[:5], law.y_train[:5], packing, runs=1)
    assert price.read == 0
    assert worth_of_a_file(price, 0.5, 0.5) == math.inf


def test_at_the_worth_of_a_file_the_game_changes_sides(measured):
    price = Price(seconds=0.5, ciphertexts=3, read=1.0)
    worth = worth_of_a_file(price, 0.2, 1.0)
    assert worth == 2.5
    for factor, kind in ((0.99, "never pays"), (1.01, "mixed")):
        game = Game(price.seconds, factor * worth * price.read, 1, 1)
        assert game.equilibrium(0.2).kind == kind


def test_arguments_out_of_bounds_are_refused(measured):
    network, price, packing = measured
    x, y = np.zeros((1, 28)), np.array([0])
    with pytest.raises(ValueError, match="runs must be an integer >= 1"):
        price_of_a_round(network, x, y, packing, runs=0)
    with pytest.raises(ValueError, match="belief must be in"):
        worth_of_a_file(price, 1.5, 0.5)

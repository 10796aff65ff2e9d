"""Slot arithmetic against numpy: values, scales that come back, and counts."""

import numpy as np
import pytest
from tenseal import sealapi

from ppdl_course.he.seal.contexts import seal_context
from ppdl_course.he.seal.key_pair import KeyPair
from ppdl_course.he.seal.slots import SlotArithmetic
from ppdl_course.he.seal.streams import from_bytes

SCALE = 2.0**35
X = np.random.default_rng(0).uniform(-1, 1, 4096)


@pytest.fixture(scope="module")
def keys():
    return KeyPair(seal_context(8192, (50, 35, 35, 35, 50)), SCALE)


@pytest.fixture(scope="module")
def evaluation_keys(keys):
    relin = from_bytes(sealapi.RelinKeys, keys.context, keys.relin_keys())
    galois = keys.galois_keys([1, 2, 4], 8192)
    return relin, from_bytes(sealapi.GaloisKeys, keys.context, galois)


@pytest.fixture
def at(keys, evaluation_keys):
    slots = SlotArithmetic(keys.context)
    slots.relin, slots.galois = evaluation_keys
    return slots


def test_a_weighted_sum_comes_back_at_the_scale_it_had(keys, at):
    x, weights = keys.encrypt(X), np.linspace(-1, 1, 4096)
    total = at.total([at.times(x, weights), at.times(x, 0.5)])
    assert total.scale == pytest.approx(SCALE, rel=1e-12)
    result = keys.decrypt(at.plus(total, 0.25))
    np.testing.assert_allclose(result, X * (weights + 0.5) + 0.25, atol=1e-5)
    assert at.counts == {"products": 2}


def test_a_product_by_zero_is_zero_and_not_refused(keys, at):
    total = at.total([at.times(keys.encrypt(X), 0.0)])
    np.testing.assert_allclose(keys.decrypt(total), np.zeros(4096), atol=1e-5)


def test_folding_sums_neighbouring_slots(keys, at):
    folded = keys.decrypt(at.fold(keys.encrypt(X), 4, 1))
    want = sum(np.roll(X, -step) for step in range(8))
    np.testing.assert_allclose(folded, want, atol=1e-4)
    assert at.counts == {"rotations": 3}


@pytest.mark.parametrize("rescaled", [True, False])
def test_a_square_of_a_product_whether_rescaled_or_not(keys, at, rescaled):
    product = at.times(keys.encrypt(X), 0.5)
    square = at.square(at.total([product]) if rescaled else product)
    np.testing.assert_allclose(keys.decrypt(square), X**2 / 4, atol=1e-4)

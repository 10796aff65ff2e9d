"""A key pair decrypts what it encrypted, in both schemes, and nobody else's."""

import numpy as np
import pytest

from ppdl_course.he.seal.contexts import seal_context
from ppdl_course.he.seal.key_pair import KeyPair

CKKS = (8192, (40, 30, 40))
BFV = (4096, (36, 36, 37), 65537)


def test_ckks_slots_come_back_and_the_rest_is_zero():
    keys = KeyPair(seal_context(*CKKS), 2.0**30)
    slots = keys.decrypt(keys.encrypt(np.array([1.5, -2.0])))
    np.testing.assert_allclose(slots[:2], [1.5, -2.0], atol=1e-4)
    np.testing.assert_allclose(slots[2:], np.zeros(4094), atol=1e-4)


def test_bfv_slots_come_back_exactly():
    keys = KeyPair(seal_context(*BFV))
    x = np.random.default_rng(0).integers(0, 65537, 4096)
    np.testing.assert_array_equal(keys.decrypt(keys.encrypt(x)), x)


@pytest.mark.parametrize(("context", "scale"), [(CKKS, 2.0**30), (BFV, None)])
def test_another_pair_of_the_same_context_reads_noise(context, scale):
    one, other = (KeyPair(seal_context(*context), scale) for _ in range(2))
    x = np.random.default_rng(1).integers(0, 100, 4096)
    noise = other.decrypt(one.encrypt(x))
    assert abs(np.corrcoef(noise, x)[0, 1]) < 0.1


def test_two_ciphertexts_of_the_same_numbers_differ():
    from ppdl_course.he.seal.residues import residues_of

    keys = KeyPair(seal_context(*BFV))
    one, other = (residues_of(keys.encrypt(np.ones(4096, int))) for _ in range(2))
    assert (one == other).mean() < 0.01


def test_a_context_is_made_once():
    assert seal_context(*CKKS) is seal_context(*CKKS)
    assert seal_context(*CKKS) is not seal_context(*BFV)

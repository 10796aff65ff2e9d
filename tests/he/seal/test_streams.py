"""SEAL's streams: what goes out comes back the same, and damage is refused."""

import numpy as np
import pytest
from tenseal import sealapi

from ppdl_course.he.seal.contexts import seal_context
from ppdl_course.he.seal.key_pair import KeyPair
from ppdl_course.he.seal.residues import residues_of
from ppdl_course.he.seal.streams import CiphertextWriter, from_bytes, to_bytes

SCALE = 2.0**26
SIZES = (30, 30, 30, 30)


@pytest.fixture(scope="module")
def keys():
    return KeyPair(seal_context(8192, SIZES), SCALE)


def test_a_ciphertext_sent_as_bytes_decrypts_to_the_same_numbers(keys):
    x = np.random.default_rng(0).random(4096)
    ciphertext = keys.encrypt(x)
    again = from_bytes(sealapi.Ciphertext, keys.context, to_bytes(ciphertext))
    np.testing.assert_array_equal(residues_of(again), residues_of(ciphertext))
    np.testing.assert_allclose(keys.decrypt(again), x, atol=1e-3)


def test_residues_written_back_decrypt_to_the_same_numbers(keys):
    x = np.random.default_rng(1).random(4096)
    residues = residues_of(keys.encrypt(x))
    assert residues.shape == (2, 3, 8192)
    [again] = CiphertextWriter(keys.context).write(residues[None], SCALE)
    np.testing.assert_array_equal(residues_of(again), residues)
    np.testing.assert_allclose(keys.decrypt(again), x, atol=1e-3)


def test_a_shorter_ciphertext_is_written_at_its_level(keys):
    x = np.random.default_rng(2).random(4096)
    shorter = residues_of(keys.encrypt(x))[None, :, :2]
    writer = CiphertextWriter(keys.context)
    [ciphertext] = writer.write(shorter, SCALE)
    np.testing.assert_allclose(keys.decrypt(ciphertext), x, atol=1e-3)
    assert writer.primes(2) == writer.primes(3)[:2]


def test_seal_refuses_residues_beyond_their_prime(keys):
    residues = residues_of(keys.encrypt(np.ones(4096)))
    residues[0, 1, 0] = 2**31
    with pytest.raises((ValueError, RuntimeError)):
        CiphertextWriter(keys.context).write(residues[None], SCALE)


def test_more_primes_than_the_chain_has_are_refused(keys):
    with pytest.raises(ValueError, match=r"batch must have 1\.\.3 primes: 4"):
        CiphertextWriter(keys.context).write(np.zeros((1, 2, 4, 8192), np.uint32))


@pytest.mark.parametrize("damage", [lambda d: d[: len(d) // 2], lambda d: b"x" + d])
def test_a_damaged_stream_is_refused(keys, damage):
    data = damage(to_bytes(keys.encrypt(np.ones(4096))))
    with pytest.raises((RuntimeError, ValueError, IndexError)):
        from_bytes(sealapi.Ciphertext, keys.context, data)

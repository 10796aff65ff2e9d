"""Residues in and out of SEAL, and layers over them: against SEAL, exact integers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenseal import sealapi

from ppdl_course.he.inference import residue_matmul
from ppdl_course.he.inference.residue_plan import Plan
from ppdl_course.he.seal.streams import CiphertextWriter

SCALE = 2.0**26


@pytest.fixture(scope="module")
def seal():
    context = Plan().context()
    generator = sealapi.KeyGenerator(context)
    public, relin = sealapi.PublicKey(), sealapi.RelinKeys()
    generator.create_public_key(public)
    generator.create_relin_keys(relin)
    return {
        "context": context,
        "encoder": sealapi.CKKSEncoder(context),
        "encryptor": sealapi.Encryptor(context, public),
        "decryptor": sealapi.Decryptor(context, generator.secret_key()),
        "evaluator": sealapi.Evaluator(context),
        "writer": CiphertextWriter(context),
    }


def encrypt(seal, values):
    plain, ciphertext = sealapi.Plaintext(), sealapi.Ciphertext(seal["context"])
    seal["encoder"].encode(values.tolist(), SCALE, plain)
    seal["encryptor"].encrypt(plain, ciphertext)
    return ciphertext


def decrypt(seal, ciphertext):
    plain = sealapi.Plaintext()
    seal["decryptor"].decrypt(ciphertext, plain)
    return np.array(seal["encoder"].decode_double(plain))


def test_a_square_by_residues_is_seals_bit_for_bit(seal):
    ciphertext = encrypt(seal, np.random.default_rng(1).random(4096))
    want = sealapi.Ciphertext(seal["context"])
    seal["evaluator"].square(ciphertext, want)
    primes = seal["writer"].primes(5)
    residues = residue_matmul.read(ciphertext)[None]
    got = residue_matmul.layers(
        residues, [(np.eye(1), None)], primes, square_first=True
    )
    np.testing.assert_array_equal(got[0], residue_matmul.read(want))


def test_layers_with_a_square_between_them_are_the_plaintext_computation(seal):
    rng = np.random.default_rng(2)
    x = rng.random((4, 4096))
    W1, W2 = rng.integers(-500, 500, (3, 4)), rng.integers(-500, 500, (2, 3))
    b = np.array([0.5, -0.25, 0.0])
    residues = np.stack([residue_matmul.read(encrypt(seal, row)) for row in x])
    bias = [round(v * 2.0**36) for v in b]
    steps = [(W1, bias), (W2, None)]
    got = residue_matmul.layers(residues, steps, seal["writer"].primes(5))
    want = (W2 / 1024) @ ((W1 / 1024) @ x + b[:, None]) ** 2
    for ciphertext, row in zip(seal["writer"].write(got, 2.0**82), want, strict=True):
        np.testing.assert_allclose(decrypt(seal, ciphertext), row, atol=5e-3)


@given(
    st.integers(0, 2**53 - 2**30),
    st.sampled_from([2**30 - 35, 1032193, 97]),
    st.booleans(),
)
def test_reducing_is_exact_up_to_the_bound(value, prime, negative):
    value = -value if negative else value
    assert residue_matmul.reduce(np.array([float(value)]), prime)[0] == value % prime


@given(st.integers(0, 2**32))
def test_dense_and_sparse_products_are_exact(seed):
    rng = np.random.default_rng(seed)
    prime = 2**30 - 35
    for density in (1.0, 0.05):
        W = rng.integers(-2047, 2048, (3, 200)) * (rng.random((3, 200)) < density)
        c = rng.integers(0, prime, (200, 1, 1, 5)).astype(np.uint32)
        got = residue_matmul.layers(c, [(W, [-5, 0, 2**60])], [prime], workers=1)
        exact = W.astype(object) @ c[:, 0, 0].astype(object)
        exact += np.array([[-5], [0], [2**60]], object)
        np.testing.assert_array_equal(got[:, 0, 0].astype(object), exact % prime)


def test_the_largest_row_that_stays_exact_is_taken_and_the_next_refused():
    prime = 2**30 - 35
    limit = (2**53 - 1 - prime) // (prime - 1)
    residue_matmul.require_exact(np.array([[limit]]), prime)
    with pytest.raises(ValueError, match="use fewer weight bits"):
        residue_matmul.require_exact(np.array([[limit + 1]]), prime)


def test_what_would_not_be_exact_is_refused():
    c = np.zeros((2, 2, 1, 8), np.uint32)
    with pytest.raises(ValueError, match="matrix of integers"):
        residue_matmul.layers(c, [(np.array([[0.5, 1.0]]), None)], [97])
    with pytest.raises(ValueError, match="at most 30 bits"):
        residue_matmul.layers(c, [(np.ones((1, 2)), None)], [2**31 - 1])
    with pytest.raises(ValueError, match="must take 2"):
        residue_matmul.layers(c, [(np.ones((1, 3)), None)], [97])
    with pytest.raises(ValueError, match="one square, of 2 parts"):
        residue_matmul.layers(
            c, [(np.ones((1, 2)), None)] + 2 * [(np.ones((1, 1)), None)], [97]
        )
    with pytest.raises(ValueError, match="relinearise before"):
        residue_matmul.square(np.zeros((1, 3, 4)), 97)

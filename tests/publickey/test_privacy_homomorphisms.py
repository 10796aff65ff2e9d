"""The residue scheme computes anything, and one known pair breaks it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.publickey.privacy_homomorphisms import (
    Residues,
    add,
    factor_with_known_plaintext,
    multiply,
)
from ppdl_course.publickey.rsa import prime_pair

KEY = Residues(10007, 10009)
TEXTS = st.integers(0, KEY.n - 1)


@given(TEXTS, TEXTS, TEXTS)
def test_a_polynomial_is_computed_on_ciphertexts(x, y, z):
    n = KEY.n
    cx, cy, cz = map(KEY.encrypt, (x, y, z))
    c = add(multiply(cx, cy, n), multiply(cz, cz, n), n)
    assert KEY.decrypt(c) == (x * y + z * z) % n


def test_one_known_pair_factors_a_real_modulus():
    p, q = prime_pair(1024)
    key = Residues(p, q)
    x = 2**700 + 5  # larger than the primes
    assert set(factor_with_known_plaintext(x, key.encrypt(x), key.n)) == {p, q}


def test_a_small_plaintext_is_its_own_ciphertext():
    assert KEY.encrypt(37) == (37, 37)
    assert factor_with_known_plaintext(37, KEY.encrypt(37), KEY.n) is None


def test_refusals():
    with pytest.raises(ValueError, match="coprime"):
        Residues(6, 9)
    with pytest.raises(ValueError, match="x must be in"):
        KEY.encrypt(KEY.n)


def test_numpy_integers_are_taken_exactly():
    key = Residues(np.int64(2**31 - 1), np.int64(2**61 - 1))
    assert key.decrypt(key.encrypt(np.int64(2**60 + 1))) == 2**60 + 1
    with pytest.raises(ValueError, match=r"x must be an integer, got 1\.5"):
        key.encrypt(1.5)

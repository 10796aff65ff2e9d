"""Textbook RSA: known answers, the homomorphism and both attacks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.publickey.rsa import (
    PrivateKey,
    PublicKey,
    decrypt_with_oracle,
    guess,
    prime_pair,
)

TOY = PrivateKey.from_primes(61, 53, e=17)


def test_known_answers_of_the_textbook_key():
    assert (TOY.public.n, TOY.d) == (3233, 2753)
    assert (TOY.public.encrypt(7), TOY.public.encrypt(3)) == (2369, 1211)
    assert TOY.decrypt(2369 * 1211) == 21


def test_agrees_with_openssl_on_a_real_key():
    from cryptography.hazmat.primitives.asymmetric import rsa

    private = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    numbers = private.private_numbers()
    ours = PrivateKey.from_primes(numbers.p, numbers.q, e=65537)
    assert PublicKey(numbers.public_numbers.n, 65537) == ours.public
    m = 2**1000 + 7
    assert pow(ours.public.encrypt(m), numbers.d, ours.public.n) == m


@given(st.integers(0, 3232), st.integers(0, 3232))
def test_products_of_ciphertexts_decrypt_to_products(a, b):
    c = TOY.public.multiply(TOY.public.encrypt(a), TOY.public.encrypt(b))
    assert TOY.decrypt(c) == a * b % 3233


def test_a_small_message_space_is_searched():
    key = PrivateKey.generate(1024).public
    assert guess(key, key.encrypt(37), range(120)) == 37
    assert guess(key, key.encrypt(500), range(120)) is None


def test_an_oracle_that_refuses_the_target_still_reads_it():
    private = PrivateKey.generate(1024)
    target = private.public.encrypt(13912345678)
    asked = []

    def oracle(c):
        asked.append(c)
        assert c != target
        return private.decrypt(c)

    assert decrypt_with_oracle(private.public, target, oracle) == 13912345678
    assert len(asked) == 1


def test_key_does_not_print_its_secret():
    assert "2753" not in repr(TOY)


def test_refusals_name_the_argument():
    with pytest.raises(ValueError, match=r"m must be in \[0, 3233\), got 3233"):
        TOY.public.encrypt(3233)
    with pytest.raises(ValueError, match="m must be in"):
        TOY.public.encrypt(-1)
    with pytest.raises(ValueError, match="e must be coprime"):
        PrivateKey.from_primes(61, 53, e=15)
    with pytest.raises(ValueError, match="bits must be even and at least 1024"):
        prime_pair(512)


def test_numpy_integers_are_taken_exactly():
    key = PrivateKey.from_primes(np.int64(2**61 - 1), np.int64(2**31 - 1), e=17)
    assert key.public.n == (2**61 - 1) * (2**31 - 1)  # beyond 64 bits
    assert key.decrypt(key.public.encrypt(np.int64(2**60 + 1))) == 2**60 + 1
    with pytest.raises(ValueError, match=r"m must be an integer, got 1\.5"):
        key.public.encrypt(1.5)

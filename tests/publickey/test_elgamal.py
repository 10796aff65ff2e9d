"""Textbook ElGamal: round trip, homomorphism, and what the full group leaks."""

import secrets

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.publickey.elgamal import (
    SAFE_PRIME,
    PrivateKey,
    is_square,
    is_square_plaintext,
)

TOY = PrivateKey.generate(23, 5)  # 5 generates Z_23^*


@given(st.integers(1, 22), st.integers(1, 22))
def test_products_decrypt_to_products(a, b):
    public = TOY.public
    assert TOY.decrypt(public.encrypt(a)) == a
    assert TOY.decrypt(public.multiply(public.encrypt(a), public.encrypt(b))) == (
        a * b % 23
    )


def test_the_same_plaintext_twice_gives_different_ciphertexts():
    public = PrivateKey.generate().public
    assert public.encrypt(42) != public.encrypt(42)


def test_the_modulus_is_a_safe_prime_and_the_base_generates_everything():
    from phe.util import is_prime

    assert is_prime(SAFE_PRIME)
    assert is_prime((SAFE_PRIME - 1) // 2)
    assert not is_square(11, SAFE_PRIME)


@given(st.integers(1, 22))
def test_one_bit_of_the_plaintext_is_public(m):
    squares = {x * x % 23 for x in range(1, 23)}
    assert is_square_plaintext(TOY.public, TOY.public.encrypt(m)) == (m in squares)


def test_one_bit_leaks_at_full_size_too():
    key = PrivateKey.generate().public
    for _ in range(3):
        m = 1 + secrets.randbelow(SAFE_PRIME - 1)
        assert is_square_plaintext(key, key.encrypt(m)) == is_square(m, SAFE_PRIME)


def test_the_leak_is_closed_where_the_base_is_a_square():
    key = PrivateKey.generate(23, 4).public
    with pytest.raises(ValueError, match="g must be a non-square"):
        is_square_plaintext(key, key.encrypt(2))


def test_a_bid_is_scaled_without_any_key():
    key = PrivateKey.generate()
    assert key.decrypt(key.public.scale(key.public.encrypt(1000), 2)) == 2000


@pytest.mark.parametrize("bad", [0, 23, -1])
def test_refuses_a_message_outside_the_group(bad):
    with pytest.raises(ValueError, match=r"m must be in \[1, p\)"):
        TOY.public.encrypt(bad)


def test_numpy_integers_are_taken_exactly():
    key = PrivateKey.generate()
    c = key.public.encrypt(np.int64(2**60 + 1))
    assert key.decrypt(key.public.scale(c, np.int64(2**60 + 1))) == (2**60 + 1) ** 2
    with pytest.raises(ValueError, match=r"m must be an integer, got 1\.5"):
        key.public.encrypt(1.5)
    with pytest.raises(ValueError, match=r"factor must be an integer, got 1\.5"):
        key.public.scale(c, 1.5)

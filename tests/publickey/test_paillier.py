"""Paillier against the textbook's numbers and against phe, both ways on one key."""

import math

import numpy as np
import phe
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.publickey.paillier import Ciphertext, PrivateKey, PublicKey, encode

TOY = PrivateKey.from_primes(7, 11, g=5652)
KEY = PrivateKey.generate(1024)
THEIR_PUBLIC = phe.PaillierPublicKey(KEY.public.n)
THEIR_PRIVATE = phe.PaillierPrivateKey(THEIR_PUBLIC, KEY.p, KEY.q)
FEW = settings(max_examples=15, deadline=None)
REALS = st.floats(-1e12, 1e12) | st.integers(-(2**80), 2**80)


def test_known_answers():
    assert (TOY.lam, TOY.mu) == (30, 74)
    assert TOY.public.raw_encrypt(42, r=23) == 4624
    assert TOY.raw_decrypt(4624) == 42


@given(st.integers(0, 76), st.integers(1, 76).filter(lambda r: math.gcd(r, 77) == 1))
def test_decryption_is_the_formula_and_inverts_encryption(m, r):
    c = TOY.public.raw_encrypt(m, r=r)
    formula = (pow(c, TOY.lam, 77**2) - 1) // 77 * TOY.mu % 77
    assert TOY.raw_decrypt(c) == formula == m


@FEW
@given(REALS)
def test_phe_decrypts_what_we_encrypt(value):
    ours = KEY.public.encrypt(value, largest=2**80)
    theirs = phe.EncryptedNumber(THEIR_PUBLIC, ours.c, ours.exponent)
    assert THEIR_PRIVATE.decrypt(theirs) == value


@FEW
@given(REALS)
def test_we_decrypt_what_phe_encrypts(value):
    theirs = THEIR_PUBLIC.encrypt(value)
    ours = Ciphertext(KEY.public, theirs.ciphertext(), theirs.exponent)
    assert KEY.decrypt(ours) == value


def test_the_same_plaintext_twice_gives_different_ciphertexts():
    assert KEY.public.encrypt(7).c != KEY.public.encrypt(7).c
    c = KEY.public.encrypt(7)
    assert c.rerandomised().c != c.c
    assert KEY.decrypt(c.rerandomised()) == 7


def test_a_precision_may_be_asked_for():
    assert KEY.decrypt(KEY.public.encrypt(math.pi, exponent=-2)) == 804 / 256
    assert encode(KEY.public, 1000, exponent=1).decode() == 1008  # 63 * 16, nearest


def test_fractions_are_rounded_by_integers_and_not_by_floats():
    huge = encode(KEY.public, -3.5, exponent=-200)
    assert huge.decode() == -3.5


def test_known_numbers_are_added_for_any_base():
    for key in (TOY, KEY):
        assert key.decrypt(key.public.encrypt(5) + 3) == 8
        assert key.decrypt(-key.public.encrypt(5)) == -5


def test_refusals():
    other = PrivateKey.generate(1024)
    with pytest.raises(ValueError, match="another public key"):
        other.decrypt(KEY.public.encrypt(1))
    with pytest.raises(ValueError, match="m must be in"):
        TOY.public.raw_encrypt(77)
    with pytest.raises(ValueError, match=r"m must be an integer, got 1\.5"):
        TOY.public.raw_encrypt(1.5)
    with pytest.raises(ValueError, match="r must be coprime"):
        TOY.public.raw_encrypt(1, r=14)
    with pytest.raises(ValueError, match="c must be in"):
        TOY.raw_decrypt(7)
    with pytest.raises(ValueError, match="coprime"):
        PrivateKey.from_primes(3, 7)
    with pytest.raises(ValueError, match="g must have an order"):
        PrivateKey.from_primes(7, 11, g=1)
    with pytest.raises(ValueError, match="n must be an integer >= 15"):
        PublicKey(6)


def test_numpy_integers_make_the_same_key():
    n = np.int64(2**31 - 1) * np.int64(2**13 - 1)  # its square is beyond 64 bits
    assert PublicKey(n).n_squared == int(n) ** 2
    key = PrivateKey.from_primes(np.int64(2**61 - 1), np.int64(2**31 - 1))
    assert key.decrypt(key.public.encrypt(-7)) == -7
    assert TOY.raw_decrypt(np.int64(TOY.public.raw_encrypt(np.int64(42)))) == 42


def test_keys_do_not_print_their_secrets():
    assert str(KEY.lam) not in repr(KEY)
    assert str(KEY.p) not in repr(KEY)

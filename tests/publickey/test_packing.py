"""Packed Paillier: an inverse, slot-wise sums, and overflows that are noticed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paillier import PrivateKey
from ppdl_course.publickey.paired import UserSecret

KEY = PrivateKey.generate(1024)
SMALL = Packing(KEY.public, fraction_bits=0, slot_bits=8, largest=63)
FULL = Packing(KEY.public, fraction_bits=0, slot_bits=8, largest=127)


@given(st.lists(st.integers(-127, 127), min_size=1, max_size=60))
def test_unpack_inverts_pack(digits):
    packed = SMALL.pack(digits)
    assert packed == sum(d * 256**i for i, d in enumerate(digits))
    assert SMALL.unpack(packed, len(digits)) == digits


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_sums_and_factors_act_on_every_slot(size, seed):
    x, y = np.random.default_rng(seed).normal(0, 5, (2, size))
    packing = Packing(KEY.public)
    total = (packing.encrypt(x) + packing.encrypt(y)) * -3
    rounded = np.rint(x * 2**24) + np.rint(y * 2**24)
    np.testing.assert_array_equal(total.decrypt(KEY), -3 * rounded / 2**24)


def test_slots_and_ciphertexts_are_as_many_as_the_modulus_holds():
    packing = Packing(KEY.public)
    assert packing.slots == 1021 // 48
    c = packing.encrypt(np.zeros(packing.slots + 1))
    assert len(c.ciphertexts) == 2
    assert packing.encrypt(np.zeros(3)).ciphertexts != (
        packing.encrypt(np.zeros(3)).ciphertexts
    )


def test_the_last_sum_that_fits_is_right_and_the_next_is_refused():
    c = SMALL.encrypt(np.array([63.0, -63.0, 0.0, 63.0]))
    assert SMALL.summands == 2
    np.testing.assert_array_equal((c + c).decrypt(KEY), [126, -126, 0, 126])
    with pytest.raises(ValueError, match=r"the sum could reach 189 .*127"):
        c + c + c
    with pytest.raises(ValueError, match="the product could reach 189"):
        c * 3


def test_an_understated_bound_is_noticed_at_decryption():
    c = FULL.encrypt(np.array([100.0, 5.0]))
    with pytest.raises(OverflowError, match="holds 100, stated was at most 9"):
        replace(c, bound=9).decrypt(KEY)


def test_what_stands_beyond_the_slots_is_noticed_at_decryption():
    c = FULL.encrypt(np.array([100.0, 5.0]))
    beyond = KEY.public.raw_encrypt(2**16)  # the third slot of a vector of two
    added = c.ciphertexts[0] * beyond % KEY.public.n_squared
    with pytest.raises(OverflowError, match="holds more than 2 slots"):
        replace(c, ciphertexts=(added,)).decrypt(KEY)


def test_long_integers_do_not_pass_through_a_float():
    wide = Packing(KEY.public, fraction_bits=0, slot_bits=80, largest=2**62)
    big = 2**60 + 1
    for values in (np.array([big, -big]), [big, -big], [np.int64(big), -big]):
        packed = KEY.raw_decrypt(wide.encrypt(values).ciphertexts[0])
        signed = packed - KEY.public.n if packed > KEY.public.n // 2 else packed
        assert wide.unpack(signed, 2) == [big, -big]
    difference = wide.encrypt([big]) + wide.encrypt([-(2**60)])
    assert difference.decrypt(KEY) == [1.0]


def test_a_layout_of_numpy_integers_does_not_wrap():
    plain = Packing(KEY.public, fraction_bits=24, slot_bits=100, largest=2**60)
    numpys = Packing(
        KEY.public,
        fraction_bits=np.int64(24),
        slot_bits=np.int64(100),
        largest=np.int64(2**60),
    )
    assert numpys.fresh_bound == plain.fresh_bound == 2**84
    assert numpys.limit == plain.limit == 2**99 - 1
    assert (numpys.encrypt([1]) * np.int64(2**14)).bound == 2**98
    with pytest.raises(ValueError, match="the product could reach"):
        numpys.encrypt([1]) * np.int64(2**15)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_bound_that_is_not_finite_is_refused(bad):
    with pytest.raises(ValueError, match=f"largest must be finite, got {bad}"):
        Packing(KEY.public, largest=bad)
    with pytest.raises(ValueError, match=f"values must be finite, got {bad}"):
        SMALL.encrypt(np.array([1.0, bad]))


def test_a_digit_beyond_its_slot_is_refused():
    assert SMALL.unpack(SMALL.pack([127, -127]), 2) == [127, -127]
    for bad in (128, -128):
        with pytest.raises(ValueError, match="a digit could reach 128"):
            SMALL.pack([0, bad])
    with pytest.raises(ValueError, match=r"digit must be an integer, got 1\.5"):
        SMALL.pack([1.5])


def test_the_public_bound_says_nothing_about_the_values():
    assert SMALL.encrypt(np.zeros(2)).bound == SMALL.encrypt(np.full(2, 63.0)).bound


def test_phe_reads_the_packed_plaintext():
    import phe

    public = phe.PaillierPublicKey(KEY.public.n)
    private = phe.PaillierPrivateKey(public, KEY.p, KEY.q)
    c = SMALL.encrypt(np.array([1.0, 2.0, 3.0]))
    assert private.raw_decrypt(c.ciphertexts[0]) == 1 + 2 * 256 + 3 * 65536


def test_refusals():
    with pytest.raises(ValueError, match="slot_bits must be at most"):
        Packing(KEY.public, slot_bits=2000)
    with pytest.raises(ValueError, match="fraction_bits must be an integer in"):
        Packing(KEY.public, fraction_bits=48, slot_bits=48)
    with pytest.raises(ValueError, match=r"values must be within \+-63, got -64"):
        SMALL.encrypt(np.array([1.0, -64.0]))
    with pytest.raises(ValueError, match="a value up to largest could reach 128"):
        Packing(KEY.public, fraction_bits=0, slot_bits=8, largest=128)
    with pytest.raises(ValueError, match="largest must be positive"):
        Packing(KEY.public, largest=0)
    with pytest.raises(ValueError, match="values must be finite, got nan"):
        SMALL.encrypt(np.array([np.nan]))
    with pytest.raises(ValueError, match="nonempty vector"):
        SMALL.encrypt(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="factor must be an integer"):
        SMALL.encrypt(np.ones(2)) * 0.5
    with pytest.raises(ValueError, match="same packing"):
        SMALL.encrypt(np.ones(2)) + SMALL.encrypt(np.ones(3))
    with pytest.raises(ValueError, match="another public key"):
        SMALL.encrypt(np.ones(2)).decrypt(PrivateKey.generate(1024))


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_slots_lie_under_a_key_of_two_trapdoors_as_under_pailliers(size, seed):
    secret = UserSecret.generate(MasterSecret.from_primes(*PUBLISHED[512]).parameters)
    x, y = np.random.default_rng(seed).normal(0, 5, (2, size))
    packing = Packing(secret.public)
    assert packing.slots == 510 // 48
    total = (packing.encrypt(x) + packing.encrypt(y)) * -3
    rounded = np.rint(x * 2**24) + np.rint(y * 2**24)
    np.testing.assert_array_equal(total.decrypt(secret), -3 * rounded / 2**24)


def test_slots_of_another_user_are_refused():
    first, second = (
        UserSecret.generate(parameters)
        for parameters in [MasterSecret.from_primes(*PUBLISHED[256]).parameters] * 2
    )
    c = Packing(first.public).encrypt(np.array([1.0]))
    with pytest.raises(ValueError, match="private belongs to another public key"):
        c.decrypt(second)

"""The integer scheme: gates, noise, depth at failure, and the attack on small noise."""

import math

import pytest

from ppdl_course.he.lattice.integer_scheme import SecretKey, recover_key

KEY = SecretKey.generate()


@pytest.mark.parametrize("a", [0, 1])
@pytest.mark.parametrize("b", [0, 1])
def test_sum_is_xor_and_product_is_and(a, b):
    ca, cb = KEY.encrypt(a), KEY.encrypt(b)
    assert KEY.decrypt(ca + cb) == a ^ b
    assert KEY.decrypt(ca * cb) == a & b
    assert KEY.noise(ca * cb) == KEY.noise(ca) * KEY.noise(cb)


def observed_depth(key, tries=25):
    """The deepest level at which every one of many trials decrypts."""
    for level in range(1, 12):
        for _ in range(tries):
            c = [key.encrypt(1) for _ in range(2**level)]
            product = math.prod(c)
            if key.decrypt(product) != 1 or abs(key.noise(product)) * 4 > key.p:
                return level - 1
    return 11


@pytest.mark.parametrize(("bits", "noise"), [(60, 4), (120, 6), (200, 8), (400, 10)])
def test_predicted_depth_is_observed_within_one(bits, noise):
    key = SecretKey.generate(key_bits=bits, noise_bits=noise, mask_bits=200)
    assert abs(observed_depth(key) - key.depth) <= 1


def test_every_product_within_the_predicted_depth_decrypts():
    c = [KEY.encrypt(1) for _ in range(2**KEY.depth)]
    assert KEY.decrypt(math.prod(c)) == 1


def test_the_same_bit_twice_gives_different_ciphertexts():
    assert KEY.encrypt(1) != KEY.encrypt(1)


def test_small_noise_gives_the_key_away():
    key = SecretKey.generate(key_bits=100, noise_bits=4, mask_bits=200)
    found = recover_key([key.encrypt(0) for _ in range(8)], 4)
    assert found % key.p == 0
    assert found // key.p < 1000


def test_refusals():
    with pytest.raises(ValueError, match="bit must be 0 or 1, got 2"):
        KEY.encrypt(2)
    with pytest.raises(ValueError, match="p must be odd"):
        SecretKey(10, 1, 10)
    with pytest.raises(ValueError, match="noise_bits must be in"):
        SecretKey(11, 4, 10)
    with pytest.raises(ValueError, match="at least 2 ciphertexts"):
        recover_key([1], 4)
    with pytest.raises(ValueError, match=r"noise_bits must be an integer in 0\.\.8"):
        recover_key([1, 2], 9)

"""Tests for ppdl_course.publickey.groups."""

import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.mpc.millionaires.yao import is_prime
from ppdl_course.publickey.groups import (
    MODP_2048,
    P256,
    SMALL_GROUP,
    TOY_GROUP,
    ModGroup,
)

exponents = st.integers(1, P256.order - 1)


@pytest.mark.parametrize("group", [TOY_GROUP, SMALL_GROUP, MODP_2048])
def test_modulus_is_a_safe_prime_and_g_generates_the_subgroup(group):
    assert group.p == 2 * group.q + 1
    assert is_prime(group.p, rounds=5)
    assert is_prime(group.q, rounds=5)
    assert group.g != 1
    assert pow(group.g, group.q, group.p) == 1


def test_group_14_is_the_prime_that_rfc_3526_defines():
    """p = 2^2048 - 2^1984 - 1 + 2^64 * ([2^1918 pi] + 124476), with generator 2."""
    assert (MODP_2048.p.bit_length(), MODP_2048.g) == (2048, 2)
    pi = _pi_times_power_of_two(1918)
    assert MODP_2048.p == 2**2048 - 2**1984 - 1 + 2**64 * (pi + 124476)


def _pi_times_power_of_two(bits):
    """Return floor(2^bits pi) by Machin's formula in integers."""
    guard = bits + 64

    def arctan_inverse(x):
        power = total = (1 << guard) // x
        n, sign = 3, -1
        while power:
            power //= x * x
            total += sign * (power // n)
            n, sign = n + 2, -sign
        return total

    return 4 * (4 * arctan_inverse(5) - arctan_inverse(239)) >> 64


@given(exponents, exponents)
def test_curve_sums_agree_with_the_library(one, other):
    """One G + other G = (one + other) G, which cryptography computes."""
    total = (one + other) % P256.order
    left, right = P256.base_power(one), P256.base_power(other)
    if total:
        assert P256.product(left, right) == P256.base_power(total)
        if one != other:
            assert P256.quotient(P256.base_power(total), right) == left
    else:
        with pytest.raises(ValueError, match="at infinity"):
            P256.product(left, right)


@given(exponents)
def test_doubling_a_point_and_its_negative(exponent):
    point = P256.base_power(exponent)
    assert P256.product(point, point) == P256.base_power(2 * exponent % P256.order)
    with pytest.raises(ValueError, match="at infinity"):
        P256.quotient(point, point)


@given(exponents, exponents)
def test_both_sides_of_diffie_hellman_agree(one, other):
    for group in (P256, SMALL_GROUP):
        left, right = group.base_power(one), group.base_power(other)
        assert group.agree(left, other) == group.agree(right, one)
        assert group.decode(group.encode(left), "A") == left


@given(st.binary(min_size=33, max_size=33))
def test_every_accepted_curve_point_satisfies_the_equation(data):
    try:
        x, y = P256.decode(data, "A")
    except ValueError:
        return  # that what is refused is refused by name, the next test shows
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    assert (y * y - x**3 - P256.a * x - b) % P256.p == 0
    assert P256.encode((x, y)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        bytes(33),
        b"\2" + b"\xff" * 32,
        b"\2" + (1).to_bytes(32, "big"),  # 1 - 3 + b is not a square
        b"\4" + bytes(64),
        "text",
        None,
    ],
)
def test_what_is_not_a_point_is_refused(data):
    with pytest.raises(ValueError, match=r"B must be 33 bytes|B is not a point"):
        P256.decode(data, "B")


def test_exactly_the_squares_of_the_toy_group_are_members():
    accepted = []
    for value in range(256):
        with contextlib.suppress(ValueError):
            accepted.append(TOY_GROUP.decode(bytes([value]), "A"))
    assert accepted == sorted({x * x % 23 for x in range(1, 23)})


@pytest.mark.parametrize("data", [b"", b"\1\1", 1, None])
def test_encodings_of_another_length_are_refused(data):
    with pytest.raises(ValueError, match="A must be 1 bytes"):
        TOY_GROUP.decode(data, "A")


def test_quotient_undoes_product():
    group = ModGroup(p=23, q=11, g=4)
    for x in (1, 2, 13):
        assert group.quotient(group.product(x, 9), 9) == x


def test_cryptography_knows_the_same_curve():
    assert ec.SECP256R1().key_size == P256.p.bit_length()


@given(exponents, exponents)
def test_a_power_of_a_point_agrees_with_the_library(one, other):
    """y is worked out from two x coordinates; the library gives both at once."""
    expected = P256.base_power(one * other % P256.order)
    assert P256.power(P256.base_power(one), other) == expected


@pytest.mark.parametrize("k", [1, 2, 3, P256.order - 2, P256.order - 1, P256.order + 1])
def test_powers_at_the_ends_of_the_range(k):
    point = P256.base_power(5)
    assert P256.power(point, k) == P256.base_power(5 * k % P256.order)


@pytest.mark.parametrize("k", [0, P256.order, -P256.order])
def test_a_power_at_infinity_is_refused(k):
    with pytest.raises(
        ValueError, match="exponent must not be a multiple of the order"
    ):
        P256.power(P256.base_power(5), k)


@pytest.mark.parametrize("group", [TOY_GROUP, SMALL_GROUP, MODP_2048])
def test_a_power_is_pythons_own(group):
    assert group.power(group.base_power(3), 5) == pow(group.g, 15, group.p)


@pytest.mark.parametrize("group", [TOY_GROUP, SMALL_GROUP, MODP_2048, P256])
def test_a_hashed_element_is_in_the_group_and_follows_from_its_data(group):
    element = group.hashed(b"label")
    assert group.decode(group.encode(element), "element") == element
    assert group.hashed(b"label") == element
    assert element != 1
    if group is not TOY_GROUP:
        assert group.hashed(b"other label") != element

"""Mantissa and exponent against exact fractions, for every type and at every end."""

import math
import sys
from fractions import Fraction

import numpy as np
import phe
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.publickey.fixed_point import (
    BASE,
    EXPONENT_LIMIT,
    FLOAT_BOUND,
    from_mantissa,
    reciprocal,
    require_exponent,
    shown,
    to_mantissa,
)

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def exactly(mantissa, exponent):
    return mantissa * Fraction(BASE) ** exponent


@given(FLOATS)
def test_a_float_is_kept_exactly_in_a_mantissa_of_56_bits(value):
    mantissa, exponent = to_mantissa(value)
    assert exactly(mantissa, exponent) == Fraction(value)
    assert abs(mantissa) < FLOAT_BOUND == 2**56
    assert from_mantissa(mantissa, exponent) == value


@given(st.integers() | st.integers(-(2**200), 2**200))
def test_an_integer_keeps_exponent_zero(value):
    assert to_mantissa(value) == (value, 0)


@given(FLOATS | st.fractions(), st.integers(-80, 80))
def test_an_asked_exponent_rounds_to_the_nearest_multiple(value, exponent):
    mantissa, kept = to_mantissa(value, exponent)
    assert kept == exponent
    error = abs(exactly(mantissa, exponent) - Fraction(value))
    assert error <= Fraction(BASE) ** exponent / 2


@given(FLOATS.filter(lambda x: 1e-300 < abs(x) < 1e300), st.integers(-60, 60))
def test_numbers_of_phe_are_read_as_phe_reads_them(value, shift):
    theirs = phe.EncodedNumber.encode(phe.PaillierPublicKey(2**2048), value)
    n = theirs.public_key.n
    mantissa = theirs.encoding - n if theirs.encoding > n // 2 else theirs.encoding
    theirs.exponent += shift
    assert from_mantissa(mantissa, theirs.exponent) == theirs.decode()


@pytest.mark.parametrize(
    "value",
    [
        sys.float_info.max,
        -sys.float_info.max,
        sys.float_info.min,
        5e-324,
        -0.0,
        2.0**53 + 2,
        1e300,
    ],
)
def test_the_ends_of_the_floats_come_back(value):
    assert from_mantissa(*to_mantissa(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        np.int64(2**60 + 1),
        np.int64(-(2**63)),
        np.uint64(2**64 - 1),
        np.uint8(200),
        np.array(2**60 + 1),
        True,
    ],
)
def test_every_type_of_integer_is_taken_exactly(value):
    mantissa, exponent = to_mantissa(value)
    assert (mantissa, exponent) == (int(value), 0)
    assert type(mantissa) is int


@pytest.mark.parametrize("value", [np.float32(0.1), np.float16(-0.3), Fraction(-7, 8)])
def test_other_binary_fractions_are_taken_exactly(value):
    assert exactly(*to_mantissa(value)) == Fraction(*value.as_integer_ratio())


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_what_is_not_finite_is_refused_by_name(bad):
    with pytest.raises(ValueError, match=f"weight must be finite, got {bad}"):
        to_mantissa(bad, name="weight")
    with pytest.raises(ValueError, match=f"divisor must be finite, got {bad}"):
        reciprocal(bad)


@pytest.mark.parametrize("bad", ["3", None, 1j, np.array([3]), np.array(0.5), [1]])
def test_what_is_no_number_is_refused_by_its_type(bad):
    with pytest.raises(ValueError, match=f"got a {type(bad).__name__}"):
        to_mantissa(bad)


def test_a_third_needs_an_exponent():
    with pytest.raises(ValueError, match=r"must be a binary fraction .* got 1/3"):
        to_mantissa(Fraction(1, 3))
    assert to_mantissa(Fraction(1, 3), -1) == (5, -1)


def test_exponents_end_at_their_limit():
    for sign in (1, -1):
        assert require_exponent(sign * EXPONENT_LIMIT) == sign * EXPONENT_LIMIT
        with pytest.raises(ValueError, match="exponent must be within"):
            require_exponent(sign * (EXPONENT_LIMIT + 1))
    with pytest.raises(ValueError, match=r"exponent must be an integer, got 0\.5"):
        require_exponent(0.5)


def test_a_number_too_large_for_a_float_is_refused_and_a_tiny_one_is_zero():
    largest = (2**53 - 1) * 2**971  # the largest float
    assert from_mantissa(largest * 16, -1) == sys.float_info.max
    with pytest.raises(OverflowError, match=r"at most 2\*\*1024 for a float, got"):
        from_mantissa(2**1028, -1)
    assert from_mantissa(2**1024, 0) == 2**1024
    assert from_mantissa(1, -EXPONENT_LIMIT) == 0.0


@given(st.floats(2.0**-1000, 2.0**1000), st.sampled_from([1, -1]))
def test_a_reciprocal_is_the_nearest_float(value, sign):
    assert reciprocal(sign * value) == 1 / (sign * value)


def test_a_reciprocal_loses_no_digits_at_its_ends():
    assert reciprocal(2**1022) == 2.0**-1022
    assert reciprocal(-(2.0**1022)) == -(2.0**-1022)
    assert reciprocal(Fraction(1, 3)) == 3
    above = math.nextafter(2.0**-1024, 1)
    assert reciprocal(above) == 1 / above < math.inf
    for bad in (2**1022 + 2**971, 2**1100, 2.0**-1024, -5e-324):
        with pytest.raises(ValueError, match="divisor must be between"):
            reciprocal(bad)
    with pytest.raises(ZeroDivisionError, match="divisor must not be 0, got 0"):
        reciprocal(0)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2**63 - 1, "9223372036854775807"),
        (2**64, "2**64"),
        (-(3**100), "-2**158.50"),
        (0.1, "0.1"),
    ],
)
def test_long_integers_are_shown_as_powers_of_two(number, text):
    assert shown(number) == text


def test_a_number_of_ten_thousand_digits_is_shown_too():
    assert shown(10**10_000) == "2**33219.28"  # str() refuses to write so many

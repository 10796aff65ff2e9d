"""Tests for ppdl_course.mpc.learning.fixed_point."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binom

from ppdl_course.mpc.learning.fixed_point import (
    FixedPoint,
    expected_failures,
    failure_probability,
    truncate,
    truncate_plain,
)
from ppdl_course.mpc.sharing.additive import split

ALARM = 1e-6


def truncated(x, bits):
    first, second = split(x)
    return (truncate(first, bits, 0) + truncate(second, bits, 1)).view(np.int64)


def test_numbers_come_back_within_half_a_unit():
    rng = np.random.default_rng(0)
    x = rng.normal(size=500) * 100
    fixed = FixedPoint(13)
    for value, back in zip(x, fixed.decode(fixed.encode(x)), strict=True):
        assert abs(Fraction(value) - Fraction(back)) <= Fraction(1, 2**14)


def test_truncation_of_matrix_products_is_off_by_less_than_a_unit():
    rng = np.random.default_rng(1)
    fixed = FixedPoint(13)
    x, w = (
        fixed.encode(rng.normal(size=(50, 20))),
        fixed.encode(rng.normal(size=(20, 9))),
    )
    product = x.view(np.int64) @ w.view(np.int64)
    got = truncated(product, 13)
    for exact, found in zip(
        product.ravel().tolist(), got.ravel().tolist(), strict=True
    ):
        assert abs(Fraction(exact, 2**13) - found) < 1


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("power", [60, 62])
def test_truncation_fails_as_often_as_its_bound_says(power, sign):
    """|x| / 2^64, and by 2^51 each time: both tails of the binomial at 10^-6."""
    count = 20_000
    x = np.full(count, sign * 2**power)
    off = truncated(x, 13) - (x >> 13)
    wrong = np.abs(off) > 1
    assert set(np.unique(np.abs(off[wrong]) >> 50)) <= {1, 2}
    assert (np.abs(np.abs(off[wrong]) - 2**51) <= 1).all()
    p = failure_probability(2**power)
    low, high = binom.ppf([ALARM / 2, 1 - ALARM / 2], count, p)
    assert low <= wrong.sum() <= high
    assert expected_failures(2**power, count) == pytest.approx(count * p)


def test_shifting_both_shares_alike_is_wrong_half_of_the_time():
    """The mistake of the logical shift: server 1 must negate around it."""
    first, second = split(np.full(2_000, 12345))
    both = (truncate(first, 13, 0) + truncate(second, 13, 0)).view(np.int64)
    assert (np.abs(both - 1) > 2).mean() > 0.9


def test_the_twin_truncates_as_the_shares_do():
    x = np.full(20_000, 2**62)
    wrong = np.abs(truncate_plain(x, 13, np.random.default_rng(3)) - (x >> 13)) > 1
    low, high = binom.ppf([ALARM / 2, 1 - ALARM / 2], len(x), 1 / 4)
    assert low <= wrong.sum() <= high
    assert np.array_equal(truncate_plain(np.array([-1, 8192]), 13), [-1, 1])


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: FixedPoint(31), r"fraction_bits must be an integer in 1\.\.30"),
        (lambda: FixedPoint(13, 14), r"fraction_bits must be an integer in 1\.\.12"),
        (lambda: FixedPoint().encode([2.0**18]), "below 262144 in size"),
        (lambda: FixedPoint().encode([np.nan], name="y"), "y must be finite"),
        (lambda: truncate(np.zeros(1, np.uint64), 64, 0), "bits must be"),
        (lambda: truncate(np.zeros(1, np.uint64), 1, 2), "party must be 0 or 1"),
    ],
)
def test_what_overflows_is_refused_by_name(work, message):
    with pytest.raises(ValueError, match=message):
        work()

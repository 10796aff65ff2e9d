"""Shamir's sharing: against Python's integers one number at a time."""

import secrets
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.mpc.sharing import shamir
from ppdl_course.mpc.sharing.shamir import (
    PRIME,
    from_field,
    recover,
    share,
    to_field,
)
from ppdl_course.parties.views import FALSE_ALARM, samples_needed, uniform_p_value

elements = st.one_of(
    st.integers(0, PRIME - 1), st.integers(0, 3), st.integers(PRIME - 3, PRIME - 1)
)


@given(st.lists(st.tuples(elements, elements), min_size=1, max_size=20))
def test_products_and_sums_agree_with_pythons_integers(pairs):
    a, b = np.array(pairs, np.uint64).T
    product, total = shamir._product(a, b), shamir._sum(a, b)
    assert product.tolist() == [x * y % PRIME for x, y in pairs]
    assert total.tolist() == [(x + y) % PRIME for x, y in pairs]


def interpolated(points, values):
    """f(0) by Lagrange's formula in fractions, then modulo the prime: slow."""
    total = 0
    for i, value in zip(points, values, strict=True):
        weight = Fraction(1)
        for j in points:
            weight *= Fraction(j, j - i) if j != i else 1
        total += value * weight.numerator * pow(weight.denominator, -1, PRIME)
    return total % PRIME


@given(st.integers(1, 7), st.lists(elements, min_size=1, max_size=4), st.data())
def test_any_threshold_of_shares_gives_the_secret(people, numbers, data):
    threshold = data.draw(st.integers(1, people))
    secret = np.array(numbers, np.uint64)
    shares = share(secret, threshold=threshold, people=people)
    assert shares.shape == (people, len(numbers))
    some = data.draw(st.permutations(range(people)))
    some = some[: data.draw(st.integers(threshold, people))]
    points = [i + 1 for i in some]
    found = recover(points, shares[list(some)], threshold=threshold)
    assert found.tolist() == numbers
    column = [int(shares[i, 0]) for i in some[:threshold]]
    assert interpolated(points[:threshold], column) == numbers[0]


def test_shares_of_sums_are_sums_of_shares():
    one, other = (np.array([n, PRIME - n], np.uint64) for n in (5, 2**60))
    shares = [share(s, threshold=3, people=5) for s in (one, other)]
    total = shamir._sum(*shares)
    found = recover([2, 4, 5], total[[1, 3, 4]], threshold=3)
    assert found.tolist() == [(5 + 2**60) % PRIME, (-5 - 2**60) % PRIME]


def test_shares_below_the_threshold_are_uniform_whatever_the_secret():
    """Two of three shares: falsely red once in half a million runs (2 times 1e-6)."""
    count = samples_needed(0.3, 16)
    for number in (0, PRIME - 1):
        secret = np.full(count, number, np.uint64)
        shares = share(secret, threshold=3, people=5)
        both = shares[1] >> np.uint64(59), shares[4] >> np.uint64(59)
        cells = both[0].astype(int) * 4 + both[1].astype(int)
        assert uniform_p_value(cells, 16) > FALSE_ALARM


def test_fewer_shares_fit_every_secret():
    """Perfect secrecy: each secret has one polynomial through the shares at hand."""
    shares = share(np.array([41], np.uint64), threshold=3, people=3)
    for guess in (0, 41, PRIME - 1):
        third = interpolated_at(
            3, [0, 1, 2], [guess, int(shares[0, 0]), int(shares[1, 0])]
        )
        rows = np.array([[shares[0, 0]], [shares[1, 0]], [third]], np.uint64)
        assert recover([1, 2, 3], rows, threshold=3).tolist() == [guess]


def interpolated_at(x, points, values):
    shifted = [p - x for p in points]
    return interpolated(shifted, values)


def test_every_coefficient_is_drawn(monkeypatch):
    """A polynomial whose top coefficient were fixed would need one share less."""
    drawn = iter([7, 9])
    monkeypatch.setattr(secrets, "randbelow", lambda below: next(drawn))
    shares = share(np.array([5], np.uint64), threshold=3, people=4)
    assert shares[:, 0].tolist() == [5 + 7 * x + 9 * x * x for x in range(1, 5)]


def test_a_share_used_twice_is_refused():
    shares = share(np.array([5], np.uint64), threshold=2, people=3)
    with pytest.raises(ValueError, match="points must differ, got 2 twice"):
        recover([2, 2], shares[[1, 1]], threshold=2)


def test_fewer_shares_than_the_threshold_are_refused():
    shares = share(np.array([5], np.uint64), threshold=3, people=3)
    for some in combinations(range(3), 2):
        with pytest.raises(ValueError, match="shares must be 3 or more, got 2"):
            recover([i + 1 for i in some], shares[list(some)], threshold=3)


def test_a_wrong_share_beyond_the_threshold_is_noticed():
    shares = share(np.arange(4, dtype=np.uint64), threshold=3, people=5)
    shares[4, 2] ^= np.uint64(1)
    with pytest.raises(ValueError, match="one polynomial of degree 2, got another"):
        recover(range(1, 6), shares, threshold=3)


@pytest.mark.parametrize("point", [0, -1, PRIME, True, 1.5])
def test_a_point_outside_the_field_is_refused(point):
    with pytest.raises(ValueError, match="points must be"):
        recover([point], np.zeros((1, 1), np.uint64), threshold=1)


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        (np.array([PRIME], np.uint64), r"secret must lie below 2\^61 - 1"),
        (np.array([1], np.int64), "secret must have dtype uint64"),
        (np.array([[1]], np.uint64), r"secret must have shape \(1,\)"),
    ],
)
def test_a_secret_that_is_no_row_of_field_elements_is_refused(bad, match):
    with pytest.raises(ValueError, match=match):
        share(bad, threshold=1, people=2)


def test_thresholds_out_of_bound_are_refused():
    for threshold in (0, 4):
        with pytest.raises(ValueError, match=r"threshold must be an integer in 1\.\.3"):
            share(np.array([1], np.uint64), threshold=threshold, people=3)


def test_shares_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="shares must have shape"):
        recover([1, 2], np.zeros((3, 1), np.uint64), threshold=2)
    with pytest.raises(ValueError, match="shares must lie below"):
        recover([1], np.full((1, 1), PRIME, np.uint64), threshold=1)


@given(st.binary(max_size=40))
def test_bytes_go_into_the_field_and_come_back(data):
    numbers = to_field(data)
    assert all(int(n) < 2**56 for n in numbers)
    assert from_field(numbers, len(data)) == data


@pytest.mark.parametrize("numbers", [[1, 2], [2**8], [1, 2, 3]])
def test_numbers_that_stand_for_no_such_bytes_are_refused(numbers):
    with pytest.raises(ValueError, match="numbers must stand for 1 bytes"):
        from_field(np.array(numbers, np.uint64), 1)

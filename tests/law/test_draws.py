"""Tests for ppdl_course.law.draws."""

import math

import pytest
from scipy import stats

from ppdl_course.law.draws import Draws


def test_the_same_seed_gives_the_same_stream_everywhere():
    """Python's own known answer: the first values of Mersenne Twister for seed 1."""
    uniform = [0.13436424411240122, 0.8474337369372327, 0.763774618976614]
    draws = Draws(1)
    assert [draws.below(10**9) for _ in uniform] == [int(u * 10**9) for u in uniform]


@pytest.mark.parametrize("bound", [2, 7, 100])
def test_below_is_uniform(bound):
    draws = Draws(3)
    counts = [0] * bound
    for _ in range(20_000):
        counts[draws.below(bound)] += 1
    assert stats.chisquare(counts).pvalue > 1e-6


def test_weights_are_kept():
    draws = Draws(4)
    counts = {"a": 0, "b": 0, "c": 0}
    for _ in range(20_000):
        counts[draws.weighted({"a": 1, "b": 0, "c": 3})] += 1
    assert counts["b"] == 0
    assert stats.binomtest(counts["a"], 20_000, 0.25).pvalue > 1e-6


def test_the_bell_has_the_stated_spread():
    draws = Draws(5)
    drawn = [draws.bell(1000) for _ in range(20_000)]
    assert math.isclose(stats.tstd(drawn), 1000, rel_tol=0.03)
    assert abs(stats.tmean(drawn)) < 5 * 1000 / math.sqrt(20_000)


def test_a_sample_has_every_order_equally_often():
    draws = Draws(6)
    orders: dict[str, int] = {}
    for _ in range(12_000):
        order = "".join(draws.sample("abc", 3))
        orders[order] = orders.get(order, 0) + 1
    assert len(orders) == 6
    assert stats.chisquare(list(orders.values())).pvalue > 1e-6


@pytest.mark.parametrize("bound", [0, -1, 2**32 + 1])
def test_a_bound_outside_its_range_is_refused(bound):
    with pytest.raises(ValueError, match="bound must be an integer in"):
        Draws(0).below(bound)


@pytest.mark.parametrize("count", [-1, 4])
def test_a_sample_larger_than_its_pool_is_refused(count):
    with pytest.raises(ValueError, match=r"count must be an integer in 0\.\.3"):
        Draws(0).sample("abc", count)

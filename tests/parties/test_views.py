"""Tests for views: scipy as oracle, and the promised error rates."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, chisquare

from ppdl_course.parties.views import p_value, power, samples_needed, uniform_p_value


@settings(deadline=None)
@given(*[st.lists(st.integers(-3, 3), min_size=1, max_size=60)] * 2)
def test_two_samples_agree_with_scipy(first, second):
    values = sorted(set(first) | set(second))
    table = [[sample.count(v) for v in values] for sample in (first, second)]
    expected = 1.0 if len(values) == 1 else chi2_contingency(table, correction=False)[1]
    assert p_value(first, second) == pytest.approx(expected)


def test_uniformity_agrees_with_scipy():
    sample = [0, 0, 1, 3, 3, 3, 2, 0]
    assert uniform_p_value(sample, 4) == pytest.approx(chisquare([3, 1, 1, 3]).pvalue)


def draws(rng, cells, missing, count):
    """Return uniform cells without the first ``missing``."""
    return rng.integers(missing, cells, count)


@pytest.mark.parametrize("pair", [False, True])
def test_the_promised_power_and_false_alarms_hold_in_simulation(pair):
    """10 cells, two of them missing: w = 0.5, and 0.667 for a pair.

    4,000 runs at a false-alarm rate and a miss rate of 1 % each: outside 10..75
    (mean 40, Chernoff) once in 1e6 at most.
    """
    rng = np.random.default_rng(5)
    effect = 0.444**0.5 if pair else 0.5
    count = samples_needed(effect, 10, pair=pair, false_alarm=0.01, miss=0.01)

    def complains(missing):
        seen = draws(rng, 10, missing, count)
        if pair:
            return p_value(draws(rng, 10, 0, count), seen) < 0.01
        return uniform_p_value(seen, 10) < 0.01

    alarms = sum(complains(0) for _ in range(4000))
    misses = sum(not complains(2) for _ in range(4000))
    assert 10 <= alarms <= 75
    assert misses <= 75


def test_samples_needed_is_the_smallest_number():
    for pair in (False, True):
        count = samples_needed(0.3, 8, pair=pair)
        assert power(0.3, count, 8, pair=pair) >= 1 - 1e-6
        assert power(0.3, count - 1, 8, pair=pair) < 1 - 1e-6


def test_bad_samples_are_named():
    with pytest.raises(ValueError, match="both samples must have entries"):
        p_value([], [1])
    with pytest.raises(ValueError, match=r"sample must hold numbers in 0\.\.3"):
        uniform_p_value([4], 4)

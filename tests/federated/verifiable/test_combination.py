"""The random combination: exact, and blind to nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.federated.verifiable import combination as module
from ppdl_course.federated.verifiable.combination import coefficients, combination
from ppdl_course.parties.views import FALSE_ALARM, uniform_p_value

words = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([-(2**63), 2**63 - 1, -1])


def slow(r, values):
    """One coordinate after the other, in Python's integers."""
    numbers = [int.from_bytes(row.astype("<u2").tobytes(), "little") for row in r]
    pairs = zip(numbers, values.tolist(), strict=True)
    return sum(a * b for a, b in pairs)


@given(st.binary(max_size=40), st.lists(words, min_size=1, max_size=40))
def test_a_combination_is_exact(seed, values):
    values, r = np.array(values, np.int64), coefficients(seed, len(values))
    assert combination(r, values) == slow(r, values)


@settings(max_examples=30)
@given(st.integers(1, 5), st.integers(1, 12))
def test_blocks_of_any_size_give_the_same(block, count):
    values = np.random.default_rng(count).integers(-(2**63), 2**63 - 1, count)
    r = coefficients(b"r", count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", block)
        assert combination(r, values) == slow(r, values)


def test_the_largest_pieces_are_exact_over_more_than_a_block():
    """One sum of as many products is odd and above 2^53: float64 has no such number."""
    count = 3 * 2**20 + 1
    r = np.full((count, 8), 2**16 - 1, np.uint16)
    for value in (2**63 - 1, -(2**63)):
        found = combination(r, np.full(count, value, np.int64))
        assert found == count * (2**128 - 1) * value


def test_the_combination_is_linear_which_is_what_the_check_rests_on():
    rng = np.random.default_rng(0)
    parts = rng.integers(-(2**50), 2**50, (20, 100))
    r = coefficients(b"r", 100)
    assert sum(combination(r, w) for w in parts) == combination(r, parts.sum(0))


def test_one_coordinate_changed_by_one_is_noticed_wherever_it_is():
    values = np.arange(200, dtype=np.int64)
    r = coefficients(b"r", 200)
    right = combination(r, values)
    for i in range(200):
        values[i] += 1
        assert combination(r, values) != right
        values[i] -= 1


def test_coefficients_follow_from_the_seed_and_are_uniform():
    """One test of uniformity: falsely red never, as the seed is fixed."""
    r = coefficients(b"seed", 5000)
    np.testing.assert_array_equal(r, coefficients(b"seed", 5000))
    np.testing.assert_array_equal(r[:7], coefficients(b"seed", 7))
    assert not np.array_equal(r, coefficients(b"other", 5000))
    for column in r.T:
        assert uniform_p_value(column >> 12, 16) > FALSE_ALARM
    assert len({row.tobytes() for row in r}) == 5000


def test_shapes_and_dtypes_are_checked():
    r = coefficients(b"r", 3)
    with pytest.raises(ValueError, match=r"values must have shape \(3,\)"):
        combination(r, np.zeros(2, np.int64))
    with pytest.raises(ValueError, match="values must have dtype int64"):
        combination(r, np.zeros(3))
    with pytest.raises(ValueError, match=r"r must have shape \(3, 8\)"):
        combination(r[:, :7], np.zeros(3, np.int64))
    with pytest.raises(ValueError, match="count must be an integer >= 1, got 0"):
        coefficients(b"r", 0)

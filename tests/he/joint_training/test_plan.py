"""The plain twin: exact, within its bounds, and a step of gradient descent."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.he.joint_training.plan import Plan, plain_training, update


def q(z):
    return Fraction(1, 2) + z / 4 - z**3 / 48


def slow_update(plan, x, y, w):
    """Sum of (q(z) - y) x over the records, in fractions."""
    one_x, one_w = 2**plan.x_bits, 2**plan.w_bits
    total = [Fraction(0)] * len(w)
    for row, label in zip(x, y, strict=True):
        real = [Fraction(int(v), one_x) for v in row]
        z = sum(v * Fraction(int(k), one_w) for v, k in zip(real, w, strict=True))
        total = [t + (q(z) - int(label)) * v for t, v in zip(total, real, strict=True)]
    return total


@given(st.data())
def test_an_update_is_the_sum_of_fractions_scaled(data):
    plan = Plan(2, 5, x_bits=data.draw(st.integers(0, 4)), w_bits=5, ring_degree=16)
    one = 2**plan.x_bits
    x = data.draw(
        st.lists(st.tuples(*[st.integers(-one, one)] * 3), min_size=5, max_size=5)
    )
    y = data.draw(st.lists(st.integers(0, 1), min_size=5, max_size=5))
    w = data.draw(st.tuples(*[st.integers(-40, 40)] * 3))
    found = update(plan, np.array(x), np.array(y), np.array(w))
    scale = 48 * plan.scale**3 * one
    assert [Fraction(int(u), scale) for u in found] == slow_update(plan, x, y, w)
    assert max(map(abs, found)) <= plan.update_bound


@pytest.mark.parametrize("largest_z", [2.0, 4.0, 8.0])
def test_the_bound_on_an_update_is_met_by_the_worst_records(largest_z):
    """All records alike, the wrong label, z where q is furthest from it."""
    plan = Plan(1, 4, ring_degree=16, largest_z=largest_z, rate=1e-3)
    x, found = np.array([[8, 8]] * 4), []
    for z in (2, -2, largest_z, -largest_z):
        w = np.array([int(z * 2**plan.w_bits) // 2] * 2)
        found += [update(plan, x, np.full(4, y), w) for y in (0, 1)]
    worst = int(np.abs(found).max())
    assert worst <= plan.update_bound
    assert plan.update_bound - worst < 2**plan.dropped_bits  # and it is rounded up
    assert plan.plain_modulus > 2 * plan.update_bound * 2**plan.hiding


def test_a_step_rounds_down_after_the_offset(plan, everything):
    x, y = everything
    k = plan.dropped_bits
    first = update(plan, x, y, np.zeros(4, dtype=object))
    for offset in (0, 1, 2**k - 1):
        _, w = plain_training(plan, x, y, [[offset] * 4])
        assert [int(v) for v in w] == [-((int(u) + offset) // 2**k) for u in first]


def test_rounding_is_unbiased_over_the_offsets(plan, everything):
    x, y = everything
    rng, k = np.random.default_rng(0), plan.dropped_bits
    drawn = [[int(r) for r in rng.integers(0, 2**k, 4)] for _ in range(2000)]
    steps = [
        plain_training(plan, x, y, [offsets])[1].astype(float) for offsets in drawn
    ]
    exact = -update(plan, x, y, np.zeros(4, dtype=object)).astype(float) / 2**k
    # a rounding's deviation is at most 1/2; six standard errors
    assert np.abs(np.mean(steps, axis=0) - exact).max() < 6 * 0.5 / 2000**0.5


def test_training_is_gradient_descent_at_the_actual_rate(everything):
    """Fine rounding follows floats."""
    plan = Plan(3, 48, steps=4, w_bits=14, ring_degree=64)
    x, y = everything
    real, w = x / 2**plan.x_bits, np.zeros(4)
    for _ in range(4):
        z = real @ w
        w = w - plan.actual_rate / 48 * real.T @ (0.5 + z / 4 - z**3 / 48 - y)
    offsets = [[2 ** (plan.dropped_bits - 1)] * 4] * 4
    np.testing.assert_allclose(
        plan.decode(plain_training(plan, x, y, offsets)[-1]), w, atol=4 * 2.0**-14
    )
    assert ((real @ w > 0) == y).mean() > 0.9


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.0, 7.0])
def test_the_actual_rate_is_the_nearest_that_dropping_bits_gives(rate):
    plan = Plan(3, 48, rate=rate, ring_degree=64)
    assert 2**-0.5 <= plan.actual_rate / rate <= 2**0.5
    assert plan.actual_rate == 48 * 48 * plan.scale**3 / 2 ** (
        plan.dropped_bits + plan.w_bits - plan.x_bits
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rows": 65}, r"rows must be an integer in 1\.\.64, got 65"),
        ({"rows": 0}, "rows must be an integer >= 1"),
        ({"features": 0}, "features must be an integer >= 1"),
        ({"steps": 0}, "steps must be an integer >= 1"),
        ({"rate": 0.0}, "rate must be positive"),
        ({"rate": 1e30}, "rate must be smaller"),
        ({"ring_degree": 48}, "ring_degree must be a power of two >= 16, got 48"),
        ({"hiding": 49}, r"hiding must be an integer in 1\.\.48"),
        ({"largest_z": 0.5}, r"largest_z must be in \[1, 16\]"),
        ({"x_bits": 9}, r"x_bits must be an integer in 0\.\.8"),
        ({"w_bits": 0}, r"w_bits must be an integer in 1\.\.16"),
    ],
)
def test_sizes_out_of_range_are_refused(plan, changes, says):
    with pytest.raises(ValueError, match=says):
        replace(plan, **changes)


@pytest.mark.parametrize(
    ("x", "says"),
    [
        (np.zeros((4, 2)), r"x must have shape \(n, 3\)"),
        (np.full((4, 3), 1.01), r"x must be within \+-1, got 1.01"),
        (np.full((4, 3), np.nan), "x must be finite"),
    ],
)
def test_records_out_of_range_are_refused(plan, x, says):
    with pytest.raises(ValueError, match=says):
        plan.encode(x)


def test_the_ends_of_the_range_and_the_bias_are_encoded(plan):
    rows = plan.encode(np.array([[1.0, -1.0, 0.0626]]))
    np.testing.assert_array_equal(rows, [[8, -8, 1, 8]])


def test_training_that_leaves_the_polynomials_range_is_refused(everything):
    plan = Plan(3, 48, steps=30, rate=4.0, ring_degree=64)
    offsets = [[0] * 4] * 30
    with pytest.raises(ValueError, match=r"z must stay within \+-4.0, got"):
        plain_training(plan, *everything, offsets)


def test_weights_beyond_their_bound_are_refused(plan):
    with pytest.raises(ValueError, match=r"weights must stay within \+-64"):
        update(plan, np.array([[0, 0, 0, 0]]), np.array([0]), np.array([4097, 0, 0, 0]))


def test_offsets_labels_and_shapes_out_of_range_are_refused(plan, everything):
    x, y = everything
    with pytest.raises(ValueError, match="offsets must be in"):
        plain_training(plan, x, y, [[2**plan.dropped_bits] * 4])
    with pytest.raises(ValueError, match="y must be 48 labels, each 0 or 1"):
        plain_training(plan, x, y + 1, [])
    with pytest.raises(ValueError, match=r"x must have shape \(48, 4\)"):
        plain_training(plan, x[:5], y[:5], [])

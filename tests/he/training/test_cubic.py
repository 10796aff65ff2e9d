import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ppdl_course.he.training.cubic import (
    largest_error,
    largest_sums,
    q,
    q_slope,
    require_range,
)
from ppdl_course.nn.finite_differences import central_differences

FLOATS = st.floats(-3, 3, allow_nan=False, width=32)


def test_the_cubic_is_the_series_of_the_sigmoid_on_paper():
    assert q(1.0) == pytest.approx(0.7291666667, abs=1e-9)  # the sigmoid: .7310586
    assert q(4.0) == pytest.approx(1 / 6)  # the sigmoid: .982
    assert largest_error(1.0) == pytest.approx(0.00189, abs=1e-5)
    assert largest_error(2.0) == pytest.approx(0.0475, abs=1e-4)


def test_the_slope_is_the_cubics_own_and_zero_where_it_turns():
    z = np.linspace(-3, 3, 13)
    numeric = central_differences(lambda v: float(q(v).sum()), z, 1e-5)
    np.testing.assert_allclose(q_slope(z), numeric, atol=1e-9)
    assert q_slope(2.0) == q_slope(-2.0) == 0


@given(
    arrays(float, (4, 3), elements=FLOATS),
    arrays(float, (2, 3), elements=FLOATS),
    arrays(float, (2, 2), elements=FLOATS),
    arrays(float, (2,), elements=FLOATS),
)
def test_the_bounds_hold_for_every_sample(x, W1, W2, b):
    scale = max(1.0, largest_sums(x, (W1, b), (W2, b))[0] / 2)
    W1, b1 = W1 / scale, b / scale
    first, second = largest_sums(x, (W1, b1), (W2, b))
    z1 = x @ W1.T + b1
    assert np.abs(z1).max() <= first + 1e-9
    assert first <= 2 + 1e-9
    assert np.abs(q(z1) @ W2.T + b).max() <= second + 1e-9


def test_the_bound_of_one_sample_is_its_sum():
    x, W = np.array([[0.5, 0.25]]), np.array([[2.0, 2.0]])
    identity = np.ones((1, 1)), np.zeros(1)
    first, second = largest_sums(x, (W, np.array([0.5])), identity)
    assert first == pytest.approx(2.0)
    assert second == pytest.approx(q(2.0))
    require_range(x, (W, np.array([0.5])), identity)


def test_a_layer_beyond_the_turn_is_refused_with_what_to_do():
    x, W, zero = np.array([[1.0, 1.0]]), np.array([[2.0, 2.0]]), np.zeros(1)
    narrow = np.ones((1, 1))
    with pytest.raises(ValueError, match=r"W1 must keep.* up to 4: .*by 0.5 or less"):
        require_range(x, (W, zero), (narrow, zero))
    with pytest.raises(ValueError, match=r"W2 must keep.* up to 3.33"):
        require_range(x, (W / 2, zero), (4 * narrow, zero))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_bound_that_is_no_number_is_refused(bad):
    one, zero = np.ones((1, 1)), np.zeros(1)
    for x, W in ((bad * one, one), (one, bad * one)):
        with pytest.raises(ValueError, match="W1 must keep"):
            require_range(x, (W, zero), (one, zero))


@pytest.mark.parametrize("reach", [0, -1, np.inf, np.nan])
def test_a_reach_that_is_none_is_refused(reach):
    with pytest.raises(ValueError, match="reach"):
        largest_error(reach)

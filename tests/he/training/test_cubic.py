import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ppdl_course.he.training.cubic import (
    largest_error,
    largest_sum,
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
    arrays(float, (2,), elements=FLOATS),
)
def test_the_bound_holds_for_every_sample(x, weights, biases):
    found = np.abs(x @ weights.T + biases).max()
    assert found <= largest_sum(x, weights, biases) + 1e-9


def test_the_bound_is_met_at_its_end():
    x, weights = np.array([[0.5, 0.5]]), np.array([[2.0, 2.0]])
    assert largest_sum(x, weights, np.zeros(1)) == pytest.approx(2.0)
    require_range(x, weights, np.zeros(1), layer="W1")


def test_a_layer_beyond_the_turn_is_refused_with_what_to_do():
    x, weights = np.array([[1.0, 1.0]]), np.array([[2.0, 2.0]])
    with pytest.raises(ValueError, match=r"W1 must keep.* up to 4: .*by 0.5 or less"):
        require_range(x, weights, np.zeros(1), layer="W1")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_bound_that_is_no_number_is_refused(bad):
    with pytest.raises(ValueError, match="W1 must keep"):
        require_range(np.array([[bad]]), np.ones((1, 1)), np.zeros(1), layer="W1")


@pytest.mark.parametrize("reach", [0, -1, np.inf, np.nan])
def test_a_reach_that_is_none_is_refused(reach):
    with pytest.raises(ValueError, match="reach"):
        largest_error(reach)

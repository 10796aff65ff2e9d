"""Difference quotients against scipy's, and against gradients known in closed form."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from ppdl_course.nn.finite_differences import central_differences, right_differences

W = np.linspace(-1, 2, 5)


def waves(w):
    return float(np.sin(w).sum() + w[0] * w[1])


SLOPE = np.cos(W) + np.array([W[1], W[0], 0, 0, 0])


def test_the_right_side_agrees_with_scipy():
    ours = right_differences(waves, W, 2.0**-20)
    np.testing.assert_allclose(ours, approx_fprime(W, waves, 2.0**-20), rtol=1e-12)


@pytest.mark.parametrize(
    ("quotients", "order"), [(central_differences, 2), (right_differences, 1)]
)
def test_the_error_falls_with_the_order_of_the_quotient(quotients, order):
    coarse, fine = (np.abs(quotients(waves, W, h) - SLOPE).max() for h in (1e-2, 1e-3))
    assert coarse / fine == pytest.approx(10**order, rel=0.05)


@pytest.mark.parametrize("quotients", [central_differences, right_differences])
def test_the_point_stays_where_it_is(quotients):
    w = W.copy()
    quotients(waves, w, 0.1)
    np.testing.assert_array_equal(w, W)


@pytest.mark.parametrize("quotients", [central_differences, right_differences])
@pytest.mark.parametrize("h", [0, -1e-3, np.inf, np.nan])
def test_a_step_that_is_none_is_refused(quotients, h):
    with pytest.raises(ValueError, match=r"h must be.*got"):
        quotients(waves, W, h)

"""Tests for activations: stand-ins for the sigmoid, and what learns with them."""

import numpy as np
import pytest
from scipy.special import expit

from ppdl_course.mpc.learning.regression import batches
from ppdl_course.mpc.planning.activations import (
    accuracy,
    fitted,
    learn,
    pieces,
    taylor,
)

POINTS = np.linspace(-8, 8, 401)


def test_three_pieces_are_the_papers():
    assert pieces(3)(np.array([-2, -0.5, 0, 0.25, 0.5, 3])).tolist() == [
        *(0, 0, 0.5, 0.75, 1, 1)
    ]
    assert pieces(2)(np.array([-1e-9, 0.0])).tolist() == [0, 1]


@pytest.mark.parametrize("count", [5, 7, 13])
def test_more_pieces_have_as_many_slopes_and_end_at_0_and_1(count):
    f = pieces(count)(POINTS)
    slopes = np.round(np.diff(f) / np.diff(POINTS), 9)
    assert (f[0], f[-1]) == (0, 1)
    assert np.all(slopes >= 0)
    turns = np.flatnonzero(np.abs(np.diff(slopes)) > 1e-6)
    knots = 1 + np.sum(np.diff(turns) > 1)  # a knot between two points turns twice
    assert knots == count - 1


def test_more_pieces_come_nearer():
    errors = [np.abs(pieces(n)(POINTS) - expit(POINTS)).max() for n in (5, 7, 13)]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("degree", [1, 3, 5])
def test_a_taylor_polynomial_has_an_error_of_the_next_power(degree):
    f = taylor(degree)
    at = np.array([0.05, 0.1])
    small, large = np.abs(f(at) - expit(at))
    assert large / small == pytest.approx(2 ** (degree + 2), rel=0.05)


def test_a_fitted_polynomial_has_the_least_squared_error_on_its_interval():
    points = np.linspace(-8, 8, 2001)
    for degree in (2, 5, 10):
        best = np.polyfit(points, expit(points), degree)
        assert np.allclose(fitted(degree, 8)(points), np.polyval(best, points))


def test_learning_separates_what_a_line_separates_and_diverges_without_a_warning():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(400, 3))
    y = (x @ [1.0, -2.0, 0.5] > 0) * 1
    plan = batches(400, 40, 10, rng)
    assert accuracy(learn(expit, x, y, plan, 1.0), x, y) > 0.97
    lost = learn(taylor(3), 30 * x, y, plan, 10.0)
    assert not np.isfinite(lost).all()
    assert 0 <= accuracy(lost, x, y) <= 1


def test_bad_arguments_are_refused():
    for call, text in (
        (lambda: pieces(1), "count must be an integer >= 2, got 1"),
        (lambda: pieces(4), "count must be 2 or odd, got 4"),
        (lambda: taylor(2), "degree must be 1, 3 or 5, got 2"),
        (lambda: fitted(0, 8), "degree must be an integer >= 1, got 0"),
        (lambda: fitted(3, -1), "bound must be positive and finite, got -1"),
        (
            lambda: learn(expit, np.zeros((1, 1)), np.zeros(1), ((0,),), 0),
            "rate must be positive",
        ),
    ):
        with pytest.raises(ValueError, match=text):
            call()

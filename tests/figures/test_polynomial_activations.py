"""Chapter 10's figures: the numbers drawn, and what the alternative text says."""

import numpy as np
import pytest

from ppdl_course.figures import polynomial_activations as figures
from ppdl_course.he.polynomials.approximation import chebyshev, relu, taylor
from ppdl_course.nn import sigmoid
from ppdl_course.stored.polynomial_cnn import find, load_cnn_runs


def test_the_approximation_is_drawn_with_its_error_inside_and_outside():
    picture = figures.approximation("sigmoid", "chebyshev", 7, 8)
    top, low = picture.axes
    p = chebyshev(sigmoid, 7, 8)
    exact, drawn = top.lines[:2]
    x = exact.get_xdata()
    assert x[0] == -12
    assert x[-1] == 12
    np.testing.assert_allclose(exact.get_ydata(), sigmoid(x))
    np.testing.assert_allclose(drawn.get_ydata(), p(x))
    error = low.lines[0].get_ydata()
    np.testing.assert_allclose(error, np.maximum(abs(p(x) - sigmoid(x)), 2e-8))
    assert "0.026 on [-8, 8], 10 at 1.5 times" in picture.alt
    assert low.get_xlabel()
    assert top.get_ylabel()
    assert low.get_ylabel()


def test_an_error_too_small_for_the_axis_stays_in_sight():
    low = figures.approximation("sigmoid", "chebyshev", 31, 1).axes[1]
    assert low.lines[0].get_ydata().min() > low.get_ylim()[0]


@pytest.mark.parametrize(
    ("scheme", "n", "says"),
    [
        ("tree", 8192, "3 levels, 5 + 4 products"),
        ("tree", 8192, "216 bits, n = 8192 or more: n = 8192 affords it"),
        ("tree", 4096, "n = 4096 does NOT afford it (109 bits)"),
        ("Horner", 8192, "376 bits, n = 16384 or more: n = 8192 does NOT"),
        ("Horner", 16384, "n = 16384 affords it"),
    ],
)
def test_the_price_is_the_depth_of_the_scheme(scheme, n, says):
    picture = figures.approximation("sigmoid", "minimax", 7, 8, scheme, n)
    assert says in picture.alt


def test_a_depth_that_no_context_has_is_said_and_not_hidden():
    picture = figures.approximation("relu", "chebyshev", 30, 8, "Horner", 32768)
    assert "no context up to n = 32768 affords 30 levels" in picture.alt
    with pytest.raises(ValueError, match="method 'derivative' is for relu"):
        figures.approximation("tanh", "derivative", 3, 4)


def test_errors_inside_and_outside_are_drawn_for_each_polynomial():
    ways = {"a": taylor("softplus", 4, 6), "b": chebyshev(relu, 4, 6)}
    picture = figures.inside_and_outside("relu", ways, 6)
    line = picture.axes[0].lines[1]
    x = line.get_xdata()
    assert x[-1] == 12
    np.testing.assert_allclose(
        line.get_ydata(), np.maximum(abs(ways["b"](x) - relu(x)), 1e-6)
    )
    assert "b: 0.382 inside, 19.9 at 12" in picture.alt


def test_every_seed_of_every_method_is_a_point():
    runs = load_cnn_runs()
    picture = figures.cnn_accuracy(runs, 4, 3.0)
    ax = picture.axes[0]
    swap = find(runs, "swapped", "chebyshev", 4, 3.0)
    drawn = [tuple(np.round(line.get_ydata(), 6)) for line in ax.lines]
    assert tuple(np.round([100 * a for a in swap.accuracies], 6)) in drawn
    assert len(ax.lines) == 13
    assert f"chebyshev: {100 * swap.mean:.1f} and" in picture.alt
    with pytest.raises(ValueError, match="degree must be in"):
        figures.cnn_accuracy(runs, 5, 3.0)


def test_costs_of_evaluation_show_seconds_and_differences():
    rows = [("Horner", 7, 16384, 0.4, 1e-5), ("tree", 3, 8192, 0.1, 1e-6)]
    picture = figures.evaluation_costs(rows)
    left, right = picture.axes
    assert [bar.get_width() for bar in left.patches] == [0.4, 0.1]
    np.testing.assert_array_equal(right.lines[0].get_xdata(), [1e-5, 1e-6])
    assert "tree: 3 levels, n = 8192, 0.100 s, difference 1.0e-06" in picture.alt

"""Approximations against numpy.polynomial, scipy, closed forms and slow sums."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import Chebyshev, Legendre, Polynomial
from scipy import integrate, optimize, special

from ppdl_course.he.polynomials.approximation import (
    FUNCTIONS,
    METHODS,
    approximate,
    chebyshev,
    chebyshev_coefficients,
    derivative_fit,
    least_squares,
    max_error,
    minimax,
    normal_fit,
    relu,
    softplus,
    taylor,
)
from ppdl_course.nn import sigmoid

SMOOTH = {"sigmoid": special.expit, "tanh": np.tanh, "softplus": softplus}


def test_the_cubic_of_secure_back_propagation_and_its_errors():
    q = taylor("sigmoid", 3)
    np.testing.assert_allclose(q.coef, [1 / 2, 1 / 4, 0, -1 / 48], rtol=1e-15)
    assert q(1) == pytest.approx(0.7291667, abs=1e-7)
    assert max_error(q, sigmoid, 1) == pytest.approx(0.00189, abs=5e-6)
    assert max_error(q, sigmoid, 2) == pytest.approx(0.0475, abs=5e-5)
    assert q(4) == pytest.approx(1 / 6)
    assert max_error(taylor("sigmoid", 3, 8), sigmoid, 8) == pytest.approx(
        9.17, abs=0.005
    )


@pytest.mark.parametrize("name", SMOOTH)
def test_a_taylor_polynomial_agrees_with_contour_integrals(name):
    """a_k = mean of f(r e^(i phi)) e^(-i k phi) / r^k, for r < pi / 2."""
    z = 0.75 * np.exp(2j * np.pi * np.arange(256) / 256)
    exp = np.exp(z)
    f = {
        "sigmoid": 1 / (1 + 1 / exp),
        "tanh": (exp**2 - 1) / (exp**2 + 1),
        "softplus": np.log(1 + exp),
    }[name]
    want = (np.fft.fft(f) / 256).real[:16] / 0.75 ** np.arange(16)
    np.testing.assert_allclose(taylor(name, 15).coef, want, atol=1e-12)


def test_the_softplus_series_begins_as_known():
    want = [math.log(2), 1 / 2, 1 / 8, 0, -1 / 192]
    np.testing.assert_allclose(taylor("softplus", 4).coef, want, rtol=1e-15)


def test_more_taylor_terms_help_inside_the_radius_and_harm_outside():
    inside = [max_error(taylor("sigmoid", d), sigmoid, 2) for d in (3, 7, 11, 15)]
    outside = [max_error(taylor("sigmoid", d), sigmoid, 5) for d in (3, 7, 11, 15)]
    assert inside == sorted(inside, reverse=True)
    assert outside == sorted(outside)


@pytest.mark.parametrize(("degree", "error"), [(3, 0.113), (5, 0.055), (7, 0.026)])
def test_chebyshev_errors_of_the_sigmoid_on_eight(degree, error):
    assert max_error(chebyshev(sigmoid, degree, 8), sigmoid, 8) == pytest.approx(
        error, abs=5e-4
    )


def test_chebyshev_of_relu_is_its_series():
    p = chebyshev(relu, 2, 1, nodes=100_000)
    np.testing.assert_allclose(
        p.coef, [1 / (3 * math.pi), 0.5, 4 / (3 * math.pi)], atol=1e-9
    )
    assert max_error(p, relu, 1) == pytest.approx(1 / (3 * math.pi), abs=1e-9)


@given(
    degree=st.integers(0, 20),
    bound=st.floats(0.5, 10),
    name=st.sampled_from(sorted(FUNCTIONS)),
)
@settings(max_examples=40, deadline=None)
def test_interpolation_agrees_with_numpy(degree, bound, name):
    f = FUNCTIONS[name]
    ours = chebyshev(f, degree, bound, nodes=degree + 1)
    theirs = Chebyshev.interpolate(f, degree, domain=[-bound, bound])
    x = np.linspace(-bound, bound, 101)
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-8)


def test_coefficients_agree_with_a_slow_sum():
    n, d = 7, 4
    got = chebyshev_coefficients(np.exp, d, n)
    for j in range(d + 1):
        total = 0.0
        for k in range(n):
            angle = (k + 0.5) * math.pi / n
            total += 2 / n * math.exp(math.cos(angle)) * math.cos(j * angle)
        assert got[j] == pytest.approx(total / 2 if j == 0 else total, abs=1e-14)


def test_uniform_least_squares_of_relu_in_closed_form():
    p = least_squares(relu, 2, 1)
    np.testing.assert_allclose(p.coef, [3 / 32, 1 / 2, 15 / 32], atol=1e-13)


@pytest.mark.parametrize("name", ["sigmoid", "relu"])
def test_uniform_least_squares_agrees_with_numpys_fit_of_many_points(name):
    f, x = FUNCTIONS[name], np.linspace(-4, 4, 200_001)
    theirs = Legendre.fit(x, f(x), 6, domain=[-4, 4])
    np.testing.assert_allclose(least_squares(f, 6, 4)(x), theirs(x), atol=1e-4)


def test_fits_under_the_normal_distribution_in_closed_form():
    """By Hermite expansion; the square term is 1 / (2 sqrt(2 pi))."""
    second = normal_fit(relu, 2)
    peak = 1 / (2 * math.sqrt(2 * math.pi))
    np.testing.assert_allclose(second.coef, [peak, 0.5, peak], atol=1e-14)
    np.testing.assert_allclose(
        normal_fit(relu, 4).coef, [0.14960, 0.5, 0.29921, 0, -0.01662], atol=6e-6
    )
    np.testing.assert_allclose(
        normal_fit(relu, 6).coef,
        [0.12467, 0.5, 0.37401, 0, -0.04156, 0, 0.00166],
        atol=6e-6,
    )


@pytest.mark.parametrize(("degree", "error"), [(2, 0.0113), (4, 0.0046), (6, 0.0026)])
def test_mean_square_errors_under_the_normal_distribution(degree, error):
    p = normal_fit(relu, degree)

    def weighted(x):
        return (relu(x) - p(x)) ** 2 * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)

    got = integrate.quad(weighted, -12, 0)[0] + integrate.quad(weighted, 0, 12)[0]
    assert got == pytest.approx(error, abs=6e-5)


def test_a_fit_to_normal_samples_tends_to_the_same_polynomial():
    x = np.random.default_rng(1).normal(size=400_000)
    fitted = Polynomial.fit(x, sigmoid(x), 3, domain=[-1, 1])
    np.testing.assert_allclose(fitted.coef, normal_fit(sigmoid, 3).coef, atol=2e-3)


def linear_program(f, degree, bound):
    """Smallest E with |p(x) - f(x)| <= E on a grid: no Remez in it."""
    t = np.cos(np.linspace(0, np.pi, 1201))
    basis = np.polynomial.chebyshev.chebvander(t, degree)
    column = np.ones((len(t), 1))
    values = f(bound * t)
    solved = optimize.linprog(
        np.append(np.zeros(degree + 1), 1.0),
        A_ub=np.block([[basis, -column], [-basis, -column]]),
        b_ub=np.concatenate([values, -values]),
        bounds=[(None, None)] * (degree + 2),
    )
    return solved.fun


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("degree", [1, 2, 3, 6, 9])
def test_minimax_is_as_good_as_a_linear_program(name, degree):
    f = FUNCTIONS[name]
    ours = max_error(minimax(f, degree, 5), f, 5)
    assert ours == pytest.approx(linear_program(f, degree, 5), rel=1e-3)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "softplus"])
@pytest.mark.parametrize("degree", [0, 1, 4, 7, 12, 15])
def test_the_minimax_error_alternates_so_nothing_is_better(name, degree):
    """de la Vallee Poussin: the smallest of d + 2 alternating errors bounds all."""
    f, p = FUNCTIONS[name], minimax(FUNCTIONS[name], degree, 3)
    x = 3 * np.sin(np.linspace(-np.pi / 2, np.pi / 2, 8001))
    error = p(x) - f(x)
    worst = np.abs(error).max()
    reached = np.sign(error[np.abs(error) > 0.999 * worst - 1e-12])
    alternations = 1 + np.count_nonzero(np.diff(reached))
    assert alternations >= degree + 2


def test_minimax_of_relu_degree_two_in_closed_form():
    """|x| is best approximated by x^2 + 1/8 on [-1, 1], with error 1/8."""
    np.testing.assert_allclose(
        minimax(relu, 2, 1).coef, [1 / 16, 1 / 2, 1 / 2], atol=1e-7
    )


def test_minimax_of_a_polynomial_is_itself():
    p = minimax(lambda x: 1 + x - 3 * x**3, 5, 2)
    x = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(p(x), 1 + x - 3 * x**3, atol=1e-11)


@pytest.mark.parametrize("degree", [3, 5, 7, 15])
def test_symmetry_leaves_exact_zeros_which_cost_no_product(degree):
    for method in ("taylor", "chebyshev", "least squares", "normal", "minimax"):
        assert not np.any(approximate("tanh", method, degree, 4).coef[::2]), method
        odd = approximate("relu", method, degree, 4).coef[3::2]
        assert not np.any(odd), method


def test_the_derivative_of_a_derivative_fit_is_the_fitted_step():
    p = derivative_fit(6, 4, steepness=8)
    step = chebyshev(lambda x: special.expit(2 * x), 5, 4)
    x = np.linspace(-4, 4, 50)
    np.testing.assert_allclose(p.deriv()(x), step(x), atol=1e-12)
    mean, _ = integrate.quad(lambda x: p(x) - max(x, 0), -4, 4, points=[0])
    assert mean == pytest.approx(0, abs=1e-9)


def test_a_derivative_fit_of_high_degree_is_the_softplus_up_to_a_constant():
    p = derivative_fit(21, 5, steepness=5)
    x = np.linspace(-5, 5, 99)
    gap = p(x) - softplus(x)
    assert np.ptp(gap) < 1e-5


@pytest.mark.parametrize("method", METHODS)
def test_every_method_grows_beyond_its_interval(method):
    p = approximate("relu", method, 6, 4)
    far = [abs(p(x) - relu(x)) for x in (16.0, 32.0, 64.0)]
    assert far[0] > 1
    assert far[2] > 8 * far[1] > 64 * far[0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("degree", [1, 2, 5, 8])
def test_degree_and_domain_are_what_was_asked(method, degree):
    p = approximate("relu", method, degree, 3.5)
    assert len(p.coef) <= degree + 1
    assert p.domain.tolist() == [-3.5, 3.5]


def test_bad_arguments_are_refused_by_name():
    with pytest.raises(
        ValueError, match=r"degree must be an integer in 0\.\.63, got -1"
    ):
        chebyshev(sigmoid, -1, 8)
    with pytest.raises(ValueError, match="bound must be positive and finite, got 0"):
        least_squares(sigmoid, 3, 0)
    with pytest.raises(ValueError, match="got inf"):
        minimax(sigmoid, 3, math.inf)
    with pytest.raises(ValueError, match="nodes must be an integer >= 6, got 5"):
        chebyshev(sigmoid, 5, 8, nodes=5)
    with pytest.raises(ValueError, match="derivatives at 0, got 'relu'"):
        taylor("relu", 3)
    with pytest.raises(ValueError, match="name must be sigmoid"):
        taylor("sine", 3)
    with pytest.raises(ValueError, match="at most 30 under"):
        normal_fit(sigmoid, 31)
    with pytest.raises(ValueError, match="points must be odd and at least 80"):
        minimax(sigmoid, 3, 1, points=50)
    with pytest.raises(ValueError, match="degree must be an integer >= 1, got 0"):
        derivative_fit(0, 1)
    with pytest.raises(ValueError, match="steepness must be positive"):
        derivative_fit(3, 1, steepness=-1)
    with pytest.raises(ValueError, match="method 'derivative' is for relu"):
        approximate("tanh", "derivative", 3, 1)
    with pytest.raises(ValueError, match="method must be one of"):
        approximate("tanh", "splines", 3, 1)
    with pytest.raises(ValueError, match="name must be one of"):
        approximate("sine", "chebyshev", 3, 1)

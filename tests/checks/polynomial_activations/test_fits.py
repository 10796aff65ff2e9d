"""Chapter 10's checks: answers of another kind, and mistakes beyond the bank."""

import numpy as np
import pytest
from scipy.linalg import hankel

from ppdl_course.checks.polynomial_activations import degrees
from ppdl_course.checks.polynomial_activations import (
    evaluation as polynomial_evaluation,
)
from ppdl_course.checks.polynomial_activations import fits as polynomials
from ppdl_course.checks.verdict import Mistake
from tests.checks.other_kinds import of_another_kind

CHECKS = {
    "chebyshev_coefficients": polynomials.check_chebyshev_coefficients,
    "fold_interval": polynomials.check_fold_interval,
    "normal_fit": polynomials.check_normal_fit,
    "relu_from_step": polynomials.check_relu_from_step,
    "cheapest_degree": degrees.check_cheapest_degree,
    "levels_needed": polynomial_evaluation.check_levels_needed,
    "evaluate": polynomial_evaluation.check_evaluate,
}


@pytest.mark.parametrize("name", CHECKS)
@of_another_kind
def test_an_answer_of_another_kind_is_a_mistake_never_a_pass(name, answer):
    with pytest.raises(Mistake):
        CHECKS[name](lambda *args: answer)


def test_a_mean_over_normal_samples_passes():
    rng = np.random.default_rng(5)
    x = rng.standard_normal(4_000_000)
    x = np.concatenate([x, -x])

    def fit(f, degree):
        moments, products, y, power = [], [], f(x), np.ones_like(x)
        for _ in range(2 * degree + 1):
            moments.append(power.mean())
            products.append(power @ y / len(x))
            power *= x
        gram = hankel(moments[: degree + 1], moments[degree:])
        return np.linalg.solve(gram, products[: degree + 1])

    polynomials.check_normal_fit(fit)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda a, b, z: np.append(z, np.array(a) / b), "the integral is wrong"),
        (
            lambda a, b, z: np.append(z, b * np.array(a) * np.arange(1, len(a) + 1)),
            "belongs to the derivative",
        ),
        (
            lambda a, b, z: np.append(z, np.array(a) / np.arange(1, len(a) + 1) / b),
            "divided by bound",
        ),
    ],
)
def test_further_mistakes_of_the_integral_are_named(wrong, says):
    with pytest.raises(Mistake, match=says):
        polynomials.check_relu_from_step(wrong)


@pytest.mark.parametrize(
    ("half", "shift", "says"),
    [(False, 1, "becomes one of length 1"), (True, 0, "becomes \\[0, 2\\]")],
)
def test_further_mistakes_of_the_interval_are_named(half, shift, says):
    def fold(W, b, low, high):
        unit = (high - low) / (2 if half else 1)
        return W / unit, (b - (low if shift == 0 else (low + high) / 2)) / unit

    with pytest.raises(Mistake, match=says):
        polynomials.check_fold_interval(fold)

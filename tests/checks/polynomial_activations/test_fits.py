"""Chapter 10's checks take every right answer of the bank and name every mistake."""

import math
from pathlib import Path

import numpy as np
import pytest

from ppdl_course.checks.polynomial_activations import (
    evaluation as polynomial_evaluation,
)
from ppdl_course.checks.polynomial_activations import fits as polynomials
from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.bank.answers import read_answers
from ppdl_course.he.polynomials.approximation import chebyshev

BANK = Path(__file__).parents[3] / "bank" / "10_polynomial_activations"
CHECKS = {
    "chebyshev_coefficients": polynomials.check_chebyshev_coefficients,
    "fold_interval": polynomials.check_fold_interval,
    "normal_fit": polynomials.check_normal_fit,
    "relu_from_step": polynomials.check_relu_from_step,
    "cheapest_degree": polynomials.check_cheapest_degree,
    "levels_needed": polynomial_evaluation.check_levels_needed,
    "evaluate": polynomial_evaluation.check_evaluate,
}
ANSWERS = [
    pytest.param(name, answer, id=f"{name}-{answer.name}")
    for name in CHECKS
    for answer in read_answers(BANK / f"{name}.py")
]


def function(name, code):
    space = {"math": math, "np": np, "chebyshev": chebyshev, "HIGHEST": 31}
    exec(code, space)
    return space[name]


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_right_answers_pass_and_mistakes_are_named(name, answer):
    given = function(name, answer.code)
    if answer.right:
        CHECKS[name](given)
    else:
        with pytest.raises(Mistake) as told:
            CHECKS[name](given)
        assert answer.says in str(told.value)


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("answer", [None, "a word", 3.5, [1]], ids=repr)
def test_an_answer_of_another_kind_is_a_mistake_never_a_pass(name, answer):
    with pytest.raises(Mistake):
        CHECKS[name](lambda *args: answer)


def test_every_exercise_has_two_right_and_four_wrong_answers():
    for name in CHECKS:
        answers = [a for a in read_answers(BANK / f"{name}.py") if not a.copied]
        assert sum(answer.right for answer in answers) == 2
        assert len(answers) == 6


def test_a_mean_over_normal_samples_passes():
    rng = np.random.default_rng(5)
    x = rng.standard_normal(4_000_000)
    x = np.concatenate([x, -x])

    def fit(f, degree):
        return np.polynomial.polynomial.polyfit(x, f(x), degree)

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

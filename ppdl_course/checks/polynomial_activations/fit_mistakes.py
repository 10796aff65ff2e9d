"""What the usual mistakes with fits and integrals return (chapter 10)."""

import math
from collections.abc import Callable

import numpy as np
from numpy.polynomial import hermite, hermite_e

from ppdl_course.checks.polynomial_activations.interval_mistakes import Mistakes, filled
from ppdl_course.he.polynomials.approximation import least_squares, normal_fit


def normal_mistakes(f: Callable, degree: int) -> Mistakes:
    """Return what goes wrong with least squares under N(0, 1)."""
    want = filled(normal_fit(f, degree).coef, degree)
    k = np.arange(degree + 1)
    factorial = np.array([math.factorial(j) for j in k], float)
    he = filled(hermite_e.poly2herme(want), degree)

    def powers(c: np.ndarray) -> np.ndarray:
        return filled(hermite_e.herme2poly(c), degree)

    def with_deviation(s: float) -> np.ndarray:
        return filled(normal_fit(lambda x: f(s * x), degree).coef, degree) / s**k

    x = np.linspace(-12, 12, 12001)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) * (x[1] - x[0])
    moments = (x ** k[:, np.newaxis]) @ (density * f(x))
    mistakes = [
        (
            "c_k must be divided by k!, the mean of He_k squared.",
            powers(he * factorial),
        ),
        (
            "c_k is divided by the root of k!, or by k: E[He_k^2] is k! itself.",
            powers(he * np.sqrt(factorial)),
        ),
        (
            "c_k is divided by the root of k!, or by k: E[He_k^2] is k! itself.",
            powers(he * factorial / np.maximum(k, 1)),
        ),
        ("these belong to He_0, He_1, ...: return those of powers of x.", he),
        (
            "E[f(x) x^k] / k!: powers of x are not orthogonal under N(0, 1), He_k are.",
            moments / factorial,
        ),
        (
            "the nodes of hermgauss are for the weight exp(-x^2): for N(0, 1) "
            "they must be multiplied by sqrt(2).",
            _without_root(f, degree),
        ),
        (
            "the weights add up to sqrt(2 pi), not to 1: the density has lost its "
            "factor.",
            want * math.sqrt(2 * math.pi),
        ),
        (
            "this is the fit under N(0, 1/2): the density of N(0, 1) is exp(-x^2 / 2), "
            "and the rows of lstsq, or the w of polyfit, are squared later: there it "
            "is the root of the density.",
            with_deviation(math.sqrt(0.5)),
        ),
        (
            "this is the fit under N(0, 2): exp(-x^2 / 4) is the root of the density. "
            "It scales rows of lstsq; a sum of squares takes the density itself.",
            with_deviation(math.sqrt(2)),
        ),
        ("the lowest power comes first: yours is turned round.", want[::-1]),
        (
            "the highest power is missing.",
            filled(normal_fit(f, degree - 1).coef, degree),
        ),
    ]
    for reach in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0):
        even = filled(least_squares(f, degree, reach).coef, degree) / reach**k
        mistakes.append(("every x counts alike: weight them by N(0, 1).", even))
        if reach < 5:
            message = f"the grid ends too early, at {reach:g}: |x| is often larger."
            mistakes.append((message, _cut_off(f, degree, reach)))
    return mistakes


def _without_root(f: Callable, degree: int) -> np.ndarray:
    """Return what Gauss-Hermite nodes give that were not multiplied by sqrt(2)."""
    x, weight = hermite.hermgauss(64)
    means = hermite_e.hermevander(x, degree).T @ (weight * f(x)) / math.sqrt(math.pi)
    factorial = np.array([math.factorial(j) for j in range(degree + 1)], float)
    return filled(hermite_e.herme2poly(means / factorial), degree)


def _cut_off(f: Callable, degree: int, reach: float) -> np.ndarray:
    """Return the fit under N(0, 1) of those x that are at most ``reach``."""
    x = np.linspace(-reach, reach, 2001)
    root = np.exp(-(x**2) / 4)
    rows = np.vander(x, degree + 1, increasing=True) * root[:, np.newaxis]
    return np.linalg.lstsq(rows, f(x) * root, rcond=None)[0]


def integral_mistakes(a: np.ndarray, bound: float, at_zero: float) -> Mistakes:
    """Return what goes wrong with the integral of a_0 + a_1 t + ... over x."""
    k = np.arange(1, len(a) + 1)
    raised = a / k
    want = np.append(at_zero, bound * raised)
    left_end = want @ (-1.0) ** np.arange(len(want)) - at_zero
    return [
        (
            "the step belongs to t = x / bound, and dx = bound dt: the factor is "
            "missing.",
            np.append(at_zero, raised),
        ),
        (
            "the powers went up, but were not divided by the new exponent.",
            np.append(at_zero, bound * a),
        ),
        (
            "divided by another number than the new exponent: t^k becomes "
            "t^(k + 1) / (k + 1).",
            np.append(at_zero, bound * a / np.maximum(k - 1, 1)),
        ),
        (
            "divided by another number than the new exponent: t^k becomes "
            "t^(k + 1) / (k + 1).",
            np.append(at_zero, bound * a / (k + 1)),
        ),
        (
            "the constant of integration is free: it must make p(0) = at_zero.",
            np.append(0.0, bound * raised),
        ),
        (
            "p is at_zero at 0, the middle of the interval, not at its left end.",
            np.append(at_zero - left_end, bound * raised),
        ),
        (
            "the constant of integration is free: it must make p(0) = at_zero.",
            np.append(-left_end, bound * raised),
        ),
        ("at_zero has the wrong sign.", np.append(-at_zero, bound * raised)),
        (
            "at_zero is added to every coefficient: it is the constant's alone.",
            np.append(0.0, bound * raised) + at_zero,
        ),
        (
            "multiplied by the exponent: that belongs to the derivative.",
            np.append(at_zero, bound * a * k),
        ),
        (
            "divided by bound instead of multiplied: dx = bound dt.",
            np.append(at_zero, raised / bound),
        ),
        (
            "multiplied by the interval's length, 2 bound: dx = bound dt.",
            np.append(at_zero, 2 * bound * raised),
        ),
        (
            "multiplied by powers of bound: t^k is not taken apart, dx = bound dt "
            "once.",
            np.append(at_zero, bound**k * raised),
        ),
        (
            "the constant too was multiplied by bound: p(0) must be at_zero.",
            bound * np.append(at_zero, raised),
        ),
        (
            "the constant stands at the end: a_0 comes first.",
            np.append(bound * raised, at_zero),
        ),
        ("the highest power stands first: a_0 comes first.", want[::-1]),
        (
            "these are coefficients of powers of x: those of t = x / bound are "
            "asked for.",
            np.append(at_zero, raised / bound ** (k - 1.0)),
        ),
        (
            "whole numbers: an integer array cuts off what it is given.",
            np.trunc(want),
        ),
    ]

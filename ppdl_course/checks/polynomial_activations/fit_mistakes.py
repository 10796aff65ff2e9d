"""What the usual mistakes with fits and integrals return (chapter 10)."""

import math
from collections.abc import Callable

import numpy as np
from numpy.polynomial import hermite, hermite_e

from ppdl_course.checks.polynomial_activations.interval_mistakes import Mistakes, filled
from ppdl_course.he.polynomials.approximation import (
    chebyshev,
    least_squares,
    normal_fit,
)


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
    mistakes += _wrong_weights(f, degree)
    for reach in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0):
        even = filled(least_squares(f, degree, reach).coef, degree) / reach**k
        mistakes.append(("every x counts alike: weight them by N(0, 1).", even))
        if reach < 5:
            message = f"the grid ends too early, at {reach:g}: |x| is often larger."
            mistakes.append((message, _cut_off(f, degree, reach)))
    return mistakes


def _wrong_weights(f: Callable, degree: int) -> Mistakes:
    """Return what E[f He_k] / k! gives under other weights than those of N(0, 1)."""
    x = np.linspace(-12, 12, 24001)
    density = np.exp(-(x**2) / 2)
    total, dx = density.sum(), x[1] - x[0]
    factorial = np.array([math.factorial(j) for j in range(degree + 1)], float)
    he = hermite_e.hermevander(x, degree)

    def fit(
        w: np.ndarray, values: np.ndarray, by: np.ndarray = factorial
    ) -> np.ndarray:
        return filled(hermite_e.herme2poly(he.T @ (w * values) / by), degree)

    even, y = np.ones_like(x) / len(x), f(x)
    right = density / total
    c = he.T @ (right * y) / factorial
    alike = "every x counts alike: weight them by N(0, 1)."
    other = "the weight is not the density of N(0, 1): that is exp(-x^2 / 2)."
    sums = "the weights do not add up to 1: divide them by their sum."
    mistakes = [
        ("c_k must be divided by k!, not by (k + 1)!.",
         fit(right, y, factorial * np.arange(1, degree + 2))),
        (alike, fit(even, y)),
        (alike, fit(np.ones_like(x) * dx, y)),
        (sums, fit(density, y)),
        (sums, fit(density / density.mean(), y)),
        (sums, fit(density * dx / (2 * math.pi), y)),
        (sums, fit(density * dx / math.sqrt(math.pi), y)),
        ("f is squared.", fit(right, y**2)),
        ("f is multiplied by x: the weight is the density alone.", fit(right, x * y)),
        ("powers of x are not orthogonal under N(0, 1), He_k are: take the means with "
         "He_k.", filled(hermite_e.herme2poly(
             np.vander(x, degree + 1, increasing=True).T @ (right * y) / factorial),
             degree)),
        ("the highest power is missing: its coefficient is 0.",
         np.append(fit(right, y)[:-1], 0.0)),
        ("these are H_k, orthogonal under exp(-x^2): under N(0, 1) it is He_k "
         "(hermite_e).", filled(hermite.herm2poly(c), degree)),
        ("these are H_k, orthogonal under exp(-x^2): under N(0, 1) it is He_k "
         "(hermite_e).", filled(hermite_e.herme2poly(
             hermite.hermvander(x, degree).T @ (right * y) / factorial), degree)),
        ("half of the grid is missing: x may be negative.",
         fit(np.where(x >= 0, density, 0) * 2 / total, y)),
    ]  # fmt: skip
    for w in (np.exp(-(x**2)), np.exp(-(x**2) / 4), np.exp(-np.abs(x)),
              np.exp(-(x**2) / 1.7), np.sqrt(density), density**2):  # fmt: skip
        mistakes.append((other, fit(w / w.sum(), y)))
    for reach in (1.0, 2.0, 3.0, 4.0, 5.0):
        inside = np.where(np.abs(x) <= reach, density, 0)
        message = f"the grid ends too early, at {reach:g}: |x| is often larger."
        mistakes += [(message, fit(inside / inside.sum(), y)),
                     (message, fit(inside / total, y))]  # fmt: skip
    for points in (5, 7, 9, 11, 13, 21):
        place = np.linspace(0, len(x) - 1, points).astype(int)
        sparse = np.zeros_like(x)
        sparse[place] = density[place]
        message = f"the grid is too coarse: {points} points in all. Take thousands."
        mistakes.append((message, fit(sparse / sparse.sum(), y)))
    mistakes += _other_fits(f, degree)
    return mistakes


def _other_fits(f: Callable, degree: int) -> Mistakes:
    """Return fits that know nothing of N(0, 1): Taylor's, Chebyshev's, half a lstsq."""
    h = 0.05 * np.arange(-4, 5)
    taylor = np.polynomial.polynomial.polyfit(h, f(h), 8)[: degree + 1]
    mistakes = [
        ("this is Taylor's polynomial, good near 0 only: take means over N(0, 1).",
         taylor)
    ]  # fmt: skip
    for reach in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0):
        c = chebyshev(f, degree, reach).coef
        message = "this is Chebyshev's fit on an interval: take means over N(0, 1)."
        mistakes.append((message, filled(c, degree)))
    for reach in (6.0, 8.0, 10.0):
        x = np.linspace(-reach, reach, 4001)
        rows = np.vander(x, degree + 1, increasing=True)
        for root in (np.exp(-(x**2) / 4), np.exp(-(x**2) / 2)):
            weighted = root[:, np.newaxis] * rows
            message = "rows and values must be weighted alike: one of them is not."
            mistakes += [
                (message, np.linalg.lstsq(weighted, f(x), rcond=None)[0]),
                (message, np.linalg.lstsq(rows, root * f(x), rcond=None)[0]),
            ]
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
            "step is read, and the result written, with the highest power first (as "
            "polyint of numpy does): a_0 comes first in both.",
            np.append(bound * a / k[::-1], at_zero),
        ),
        (
            "step is read with the highest power first: a_0 comes first.",
            np.append(at_zero, bound * a[::-1] / k),
        ),
        (
            "step is read with the highest power first: a_0 comes first.",
            np.append(at_zero, bound * a / k[::-1]),
        ),
        (
            "these are coefficients of powers of x: those of t = x / bound are "
            "asked for.",
            np.append(at_zero, raised / bound ** (k - 1.0)),
        ),
        (
            "whole numbers: an integer array cuts off what it is given.",
            np.trunc(want),
        ),
        (
            "whole numbers: an integer array cuts off what it is given.",
            np.append(at_zero, bound * np.trunc(a) / k),
        ),
        (
            "whole numbers: // rounds down, / divides.",
            np.append(at_zero, bound * a // k),
        ),
        (
            "divided by the square of the exponent: t^k becomes t^(k + 1) / (k + 1).",
            np.append(at_zero, raised * bound / k),
        ),
        (
            "the coefficients are added up: each power is integrated on its own.",
            np.append(at_zero, bound * np.cumsum(a)),
        ),
        (
            "p(0) must be at_zero: the step's own constant belongs to t.",
            np.append(a[0], bound * raised),
        ),
        (
            "p(0) must be at_zero: nothing is taken off.",
            np.append(at_zero - a[0], bound * raised),
        ),
        (
            "coefficients have lost their sign.",
            np.append(at_zero, bound * np.abs(raised)),
        ),
        (
            "at_zero replaces the coefficient of t: it is the constant.",
            np.append([0.0, at_zero], bound * raised[1:]),
        ),
    ]

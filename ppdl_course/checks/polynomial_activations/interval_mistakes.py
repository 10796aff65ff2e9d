"""What the usual mistakes with intervals return (chapter 10), each with its message."""

from collections.abc import Callable

import numpy as np
from numpy.polynomial import chebyshev as cheb
from numpy.polynomial import legendre

from ppdl_course.he.polynomials.approximation import chebyshev_coefficients

Mistakes = list[tuple[str, np.ndarray]]


def chebyshev_mistakes(f: Callable, degree: int, n: int) -> Mistakes:
    """Return what goes wrong with Chebyshev coefficients from n values of f."""
    want = chebyshev_coefficients(f, degree, n)
    double = np.append(2 * want[0], want[1:])
    mistakes = [
        ("c_0 is twice too large: half of it belongs to T_0.", double),
        (
            "every coefficient is n / 2 times too large: divide the sum.",
            double * n / 2,
        ),
        (
            "every coefficient is n / 2 times too large: divide the sum.",
            want * n / 2,
        ),
        (
            "every coefficient is half of what it must be: 2 / n, not 1 / n.",
            want / 2,
        ),
        (
            "these are coefficients of powers of t: return those of T_0, T_1, ...",
            filled(cheb.cheb2poly(want), degree),
        ),
        (
            "every sum is divided by the degree's number of coefficients: divide by "
            "the number of nodes, n.",
            want * n / (degree + 1),
        ),
        (
            "all but c_0 are half of what they must be: 2 / n, and only c_0 is halved.",
            np.append(want[0], want[1:] / 2),
        ),
        (
            "the odd ones have the wrong sign: x_k is cos(theta_k), not -cos(theta_k).",
            want * (-1.0) ** np.arange(degree + 1),
        ),
    ]
    k = np.arange(n)
    for theta in (k * np.pi / n, k * np.pi / max(1, n - 1), (k + 1) * np.pi / n):
        message = "the nodes lie at other angles: theta_k = (k + 1/2) pi / n."
        mistakes += [(message, c) for c in _sums_at(theta, f, degree)]
    even = np.arccos(np.linspace(-1, 1, n))
    message = (
        "the nodes are spread evenly in t: they must be evenly spaced in the angle."
    )
    mistakes += [(message, c) for c in _sums_at(even, f, degree)]
    t = np.linspace(-1, 1, n)
    mistakes.append((message, cheb.chebfit(t, f(t), degree)))
    theta = (k + 0.5) * np.pi / n
    halves = np.append(0.5, np.ones(degree)) * 2 / n
    orders = np.arange(degree + 1)[:, np.newaxis]
    mistakes += [
        (
            "f was evaluated at the angles: its argument is t = cos(theta).",
            halves * (np.cos(orders * theta) @ f(theta)),
        ),
        (
            "T_k(t) is cos(k theta), not t^k.",
            halves * (np.cos(theta) ** orders @ f(np.cos(theta))),
        ),
        ("the order is turned round: T_0 comes first.", want[::-1]),
    ]
    f_t = f(np.cos(theta))
    waves = np.cos(orders * theta)
    turns = [
        ("a full turn: the angles go from 0 to pi, half a turn", 2 * theta),
        ("a quarter turn: the angles go from 0 to pi", theta / 2),
        ("the nodes lie at other angles: k + 1/2, not k - 1/2", theta - np.pi / n),
        ("the nodes lie at other angles: divide by n", theta * n / (n + 1)),
        ("the nodes lie at other angles: divide by n", (k + 1) * np.pi / (n + 1)),
        ("the nodes lie at other angles: divide by n", theta * n / max(1, n - 1)),
        ("the angles are in degrees: np.cos takes radians", theta * 180 / np.pi),
    ]
    mistakes += [(message, c) for message, at in turns for c in _sums_at(at, f, degree)]
    first, last = np.ones(degree + 1), np.ones(degree + 1)
    first[0] = last[-1] = 0.5
    sums = 2 / n * (waves @ f_t)
    doubled = sums / first
    later = 2 / n * (np.cos((orders + 1) * theta) @ f_t)
    twice_zero = "c_0 is doubled: half of it belongs to T_0."
    whole = "whole numbers: an integer array, or //, cuts off what it is given."
    mistakes += [
        ("sines: T_j(cos(theta)) is cos(j theta).",
         halves * (np.sin(orders * theta) @ f_t)),
        ("sines: the nodes are x_k = cos(theta_k).",
         halves * (waves @ f(np.sin(theta)))),
        (twice_zero, doubled),
        ("only c_0 is halved, not the last one.", sums * last),
        ("only c_0 is halved, not the last one.", sums * first * last),
        ("the sum must be divided by n, the number of nodes.", sums * n * first),
        ("the sum is divided by n: 2 / n, not 2 / pi.", sums * n / np.pi * first),
        ("the sum is divided by n, not by n - 1.", sums * n / max(1, n - 1) * first),
        ("the sum is divided by n, not by n + 1.", sums * n / (n + 1) * first),
        ("the degrees start at 0: yours at 1.", later * first),
        ("the degrees start at 0: yours at 1.", later),
        ("T_j is cos(j theta), not j cos(theta).",
         halves * ((orders * np.cos(theta)) @ f_t)),
        ("the values are weighted by sin(theta): evenly spaced angles need no weight.",
         halves * (waves @ (f_t * np.sin(theta)))),
        ("f is squared.", halves * (waves @ f_t**2)),
        ("the cosines are taken of the nodes x_k, not of the angles: T_j(x_k) is "
         "cos(j theta_k).", halves * (np.cos(orders * np.cos(theta)) @ f_t)),
        ("f has lost its sign.", halves * (waves @ np.abs(f_t))),
        ("the values are taken at even t, and the cosines at even angles: nodes are "
         "x_k = cos(theta_k).", halves * (waves @ f(t))),
        ("the values are taken at even t, and the cosines at even angles: nodes are "
         "x_k = cos(theta_k).", halves * (waves @ f(-t))),
        ("these are coefficients of Legendre polynomials: T_j is cos(j theta).",
         legendre.legfit(np.cos(theta), f_t, degree)),
        (whole, np.trunc(want)),
        (whole, halves * (waves @ np.trunc(f_t))),
        (whole, np.append(np.floor(want[0]), want[1:])),
        (whole, np.append(sums[0] // 2, want[1:])),
    ]  # fmt: skip
    for digits in (1, 2, 3, 4):
        mistakes.append(("the coefficients are rounded.", np.round(want, digits)))
    message = f"these come from another number of nodes than the {n} you are given."
    numbers = (degree + 1, n - 1, n + 1, 16, 32, 50, 64, 100, 128, 200, 256, 1000)
    for other in numbers:
        if degree < other != n:
            mistakes.append((message, chebyshev_coefficients(f, degree, other)))
    for left_out in (0, n - 1):
        rest = np.delete(theta, left_out)
        c = halves * (np.cos(orders * rest) @ f(np.cos(rest)))
        mistakes.append((f"node {left_out} is left out: k runs from 0 to n - 1.", c))
    return mistakes


def filled(coefficients: np.ndarray, degree: int) -> np.ndarray:
    """Return degree + 1 coefficients: zeros at the end that numpy cut off are back."""
    return np.pad(coefficients, (0, degree + 1 - len(coefficients)))


def _sums_at(theta: np.ndarray, f: Callable, degree: int) -> list[np.ndarray]:
    c = (
        2
        / len(theta)
        * np.cos(np.outer(np.arange(degree + 1), theta))
        @ f(np.cos(theta))
    )
    return [np.append(c[0] / 2, c[1:]), c]

"""What the usual mistakes with intervals return (chapter 10), each with its message."""

from collections.abc import Callable

import numpy as np
from numpy.polynomial import chebyshev as cheb

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


def fold_mistakes(W: np.ndarray, b: np.ndarray, low: float, high: float) -> Mistakes:
    """Return what goes wrong with a folded layer, W2 and b2 in one array."""
    half, middle = (high - low) / 2, (high + low) / 2
    twice = np.append((W / (2 * half)).ravel(), (b - middle) / (2 * half))
    shifted = np.append((W / half).ravel(), (b - low) / half)
    return [
        (
            "the bias is not folded: b leaves the interval as before.",
            np.append((W / half).ravel(), b),
        ),
        (
            "the middle of the interval must become 0: shift the bias as well.",
            np.append((W / half).ravel(), b / half),
        ),
        ("the interval becomes one of length 1: [-1, 1] has length 2.", twice),
        (
            "the interval becomes [0, 1]: its middle must become 0.",
            np.append((W / (2 * half)).ravel(), (b - low) / (2 * half)),
        ),
        ("the interval becomes [0, 2]: its middle must become 0.", shifted),
        (
            "you multiply where you must divide: a long interval must shrink.",
            np.append((W * half).ravel(), (b - middle) * half),
        ),
        (
            "divided by high: right for symmetric intervals only.",
            np.append((W / high).ravel(), b / high),
        ),
        (
            "the middle must be taken off: you add it.",
            np.append((W / half).ravel(), (b + middle) / half),
        ),
        (
            "take the middle off before you divide: it shrinks, too.",
            np.append((W / half).ravel(), b / half - middle),
        ),
        (
            "W is only scaled: the shift belongs to the bias alone.",
            np.append(((W - middle) / half).ravel(), (b - middle) / half),
        ),
        (
            "the middle is (low + high) / 2, half the length (high - low) / 2: you "
            "take the length for the middle.",
            np.append((W / half).ravel(), (b - half) / half),
        ),
        (
            "W is left as it was: W @ z must shrink with the interval, too.",
            np.append(W.ravel(), (b - middle) / half),
        ),
        (
            "W and b are divided by different numbers.",
            np.append((W / (2 * half)).ravel(), (b - middle) / half),
        ),
        (
            "turned round: low must become -1, and high 1.",
            np.append((-W / half).ravel(), (middle - b) / half),
        ),
        (
            "what leaves the interval is cut off: where it lies is the input's affair, "
            "the layer stays linear.",
            np.append((W / half).ravel(), np.clip((b - middle) / half, -1, 1)),
        ),
    ]

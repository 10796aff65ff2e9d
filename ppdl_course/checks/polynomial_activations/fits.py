"""Checks of chapter 10: coefficients, intervals, fits, integrals."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.polynomial_activations.fit_mistakes import (
    integral_mistakes,
    normal_mistakes,
)
from ppdl_course.checks.polynomial_activations.fold_mistakes import fold_mistakes
from ppdl_course.checks.polynomial_activations.interval_mistakes import (
    chebyshev_mistakes,
    filled,
)
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)
from ppdl_course.he.polynomials.approximation import (
    chebyshev_coefficients,
    normal_fit,
    relu,
)
from ppdl_course.nn import sigmoid


def check_chebyshev_coefficients(
    answer: Callable[..., object], *, seed: int | None = None
) -> None:
    """Check c_0 ... c_d against the sum, and name nodes or factors that are wrong.

    Three functions of the chapter; then sums of a polynomial and a kink, of degree 0 to
    20, with one node more than the degree, or many.
    """
    with drawn_inputs(seed) as rng:
        cases = [
            (np.exp, 4, 9),
            (lambda t: sigmoid(8 * t), 3, 4),
            (relu, 2, 6),
            (_drawn_function(rng), 0, 1),
        ]
        for most in (6, 20):
            degree = int(rng.integers(1, most))
            cases += [
                (_drawn_function(rng), degree, degree + 1),
                (_drawn_function(rng), degree, degree + int(rng.integers(2, 40))),
            ]
        for f, degree, n in cases:
            what = f"with degree {degree} and {n} nodes, c"
            result = answer(f, degree, n)
            require(
                degree == 0 or np.shape(result) != (degree,),
                f"{what} has {degree} entries: T_0, ..., T_{degree} are {degree + 1}.",
            )
            got = require_array(result, shape=(degree + 1,), what=what)
            want = chebyshev_coefficients(f, degree, n)
            mistakes = chebyshev_mistakes(f, degree, n)
            require_close(got, want, what=what, mistakes=mistakes)


def _drawn_function(rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    c, place = rng.normal(size=4), float(rng.uniform(-0.5, 0.5))
    return lambda t: np.polynomial.polynomial.polyval(t, c) + np.abs(t - place)


def check_fold_interval(
    answer: Callable[..., object], *, seed: int | None = None
) -> None:
    """Check that the folded layer maps [low, high] onto [-1, 1].

    Intervals about 0 or beside it, on either side; one unit or several, small weights
    and large ones.
    """
    with drawn_inputs(seed) as rng:
        begin = float(np.round(rng.uniform(-9, 9), 2))
        end = begin + float(np.round(rng.uniform(0.3, 9), 2))
        for low, high in (
            (-1.0, 6.0), (-6.0, 6.0), (1.0, 5.0), (-7.0, -2.0), (-1.0, 1.0), (0.0, 1.0),
            (-0.25, 0.5), (begin, end),
        ):  # fmt: skip
            for units, inputs, scale in ((3, 2, 1), (1, 1, 20), (4, 4, 20)):
                W = rng.normal(size=(units, inputs)) * scale
                _folded(answer, W, rng.normal(size=units) * scale, low, high)


def _folded(
    answer: Callable[..., object],
    W: np.ndarray,
    b: np.ndarray,
    low: float,
    high: float,
) -> None:
    """Check one folded layer, and name the mistake that gives another."""
    arguments = W.copy(), b.copy()
    result: Any = answer(*arguments, low, high)
    require_kept(W, arguments[0], "W")
    require_kept(b, arguments[1], "b")
    require(
        isinstance(result, tuple | list) and len(result) == 2,
        "return a pair: the new W and the new b.",
    )
    require(
        (np.shape(result[0]), np.shape(result[1])) != (b.shape, W.shape),
        "the pair is turned round: the new W, then the new b.",
    )
    half, middle = (high - low) / 2, (high + low) / 2
    new_W = require_array(result[0], shape=W.shape, what="the new W")
    new_b = require_array(result[1], shape=b.shape, what="the new b")
    got = np.append(new_W.ravel(), new_b)
    mistakes = fold_mistakes(W, b, low, high)
    want = np.append((W / half).ravel(), (b - middle) / half)
    where = f"for the interval [{low:g}, {high:g}]"
    own = W.size
    if np.allclose(new_W, W / half, rtol=1e-5):
        in_b = [(m, a[own:]) for m, a in mistakes if np.allclose(a[:own], want[:own])]
        what = f"{where} the new W is right, and the new b"
        require_close(new_b, want[own:], what=what, mistakes=in_b)
    what = f"{where} (W row by row, then b) it"
    require_close(got, want, what=what, mistakes=mistakes)


def check_normal_fit(answer: Callable[..., object], *, seed: int | None = None) -> None:
    """Check least squares under N(0, 1), to 0.003: sums over a fine grid pass.

    Four functions of the chapter, and two smooth ones that are drawn.
    """
    with drawn_inputs(seed) as rng:
        _normal_fits(answer, rng)


def _normal_fits(answer: Callable[..., object], rng: np.random.Generator) -> None:
    first, again = (
        require_array(answer(np.exp, 3), shape=(4,), what="normal_fit(exp, 3)")
        for _ in range(2)
    )
    require(
        bool(np.allclose(first, again, rtol=0, atol=1e-6)),
        f"the same question twice gives answers {np.abs(first - again).max():.2g} "
        "apart: E over N(0, 1) is one number. Sum over a fine grid, not over samples.",
    )
    for f, degree in (
        (np.exp, 3),
        (relu, 2),
        (relu, 4),
        (np.cos, 4),
        (np.tanh, 5),
        (np.exp, 1),
        (_drawn_wave(rng), int(rng.integers(1, 6))),
        (_drawn_wave(rng), int(rng.integers(1, 6))),
    ):
        name = getattr(f, "__name__", "f")
        what = f"normal_fit({name}, {degree})"
        got = require_array(answer(f, degree), shape=(degree + 1,), what=what)
        want = filled(normal_fit(f, degree).coef, degree)
        mistakes = normal_mistakes(f, degree)
        rough = bool(np.all(np.abs(got - want) <= 0.05 * max(1.0, np.abs(want).max())))
        if rough and not np.allclose(got, want, rtol=3e-3, atol=3e-3):
            mistakes.append(
                (f"{what} is near, but off by more than 0.003: {_ROUGH}", got)
            )
        require_close(got, want, what=what, mistakes=mistakes, rtol=3e-3)


def _drawn_wave(rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    """Draw a smooth function of size 1, neither even nor odd."""
    slow, shift = float(rng.uniform(0.4, 1.2)), float(rng.uniform(0.3, 1.2))

    def wave(z: np.ndarray) -> np.ndarray:
        return np.sin(slow * z + shift)

    return wave


_ROUGH = (
    "samples leave an error of about 1 / sqrt(n), and Gauss-Hermite rules one at the "
    "kink of ReLU. Sum over a fine grid."
)


def check_relu_from_step(
    answer: Callable[..., object], *, seed: int | None = None
) -> None:
    """Check the integral of a step: powers, interval and constant.

    Steps of degree 0 to 20, also of whole numbers.
    """
    with drawn_inputs(seed) as rng:
        cases: list[tuple[Any, float, float]] = [
            ([0.5, 0.75, 0.0, -0.25], 4.0, 0.3),
            ([0.5, 1.0], 6.0, 0.0),
            ([0.5, 0.9, 0.0, -0.6, 0.0, 0.2], 0.5, 0.05),
            ([1, 2, 0, -5], 2.5, 0.3),
            ([0.5, 0.0, 1.0], 3.0, -0.25),
        ]
        for size in (1, int(rng.integers(7, 22))):
            bound, at_zero = float(rng.uniform(0.2, 9)), float(rng.normal())
            cases.append((rng.normal(size=size), bound, at_zero))
        for step, bound, at_zero in cases:
            a = np.array(step)
            argument = a.copy()
            result = answer(argument, bound, at_zero)
            require_kept(a, argument, "step")
            got = require_array(
                result,
                shape=(len(a) + 1,),
                what=f"the result for a step of degree {len(a) - 1}",
            )
            want = np.append(at_zero, bound * a / np.arange(1, len(a) + 1))
            mistakes = integral_mistakes(a, bound, at_zero)
            require_close(got, want, what="the integral", mistakes=mistakes)

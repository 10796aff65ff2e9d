"""Checks of chapter 10: coefficients, intervals, fits, integrals, degrees."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.polynomial_activations.fit_mistakes import (
    integral_mistakes,
    normal_mistakes,
)
from ppdl_course.checks.polynomial_activations.interval_mistakes import (
    chebyshev_mistakes,
    filled,
    fold_mistakes,
)
from ppdl_course.checks.verdict import (
    Mistake,
    require,
    require_array,
    require_close,
    require_kept,
)
from ppdl_course.he.polynomials.approximation import (
    chebyshev,
    chebyshev_coefficients,
    max_error,
    normal_fit,
    relu,
)
from ppdl_course.nn import sigmoid


def check_chebyshev_coefficients(answer: Callable[..., object]) -> None:
    """Check c_0 ... c_d against the sum, and name nodes or factors that are wrong."""
    for f, degree, n in (
        (np.exp, 4, 9),
        (lambda t: sigmoid(8 * t), 3, 4),
        (relu, 2, 6),
    ):
        what = f"with degree {degree} and {n} nodes, c"
        got = require_array(answer(f, degree, n), shape=(degree + 1,), what=what)
        want = chebyshev_coefficients(f, degree, n)
        mistakes = chebyshev_mistakes(f, degree, n)
        require_close(got, want, what=what, mistakes=mistakes)


def check_fold_interval(answer: Callable[..., object]) -> None:
    """Check that the folded layer maps [low, high] onto [-1, 1]."""
    rng = np.random.default_rng(10)
    for low, high in ((-6.0, 6.0), (-1.0, 6.0), (1.0, 5.0)):
        W, b = rng.normal(size=(3, 2)), rng.normal(size=3)
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
        where = f"for the interval [{low:g}, {high:g}] (W row by row, then b) it"
        require_close(got, want, what=where, mistakes=mistakes)


def check_normal_fit(answer: Callable[..., object]) -> None:
    """Check least squares under N(0, 1), to 0.003: sums over a fine grid pass."""
    first, again = (
        require_array(answer(np.exp, 3), shape=(4,), what="normal_fit(exp, 3)")
        for _ in range(2)
    )
    require(
        bool(np.allclose(first, again, rtol=0, atol=1e-6)),
        f"the same question twice gives answers {np.abs(first - again).max():.2g} "
        "apart: E over N(0, 1) is one number. Sum over a fine grid, not over samples.",
    )
    for f, degree in ((np.exp, 3), (relu, 2), (relu, 4), (np.cos, 4)):
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


_ROUGH = (
    "samples leave an error of about 1 / sqrt(n), and Gauss-Hermite rules one at the "
    "kink of ReLU. Sum over a fine grid."
)


def check_relu_from_step(answer: Callable[..., object]) -> None:
    """Check the integral of a step: powers, interval and constant."""
    for step, bound, at_zero in (
        ([0.5, 0.75, 0.0, -0.25], 4.0, 0.3),
        ([0.5, 1.0], 6.0, 0.0),
        ([0.5, 0.9, 0.0, -0.6, 0.0, 0.2], 0.5, 0.05),
    ):
        a = np.array(step)
        argument = a.copy()
        got = require_array(
            answer(argument, bound, at_zero),
            shape=(len(a) + 1,),
            what=f"the result for a step of degree {len(a) - 1}",
        )
        require_kept(a, argument, "step")
        want = np.append(at_zero, bound * a / np.arange(1, len(a) + 1))
        mistakes = integral_mistakes(a, bound, at_zero)
        require_close(got, want, what="the integral", mistakes=mistakes)


def _late_relu(x: np.ndarray) -> np.ndarray:
    return relu(x - 3)


def _early_fall(x: np.ndarray) -> np.ndarray:
    """Return what is worst on the left, and there too small."""
    return -relu(-x - 3)


NAMES = {_late_relu: "relu(x - 3)", _early_fall: "-relu(-x - 3)"}


def _wave(degree: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return T_degree on [-2, 2], which no lower degree comes near."""
    return lambda x: np.cos(degree * np.arccos(np.clip(np.asarray(x) / 2, -1, 1)))


def check_cheapest_degree(answer: Callable[..., object], *, highest: int = 31) -> None:
    """Check the lowest degree whose largest error on the interval is small enough.

    Args:
        answer: The student's function.
        highest: The highest degree allowed, from 9 to 31.
    """
    for f, bound, tolerance in (
        (_late_relu, 5.0, 0.25),
        (_early_fall, 5.0, 0.25),
        (sigmoid, 8.0, 0.03),
        (sigmoid, 8.0, 0.06),
        (np.tanh, 3.0, 0.01),
        (relu, 6.0, 0.25),
        (relu, 0.5, 0.03),
        (np.cos, 6.0, 1.25),  # degree 1 will do, 2 and 3 will not, 4 will
    ):
        degrees = range(1, highest + 1)
        errors = [max_error(chebyshev(f, d, bound), f, bound) for d in degrees]
        want = 1 + next(i for i, error in enumerate(errors) if error <= tolerance)
        got: Any = answer(f, bound, tolerance)
        name = NAMES.get(f) or getattr(f, "__name__", "f")
        where = f"for {name} on [-{bound:g}, {bound:g}] within {tolerance:g}"
        require(
            isinstance(got, int | np.integer),
            f"{where}: return a degree, an integer; got {type(got).__name__}.",
        )
        require(
            1 <= got <= highest,
            f"{where}: the degree must be from 1 to {highest}, got {got}.",
        )
        if got < want:
            raise Mistake(
                f"{where}: degree {got} has an error of {errors[got - 1]:.3f} "
                "somewhere. The largest error counts, over the whole interval."
            )
        require(
            got == want,
            f"{where}: degree {got} is good enough, but a lower one is too. The error "
            "may rise before it falls: try the degrees one by one.",
        )
    try:
        hopeless = answer(relu, 10.0, 1e-4)
    except ValueError:
        _last_degree(answer, highest)
        return
    except (Mistake, NotImplementedError):
        raise
    except Exception as error:
        hopeless = f"{type(error).__name__}"
    raise Mistake(
        f"no degree up to {highest} brings relu on [-10, 10] within 0.0001: raise "
        f"ValueError; got {hopeless}."
    )


def _last_degree(answer: Callable[..., object], highest: int) -> None:
    """Require that the highest degree is tried, and none above it."""
    for needed in (highest, highest + 1):
        try:
            got: Any = answer(_wave(needed), 2.0, 0.5)
        except ValueError:
            got = "ValueError"
        best = int(got) if isinstance(got, int | np.integer) else str(got)
        where = f"degrees up to {highest}, and a function that needs {needed}"
        require(
            not isinstance(best, int) or best >= min(needed, highest),
            f"{where}: degree {best} has an error of 1 somewhere, and 0.5 is allowed. "
            "The largest error counts, not a share of the function's size.",
        )
        require(
            best == (needed if needed <= highest else "ValueError"),
            f"{where}: your answer gives {best}. Is its highest degree another "
            "variant's number?",
        )

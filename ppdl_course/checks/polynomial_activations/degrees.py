"""Check of chapter 10: the cheapest degree.

Errors are those of the Chebyshev sums themselves, on grids of the check's own.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial import chebyshev as cheb

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.verdict import Mistake, require
from ppdl_course.he.polynomials.approximation import chebyshev_coefficients, relu
from ppdl_course.nn import sigmoid

Function = Callable[[np.ndarray], np.ndarray]


class Task(NamedTuple):
    """A function, half the interval's length, and the error that is allowed."""

    name: str
    f: Function
    bound: float
    tolerance: float

    def __str__(self) -> str:
        where = f"for {self.name} on [-{self.bound:g}, {self.bound:g}]"
        return f"{where} within {self.tolerance:g}"


class Sums(NamedTuple):
    """What each degree from 1 to the highest gives on the interval.

    Attributes:
        t: Where, in [-1, 1], shape (points,).
        values: Of the function there.
        errors: Of the sums, shape (points, highest).
    """

    t: np.ndarray
    values: np.ndarray
    errors: np.ndarray


def sums(task: Task, t: np.ndarray, highest: int) -> Sums:
    """Return the errors of all degrees on a grid."""
    coefficients = chebyshev_coefficients(
        lambda s: task.f(task.bound * s), highest, 512
    )
    partial = np.cumsum(cheb.chebvander(t, highest) * coefficients, axis=1)
    values = task.f(task.bound * t)
    return Sums(t, values, (partial - values[:, np.newaxis])[:, 1:])


FIXED = (
    Task("relu(x - 3)", lambda x: relu(x - 3), 5.0, 0.25),
    # worst on the left, and there too small
    Task("-relu(-x - 3)", lambda x: -relu(-x - 3), 5.0, 0.25),
    Task("sigmoid", sigmoid, 8.0, 0.03),
    Task("sigmoid", sigmoid, 8.0, 0.06),
    Task("tanh", np.tanh, 3.0, 0.01),
    Task("relu", relu, 6.0, 0.25),
    Task("relu", relu, 0.5, 0.03),
    Task("cos", np.cos, 6.0, 1.25),  # degree 1 will do, 2 and 3 will not, 4 will
)
FINE = [np.linspace(-1, 1, points) for points in (401, 501, 1000, 1001, 4001)]
"""Grids that are fine enough: what they disagree on is not asked."""
COARSE = [
    np.linspace(-1, 1, 21),
    np.linspace(-1, 1, 51),
    np.linspace(-1, 1, 101),
    np.linspace(-1, 1, 101)[:-1],
    np.linspace(-0.9, 0.9, 2001),
]
"""Grids that miss what lies between their points, or at the ends."""


def _lowest(errors: np.ndarray, tolerance: float) -> int | None:
    enough = np.flatnonzero(errors <= tolerance)
    return int(enough[0]) + 1 if len(enough) else None


def _drawn_functions(rng: np.random.Generator) -> Iterator[tuple[str, Function, float]]:
    while True:
        bound = float(np.round(rng.uniform(0.5, 8), 2))
        a = float(np.round(rng.uniform(-0.8, 0.8) * bound, 3))
        k = float(np.round(rng.uniform(1, 5) / bound, 3))
        yield f"relu(x {-a:+g})", lambda x, a=a: relu(x - a), bound
        yield f"|x {-a:+g}|", lambda x, a=a: np.abs(x - a), bound
        yield f"exp({k:g} x)", lambda x, k=k: np.exp(k * x), bound
        yield f"exp(-{k:g} x)", lambda x, k=k: np.exp(-k * x), bound
        yield f"sin({k:g} x + 1)", lambda x, k=k: np.sin(k * x + 1), bound


def seen_by_fine_grids_only(
    rng: np.random.Generator, highest: int, draws: int = 300
) -> Iterator[Task]:
    """Yield tasks for which a coarse grid takes a degree that is too low."""
    missing = list(COARSE)
    for (name, f, bound), _ in zip(_drawn_functions(rng), range(draws), strict=False):
        bare = Task(name, f, bound, 0.0)
        fine = [np.abs(sums(bare, t, highest).errors).max(axis=0) for t in FINE]
        below, above = np.min(fine, axis=0), np.max(fine, axis=0)
        for place, t in enumerate(missing):
            coarse = np.abs(sums(bare, t, highest).errors).max(axis=0)
            gaps = np.flatnonzero(coarse < 0.98 * below)
            degrees = [d for d in gaps if (below[:d] > 1.01 * below[d]).all()]
            for d in degrees:
                tolerance = float(f"{(coarse[d] + below[d]) / 2:.3g}")
                want = _lowest(above, tolerance)
                # every fine grid must take the same degree, by a clear margin
                if want and want > d + 1 and (
                    (below[: want - 1] > 1.004 * tolerance).all()
                    and above[want - 1] < 0.996 * tolerance
                    and coarse[d] <= tolerance
                ):  # fmt: skip
                    yield bare._replace(tolerance=tolerance)
                    del missing[place]
                    break
            else:
                continue
            break
        if not missing:
            return


def that_gets_worse_first(rng: np.random.Generator, highest: int) -> Task:
    """Return a task whose error rises for degree after degree before it vanishes."""
    top = int(rng.integers(10, 14))
    t = np.linspace(-1, 1, 401)
    terms = cheb.chebvander(t, top)
    best: tuple[int, np.ndarray] = (-1, np.zeros(top + 1))
    for _ in range(300):
        c = np.append(0.0, rng.uniform(0.5, 1.5, top) * rng.choice([-1, 1], top))
        left = np.cumsum((terms * c)[:, ::-1], axis=1)[:, ::-1]  # from degree d on
        errors = np.abs(left[:, 2:]).max(axis=0)  # of degrees 1 to top - 1
        worse = int((errors[1:] > np.minimum.accumulate(errors)[:-1]).sum())
        if worse > best[0]:
            best = worse, c
    c, bound = best[1], float(np.round(rng.uniform(1, 5), 1))
    numbers = np.array2string(c, precision=2, max_line_width=999)
    name = f"the sum of {numbers} times T_0, T_1, ..."
    return Task(
        name, lambda x: cheb.chebval(np.asarray(x) / bound, c), bound, abs(c[-1]) / 2
    )


_LARGEST = "The largest error counts, over the whole interval"


def _rules() -> list[tuple[str, Callable[[Sums, float], np.ndarray]]]:
    """Return what the usual mistakes compare with the tolerance, degree by degree."""

    def largest(keep: Callable[[np.ndarray], np.ndarray]) -> Callable:
        def rule(s: Sums, bound: float) -> np.ndarray:
            kept = np.abs(s.errors[keep(s.t * bound)])
            return kept.max(axis=0) if len(kept) else np.zeros(s.errors.shape[1])

        return rule

    rules = [
        ("Yours is the mean error", lambda s, _: np.abs(s.errors).mean(axis=0)),
        ("Yours is the root of the mean square",
         lambda s, _: np.sqrt((s.errors**2).mean(axis=0))),
        ("Yours is the mean square", lambda s, _: (s.errors**2).mean(axis=0)),
        ("Yours is the median error", lambda s, _: np.median(np.abs(s.errors), axis=0)),
        ("Yours is the smallest error", lambda s, _: np.abs(s.errors).min(axis=0)),
        ("Yours has a sign: p - f may be far below 0",
         lambda s, _: s.errors.max(axis=0)),
        ("Yours has a sign: f - p may be far below 0",
         lambda s, _: (-s.errors).max(axis=0)),
        ("It counts as it is, not a share of the function's size",
         lambda s, _: np.abs(s.errors).max(axis=0) / np.abs(s.values).max()),
        ("It counts as it is, not a share of the function's size at each x",
         lambda s, _: (np.abs(s.errors) / (1 + np.abs(s.values[:, None]))).max(axis=0)),
        ("Yours is squared", lambda s, _: (s.errors**2).max(axis=0)),
        ("Yours is half of it: twice the tolerance is allowed",
         lambda s, _: np.abs(s.errors).max(axis=0) / 2),
        ("Yours is twice as large: the tolerance is not to be halved",
         lambda s, _: 2 * np.abs(s.errors).max(axis=0)),
        ("Yours is a sum of errors: it grows with the grid",
         lambda s, _: np.abs(s.errors).sum(axis=0)),
        ("Yours is the right half only", largest(lambda x: x >= 0)),
        ("Yours is the left half only", largest(lambda x: x <= 0)),
        ("Yours is measured on [-1, 1]", largest(lambda x: np.abs(x) <= 1)),
        ("Yours leaves out the ends",
         largest(lambda x: np.abs(x) <= 0.9 * np.abs(x).max())),
        ("Yours is measured at the ends and in the middle",
         lambda s, _: np.abs(s.errors[[0, len(s.t) // 2, -1]]).max(axis=0)),
        ("Yours leaves out the largest ones, a quantile",
         lambda s, _: np.quantile(np.abs(s.errors), 0.99, axis=0)),
        ("Yours is measured at whole numbers",
         largest(lambda x: np.abs(x - np.rint(x)) < np.abs(x).max() / 4001)),
    ]  # fmt: skip
    for points in (11, 21, 51, 101):
        step = 4000 // (points - 1)
        rules.append((
            f"Yours is measured on a coarse grid, of about {points} points, and does "
            "not see what lies between them",
            lambda s, _, step=step: np.abs(s.errors[::step]).max(axis=0),
        ))  # fmt: skip
    return rules


def check_cheapest_degree(
    answer: Callable[..., object], *, highest: int = 31, seed: int | None = None
) -> None:
    """Check the lowest degree whose largest error on the interval is small enough.

    Eight functions of the chapter; functions with a kink anywhere, or steep at an end,
    where a coarse grid sees too little; one whose error rises for several degrees
    before it vanishes; and those that need the highest degree, or one more.

    Args:
        answer: The student's function.
        highest: The highest degree allowed, from 15 to 31.
        seed: Of the functions that are drawn.
    """
    with drawn_inputs(seed) as rng:
        tasks = [*FIXED, *seen_by_fine_grids_only(rng, highest),
                 that_gets_worse_first(rng, highest)]  # fmt: skip
        found = [(task, _asked(answer, task, highest)) for task in tasks]
        _require_lowest(found, highest)
        _require_refusal(answer, highest)
        _last_degree(answer, highest)


def _require_refusal(answer: Callable[..., object], highest: int) -> None:
    """Require ValueError where no degree is high enough."""
    try:
        hopeless = answer(relu, 10.0, 1e-4)
    except ValueError:
        return
    except (Mistake, NotImplementedError):
        raise
    except Exception as error:
        hopeless = f"{type(error).__name__}"
    raise Mistake(
        f"no degree up to {highest} brings relu on [-10, 10] within 0.0001: raise "
        f"ValueError; got {hopeless}."
    )


def _asked(answer: Callable[..., object], task: Task, highest: int) -> int | None:
    """Return the degree that an answer gives; None for ValueError."""
    try:
        got: Any = answer(task.f, task.bound, task.tolerance)
    except ValueError:
        return None
    require(
        isinstance(got, int | np.integer) and not isinstance(got, bool),
        f"{task}: return a degree, an integer; got {type(got).__name__}.",
    )
    require(
        1 <= got <= highest,
        f"{task}: the degree must be from 1 to {highest}, got {got}.",
    )
    return int(got)


def _require_lowest(found: list[tuple[Task, int | None]], highest: int) -> None:
    """Require each degree, and name the rule that gives all of those that came."""
    wrong: tuple[Task, int | None, int, float] | None = None
    rules = dict(_rules())
    for task, got in found:
        there = sums(task, FINE[-1], highest)
        errors = np.abs(there.errors).max(axis=0)
        want = _lowest(errors, task.tolerance)
        assert want is not None
        rules = {
            message: rule
            for message, rule in rules.items()
            if _lowest(rule(there, task.bound), task.tolerance) == got
        }
        if got != want and wrong is None:
            wrong = task, got, want, float(errors[(got or want) - 1])
    if wrong is None:
        return
    task, got, want, error = wrong
    why = "".join(f" {message}." for message in list(rules)[:2])
    if got is None:
        raise Mistake(
            f"{task}: ValueError comes, and degree {want} will do. The error may rise, "
            f"or stay, before it falls: try every degree up to {highest}.{why}"
        )
    if got < want:
        raise Mistake(
            f"{task}: degree {got} has an error of {error:.3f} somewhere. {_LARGEST}, "
            f"so measure on a fine grid.{why}"
        )
    raise Mistake(
        f"{task}: degree {got} is good enough, but a lower one is too. The error "
        f"may rise before it falls: try the degrees one by one, from 1.{why}"
    )


def _wave(degree: int) -> Function:
    """Return T_degree on [-2, 2], which no lower degree comes near."""
    return lambda x: np.cos(degree * np.arccos(np.clip(np.asarray(x) / 2, -1, 1)))


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

"""What the check of the cheapest degree asks: functions, intervals, tolerances.

Errors are those of the Chebyshev sums themselves, on grids of the check's own
(chapter 10).
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev as cheb

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


def lowest(errors: np.ndarray, tolerance: float) -> int | None:
    """Return the lowest degree whose error is small enough; None if there is none."""
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
                want = lowest(above, tolerance)
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

"""Check of chapter 10: the cheapest degree."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.polynomial_activations.degree_mistakes import degree_rules
from ppdl_course.checks.polynomial_activations.degree_tasks import (
    FINE,
    FIXED,
    Function,
    Task,
    lowest,
    seen_by_fine_grids_only,
    sums,
    that_gets_worse_first,
)
from ppdl_course.checks.verdict import Mistake, require
from ppdl_course.he.polynomials.approximation import relu

_LARGEST = "The largest error counts, over the whole interval"


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
    rules = dict(degree_rules())
    for task, got in found:
        there = sums(task, FINE[-1], highest)
        errors = np.abs(there.errors).max(axis=0)
        want = lowest(errors, task.tolerance)
        assert want is not None
        rules = {
            message: rule
            for message, rule in rules.items()
            if lowest(rule(there, task.bound), task.tolerance) == got
        }
        if got != want and wrong is None:
            wrong = task, got, want, float(errors[(got or want) - 1])
    if wrong is None:
        return
    task, got, want, error = wrong
    why = " Or:".join(f" {message}." for message in list(rules)[:3])
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

"""Check of chapter 1: gradients by central differences.

What is expected comes from a closed form, never from a solution, and the usual mistakes
are told apart by what they would return.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
)

SEED = 20190805


@drawn_anew
def check_numerical_gradient(
    numerical_gradient: Callable[..., object],
    *,
    m: int = 4,
    h: float = 0.1,
    seed: int = SEED,
) -> None:
    """Check the quotient on a cubic, where each kind has an exact value of its own.

    For w^3 the central quotient is 3 w^2 + h^2, the forward one 3 w^2 + 3 w h + h^2: at
    a step of 0.1 no rounding can blur them. Products of neighbours tell if an entry
    that was moved is still away from its place when the next one moves.
    """
    if seed == SEED:
        w, c = np.array([1.0, -2.0, 0.5, 3.0]), np.array([1.0, 2.0, -1.0, 0.5])
    else:
        rng = np.random.default_rng(seed)
        w = rng.uniform(0.5, 3, m) * rng.choice([-1, 1], m)
        c = rng.uniform(0.5, 2, m) * np.resize([1, -1], m)  # it rises and falls

    def cubic(v: np.ndarray) -> float:
        v = np.asarray(v)
        return float(c @ v**3 + v[:-1] @ v[1:])

    argument = w.copy()
    result = numerical_gradient(cubic, argument, h)
    require(
        bool(np.abs(argument - w).max() < 1e-12),  # adding and taking h away may round
        "w is not what it was: restore each entry before you move the next.",
    )
    g = require_array(result, shape=w.shape, what="the gradient")
    beside = np.append(0, w[:-1]) + np.append(w[1:], 0)

    def quotient(step: np.ndarray | float) -> np.ndarray:
        """Return what central differences give for the cubic, exactly."""
        return c * (3 * w**2 + step**2) + beside

    central = quotient(h)
    mistakes = _quotient_mistakes(cubic, w, h, central, c * 3 * w * h)
    mistakes += [
        ("use the step h that is handed in, and two points of it: yours is the exact "
         "gradient, or that of a much smaller step.", quotient(0)),
        ("step to w + h and w - h: yours goes half as far.", quotient(h / 2)),
        ("step to w + h and w - h: yours goes twice as far.", quotient(2 * h)),
        ("the two points lie 2 h apart: yours go half as far, and you divide by 2 h.",
         quotient(h / 2) / 2),
        ("the two points lie 2 h apart: yours go twice as far, and you divide by 2 h.",
         quotient(2 * h) * 2),
        ("the step is h for each entry, whatever its size: yours is a multiple of the "
         "entry.", quotient(h * w)),
        ("the step is h for each entry, whatever its size: yours is a multiple of the "
         "entry, and you divide by 2 h.", quotient(h * w) * w),
        ("the step is h for each entry, whatever its size: yours grows with the entry.",
         quotient(h * np.maximum(np.abs(w), 1))),
        ("the step is h for each entry, whatever its size: yours grows with the entry.",
         quotient(h * (1 + np.abs(w)))),
        *(
            ("restore each entry before you move the next one.",
             central + away * h * (np.arange(len(w)) > 0))
            for away in (-1, 1, -2)
        ),
    ]  # fmt: skip
    require_close(g, central, what="the gradient", mistakes=mistakes, rtol=1e-6)


def _quotient_mistakes(
    loss: Callable[[np.ndarray], float],
    w: np.ndarray,
    h: float,
    central: np.ndarray,
    tilt: np.ndarray,
) -> list[tuple[str, np.ndarray]]:
    """Return what other quotients give; ``tilt`` is forward minus central."""
    steps = h * np.eye(len(w))
    up, down = (np.array([loss(w + s * e) for e in steps]) for s in (1, -1))
    here = loss(w)
    divide = "divide the difference by 2 h: "
    return [
        ("that is the forward difference: step to both sides.", central + tilt),
        ("that is the backward difference: step to both sides.", central - tilt),
        ("the two points lie 2 h apart, and you divide by h.", 2 * central),
        (f"{divide}x / 2 * h is h / 2 times x.", central * h**2),
        (f"{divide}yours is not divided.", up - down),
        (f"{divide}yours is divided by 2.", (up - down) / 2),
        (f"{divide}you multiply by 2 h.", (up - down) * 2 * h),
        (f"{divide}you divide by 4 h.", central / 2),
        (f"{divide}you divide by h squared.", (up - down) / h**2),
        (f"{divide}you divide by 2 h squared.", central / h),
        ("the sign is turned: the loss at w + h comes first.", -central),
        ("the sign of the slope is lost: where the loss falls it is below 0.",
         np.abs(central)),
        ("the sign is turned, and that is a one-sided difference: step to both sides.",
         -central - tilt),
        ("the difference of the two losses counts, not their sum.",
         (up + down) / (2 * h)),
        ("that is the second difference, how the slope changes.",
         (up - 2 * here + down) / h**2),
        ("that is one side's difference over 2 h: step to both sides.",
         (up - here) / (2 * h)),
        ("that is one side's difference over 2 h: step to both sides.",
         (here - down) / (2 * h)),
        ("that is the loss at the two points' middle; take their difference.",
         (up + down) / 2),
        ("move one entry at a time; yours moves all together.",
         np.full(len(w), (loss(w + h) - loss(w - h)) / (2 * h))),
        ("0 everywhere: your two points are one. A second name for an array is no "
         "copy of it.", np.zeros(len(w))),
        ("the last entry is never moved.", np.append(central[:-1], 0)),
        ("the first entry is never moved.", np.append(0, central[1:])),
        ("return the gradient as it is: yours is scaled to length 1.",
         central / np.linalg.norm(central)),
        ("return the gradient: yours is w after a step.", w - h * central),
        ("each entry has a quotient of its own: do not add them up.",
         np.full(len(w), central.sum())),
        ("each entry has a quotient of its own: do not add them up, and put each entry "
         "back before you move the next one.", np.cumsum(central)),
    ]  # fmt: skip

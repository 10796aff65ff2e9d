"""Check of chapter 8 on the threshold: when protection is worth what it costs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.verdict import lent, require, require_none

OTHER_COSTS = tuple(range(1, 10))
"""Costs that another variant of the exercise may have."""


def check_switch_on(
    switch_on: Callable[..., Any], *, cost: int, seed: int | None = None
) -> None:
    """Check the threshold rule, at and beside the threshold, for all sizes of losses.

    Numbers are such that products and quotients of them are exact in floats. A mistake
    is named only if it fits all calls.
    """
    calls = []
    with drawn_inputs(seed) as rng:
        for scale in (16, 32, 64, *(2.0 ** rng.integers(4, 9, 3))):
            for attack in (1.0, 0.5, 0.25):
                beliefs = rng.integers(0, 65, 12) / 64
                edge = cost / (attack * scale)
                if edge <= 1:
                    beliefs[:3] = edge, edge - 2.0**-12, min(1, edge + 2.0**-12)
                beliefs[3:5] = 0, 1
                calls.append((rng.permutation(beliefs), attack, float(scale)))
        calls += [(np.array([p]), 1.0, 2.0 * cost) for p in (0.25, 0.5, 0.75)]
        calls.append((np.array([0.25, 1.0]), 0.25, 2.0 * cost))  # never worth it
        # in eighths around the threshold: who rounds, or adds a little, is seen
        around = (cost + np.arange(-8, 17) / 8) / 16
        calls += [(rng.permutation(around), 0.5, 32.0), (around, 1.0, 16.0)]
        got = [_flags(switch_on(*lent(*call)), call[0].shape) for call in calls]
        _one_rule(np.concatenate(got), calls, cost)


def _one_rule(
    got: np.ndarray, calls: list[tuple[np.ndarray, float, float]], cost: int
) -> None:
    beliefs = np.concatenate([call[0] for call in calls])
    sizes = [len(call[0]) for call in calls]
    attack, loss = (np.repeat([call[k] for call in calls], sizes) for k in (1, 2))
    saved = beliefs * attack * loss
    right = saved > cost
    if np.array_equal(got, right):
        return

    def for_all(one: Callable[[np.ndarray], Any]) -> np.ndarray:
        """Return one answer for all beliefs of a call."""
        ends = np.cumsum(sizes)[:-1]
        return np.repeat([bool(one(part)) for part in np.split(saved, ends)], sizes)

    mistakes = {
        "at the very threshold protection costs what it saves: it stays off there.": (
            saved >= cost
        ),
        "on and off are exchanged: it is on where it saves more than it costs.": ~right,
        "on and off are exchanged, and at the threshold it is off, too.": saved < cost,
        "the attack rate is missing: a malicious user does not attack in every "
        "round.": beliefs * loss > cost,
        "the belief is missing: it may be an honest user.": attack * loss > cost,
        "the loss is missing: what does an attack cost?": beliefs * attack > cost,
        "the threshold is a belief of one half, whatever things cost.": beliefs > 0.5,
        "the threshold is a belief of one half, whatever things cost: one half is in "
        "it.": beliefs >= 0.5,
        "protection is on as soon as there is any doubt, whatever it costs.": (
            beliefs > 0
        ),
        "protection is always on.": beliefs >= 0,
        "protection is never on.": beliefs < 0,
        "the threshold is attack c / L: if attacks are rarer, must the belief be "
        "larger, or smaller?": beliefs > attack * cost / loss,
        "the cost is taken off the loss as well: it is compared once.": (
            beliefs * attack * (loss - cost) > cost
        ),
        "the expected loss is rounded before it is compared.": (np.round(saved) > cost),
        "the expected loss is rounded down before it is compared.": (
            np.floor(saved) > cost
        ),
        "the belief is taken for that of an honest user.": (
            (1 - beliefs) * attack * loss > cost
        ),
        "one answer stands for all beliefs: each has its own.": (
            for_all(lambda part: part.max() > cost)
        ),
        "one answer stands for all beliefs, that for the first one.": (
            for_all(lambda part: part[0] > cost)
        ),
        "one answer stands for all beliefs, that for the last one.": (
            for_all(lambda part: part[-1] > cost)
        ),
        "one answer stands for all beliefs, that for their mean.": (
            for_all(lambda part: part.mean() > cost)
        ),
        **{
            f"the cost is taken to be {other}, and here it is {cost}: is that another "
            "variant's number?": saved > other
            for other in OTHER_COSTS
            if other != cost
        },
    }
    require_none(
        message for message, wrong in mistakes.items() if np.array_equal(got, wrong)
    )
    k = int(np.flatnonzero(got != right)[0])
    require(
        False,
        f"for a belief of {beliefs[k]:.4g}, attack rate {attack[k]:g}, loss "
        f"{loss[k]:g} and cost {cost}, protection is {'on' if got[k] else 'off'}: it "
        "is on exactly where it saves more than it costs.",
    )


def _flags(value: Any, shape: tuple[int, ...]) -> np.ndarray:
    array = np.asarray(value) if value is not None else None
    require(array is not None, "switch_on(...) is None: does every path return?")
    assert array is not None
    require(
        array.shape == shape,
        f"switch_on(...) must have shape {shape}, got {array.shape}: a truth value for "
        "each belief.",
    )
    truths = array.dtype == bool or bool(np.all(np.isin(array, [0, 1])))
    require(
        truths,
        "switch_on(...) must be True or False for each belief, got "
        f"{array.ravel().tolist()[0]!r}.",
    )
    return array.astype(bool)

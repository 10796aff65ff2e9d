"""Check of chapter 1: the gradients behind a PReLU.

What is expected comes from a slow obvious loop, never from a solution, and the usual
mistakes are told apart by what they would return.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.feedforward_backprop.backward import SEED, pair_of
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)


@drawn_anew
def check_prelu_backward(
    prelu_backward: Callable[..., object],
    *,
    units: int = 3,
    n: int = 6,
    seed: int = SEED,
) -> None:
    """Check dL/dz, and the slopes' gradient, which sums over the batch.

    With another seed than the default some slopes are below 0 and some above 1.
    """
    rng = np.random.default_rng(seed)
    z, upstream = rng.normal(size=(n, units)), rng.normal(size=(n, units))
    slope = np.linspace(0.1, 0.4, units)
    if seed != SEED:
        z[0] = -np.abs(z[0])  # so that each slope matters
        slope = rng.permutation(np.linspace(-0.5, 1.7, units + 1)[1:])
    by_z, by_slope = np.empty((n, units)), np.zeros(units)
    for e in range(n):
        for j in range(units):
            by_z[e, j] = upstream[e, j] * (1 if z[e, j] > 0 else slope[j])
            by_slope[j] += upstream[e, j] * min(0, z[e, j])
    arguments = z.copy(), slope.copy(), upstream.copy()
    dz, dslope = pair_of(prelu_backward(*arguments), "dz, dslope")
    require(
        (np.shape(dz), np.shape(dslope)) != (slope.shape, z.shape),
        "the two are in the wrong order: return (dz, dslope).",
    )
    require(
        np.shape(dslope) != (n, units),
        "dslope has a row for each example: one slope serves them all, so their "
        "gradients are summed.",
    )
    require(
        np.shape(dslope) != () or units == 1,
        "dslope is one number: here each unit has a slope of its own.",
    )
    require(
        np.shape(dslope) != (n,) or n == units,
        "dslope has an entry for each example: sum over the batch (axis 0), so that "
        "one is left for each unit.",
    )
    dz = require_array(dz, shape=z.shape, what="dz")
    dslope = require_array(dslope, shape=slope.shape, what="dslope")
    require_close(dz, by_z, what="dz", mistakes=_dz_mistakes(z, slope, upstream))
    mistakes = _dslope_mistakes(z, slope, upstream, by_slope)
    require_close(dslope, by_slope, what="dslope", mistakes=mistakes)
    names = ("z", "slope", "upstream")
    for name, before, after in zip(names, (z, slope, upstream), arguments, strict=True):
        require_kept(before, after, name)


def _dz_mistakes(
    z: np.ndarray, slope: np.ndarray, upstream: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    own = "dz: each unit has a slope of its own."
    larger = (
        "dz: whether z is above 0 decides, not whether z is above slope * z: a slope "
        "may be above 1 or below 0."
    )
    value = "dz: that is the PReLU's value, not its derivative."
    right = upstream * np.where(z > 0, 1, slope)
    return [
        ("dz: below 0 the derivative is the slope; 0 is ReLU's.", upstream * (z > 0)),
        ("dz: multiply the derivative by upstream (the chain rule).",
         np.where(z > 0, 1, slope)),
        ("dz: the slope acts below 0, not above.",
         upstream * np.where(z > 0, slope, 1)),
        ("dz: above 0 the derivative is 1, not the slope.", upstream * slope),
        ("dz: above 0 the derivative is 1, not 0.",
         upstream * np.where(z > 0, 0, slope)),
        ("dz: above 0 the derivative is 1; yours is upstream everywhere.", upstream),
        (value, np.where(z > 0, z, slope * z)),
        (value, upstream * np.where(z > 0, z, slope * z)),
        ("dz: the sign of z decides, not that of upstream.",
         upstream * np.where(upstream > 0, 1, slope)),
        ("dz: the sign of z decides, not that of the output: below 0 a negative slope "
         "turns it.", upstream * np.where(np.where(z > 0, z, slope * z) > 0, 1, slope)),
        (own, upstream * np.where(z > 0, 1, slope[0])),
        (own, upstream * np.where(z > 0, 1, slope[-1])),
        (own, upstream * np.where(z > 0, 1, slope.mean())),
        *(("dz: use the slopes that are given.", upstream * np.where(z > 0, 1, fixed))
          for fixed in (0.01, 0.1, 0.2, 0.25, 0.3)),
        ("dz: below 0 the derivative is the slope, not minus the slope.",
         upstream * np.where(z > 0, 1, -slope)),
        (larger, upstream * np.where(z > slope * z, 1, slope)),
        (larger, upstream * np.maximum(np.where(z > 0, 1, slope), slope)),
        ("dz: a slope may be below 0 or above 1: do not cut it off.",
         upstream * np.where(z > 0, 1, np.clip(slope, 0, 1))),
        ("dz: a slope may be below 0: keep its sign.",
         upstream * np.where(z > 0, 1, np.abs(slope))),
        ("dz: a slope may be below 0: do not cut it off.",
         upstream * np.where(z > 0, 1, np.maximum(slope, 0))),
        ("dz: a slope may be above 1: do not cut it off.",
         upstream * np.where(z > 0, 1, np.minimum(slope, 1))),
        ("dz: the 1/n is in upstream already.", right / len(z)),
        ("dz: the derivative multiplies upstream; it is not added.",
         upstream + np.where(z > 0, 1, slope)),
        ("dz: the border is at z = 0, not at 1.", upstream * np.where(z > 1, 1, slope)),
    ]  # fmt: skip


def _dslope_mistakes(
    z: np.ndarray, slope: np.ndarray, upstream: np.ndarray, by_slope: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    below = np.minimum(z, 0)
    n = len(z)
    summed = "dslope is a sum over the batch: yours is what one example gives."
    chained = (
        "dslope: the derivative by the slope is min(0, z); the slope is not in it."
    )
    return [
        ("dslope is a sum over the batch, not a mean: upstream has the 1/n.",
         by_slope / n),
        ("dslope: multiply by upstream (the chain rule).", below.sum(axis=0)),
        ("dslope: only where z is below 0 does the slope matter.",
         (upstream * z).sum(axis=0)),
        ("dslope: it is min(0, z) that the slope multiplies.", -by_slope),
        ("dslope: the slope matters below 0, not above.",
         (upstream * np.maximum(z, 0)).sum(axis=0)),
        ("dslope: it is min(0, z) that the slope multiplies, not 1.",
         (upstream * (z < 0)).sum(axis=0)),
        (chained, (upstream * slope * below).sum(axis=0)),
        (chained, (upstream * np.where(z > 0, 1, slope) * z).sum(axis=0)),
        (summed, upstream[-1] * below[-1]),
        (summed, upstream[0] * below[0]),
        ("dslope: each unit has a slope of its own; yours holds one sum for all.",
         np.full(len(slope), by_slope.sum())),
        ("dslope: multiply first and sum then; sums are not multiplied.",
         upstream.sum(axis=0) * below.sum(axis=0)),
        ("dslope: whether z is above 0 decides, not whether z is above slope * z: a "
         "slope may be above 1 or below 0.",
         (upstream * np.where(z > slope * z, 0, z)).sum(axis=0)),
        ("dslope is the gradient itself: do not take it off the slope.",
         slope - by_slope),
    ]  # fmt: skip

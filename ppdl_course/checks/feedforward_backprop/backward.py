"""Checks of chapter 1, backwards: gradients, gradient checking, and what they leak.

Each check computes what it expects from a slow obvious loop or a closed form, never
from a solution, and tells the usual mistakes apart by what they would return.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)

SEED = 20190805


def check_layer_backward(
    layer_backward: Callable[..., object],
    *,
    units: int = 4,
    inputs: int = 3,
    n: int = 5,
) -> None:
    """Check both gradients against a loop over single links and examples."""
    rng = np.random.default_rng(SEED)
    W, a = rng.normal(size=(units, 1 + inputs)), rng.normal(size=(n, inputs))
    delta = rng.normal(size=(n, units))
    by_W, by_a = np.zeros_like(W), np.zeros_like(a)
    for e in range(n):
        for j in range(units):
            by_W[j, 0] += delta[e, j]
            for i in range(inputs):
                by_W[j, 1 + i] += delta[e, j] * a[e, i]
                by_a[e, i] += delta[e, j] * W[j, 1 + i]
    arguments = W.copy(), a.copy(), delta.copy()
    dW, da = _pair(layer_backward(*arguments), "dW, da")
    shapes = np.shape(dW), np.shape(da)
    require(
        W.shape == a.shape or shapes != (a.shape, W.shape),
        "the two are in the wrong order: return (dW, da).",
    )
    transposed = "dW must have the shape of W; yours is its transpose."
    require(
        np.shape(dW) != (units, inputs),
        "dW has no column for the bias node: its value is 1, so its gradient is not 0.",
    )
    require(W.shape == W.T.shape or np.shape(dW) != W.T.shape, transposed)
    require(
        np.shape(da) != (n, 1 + inputs),
        "da has a column too many: the bias node receives no link, so nothing passes "
        "back through W[:, 0].",
    )
    dW = require_array(dW, shape=W.shape, what="dW")
    da = require_array(da, shape=a.shape, what="da")
    mistakes = [
        ("dW is a sum over the examples; the 1/n is in delta already.", by_W / n),
        ("dW: column 0 is that of the bias node.", np.roll(by_W, -1, axis=1)),
        (transposed, by_W.T),
        (
            "dW is a sum over the examples; yours is what the last one gives.",
            np.outer(delta[-1], [1, *a[-1]]),
        ),
    ]
    require_close(dW, by_W, what="dW", mistakes=mistakes)
    total = np.tile(by_a.sum(axis=0), (n, 1))
    mistakes = [
        ("da: leave out column 0, the bias node, not the last.", delta @ W[:, :-1]),
        ("da: each example has a row of its own; do not sum over them.", total),
    ]
    require_close(da, by_a, what="da", mistakes=mistakes)
    for name, before, after in zip(
        ("W", "a", "delta"), (W, a, delta), arguments, strict=True
    ):
        require_kept(before, after, name)


def _pair(result: object, names: str) -> tuple[object, object]:
    require(
        isinstance(result, tuple | list) and len(result) == 2,
        f"return two arrays, {names}; got {type(result).__name__}",
    )
    return result[0], result[1]


def check_prelu_backward(
    prelu_backward: Callable[..., object], *, units: int = 3, n: int = 6
) -> None:
    """Check dL/dz, and the slopes' gradient, which sums over the batch."""
    rng = np.random.default_rng(SEED)
    z, upstream = rng.normal(size=(n, units)), rng.normal(size=(n, units))
    slope = np.linspace(0.1, 0.4, units)
    by_z, by_slope = np.empty((n, units)), np.zeros(units)
    for e in range(n):
        for j in range(units):
            by_z[e, j] = upstream[e, j] * (1 if z[e, j] > 0 else slope[j])
            by_slope[j] += upstream[e, j] * min(0, z[e, j])
    arguments = z.copy(), slope.copy(), upstream.copy()
    dz, dslope = _pair(prelu_backward(*arguments), "dz, dslope")
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
    dz = require_array(dz, shape=z.shape, what="dz")
    dslope = require_array(dslope, shape=slope.shape, what="dslope")
    alone = np.where(z > 0, 1, slope)
    mistakes = [
        ("dz: below 0 the derivative is the slope; 0 is ReLU's.", upstream * (z > 0)),
        ("dz: multiply the derivative by upstream (the chain rule).", alone),
        (
            "dz: the slope acts below 0, not above.",
            upstream * np.where(z > 0, slope, 1),
        ),
    ]
    require_close(dz, by_z, what="dz", mistakes=mistakes)
    all_z, unchained = (upstream * z).sum(axis=0), np.minimum(z, 0).sum(axis=0)
    mistakes = [
        (
            "dslope is a sum over the batch, not a mean: upstream has the 1/n.",
            by_slope / n,
        ),
        ("dslope: multiply by upstream (the chain rule).", unchained),
        ("dslope: only where z is below 0 does the slope matter.", all_z),
        ("dslope: it is min(0, z) that the slope multiplies.", -by_slope),
    ]
    require_close(dslope, by_slope, what="dslope", mistakes=mistakes)
    names = ("z", "slope", "upstream")
    for name, before, after in zip(names, (z, slope, upstream), arguments, strict=True):
        require_kept(before, after, name)


def check_numerical_gradient(numerical_gradient: Callable[..., object]) -> None:
    """Check the quotient on a cubic, where each kind has an exact value of its own.

    For w^3 the central quotient is 3 w^2 + h^2, the forward one 3 w^2 + 3 w h + h^2: at
    a step of 0.1 no rounding can blur them. Products of neighbours tell if an entry
    that was moved is still away from its place when the next one moves.
    """
    w, h = np.array([1.0, -2.0, 0.5, 3.0]), 0.1
    c = np.array([1.0, 2.0, -1.0, 0.5])

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
    # what central differences give for a cubic, exactly: c h^2 is their error
    central = c * (3 * w**2 + h**2) + beside
    drifted = central - h * (np.arange(4) > 0)
    together = np.full(4, (cubic(w + h) - cubic(w - h)) / (2 * h))
    mistakes = [
        (
            "that is the forward difference: step to both sides.",
            central + c * 3 * w * h,
        ),
        (
            "that is the backward difference: step to both sides.",
            central - c * 3 * w * h,
        ),
        ("the two points lie 2 h apart, and you divide by h.", 2 * central),
        ("move one entry at a time; yours moves all together.", together),
        ("use the step h that is handed in.", c * 3 * w**2 + beside),
        ("restore each entry before you move the next one.", drifted),
        (
            "0 everywhere: your two points are one. A second name for an array is no "
            "copy of it.",
            np.zeros(4),
        ),
        ("the last entry is never moved.", np.append(central[:-1], 0)),
    ]
    require_close(g, central, what="the gradient", mistakes=mistakes, rtol=1e-6)


def check_record_from_gradient(
    record_from_gradient: Callable[..., object], *, dead: tuple[int, ...] = (0, 3)
) -> None:
    """Check the record read from dL/dW_1 of one example, where some units are dead.

    All deltas are negative at first, then all positive.
    """
    for sign in (-1, 1):
        _check_record(record_from_gradient, dead, sign)


def _check_record(
    record_from_gradient: Callable[..., object], dead: tuple[int, ...], sign: int
) -> None:
    """Check the record read from one gradient, some of whose units are dead."""
    rng = np.random.default_rng(SEED)
    x, delta = rng.normal(size=6), sign * (0.1 + np.abs(rng.normal(size=5)))
    delta[list(dead)] = 0
    dW = np.outer(delta, [1, *x])
    argument = dW.copy()
    # a division by a dead unit's 0 is a mistake to name below, not a warning to print
    with np.errstate(divide="ignore", invalid="ignore"):
        result = record_from_gradient(argument)
    require(
        np.shape(result) != (7,),
        "the record has an entry too many: column 0 belongs to the bias node.",
    )
    require(
        np.shape(result) != x.shape
        or bool(np.isfinite(np.asarray(result, float)).all()),
        "NaN or infinity: a unit that does not react has gradient 0 in its whole row, "
        "and 0 / 0 tells nothing. Choose a row that does react.",
    )
    record = require_array(result, shape=x.shape, what="the record")
    scaled = (
        "a row is the record times a number: divide by what the bias node's 1 became."
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        by_last = [(scaled, row[1:] / row[-1]) for row in dW if row.any()]
    mistakes = [
        ("that unit did not react: its row is all 0.", np.zeros(6)),
        *[(scaled, row[1:]) for row in dW],
        *by_last,
        ("rows of dead units pull a mean towards 0.", x * (5 - len(dead)) / 5),
        ("the sign is turned: divide by the gradient itself.", -x),
    ]
    require_close(record, x, what="the record", mistakes=mistakes)
    require_kept(dW, argument, "dW")

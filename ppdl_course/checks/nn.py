"""Checks of chapter 1: forward and backward passes, losses, gradient checking, a leak.

Each check computes what it expects from a slow obvious loop, a closed form or scipy,
never from a solution, and tells the usual mistakes apart by what they would return.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np

from ppdl_course.checks.verdict import Mistake, require, require_array

SEED = 20190805


def _compare(
    got: np.ndarray,
    expected: np.ndarray,
    *,
    what: str,
    mistakes: Mapping[str, np.ndarray],
    rtol: float = 1e-5,
) -> None:
    """Require ``got`` to be ``expected``, or name the mistake that gives it instead.

    The tolerance leaves room for float32.
    """
    scale = max(1.0, float(np.abs(expected).max()))
    if np.allclose(got, expected, rtol=rtol, atol=rtol * scale):
        return
    for message, wrong in mistakes.items():
        if np.shape(wrong) == got.shape and np.allclose(
            got, wrong, rtol=1e-4, atol=1e-6
        ):
            raise Mistake(message)
    worst = np.unravel_index(np.argmax(np.abs(got - expected)), got.shape)
    place = f" at {tuple(map(int, worst))}" if worst else ""
    raise Mistake(f"{what} is wrong{place}: got {got[worst]:.6g}.")


def _kept(before: np.ndarray, after: np.ndarray, name: str) -> None:
    require(
        bool(np.array_equal(before, after)),
        f"your function changes {name}, its argument",
    )


def check_layer_forward(
    layer_forward: Callable[..., object], *, units: int = 4, inputs: int = 3, n: int = 5
) -> None:
    """Check z = [1, a] W^T against a loop over single links."""
    rng = np.random.default_rng(SEED)
    W, a = rng.normal(size=(units, 1 + inputs)), rng.normal(size=(n, inputs))
    expected = np.array(
        [
            [
                math.fsum([row[0], *(w * v for w, v in zip(row[1:], one, strict=True))])
                for row in W
            ]
            for one in a
        ]
    )
    given = W.copy(), a.copy()
    z = require_array(layer_forward(*given), shape=(n, units), what="z")
    bias_last = W[:, -1] + a @ W[:, :-1].T
    mistakes = {
        "the bias node is missing: it gives 1 along W[:, 0].": a @ W[:, 1:].T,
        "column 0 of W belongs to the bias node, not the last column.": bias_last,
        "a bias node adds its weight W[:, 0], not the number 1.": a @ W[:, 1:].T + 1,
        "z is the weighted sum; the activation comes after it.": 1
        / (1 + np.exp(-expected)),
        "z is the weighted sum; the activation comes after it. ": np.maximum(
            expected, 0
        ),
    }
    _compare(z, expected, what="z", mistakes=mistakes)
    _kept(W, given[0], "W")
    _kept(a, given[1], "a")


def check_sigmoid(sigmoid: Callable[..., object]) -> None:
    """Check values near 0 and far out, and that no step of it overflows."""
    x = np.array([[-30.0, -3.0, -1.0], [0.0, 0.5, 30.0]])
    expected = np.array([[1 / (1 + math.exp(-v)) for v in row] for row in x])
    y = require_array(_quietly(sigmoid, x), shape=x.shape, what="sigmoid(x)")
    mistakes = {
        "your function falls from 1 to 0; look at the sign in the exponent.": 1
        - expected,
    }
    _compare(y, expected, what="sigmoid(x)", mistakes=mistakes)
    far = np.array([-1000.0, -750.0, 750.0, 1000.0])
    y = require_array(_quietly(sigmoid, far), shape=far.shape, what="sigmoid(±1000)")
    _compare(
        y,
        np.array([0.0, 0.0, 1.0, 1.0]),
        what="sigmoid far out",
        mistakes={},
        rtol=1e-9,
    )


def _quietly(f: Callable[..., object], *arguments: object) -> object:
    """Call an answer with overflow and NaN turned into a mistake."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            return f(*arguments)
    except (FloatingPointError, OverflowError) as error:
        raise Mistake(
            f"a step overflows ({error}). exp of a large positive number is infinite; "
            "np.where computes both of its branches for every entry."
        ) from None


def check_cross_entropy(cross_entropy: Callable[..., object]) -> None:
    """Check the mean in nats, first on small logits, then at 1000."""
    rng = np.random.default_rng(SEED)
    logits, labels = rng.normal(0, 2, (6, 4)), np.array([3, 0, 1, 1, 2, 0])
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    each = -np.log(p[np.arange(6), labels])
    by_column = np.exp(logits) / np.exp(logits).sum(axis=0)
    mistakes = {
        "take the mean over the cases, not the sum.": each.sum(),
        "divide by the number of cases alone, not by that of classes too.": each.mean()
        / 4,
        "the loss is in nats: use the natural logarithm.": each.mean() / np.log(2),
        "probabilities must add up to 1 in each row (one case), not in each column.": (
            -np.log(by_column[np.arange(6), labels]).mean()
        ),
        "a loss is positive: -log of a probability below 1.": -each.mean(),
    }
    mistakes = {message: np.asarray(value) for message, value in mistakes.items()}
    loss = require_array(cross_entropy(logits, labels), shape=(), what="the loss")
    _compare(loss, np.asarray(each.mean()), what="the loss", mistakes=mistakes)
    check_cross_entropy_far_out(cross_entropy)


def check_cross_entropy_far_out(cross_entropy: Callable[..., object]) -> None:
    """Check logits of 1000, where exp overflows and a clipped probability lies."""
    logits = np.array([[1000.0, -1000.0], [1000.0, -1000.0]])
    for labels, expected in (([0, 0], 0.0), ([1, 0], 1000.0), ([1, 1], 2000.0)):
        result = _quietly(cross_entropy, logits, np.array(labels))
        loss = require_array(result, shape=(), what="the loss at logits of 1000")
        require(
            bool(abs(loss - expected) < 1e-6 * max(1, expected)),
            f"logits (1000, -1000) with labels {labels}: the loss must be {expected:g}, "
            f"got {loss:.6g}. Work with the logits; a probability of exp(-2000) "
            "is 0 in float64, and clipping it makes up a number.",
        )


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
    given = W.copy(), a.copy(), delta.copy()
    dW, da = _pair(layer_backward(*given), "dW, da")
    require(
        np.shape(dW) != (units, inputs),
        "dW has no column for the bias node: its value is 1, its gradient is not 0.",
    )
    require(
        units == inputs + 1 or np.shape(dW) != (1 + inputs, units),
        "dW must have the shape of W; yours is its transpose.",
    )
    require(
        np.shape(da) != (n, 1 + inputs),
        "da has a column too many: the bias node receives no link, so nothing is "
        "passed back through W[:, 0].",
    )
    dW = require_array(dW, shape=W.shape, what="dW")
    da = require_array(da, shape=a.shape, what="da")
    mistakes = {
        "dW is the sum over the examples; the mean is in delta already.": by_W / n,
        "dW: the gradient of column 0 is that of the bias node.": np.roll(by_W, -1, 1),
    }
    if units == 1 + inputs:
        mistakes["dW must have the shape of W; yours is its transpose."] = by_W.T
    _compare(dW, by_W, what="dW", mistakes=mistakes)
    mistakes = {
        "da: leave out column 0, the bias node, not the last one.": delta @ W[:, :-1],
        "da is one row for each example: do not sum over them.": np.tile(
            by_a.sum(0), (n, 1)
        ),
    }
    _compare(da, by_a, what="da", mistakes=mistakes)
    for before, after, name in zip(
        (W, a, delta), given, ("W", "a", "delta"), strict=True
    ):
        _kept(before, after, name)


def _pair(result: object, names: str) -> tuple[object, object]:
    require(
        isinstance(result, tuple | list) and len(result) == 2,
        f"return two arrays, {names}; got {type(result).__name__}",
    )
    return result[0], result[1]


def check_prelu_backward(
    prelu_backward: Callable[..., object], *, units: int = 3, n: int = 6
) -> None:
    """Check dL/dz and the slopes' gradient, which sums over the batch."""
    rng = np.random.default_rng(SEED)
    z, upstream = rng.normal(size=(n, units)), rng.normal(size=(n, units))
    slope = np.linspace(0.1, 0.4, units)
    each = np.array(
        [
            [u * min(0.0, v) for u, v in zip(*rows, strict=True)]
            for rows in zip(upstream, z, strict=True)
        ]
    )
    by_z = np.array(
        [
            [u * (1 if v > 0 else a) for u, v, a in zip(*rows, slope, strict=True)]
            for rows in zip(upstream, z, strict=True)
        ]
    )
    given = z.copy(), slope.copy(), upstream.copy()
    dz, dslope = _pair(prelu_backward(*given), "dz, dslope")
    require(
        n == units or np.shape(dslope) != (n, units),
        "dslope has a row for each example: one slope serves them all, so their "
        "gradients are summed.",
    )
    require(
        units == 1 or np.shape(dslope) != (),
        "dslope is one number: here each unit has a slope of its own.",
    )
    dz = require_array(dz, shape=z.shape, what="dz")
    dslope = require_array(dslope, shape=slope.shape, what="dslope")
    mistakes = {
        "dz: below 0 the derivative is the slope, not 0 (that is ReLU).": upstream
        * (z > 0),
        "dz: multiply the derivative by upstream (the chain rule).": np.where(
            z > 0, 1, slope
        ),
        "dz: the slope acts below 0, not above.": upstream * np.where(z > 0, slope, 1),
    }
    _compare(dz, by_z, what="dz", mistakes=mistakes)
    mistakes = {
        "dslope sums over the batch; a mean would divide by its size twice.": each.mean(
            0
        ),
        "dslope: multiply by upstream (the chain rule).": np.minimum(z, 0).sum(0),
        "dslope: only entries with z below 0 depend on the slope.": (upstream * z).sum(
            0
        ),
    }
    _compare(dslope, each.sum(axis=0), what="dslope", mistakes=mistakes)
    for before, after, name in zip(
        (z, slope, upstream), given, ("z", "slope", "upstream"), strict=True
    ):
        _kept(before, after, name)


def check_numerical_gradient(numerical_gradient: Callable[..., object]) -> None:
    """Check order of accuracy on a cubic, where central and forward quotients differ.

    For w^3 the central quotient is 3 w^2 + h^2 exactly, the forward one
    3 w^2 + 3 w h + h^2, so a large step tells them apart.
    """
    w, h = np.array([1.0, -2.0, 0.5, 3.0]), 0.1
    weights = np.array([1.0, 2.0, -1.0, 0.5])

    def cubic(v: np.ndarray) -> float:
        return float(weights @ np.asarray(v) ** 3)

    given = w.copy()
    g = require_array(
        numerical_gradient(cubic, given, h), shape=w.shape, what="the gradient"
    )
    central = weights * (3 * w**2 + h**2)
    forward = weights * (3 * w**2 + 3 * w * h + h**2)
    backward = weights * (3 * w**2 - 3 * w * h + h**2)
    together = np.full(4, (cubic(w + h) - cubic(w - h)) / (2 * h))
    mistakes = {
        "that is the forward difference; its error falls with h, not with h squared.": (
            forward
        ),
        "that is the backward difference; its error falls with h, not h squared.": (
            backward
        ),
        "the two points lie 2 h apart; you divide by h.": 2 * central,
        "move one entry at a time: yours moves all of them together.": together,
        "use the step h that is handed in.": weights * 3 * w**2,
    }
    require(
        bool(np.array_equal(given, w)),
        "w is not what it was: restore each entry before you move the next.",
    )
    _compare(g, central, what="the gradient", mistakes=mistakes, rtol=1e-6)


def check_record_from_gradient(
    record_from_gradient: Callable[..., object], *, dead: tuple[int, ...] = (0, 3)
) -> None:
    """Check the record read from dL/dW_1 of one example, with units that are dead."""
    rng = np.random.default_rng(SEED)
    x, delta = rng.normal(size=6), -np.abs(rng.normal(size=5)) - 0.1
    delta[list(dead)] = 0
    dW = np.outer(delta, [1, *x])
    given = dW.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        result = record_from_gradient(given)
    require(
        np.shape(result) != (7,),
        "the record has an entry too many: column 0 belongs to the bias node.",
    )
    if result is not None and np.shape(result) == x.shape:
        require(
            not np.isnan(np.asarray(result, dtype=float)).any(),
            "NaN: a unit that does not react has gradient 0 in its whole row, and 0 / 0 "
            "tells nothing. Choose a row that does.",
        )
    record = require_array(result, shape=x.shape, what="the record")
    alive = int(np.flatnonzero(delta)[0])
    mistakes = {
        "the row of a unit is the record times a number; divide by that number.": dW[
            alive, 1:
        ],
        "divide by column 0, where the bias node's value 1 stood.": dW[alive, 1:]
        / dW[alive, -1],
        "a mean over rows with gradient 0 shrinks the record.": x * (5 - len(dead)) / 5,
        "nothing was read: that row's unit did not react.": np.zeros(6),
    }
    for row in dW:
        mistakes.setdefault("divide by the gradient of the bias node. ", row[1:])
    _compare(record, x, what="the record", mistakes=mistakes)
    _kept(dW, given, "dW")

"""Check of chapter 1: the gradients of a layer.

What is expected comes from a slow obvious loop, never from a solution, and the usual
mistakes are told apart by what they would return.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)

SEED = 20190805


@drawn_anew
def check_layer_backward(
    layer_backward: Callable[..., object],
    *,
    units: int = 4,
    inputs: int = 3,
    n: int = 5,
    seed: int = SEED,
) -> None:
    """Check both gradients against a loop over single links and examples."""
    rng = np.random.default_rng(seed)
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
    dW, da = pair_of(layer_backward(*arguments), "dW, da")
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
    require(
        np.shape(dW) != (n, units, 1 + inputs),
        "dW has a table for each example: one W serves them all, so sum over them.",
    )
    require(W.shape == W.T.shape or np.shape(dW) != W.T.shape, transposed)
    require(
        np.shape(da) != (n, 1 + inputs),
        "da has a column too many: the bias node receives no link, so nothing passes "
        "back through W[:, 0].",
    )
    dW = require_array(dW, shape=W.shape, what="dW")
    da = require_array(da, shape=a.shape, what="da")
    require_close(
        dW,
        by_W,
        what="dW",
        mistakes=[*_dW_mistakes(W, a, delta, by_W), (transposed, by_W.T)],
    )
    require_close(da, by_a, what="da", mistakes=_da_mistakes(W, a, delta, by_a))
    for name, before, after in zip(
        ("W", "a", "delta"), (W, a, delta), arguments, strict=True
    ):
        require_kept(before, after, name)


def _dW_mistakes(
    W: np.ndarray, a: np.ndarray, delta: np.ndarray, by_W: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    n, links = len(a), by_W[:, 1:]

    def bias(column: np.ndarray | float) -> np.ndarray:
        """Return by_W with another column for the bias node."""
        return np.column_stack([np.broadcast_to(column, len(W)), links])

    sums = "dW is a sum over the examples; the 1/n is in delta already."
    column = "dW: the bias node's value is 1, so column 0 is the sum of delta; "
    delta_in = "dW: multiply by delta (the chain rule)."
    step = "dW is the gradient itself: do not take it off W or add it to W."
    derivative = (
        "delta is dL/dz already: no derivative of the activation comes in here."
    )
    nodes = np.column_stack([np.ones(n), a])
    return [
        (sums, by_W / n),
        ("dW: column 0 is that of the bias node.", np.roll(by_W, -1, axis=1)),
        ("dW is a sum over the examples; yours is what the last one gives.",
         np.outer(delta[-1], nodes[-1])),
        ("dW is a sum over the examples; yours is what the first one gives.",
         np.outer(delta[0], nodes[0])),
        ("dW is a sum over all examples: the last one is left out.",
         delta[:-1].T @ nodes[:-1]),
        ("dW is a sum over all examples: the first one is left out.",
         delta[1:].T @ nodes[1:]),
        (sums, n * by_W),
        ("dW: the sign is turned; the step against the gradient comes later.", -by_W),
        (f"{column}yours is 0, as if the bias node were not there.", bias(0)),
        (f"{column}yours is 1, which is the node's value.", bias(1)),
        (f"{column}yours is n.", bias(n)),
        (f"{column}yours is its mean: the 1/n is in delta already.",
         bias(delta.mean(axis=0))),
        (f"{column}yours is multiplied by the weight, too.",
         bias(delta.sum(axis=0) * W[:, 0])),
        (f"{column}yours is what the last example gives.", bias(delta[-1])),
        (f"{column}yours is what the first example gives.", bias(delta[0])),
        (f"{column}yours is one sum for all units.", bias(delta.sum())),
        (f"{column}yours is W[:, 0] itself.", bias(W[:, 0])),
        (sums, np.column_stack([by_W[:, 0], links / n])),
        (step, W + by_W),
        (step, W - by_W),
        (delta_in, np.tile(nodes.sum(axis=0), (len(W), 1))),
        (delta_in, np.tile(nodes.mean(axis=0), (len(W), 1))),
        ("dW: keep the sign of delta.", np.abs(delta).T @ nodes),
        ("dW: delta is not squared.", (delta**2).T @ nodes),
        (derivative, (delta * (delta > 0)).T @ nodes),
        ("dW: multiply by the layer's inputs a, not by the weights.",
         np.tile(delta.sum(axis=0)[:, None], (1, W.shape[1])) * W),
        ("dW: sum over delta times the input; the sums of both are not multiplied.",
         np.outer(delta.sum(axis=0), nodes.sum(axis=0))),
        ("dW: sum over delta times the input; the means of both are not multiplied.",
         np.outer(delta.sum(axis=0), nodes.mean(axis=0))),
    ]  # fmt: skip


def _da_mistakes(
    W: np.ndarray, a: np.ndarray, delta: np.ndarray, by_a: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    n = len(a)
    rows = "da: each example has a row of its own; do not sum over them."
    derivative = (
        "da ends at the layer's inputs: the derivative of an activation comes after "
        "it, and a itself does not come in."
    )
    own_dW = delta.T @ a
    return [
        ("da: leave out column 0, the bias node, not the last.", delta @ W[:, :-1]),
        (rows, np.tile(by_a.sum(axis=0), (n, 1))),
        (rows, np.tile(by_a.mean(axis=0), (n, 1))),
        ("da: each example has a row of its own; yours repeats the last one's.",
         np.tile(by_a[-1], (n, 1))),
        ("da: each example has a row of its own; yours repeats the first one's.",
         np.tile(by_a[0], (n, 1))),
        ("da: the 1/n is in delta already.", by_a / n),
        ("da: the 1/n is not to be undone.", n * by_a),
        ("da: the sign is turned; the step against the gradient comes later.", -by_a),
        ("da: sum over the units, no mean.", by_a / len(W)),
        (derivative, by_a * a),
        (derivative, by_a * a * (1 - a)),
        (derivative, by_a * (a > 0)),
        (derivative, by_a * (1 - a**2)),
        ("da: multiply by delta (the chain rule).",
         np.tile(W[:, 1:].sum(axis=0), (n, 1))),
        ("da: delta passes back through the weights W, not through dW.",
         delta @ own_dW),
        ("da: nothing passes back through the bias node's weight: leave out column 0.",
         by_a + delta @ W[:, :1]),
        ("da is the gradient itself: do not take it off a or add it to a.", a - by_a),
        ("da is the gradient itself: do not take it off a or add it to a.", a + by_a),
        ("da: the weights go with the inputs in their order.", by_a[:, ::-1]),
        ("da: keep the sign of the weights.", delta @ np.abs(W[:, 1:])),
        ("da: keep the sign of delta.", np.abs(delta) @ W[:, 1:]),
    ]  # fmt: skip


def pair_of(result: object, names: str) -> tuple[object, object]:
    """Return the two parts of a result; ``names`` says which they are."""
    require(
        isinstance(result, tuple | list) and len(result) == 2,
        f"return two arrays, {names}; got {type(result).__name__}",
    )
    return result[0], result[1]

"""Check of chapter 7's pruning: the largest weights stay, and alone learn on."""

from collections.abc import Callable, Iterator

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    Mistake,
    require,
    require_array,
    require_close,
    require_kept,
)

SIZES = (
    ((3, 4), 5, 3),
    ((1, 6), 2, 1),
    ((5, 1), 3, 4),
    ((4, 4), 1, 2),
    ((4, 3), 12, 3),
    ((6, 8), 11, 6),
    ((3, 5), 7, 0),
)
"""Shape, how many weights stay, steps."""

Gradient = Callable[[np.ndarray], np.ndarray]


@drawn_anew
def check_prune_and_retrain(
    prune_and_retrain: Callable[..., object], *, seed: int = 7
) -> None:
    """Check pruned and retrained weights, on losses that couple all of them.

    One weight kept, or all; rows and columns; no step, one, several; the largest weight
    of either sign. Sizes of weights differ by a hundredth at least: none are equal.
    """
    rng = np.random.default_rng(seed)
    for shape, keep, steps in SIZES:
        W, gradient, rate = _problem(shape, rng)
        lent = W.copy()
        got = prune_and_retrain(lent, keep, gradient, rate, steps)
        require_kept(W, lent, "W")
        got = require_array(got, shape=shape, what="the retrained W")
        right = _retrained(W, _largest(W, keep), gradient, rate, steps)
        case = f"with {keep} of {W.size} weights kept and {steps} steps, "
        usual = [(case + m, w) for m, w in _usual(W, keep, gradient, rate, steps)]
        alive = int(np.count_nonzero(got))
        try:
            require_close(got, right, what="the retrained W", mistakes=usual)
        except Mistake as mistake:
            if alive > keep and "\nOr" not in str(mistake) and case not in str(mistake):
                raise Mistake(
                    f"{case}{alive} weights are not 0: pruned ones must stay 0."
                ) from None
            raise
        # a right W to five digits may still hold a weight that is not quite 0
        require(
            alive <= keep, f"{case}{alive} weights are not 0: pruned ones must stay 0."
        )


def _problem(
    shape: tuple[int, int], rng: np.random.Generator
) -> tuple[np.ndarray, Gradient, float]:
    """Return weights, the gradient of a quadratic loss in them, and a rate."""
    sizes = rng.permutation(np.arange(1, np.prod(shape) + 1)) + rng.uniform(-0.4, 0.4)
    W = (sizes * rng.choice([-1, 1], len(sizes)) / len(sizes)).reshape(shape)
    left = np.eye(shape[0]) + 0.3 * rng.normal(size=(shape[0], shape[0]))
    right = np.eye(shape[1]) + 0.3 * rng.normal(size=(shape[1], shape[1]))
    target = rng.normal(size=shape)

    def gradient(weights: np.ndarray) -> np.ndarray:
        weights = np.asarray(weights, float).reshape(shape)
        return left.T @ (left @ weights @ right - target) @ right.T

    return W, gradient, float(rng.uniform(0.05, 0.15))


def _largest(W: np.ndarray, keep: int) -> np.ndarray:
    """Return a mask of the ``keep`` entries of largest size."""
    mask = np.zeros(W.size, bool)
    mask[np.argsort(-np.abs(W), axis=None)[:keep]] = True
    return mask.reshape(W.shape)


def _retrained(
    W: np.ndarray, mask: np.ndarray, gradient: Gradient, rate: float, steps: int
) -> np.ndarray:
    W = W * mask
    for _ in range(steps):
        W = (W - rate * gradient(W)) * mask
    return W


def _usual(
    W: np.ndarray, keep: int, gradient: Gradient, rate: float, steps: int
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what usual mistakes make of the weights."""
    mask = _largest(W, keep)
    order = np.argsort(-np.abs(W), axis=None)

    def with_mask(other: np.ndarray) -> np.ndarray:
        return _retrained(W, other, gradient, rate, steps)

    def first(places: np.ndarray) -> np.ndarray:
        chosen = np.zeros(W.size, bool)
        chosen[places] = True
        return chosen.reshape(W.shape)

    yield "the weights are pruned and not retrained.", W * mask
    for k in {max(1, keep // len(W)), max(1, round(keep / len(W))), keep}:
        rank = np.argsort(np.argsort(-np.abs(W), axis=1), axis=1)
        yield (
            "the weights to keep are counted in each row: count them in all of W.",
            with_mask(rank < k),
        )
    free = W * mask
    late, unpruned, heavy, speed = W.copy(), W.copy(), W * mask, np.zeros(W.shape)
    at_mask = W * mask
    once, up, again = W * mask, W * mask, W * mask
    start, step_at_pruned = gradient(W), gradient(W * mask)
    for _ in range(steps):
        free = free - rate * gradient(free)
        late = late - rate * gradient(late)
        once = (once - rate * start) * mask
        up = (up + rate * gradient(up)) * mask
        unpruned = unpruned - rate * gradient(unpruned) * mask
        speed = 0.9 * speed + gradient(heavy)
        heavy = (heavy - rate * speed) * mask
        at_mask = at_mask - rate * gradient(mask.astype(float)) * mask
        again = again - rate * gradient(again)
        again = again * _largest(again, keep)
    yield "pruned weights grow back: the gradient moves them as well.", free
    yield (
        "pruned weights are set to 0 once more at the end only. In between they took "
        "part: set them to 0 after each step.",
        free * mask,
    )
    yield (
        "pruned weights take part until the end: set them to 0 before the first step.",
        unpruned * mask,
    )
    yield "the steps gain speed: plain ones are asked for, without momentum.", heavy
    yield "the gradient is taken at the mask: take it at the weights.", at_mask
    yield "half the rate is used.", _retrained(W, mask, gradient, rate / 2, steps)
    yield "twice the rate is used.", _retrained(W, mask, gradient, 2 * rate, steps)
    yield "it is retrained first and pruned at the end.", late * _largest(late, keep)
    yield (
        "all weights are trained, and the mask comes at the end: prune first.",
        late * mask,
    )
    yield "the weights are trained and not pruned.", late
    yield "the gradient is taken once, at the old W: take it at the new one.", once
    fixed = (W * mask - steps * rate * step_at_pruned) * mask
    yield "the gradient is taken once: take it at the new W in each step.", fixed
    yield "you climb: the step is minus rate times the gradient.", up
    yield (
        "the weights to keep are chosen anew after each step: choose them once.",
        again,
    )
    yield "the smallest weights are kept.", with_mask(first(order[W.size - keep :]))
    yield (
        "the largest are kept by value: a weight of -2 is larger in size than one of "
        "1.",
        with_mask(first(np.argsort(-W, axis=None)[:keep])),
    )
    yield (
        "the most negative weights are kept: the size decides.",
        with_mask(first(np.argsort(W, axis=None)[:keep])),
    )
    yield (
        "keep is how many weights stay, not how many go.",
        with_mask(first(order[: W.size - keep])),
    )
    yield "one weight too many is kept.", with_mask(first(order[: keep + 1]))
    yield "one weight too few is kept.", with_mask(first(order[: keep - 1]))
    rows, columns = W.shape
    by_row = _largest_each(W, round(keep / rows))
    yield (
        "each row keeps its own share: the largest of the whole of W stay.",
        with_mask(by_row),
    )
    by_column = _largest_each(W.T, round(keep / columns)).T
    yield (
        "each column keeps its own share: the largest of the whole of W stay.",
        with_mask(by_column),
    )
    size = np.abs(gradient(W))
    yield (
        "weights are kept where the gradient is large: the size of the weight decides.",
        with_mask(_largest(size, keep)),
    )
    yield "a step is missing.", _retrained(W, mask, gradient, rate, max(0, steps - 1))
    yield "there is a step too many.", _retrained(W, mask, gradient, rate, steps + 1)
    yield "the rate is missing in the step.", _retrained(W, mask, gradient, 1.0, steps)
    yield "this is the mask.", mask.astype(float)


def _largest_each(W: np.ndarray, share: int) -> np.ndarray:
    mask = np.zeros(W.shape, bool)
    for row in range(len(W)):
        mask[row, np.argsort(-np.abs(W[row]))[:share]] = True
    return mask

"""Check of chapter 7's leak: a layer's weights from what its garbler decodes.

What is expected is the layer that the check itself has drawn.
"""

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

UNIT = 2.0**-12
SIZES = ((3, 2), (5, 5), (1, 3), (6, 1), (12, 8))
"""Inputs and units of the layers."""
FRACTION_BITS = 12
SLACK = 1e-3
"""Weights are recovered to better than that, from words of 10 to 14 fraction bits."""


@drawn_anew
def check_steal_layer(
    steal_layer: Callable[..., object],
    *,
    sizes: tuple[tuple[int, int], ...] = SIZES,
    fraction_bits: int = FRACTION_BITS,
    seed: int = 7,
) -> None:
    """Check weights and biases of layers, seen through ReLU at ordinary inputs.

    Units that are active for few inputs or for nearly all, biases of either sign, a
    weight that is 0, inputs that are far from 0 in the mean. Each unit is active for
    twice as many inputs as it has weights, at least.
    """
    rng = np.random.default_rng(seed)
    for inputs, units in sizes:
        W, b, x, words = _layer(inputs, units, rng, fraction_bits)
        h = words / 2.0**fraction_bits
        lent = x.copy(), words.copy()
        got = steal_layer(*lent)
        require_kept(x, lent[0], "x")
        require_kept(words, lent[1], "h")
        W2, b2 = _pair(got)
        if inputs != units and np.shape(W2) == (inputs, units):
            raise Mistake(
                f"W must have shape {(units, inputs)}, and is transposed: a row for "
                "each unit."
            )
        W2 = require_array(W2, shape=(units, inputs), what="W")
        b2 = require_array(b2, shape=(units,), what="b")
        usual = [*_other_bits(x, h, fraction_bits), *_usual(x, h)]
        for what, found, right, mistakes in (
            ("W", W2, W, [(message, w) for message, w, _ in usual]),
            # W is right by then, so a mistake that spoils it is none of these
            ("b", b2, b, [(m, v) for m, w, v in usual if _near(w, W)]),
        ):
            if not np.abs(found - right).max() < SLACK:
                require_close(found, right, what=what, mistakes=mistakes, rtol=2e-4)
                off = float(np.abs(found - right).max())
                raise Mistake(f"{what} is off by {off:.4f}, {SLACK} is allowed.")


def _other_bits(
    x: np.ndarray, h: np.ndarray, fraction_bits: int
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield the layers that come of other fraction bits, or of none."""
    W, b = _fitted(x, h, h > 0, bias=True)
    words = 2.0**fraction_bits
    yield "h holds words: divide them by 2**DECODED_BITS.", words * W, words * b
    for other in range(1, 25):
        scale = 2.0 ** (fraction_bits - other)
        if other != fraction_bits:
            message = (
                f"h has {fraction_bits} fraction bits here, and you took {other}: is "
                "that another variant's number?"
            )
            yield message, scale * W, scale * b


def _layer(
    inputs: int, units: int, rng: np.random.Generator, fraction_bits: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return W, b, inputs and what is decoded: max(0, W x + b), as int64 words."""
    while True:
        W = rng.uniform(-1.5, 1.5, (units, inputs))
        W[rng.integers(units), rng.integers(inputs)] *= inputs == 1
        b = rng.uniform(-1, 1, units)
        x = np.round(
            rng.normal(rng.uniform(-0.4, 0.4, inputs), 1, (160, inputs)) / UNIT
        )
        x *= UNIT
        words = np.rint(np.maximum(x @ W.T + b, 0) * 2**fraction_bits).astype(np.int64)
        on = (words > 0).sum(axis=0)
        # a unit that is never off would hide the mistake that this is about
        if on.min() >= 4 * (inputs + 1) and on.max() <= 150:
            return W, b, x, words


def _near(found: np.ndarray, right: np.ndarray) -> bool:
    return found.shape == right.shape and np.allclose(found, right, atol=0.01)


def _pair(got: object) -> tuple[object, object]:
    pair = isinstance(got, tuple | list) and len(got) == 2
    require(pair, "steal_layer must return the pair (W, b).")
    W, b = got  # type: ignore[misc]
    require(
        not (np.ndim(W) == 1 and np.ndim(b) == 2),
        "the pair is turned round: (W, b), the weights first.",
    )
    return W, b


def _usual(
    x: np.ndarray, h: np.ndarray
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield what usual mistakes make of inputs and decoded values."""
    yield "all weights are 0.", np.zeros((h.shape[1], x.shape[1])), h.mean(axis=0)
    everywhere = np.ones(h.shape, bool)
    all_on = np.broadcast_to((h > 0).all(axis=1)[:, None], h.shape)
    any_on = np.broadcast_to((h > 0).any(axis=1)[:, None], h.shape)
    first = np.broadcast_to(h[:, :1] > 0, h.shape)
    # a mistake in the choice of inputs comes with a bias or without one
    for bias, end in ((True, ""), (False, " And b is missing in the fit.")):
        for message, rows in (
            (
                "inputs at which a unit is off are used, too. There h is 0 because of "
                "ReLU, and says of W x + b only that it is not above 0.",
                everywhere,
            ),
            (
                "the inputs are chosen once for all units: each unit is off at inputs "
                "of its own.",
                any_on,
            ),
            (
                "the inputs are chosen by the first unit: each unit is off at inputs "
                "of its own.",
                first,
            ),
            ("the inputs at which a unit is off are used, and those alone.", h <= 0),
            ("", h > 0),
        ):
            if message or not bias:
                W, b = _fitted(x, h, rows, bias=bias)
                yield (message + end).strip(), W, b
    W, b = _fitted(x, h, h > 0, bias=True)
    yield "the sign of every weight is turned.", -W, -b
    yield (
        "the column of ones came first, so the first number of each fit is b: cut it "
        "off at that end.",
        np.column_stack([b, W[:, :-1]]),
        W[:, -1],
    )
    yield (
        "the column of ones came last, so the last number of each fit is b: the first "
        "one was taken for it.",
        np.column_stack([W[:, 1:], b]),
        W[:, 0],
    )
    yield (
        "only the inputs at which all units are on are used, and with many units there "
        "are too few of them.",
        *_fitted(x, h, all_on, bias=True),
    )
    yield "b belongs to units that are on, too: it is all 0 here.", W, np.zeros(len(b))
    yield "the rows of W are in reverse order.", W[::-1], b[::-1]
    yield "W is transposed: a row for each unit.", W.T, b
    centred = x - x.mean(axis=0)
    yield (
        "x is centred first: then b is the value at the mean of x, not at 0.",
        *_fitted(centred, h, h > 0, bias=True),
    )
    yield (
        "the weights are rounded too far: W and b are known to three decimals.",
        np.round(W, 1),
        np.round(b, 1),
    )


def _fitted(
    x: np.ndarray, h: np.ndarray, rows: np.ndarray, *, bias: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return least-squares weights of each unit from its chosen rows."""
    design = np.column_stack([x, np.ones(len(x))]) if bias else x
    fits = [
        np.linalg.lstsq(design[chosen], target[chosen], rcond=None)[0]
        for chosen, target in zip(rows.T, h.T, strict=True)
    ]
    both = np.array(fits)
    if bias:
        return both[:, :-1], both[:, -1]
    return both, np.zeros(len(both))

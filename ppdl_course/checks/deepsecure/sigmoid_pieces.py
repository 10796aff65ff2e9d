"""Check of chapter 7's sigmoid, on all 65,536 words.

The four pieces: H. Amin, K. M. Curtis, B. R. Hayes-Gill, "Piecewise Linear
Approximation Applied to Nonlinear Function of a Neural Network", IEE Proceedings 1997.
"""

from collections.abc import Callable, Iterator

import numpy as np

from ppdl_course.checks.deepsecure.words import all_words, circuit_of, output_words
from ppdl_course.checks.verdict import Mistake, require, require_none

WIDTH, UNIT = 16, 2.0**-12
MOST_ANDS, MOST_ERROR = 90, 0.02
"""What the sigmoid of the exercise may cost, and how far off it may be."""


def check_sigmoid(sigmoid: Callable[..., object]) -> None:
    """Check a sigmoid on all 65,536 words: worst error, then the AND gates."""
    circuit = circuit_of(sigmoid, [WIDTH], name="sigmoid")
    x = all_words(WIDTH)
    got = output_words(circuit, x, WIDTH, "sigmoid") * UNIT
    real = 1 / (1 + np.exp(-x * UNIT))
    error = np.abs(got - real)
    if error.max() > MOST_ERROR:
        _sigmoid_is_off(x * UNIT, got, real)
    require(
        circuit.and_gates <= MOST_ANDS,
        f"right to {error.max():.4f}, but with {circuit.and_gates} AND gates; "
        f"{MOST_ANDS} are enough. A shift is free, an adder is not: choose the pieces' "
        "numbers first, then add once. A comparison with a constant that ends in zeros "
        "needs few gates, and so does 1 - y if all bits of y are at hand.",
    )


def _sigmoid_is_off(x: np.ndarray, got: np.ndarray, real: np.ndarray) -> None:
    """Say where a sigmoid is off by more than it may be, and why if that is known."""
    fits = (
        message
        for message, other in _sigmoids(x, real)
        # at the very cut a mistake may take either piece
        if (np.abs(got - other) > MOST_ERROR).sum() <= 8
    )
    require_none(fits)
    bad = np.abs(got - real) > MOST_ERROR
    k = int(np.argmax(np.abs(got - real)))
    sides = (
        "only below 0: the mirror 1 - y is wrong there"
        if not bad[x >= 0].any()
        else "only from 0 on"
        if not bad[x < 0].any()
        else "on both sides of 0"
    )
    far = bad & (np.abs(x) > 5)
    where = "; also where |x| > 5" if far.any() and not far.all() else ""
    raise Mistake(
        f"off by {np.abs(got - real).max():.4f} at x = {x[k]:.4f}: got {got[k]:.4f}. "
        f"At most {MOST_ERROR} is allowed, and {bad.mean():.1%} of all words are off "
        f"by more, from {x[bad].min():.3f} to {x[bad].max():.3f}, {sides}{where}."
    )


def _sigmoids(x: np.ndarray, real: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what usual mistakes make of every word, in real numbers."""
    plan = pieces(np.abs(x))
    yield "this is the sigmoid of -x: the sign wire is 1 where x is below 0.", 1 - real
    yield (
        "below 0 it must be 1 minus the value at |x|: it is the value at |x| itself.",
        np.where(x < 0, 1 - real, real),
    )
    yield (
        "below 0 the value comes with a minus sign: it must be 1 minus the value at "
        "|x|.",
        np.where(x < 0, real - 1, real),
    )
    yield "the sigmoid is 1/2 at 0: that half is missing.", real - 0.5
    yield "this is tanh: the sigmoid runs from 0 to 1.", np.tanh(x)
    yield "this is tanh(x/2), from -1 to 1: halve it and add 1/2.", np.tanh(x / 2)
    yield "this is a step, 0 or 1: near 0 it must rise.", (x >= 0).astype(float)
    yield "this is 1/2 everywhere.", np.full_like(x, 0.5)
    yield "this is ReLU.", np.maximum(x, 0)
    yield (
        "one straight piece, x/4 + 1/2, cut off at 0 and 1: between 1 and 5 it is too "
        "steep.",
        np.clip(x / 4 + 0.5, 0, 1),
    )
    yield (
        "one straight piece, x/4 + 1/2, with no end: at x = 5 it is 1.75.",
        x / 4 + 0.5,
    )
    yield (
        "the last piece has no end: from |x| = 5 on the value is 1.",
        np.where(np.abs(x) < 5, plan, np.abs(x) / 32 + 27 / 32) * np.sign(x + UNIT / 2)
        + (x < 0),
    )
    yield (
        "this is x + 1/2, cut off at 0 and 1: four times too steep.",
        np.clip(x + 0.5, 0, 1),
    )
    yield (
        "the widest piece has the last word: |x|/32 + 27/32 replaces the others. "
        "Choose the piece of the smallest cut last.",
        _mirrored(x, np.where(np.abs(x) < 5, np.abs(x) / 32 + 27 / 32, 1)),
    )
    yield (
        "every piece begins at 1/2: the constants 5/8 and 27/32 are missing.",
        _mirrored(x, _with_bases(np.abs(x), (0.5, 0.5, 0.5))),
    )
    yield (
        "below 0 the bits of x itself are taken: turn them first, for the size of x.",
        _mirrored(x, pieces(np.where(x < 0, x + 8, x))),
    )
    yield (
        "the middle piece is missing: from |x| = 1 to 2.375 it is |x|/8 + 5/8.",
        _mirrored(x, pieces(np.abs(x), cuts=(1, 1, 5))),
    )
    yield (
        "the third piece is missing: from |x| = 2.375 to 5 it is |x|/32 + 27/32.",
        _mirrored(x, pieces(np.abs(x), cuts=(1, 2.375, 2.375))),
    )


def pieces(size: np.ndarray, cuts: tuple[float, ...] = (1, 2.375, 5)) -> np.ndarray:
    """Return Amin, Curtis and Hayes-Gill's four pieces of the sigmoid of |x|."""
    return _with_bases(size, (1 / 2, 5 / 8, 27 / 32), cuts)


def _with_bases(
    size: np.ndarray,
    bases: tuple[float, float, float],
    cuts: tuple[float, ...] = (1, 2.375, 5),
) -> np.ndarray:
    """Return the pieces with these constants, 1 from the last cut on."""
    y = np.ones_like(size)
    lines = zip(cuts, (1 / 4, 1 / 8, 1 / 32), bases, strict=True)
    for cut, slope, base in reversed(list(lines)):
        y = np.where(size < cut, slope * size + base, y)
    return y


def _mirrored(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.where(x < 0, 1 - y, y)

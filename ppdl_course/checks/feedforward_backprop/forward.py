"""Checks of chapter 1, forwards: a layer and its activation.

Each check computes what it expects from a slow obvious loop or a closed form, never
from a solution, and tells the usual mistakes apart by what they would return.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.remote import where_the_answer_runs
from ppdl_course.checks.verdict import (
    Mistake,
    require_array,
    require_close,
    require_kept,
)

SEED = 20190805


@drawn_anew
def check_layer_forward(
    layer_forward: Callable[..., object],
    *,
    units: int = 4,
    inputs: int = 3,
    n: int = 5,
    seed: int = SEED,
) -> None:
    """Check the weighted sums against a loop over single links."""
    rng = np.random.default_rng(seed)
    W, a = rng.normal(size=(units, 1 + inputs)), rng.normal(size=(n, inputs))
    expected = np.empty((n, units))
    for e in range(n):
        for j in range(units):
            links = [W[j, 1 + i] * a[e, i] for i in range(inputs)]
            expected[e, j] = math.fsum([W[j, 0], *links])
    arguments = W.copy(), a.copy()
    z = require_array(layer_forward(*arguments), shape=(n, units), what="z")
    links = a @ W[:, 1:].T
    bias = W[:, 0]
    after = "z is the weighted sum; the activation comes after it."
    summed = "sum over the links of a unit: no mean, and no largest one."
    odds = np.exp(expected - expected.max(axis=1, keepdims=True))
    mistakes = [
        ("the bias node is missing: it gives 1 along W[:, 0].", links),
        (
            "column 0 of W belongs to the bias node, not the last.",
            W[:, -1] + a @ W[:, :-1].T,
        ),
        ("the bias node adds its weight W[:, 0], not the number 1.", links + 1),
        ("the bias node's value is 1: yours takes the first input for it.",
         links + a[:, :1] * bias),
        ("the bias node's value is 1: yours takes the last input for it.",
         links + a[:, -1:] * bias),
        (
            "the bias node has one link to each unit: add its weight once.",
            links + inputs * bias,
        ),
        ("add the bias node's weight once, not twice.", links + 2 * bias),
        ("the bias node's weight is added, not subtracted.", links - bias),
        ("each unit has a bias weight of its own: W[:, 0], not W[0, 0].",
         links + W[0, 0]),
        ("the bias is a summand, not a factor.", links * bias),
        ("the weights of a unit go with the inputs in their order.",
         bias + a @ W[:, :0:-1].T),
        (summed, bias + links / inputs),
        (summed, expected / (1 + inputs)),
        (summed, bias + (a[:, None, :] * W[None, :, 1:]).max(axis=2)),
        ("each case has sums of its own: do not divide by the number of cases.",
         expected / n),
        ("each row of z belongs to a case of its own: yours repeats the first.",
         np.tile(expected[0], (n, 1))),
        ("each row of z belongs to a case of its own: yours repeats the last.",
         np.tile(expected[-1], (n, 1))),
        (after, 1 / (1 + np.exp(-expected))),
        (after, np.maximum(expected, 0)),
        (after, np.tanh(expected)),
        (after, np.where(expected > 0, expected, 0.01 * expected)),
        (after, odds / odds.sum(axis=1, keepdims=True)),
    ]  # fmt: skip
    if units == 1 + inputs:
        turned = W[0] + a @ W[1:]
        mistakes.append(("the units are the rows of W: W[j] holds unit j.", turned))
    require_close(z, expected, what="z", mistakes=mistakes)
    require_kept(W, arguments[0], "W")
    require_kept(a, arguments[1], "a")


def check_sigmoid(sigmoid: Callable[..., object]) -> None:
    """Check values near 0 and far out, and that no step of it overflows."""
    with _overflow_shows():
        _sigmoid_values(sigmoid)


@drawn_anew
def check_sigmoid_anywhere(sigmoid: Callable[..., object], *, seed: int = SEED) -> None:
    """Check numbers drawn at several scales, shapes and types, and arrays of integers.

    The farthest are 1e30: beyond what any floating-point type's exp can take.
    """
    rng = np.random.default_rng(seed)
    with _overflow_shows():
        for scale, shape in (
            (3.0, (7,)),
            (500.0, (2, 3, 4)),
            (1e5, (1, 9)),
            (1e30, (5, 1)),
        ):
            x = rng.normal(0, scale, shape)
            _require_sigmoid(sigmoid, x, f"sigmoid of an array of shape {shape}")
        for kind, most, rtol in ((np.float32, 3e38, 1e-5), (np.float16, 6e4, 2e-3)):
            far = [rng.normal(0, scale, 6) for scale in (3, 200, most / 9)]
            x = np.clip(np.concatenate(far), -most, most).astype(kind)
            what = f"sigmoid of an array of {np.dtype(kind)}"
            _require_sigmoid(sigmoid, x, what, rtol)
        _require_sigmoid(sigmoid, rng.normal(size=1), "sigmoid of an array of one")
        # two large ones: a softmax shares 1 between them, and is no 0 or 1 there
        ends = [-800, 0, 1, 799, 800]
        whole = rng.permutation(np.append(rng.integers(-9, 10, 9), ends))
        _require_sigmoid(sigmoid, whole, "sigmoid of an array of integers")


@where_the_answer_runs
@contextmanager
def _overflow_shows() -> Iterator[None]:
    """Keep an answer from hiding an overflow."""
    with mock.patch.multiple(np, errstate=_NotSilenced, seterr=_not_silenced):
        yield


class _NotSilenced(np.errstate):
    """What an answer gets for np.errstate: it cannot hide an overflow."""

    def __init__(self, **kinds: str) -> None:
        super().__init__(**{**kinds, "over": "raise"})


def _not_silenced(**kinds: str) -> dict[str, str]:
    return _seterr(**{**kinds, "over": "raise"})


_seterr = np.seterr


def _sigmoid_values(sigmoid: Callable[..., object]) -> None:
    x = np.array([[-30.0, -3.0, -1.0], [0.0, 0.5, 30.0]])
    _require_sigmoid(sigmoid, x, "sigmoid(x)")
    far = np.array([-1000.0, -750.0, 750.0, 1000.0])
    _require_sigmoid(sigmoid, far, "sigmoid far out", rtol=1e-14)


def _require_sigmoid(
    sigmoid: Callable[..., object], x: np.ndarray, what: str, rtol: float = 1e-5
) -> None:
    """Check the sigmoid of one array, and that the array is kept."""
    small = [math.exp(-abs(v)) for v in x.ravel()]
    expected = np.reshape(
        [(1 if v >= 0 else s) / (1 + s) for v, s in zip(x.ravel(), small, strict=True)],
        x.shape,
    )
    before, argument = x, x.copy()
    y = require_array(strictly(sigmoid, argument), shape=x.shape, what=what)
    whole = (
        "x holds whole numbers and the result does not: make room for fractions "
        "(zeros_like(x) and empty_like(x) have x's dtype)."
    )
    x = x.astype(float)
    shares = np.exp(x - x.max())
    step = np.asarray(x >= 0, float)
    mistakes = [
        *([(whole, np.trunc(expected))] if argument.dtype.kind == "i" else []),
        ("your function falls from 1 to 0; look at the sign in the exponent.",
         1 - expected),
        ("this is tanh, from -1 to 1; a sigmoid goes from 0 to 1.", np.tanh(x)),
        ("this is tanh(x / 2), from -1 to 1; a sigmoid goes from 0 to 1.",
         np.tanh(x / 2)),
        ("this is the derivative of the sigmoid.", expected * (1 - expected)),
        ("sigmoid(0) is 1/2: 0 is left out of both cases.",
         np.where(x == 0, 0, expected)),
        ("sigmoid(0) is 1/2: 0 is in both cases.", np.where(x == 0, 1, expected)),
        ("sigmoid(-x) is 1 - sigmoid(x): yours takes all x as positive.",
         np.maximum(expected, 1 - expected)),
        ("sigmoid(-x) is 1 - sigmoid(x): yours takes all x as negative.",
         np.minimum(expected, 1 - expected)),
        ("the exponent is x, not 2 x: sigmoid(x) is (1 + tanh(x / 2)) / 2.",
         (1 + np.tanh(x)) / 2),
        ("this jumps from 0 to 1: the sigmoid rises smoothly.", step),
        ("this is softplus, the logarithm of 1 + exp(x).", np.logaddexp(0, x)),
        ("this is the exponential alone: divide by 1 + exp.",
         np.reshape(small, x.shape)),
        ("this is a softmax: each entry is on its own, and they need not sum to 1.",
         shares / shares.sum()),
        ("this is a line cut off at 0 and 1: the sigmoid is curved.",
         np.clip(0.5 + x / 4, 0, 1)),
        ("this is a line cut off at 0 and 1: the sigmoid is curved.",
         np.clip(0.5 + x / 6, 0, 1)),
        ("this uses the arc tangent: it comes near 0 and 1 much more slowly.",
         0.5 + np.arctan(x) / np.pi),
        *(
            (f"x was cut off at {end}: far out the sigmoid is nearer to 0 and 1.",
             1 / (1 + np.exp(-np.clip(x, -end, end))))
            for end in (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30)
        ),
        *(
            (f"the result was cut off at {end:g}: it comes nearer to 0 and 1.",
             np.clip(expected, end, 1 - end))
            for end in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
        ),
    ]  # fmt: skip
    require_close(y, expected, what=what, mistakes=mistakes, rtol=rtol)
    require_kept(before, argument, "x")


def strictly(
    f: Callable[..., object],
    *arguments: object,
    hint: str = "np.where computes both of its branches for every entry.",
) -> object:
    """Call an answer with overflow and NaN turned into a mistake."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            return f(*arguments)
    except (FloatingPointError, OverflowError) as error:
        raise Mistake(
            f"a step overflows ({error}). exp of a large positive number is infinite, "
            f"in any type; {hint}"
        ) from None

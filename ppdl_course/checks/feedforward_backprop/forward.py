"""Checks of chapter 1, forwards: a layer, its activation, the loss.

Each check computes what it expects from a slow obvious loop or a closed form, never
from a solution, and tells the usual mistakes apart by what they would return.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import numpy as np

from ppdl_course.checks.remote import where_the_answer_runs
from ppdl_course.checks.verdict import (
    Mistake,
    require,
    require_array,
    require_close,
    require_kept,
)

SEED = 20190805


def check_layer_forward(
    layer_forward: Callable[..., object], *, units: int = 4, inputs: int = 3, n: int = 5
) -> None:
    """Check the weighted sums against a loop over single links."""
    rng = np.random.default_rng(SEED)
    W, a = rng.normal(size=(units, 1 + inputs)), rng.normal(size=(n, inputs))
    expected = np.empty((n, units))
    for e in range(n):
        for j in range(units):
            links = [W[j, 1 + i] * a[e, i] for i in range(inputs)]
            expected[e, j] = math.fsum([W[j, 0], *links])
    arguments = W.copy(), a.copy()
    z = require_array(layer_forward(*arguments), shape=(n, units), what="z")
    links = a @ W[:, 1:].T
    after = "z is the weighted sum; the activation comes after it."
    mistakes = [
        ("the bias node is missing: it gives 1 along W[:, 0].", links),
        (
            "column 0 of W belongs to the bias node, not the last.",
            W[:, -1] + a @ W[:, :-1].T,
        ),
        ("the bias node adds its weight W[:, 0], not the number 1.", links + 1),
        (
            "the bias node has one link to each unit: add its weight once.",
            links + inputs * W[:, 0],
        ),
        ("the bias is a summand, not a factor.", links * W[:, 0]),
        (after, 1 / (1 + np.exp(-expected))),
        (after, np.maximum(expected, 0)),
    ]
    require_close(z, expected, what="z", mistakes=mistakes)
    require_kept(W, arguments[0], "W")
    require_kept(a, arguments[1], "a")


def check_sigmoid(sigmoid: Callable[..., object]) -> None:
    """Check values near 0 and far out, and that no step of it overflows."""
    with _overflow_shows():
        _sigmoid_values(sigmoid)


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
    expected = np.array([[1 / (1 + math.exp(-v)) for v in row] for row in x])
    y = require_array(_strictly(sigmoid, x), shape=x.shape, what="sigmoid(x)")
    falls = "your function falls from 1 to 0; look at the sign in the exponent."
    mistakes = [
        (falls, 1 - expected),
        ("this is tanh, from -1 to 1; a sigmoid goes from 0 to 1.", np.tanh(x)),
        ("this is the derivative of the sigmoid.", expected * (1 - expected)),
    ]
    require_close(y, expected, what="sigmoid(x)", mistakes=mistakes)
    far = np.array([-1000.0, -750.0, 750.0, 1000.0])
    argument = far.copy()
    y = require_array(
        _strictly(sigmoid, argument), shape=far.shape, what="sigmoid far out"
    )
    require_close(y, (far > 0).astype(float), what="sigmoid far out", rtol=1e-9)
    require_kept(far, argument, "x")


def _strictly(f: Callable[..., object], *arguments: object) -> object:
    """Call an answer with overflow and NaN turned into a mistake."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            return f(*arguments)
    except (FloatingPointError, OverflowError) as error:
        raise Mistake(
            f"a step overflows ({error}). exp of a large positive number is infinite, "
            "and np.where computes both of its branches for every entry."
        ) from None


def check_cross_entropy(
    cross_entropy: Callable[..., object], *, base: float = 2
) -> None:
    """Check the mean, with logarithms to a base, on small logits and at 1000."""
    rng = np.random.default_rng(SEED)
    logits, labels = rng.normal(0, 2, (6, 4)), np.array([3, 0, 1, 1, 2, 0])
    e, rows = np.exp(logits), np.arange(6)
    nats = -np.log((e / e.sum(axis=1, keepdims=True))[rows, labels])
    each = nats / math.log(base)
    by_column = -np.log((e / e.sum(axis=0))[rows, labels]) / math.log(base)
    minus_log = np.log(e.sum(axis=1, keepdims=True)) - logits
    arguments = logits.copy(), labels.copy()
    loss = require_array(cross_entropy(*arguments), shape=(), what="the loss")
    mistakes = [
        ("take the mean over the cases, not the sum.", each.sum()),
        ("divide by the number of cases, not by that of classes too.", each.mean() / 4),
        (f"your loss is in nats: take logarithms to the base {base}.", nats.mean()),
        (
            "probabilities add up to 1 in each row, not in each column.",
            by_column.mean(),
        ),
        ("a loss is positive: minus the log of a probability.", -each.mean()),
        (
            "the log to another base is a quotient: you multiply by the base's log.",
            nats.mean() * math.log(base),
        ),
    ]
    others = [
        (
            "row i goes with label i alone; [:, labels] takes all labels in all rows.",
            minus_log[:, labels],
        ),
        (
            "the label says which probability counts, not which is the largest.",
            minus_log.min(axis=1),
        ),
        (
            "classes count from 0: column y belongs to class y.",
            minus_log[rows, labels - 1],
        ),
    ]
    mistakes += [(told, wrong.mean() / math.log(base)) for told, wrong in others]
    mistakes += [
        (f"your base is {b}, another variant's: here it is {base}.", nats.mean() / ln)
        for b in range(2, 33)
        if (ln := math.log(b)) != math.log(base)
    ]
    require_close(loss, np.asarray(each.mean()), what="the loss", mistakes=mistakes)
    require_kept(logits, arguments[0], "logits")
    check_cross_entropy_far_out(cross_entropy, base=base)


def check_cross_entropy_far_out(
    cross_entropy: Callable[..., object], *, far: float = 1000.0, base: float = 2
) -> None:
    """Check logits where exp overflows, a clipped probability lies, rows differ."""
    logits = np.array([[far, -far], [far, -far]])
    for labels, nats in (([0, 0], 0.0), ([1, 0], far), ([1, 1], 2 * far)):
        expected = nats / math.log(base)
        result = _strictly(cross_entropy, logits.copy(), np.array(labels))
        loss = require_array(result, shape=(), what="the loss at large logits")
        require(
            bool(abs(loss - expected) < 1e-6 * max(1, expected)),
            f"logits ({far:g}, {-far:g}) with labels {labels}: the loss must be "
            f"{expected:g}, got {loss:.6g}. Work with the logits: the probability is 0 "
            "in float64, and clipping it makes up a number.",
        )
    rows = np.array([[far, far], [-far, -far]])
    loss = np.asarray(_strictly(cross_entropy, rows, np.array([0, 1])), np.float64)
    require(
        bool(abs(loss - math.log(2, base)) < 1e-6),
        "each row has equal logits, so the loss is log 2, however far apart the rows "
        f"are; got {loss:.6g}. Each row has a maximum of its own.",
    )

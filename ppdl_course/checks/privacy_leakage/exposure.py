"""Checks of chapter 3: exposure of a secret, and the label in a gradient.

Each check computes what it expects from a slow obvious loop, never from a solution, and
tells the usual mistakes apart by what they would return.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)

SEED = 20180130


def check_exposure(
    exposure: Callable[..., object], *, candidates: int = 100, rank: int = 9
) -> None:
    """Check the exposure of a candidate whose rank is known, and of the best one."""
    rng = np.random.default_rng([SEED, 1])
    losses = np.sort(rng.uniform(3, 30, candidates))
    order = rng.permutation(candidates)
    shuffled = np.empty(candidates)
    shuffled[order] = losses  # order[k] is the place of rank k + 1
    for r in (rank, 1):
        argument, secret = shuffled.copy(), int(order[r - 1])
        with np.errstate(divide="ignore"):
            result = exposure(argument, secret)
        is_float = isinstance(result, float | np.floating)
        require(
            not (is_float and bool(np.isinf(result))),
            "the best candidate's exposure is infinite: ranks start at 1.",
        )
        bits = require_array(result, shape=(), what="the exposure")
        mistakes = _exposure_mistakes(shuffled, secret, r)
        require_close(
            bits,
            np.array(math.log2(candidates) - math.log2(r)),
            what=f"the exposure of a secret of rank {r} among {candidates}",
            mistakes=[(m, np.array(v)) for m, v in mistakes],
        )
        require_kept(shuffled, argument, "losses")


def _exposure_mistakes(
    losses: np.ndarray, secret: int, rank: int
) -> list[tuple[str, float]]:
    """Return what each usual mistake makes of a candidate of that rank."""
    n = len(losses)
    total_bits, bits = math.log2(n), math.log2(n / rank)
    place = 1 + int(np.argsort(losses)[secret])
    coarse = 1 + int((losses.astype(int) < int(losses[secret])).sum())
    size = "|R| is how many candidates are given: not every R is as large."
    return [
        (
            "argsort says which candidate stands at each place; you need the place "
            "of this candidate.",
            total_bits - math.log2(place),
        ),
        (
            "that is to base 10: take logarithms to base 2.",
            math.log10(n) - math.log10(rank),
        ),
        ("ranks start at 1, not at 0.", total_bits - math.log2(rank - 1 or n)),
        (
            "that is in nats: take logarithms to base 2.",
            math.log(n) - math.log(rank),
        ),
        (
            "rank 1 is the lowest loss: yours ranks from the highest.",
            total_bits - math.log2(n + 1 - rank),
        ),
        ("the exposure starts from log2 |R|: a high rank lowers it.", math.log2(rank)),
        ("the exposure starts from log2 |R|.", -math.log2(rank)),
        (
            "that uses the loss itself: only its rank among the candidates counts.",
            total_bits - math.log2(losses[secret]),
        ),
        (
            "the secret does not stand before itself: its rank is 1 + the number of "
            "lower losses.",
            total_bits - math.log2(rank + 1),
        ),
        (
            "secret is the candidate's number, not its rank: that is among the losses.",
            total_bits - math.log2(secret + 1),
        ),
        ("take the logarithm of the rank, too.", total_bits - rank),
        ("that is |R| / rank: take its logarithm.", n / rank),
        ("bits need not be whole: do not round.", float(int(bits))),
        ("bits need not be whole: do not round.", float(round(bits))),
        (
            "compare the losses as they are: rounded ones are equal that are not.",
            total_bits - math.log2(coarse),
        ),
        (size, math.log2(100 / rank)),
        (size, math.log2(10**5 / rank)),
    ]


def check_label_from_gradient(
    label_from_gradient: Callable[..., object], *, classes: int = 5, trials: int = 40
) -> None:
    """Check labels read from dL/dW of the last layer, with hidden units of any sign.

    Every fourth record is one that the model is nearly sure of: there p - y is small.
    """
    rng = np.random.default_rng(SEED)
    labels = rng.integers(classes, size=trials)
    gradients, answers = [], []
    for trial, label in enumerate(labels):
        p = rng.dirichlet(np.ones(classes))
        truth = np.eye(classes)[label]
        if trial % 4 == 3:
            # a nearly certain model: entries that are almost 0 must not hide the label
            p = truth + 1e-5 * (p - truth)
        dW = np.outer(p - truth, [1, *rng.normal(size=6)])
        argument = dW.copy()
        answer = require_array(
            label_from_gradient(argument), shape=(), what="the label"
        )
        require_kept(dW, argument, "dW")
        gradients.append(dW)
        answers.append(answer)
    got = np.array(answers)
    first = int(np.argmax(got != labels))
    rest = f"where column 0 is {gradients[first][:, 0].round(3)} you say {got[first]:g}"
    mistakes = [
        (message, np.array([wrong(dW) for dW in gradients], float))
        for message, wrong in _LABEL_MISTAKES
    ]
    require_close(
        got,
        labels.astype(float),
        what="the label",
        mistakes=[*mistakes, (rest, got)],
    )


_HIDDEN = (
    "a row's weights carry the sign of the hidden units too. The bias node is "
    "always 1: look at column 0 alone."
)
_WEIGHTS = "that is a column of weights: the bias node's is column 0."
_SIZE = "with two classes both rows have one size: go by the sign."
_FLAT = "argmin without an axis counts through the whole matrix: look at column 0."
_SURE = (
    "where the model is nearly sure of the label, p - y is close to 0: go by its sign, "
    "however small."
)
_LABEL_MISTAKES: tuple[tuple[str, Callable[[np.ndarray], int]], ...] = (
    (
        "that is the largest entry: p - y is negative at the label, only there.",
        lambda dW: dW[:, 0].argmax(),
    ),
    (_HIDDEN, lambda dW: dW.sum(axis=1).argmin()),
    (_HIDDEN, lambda dW: dW[:, 1:].sum(axis=1).argmin()),
    (_WEIGHTS, lambda dW: dW[:, 1].argmin()),
    (_WEIGHTS, lambda dW: dW[:, -1].argmin()),
    (_SIZE, lambda dW: np.abs(dW[:, 0]).argmax()),
    (_SIZE, lambda dW: np.linalg.norm(dW, axis=1).argmax()),
    (
        "the smallest entry of all depends on the hidden units: look at column 0.",
        lambda dW: dW.min(axis=1).argmin(),
    ),
    ("labels start at 0.", lambda dW: 1 + dW[:, 0].argmin()),
    (
        "that is the smallest entry in size: the label's is the largest in size, "
        "and the only negative one.",
        lambda dW: np.abs(dW[:, 0]).argmin(),
    ),
    ("that looks along a row: the classes are the rows.", lambda dW: dW[0].argmin()),
    (_FLAT, lambda dW: dW.argmin()),
    (_FLAT, lambda dW: dW.argmin() % len(dW)),
    *(
        (_SURE, lambda dW, bound=bound: (dW[:, 0] < -bound).argmax())
        for bound in (0.5, 0.1, 0.01, 0.001)
    ),
    *(
        (_SURE, lambda dW, digits=digits: dW[:, 0].round(digits).argmin())
        for digits in (1, 2, 3)
    ),
)

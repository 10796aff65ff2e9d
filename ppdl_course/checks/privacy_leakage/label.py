"""Check of chapter 3: the label in a gradient.

What is expected comes from a slow obvious loop, never from a solution, and the usual
mistakes are told apart by what they would return.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    require_array,
    require_close,
    require_kept,
)

SEED = 20180130


@drawn_anew
def check_label_from_gradient(
    label_from_gradient: Callable[..., object],
    *,
    classes: int = 5,
    trials: int = 40,
    seed: int = SEED,
) -> None:
    """Check labels read from dL/dW of the last layer, with hidden units of any sign.

    Every fourth record is one that the model is nearly sure of: there p - y is small,
    down to 1e-12 with another seed than the default.
    """
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=trials)
    gradients, answers = [], []
    for trial, label in enumerate(labels):
        p = rng.dirichlet(np.ones(classes))
        truth = np.eye(classes)[label]
        if trial % 4 == 3:
            # a nearly certain model: entries that are almost 0 must not hide the label
            sure = 1e-5 if seed == SEED else 10 ** rng.uniform(-12, -3)
            error = sure * (p - truth)  # not p - y, where 1e-12 would be rounded
        else:
            error = p - truth
        dW = np.outer(error, [1, *rng.normal(size=6)])
        argument = dW.copy()
        answer = require_array(
            label_from_gradient(argument), shape=(), what="the label"
        )
        require_kept(dW, argument, "dW")
        gradients.append(dW)
        answers.append(answer)
    got = np.array(answers)
    first = int(np.argmax(got != labels))
    column = ", ".join(f"{entry:.2g}" for entry in gradients[first][:, 0])
    rest = f"where column 0 is {column} you say {got[first]:g}"
    mistakes = [
        (message, np.array([wrong(dW) for dW in gradients], float))
        for message, wrong in _LABEL_MISTAKES
    ]
    near = {"rtol": 1e-4, "atol": 1e-4}
    if not any(np.allclose(got, wrong, **near) for _, wrong in mistakes):
        mistakes = [(rest, got)]
    require_close(got, labels.astype(float), what="the label", mistakes=mistakes)


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
        "labels start at 0, at row 0: yours is one too small.",
        lambda dW: dW[:, 0].argmin() - 1,
    ),
    (
        "rows are counted from the first: yours counts from the last.",
        lambda dW: len(dW) - 1 - dW[:, 0].argmin(),
    ),
    (
        "p - y is negative at the label: yours is the first row where it is positive.",
        lambda dW: (dW[:, 0] > 0).argmax(),
    ),
    (
        "that is the entry itself: return the number of its row.",
        lambda dW: dW[:, 0].min(),
    ),
    ("the label may be 0: yours leaves row 0 out.", lambda dW: 1 + dW[1:, 0].argmin()),
    (
        "the label may be the last class: yours leaves the last row out.",
        lambda dW: dW[:-1, 0].argmin(),
    ),
    (_HIDDEN, lambda dW: (dW < 0).sum(axis=1).argmax()),
    (_HIDDEN, lambda dW: (dW[:, 1:] < 0).sum(axis=1).argmax()),
    (_HIDDEN, lambda dW: np.bincount(dW.argmin(axis=0)).argmax()),
    (_HIDDEN, lambda dW: (dW @ dW.T).sum(axis=1).argmin()),
    (_HIDDEN, lambda dW: dW.prod(axis=1).argmin()),
    (_HIDDEN, lambda dW: dW.sum(axis=1).argmax()),
    (_HIDDEN, lambda dW: dW.max(axis=1).argmin()),
    *(
        (
            "there may be more classes than that: look at all rows.",
            lambda dW, most=most: dW[:most, 0].argmin(),
        )
        for most in (2, 3, 4, 5, 10)
    ),
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
    (_SURE, lambda dW: dW[:, 0].astype(np.float16).argmin()),
    *(
        (_SURE, lambda dW, digits=digits: dW[:, 0].round(digits).argmin())
        for digits in (1, 2, 3)
    ),
)

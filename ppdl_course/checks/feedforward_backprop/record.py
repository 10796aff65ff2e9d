"""Check of chapter 1: the record in the gradient of one example.

The gradient is made from the record, and the usual mistakes are told apart by what they
would return.
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
TINY = 1e-9
"""The largest delta of a record that a model nearly knows, in the check."""


def check_record_from_gradient(
    record_from_gradient: Callable[..., object], *, dead: tuple[int, ...] = (0, 3)
) -> None:
    """Check the record read from dL/dW_1 of one example, where some units are dead.

    All deltas are negative at first, then all positive.
    """
    for sign in (-1, 1):
        rng = np.random.default_rng(SEED)
        x, delta = rng.normal(size=6), sign * (0.1 + np.abs(rng.normal(size=5)))
        delta[list(dead)] = 0
        _check_record(record_from_gradient, x, delta)


@drawn_anew
def check_any_record(
    record_from_gradient: Callable[..., object], *, seed: int = SEED
) -> None:
    """Check records of several lengths and sizes, of gradients large and tiny.

    The deltas of a record that the model knows are at most 1e-9. In another case units
    of both signs cancel, so that a sum over them is 0. Some records are 0 but for one
    entry.
    """
    rng = np.random.default_rng(seed)
    for units, inputs, scale in (
        (1, 1, 1.0),
        (7, 1, 30.0),
        (3, 25, 200.0),
        (12, 9, 1.0),
    ):
        x = scale * rng.normal(size=inputs)
        delta = rng.uniform(0.1, 1, units) * rng.choice([-1, 1], units)
        delta[rng.permutation(units)[: units // 3]] = 0
        _check_record(record_from_gradient, x, delta)
        tiny = TINY * delta / np.abs(delta).max()
        _check_record(
            record_from_gradient,
            x,
            tiny,
            f"Here the largest gradient of column 0 is {TINY:g}, as for a record that "
            "the model knows: only 0 itself is no reaction, and nothing may be added "
            "to what you divide by.",
        )
    for k in range(6):  # every other entry is 0, as in a record of yes and no
        x = np.zeros(6)
        x[k] = rng.normal()
        _check_record(record_from_gradient, x, np.array([0, 0.4, 0, -0.7]))
    half = rng.permutation([0.5, -0.5, 0.25, -0.25, 0.0, 0.0])
    _check_record(
        record_from_gradient,
        rng.normal(size=8),
        half,
        "Here the gradients of the bias node add up to 0 over the units: a sum over "
        "rows may cancel, a row alone does not.",
    )


def _check_record(
    record_from_gradient: Callable[..., object],
    x: np.ndarray,
    delta: np.ndarray,
    hint: str = "",
) -> None:
    """Check the record read from one gradient, some of whose units are dead.

    Args:
        record_from_gradient: The student's function.
        x: The record.
        delta: Of each unit.
        hint: What is special about these deltas.
    """
    dW = np.outer(delta, [1, *x])
    argument = dW.copy()
    # a division by a dead unit's 0 is a mistake to name below, not a warning to print
    with np.errstate(divide="ignore", invalid="ignore"):
        result = record_from_gradient(argument)
    units, inputs = len(delta), len(x)
    require(
        np.shape(result) != (inputs + 1,),
        "the record has an entry too many: column 0 belongs to the bias node.",
    )
    alive = int((delta != 0).sum())
    require(
        np.shape(result) not in {(units, inputs), (alive, inputs)} or (inputs,) == (1,),
        "that is a table with a row for each unit: one row is the record.",
    )
    if hint:
        require(result is not None, f"the record is None. {hint}")
        require(
            np.shape(result) == x.shape,
            f"the record has no entry for each input. {hint}",
        )
    require(
        np.shape(result) != x.shape
        or bool(np.isfinite(np.asarray(result, float)).all()),
        "NaN or infinity: "
        + (
            hint
            or "a unit that does not react has gradient 0 in its whole row, and 0 / 0 "
            "tells nothing. Choose a row that does react."
            + " Here column 0 holds no number above 0: its largest one is no reaction, "
            "so compare sizes, without the sign."
            * bool((delta <= 0).all())
        ),
    )
    record = require_array(result, shape=x.shape, what="the record")
    mistakes = _record_mistakes(x, delta, dW)
    if hint:
        mistakes = [(f"the record is wrong. {hint}", record)]
    require_close(record, x, what="the record", mistakes=mistakes)
    require_kept(dW, argument, "dW")


def _record_mistakes(
    x: np.ndarray, delta: np.ndarray, dW: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    """Return what each usual mistake makes of this gradient."""
    alive = float((delta != 0).mean())
    live = [row for row in dW if row.any()]
    scaled = (
        "a row is the record times a number: divide by what the bias node's 1 became."
    )
    inverse = "the quotient is upside down: divide the row by its entry of column 0."
    cut = "a record's entries may be any numbers: do not cut them off."
    with np.errstate(divide="ignore", invalid="ignore"):
        return [
            ("that unit did not react: its row is all 0.", np.zeros(len(x))),
            *[(scaled, row[1:]) for row in dW],
            *[(scaled, row[1:] / row[-1]) for row in live],
            *[
                (scaled, row[1:] / size)
                for row in live
                for size in (
                    *(np.abs(row[1:]).max(), row[1:].sum(), np.abs(row[1:]).sum()),
                    *(row[1:].max(), np.abs(row).max(), np.linalg.norm(row)),
                )
            ],
            *[(scaled, row[1:] / row.sum()) for row in live],
            *[(scaled, row[1:] / row[1:].sum()) for row in live],
            (scaled, x / np.linalg.norm(x)),
            (scaled, -x / np.linalg.norm(x)),
            (scaled, x / np.abs(x).max()),
            *[(scaled, row[1:] / np.linalg.norm(row)) for row in live],
            *[("divide by the entry of column 0; you multiply by it.", row[1:] * row[0])
              for row in live],
            *[(inverse, row[0] / row[1:]) for row in live],
            *[("column 0 is the bias node's: divide by it, not by the last column.",
               row[:-1] / row[-1]) for row in live],
            ("rows are no record before they are divided: a mean of them is not, "
             "either.", dW[:, 1:].mean(axis=0)),
            ("rows are no record before they are divided: a sum of them is not, "
             "either.", dW[:, 1:].sum(axis=0)),
            ("rows of dead units pull a mean towards 0.", x * alive),
            ("take a mean over the live rows, not their sum.", x * alive * len(delta)),
            ("the sign is turned: divide by the gradient itself.", -x),
            ("the signs are lost: a record's entries may be below 0.", np.abs(x)),
            (cut, np.clip(x, 0, 1)),
            (cut, np.clip(x, 0, None)),
            (cut, np.clip(x, -1, 1)),
        ]  # fmt: skip

"""Visible check of chapter 16: a batch in parts that fit, and one noise."""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    Mistake,
    lent,
    on_other_data,
    require,
    require_array,
    require_close,
    require_kept,
)


@on_other_data
@drawn_anew
def check_noisy_sum_in_parts(
    noisy_sum_in_parts: Callable[..., object],
    *,
    sizes: tuple[int, ...] = (0, 3, 4, 5, 8, 11),
    limit: int = 4,
    seed: int = 16,
) -> None:
    """Check batches of these sizes, none of which may be asked for in too large parts.

    The numbers of a batch are no positions: they are drawn out of many, unsorted.
    """
    rng = np.random.default_rng(seed)
    gradients = rng.normal(size=(60, 3)) + 1
    for size in sizes:
        rows, noise = rng.permutation(60)[:size], rng.normal(size=3)
        asked: list[int] = []
        clipped_sum = _counting(gradients, limit, asked)
        their_rows, their_noise = lent(rows, noise)
        raw = noisy_sum_in_parts(clipped_sum, their_rows, their_noise, limit=limit)
        require_kept(rows, their_rows, "rows")
        require_kept(noise, their_noise, "noise")
        got = require_array(raw, shape=(3,), what=f"the result for {size} rows")
        right = gradients[rows].sum(axis=0) + noise
        require_close(
            got,
            right,
            what=f"the result for {size} rows and a limit of {limit}",
            mistakes=_mistakes(gradients[rows], noise, limit),
        )
        require(
            len(set(asked)) == len(asked),
            "a row was asked for twice: each gradient costs time.",
        )


def _counting(
    gradients: np.ndarray, limit: int, asked: list[int]
) -> Callable[[object], np.ndarray]:
    """Return the function that an answer gets; it refuses what does not fit."""

    def clipped_sum(part: object) -> np.ndarray:
        rows = np.asarray(part)
        if not rows.size:
            return np.zeros(gradients.shape[1])
        if rows.ndim != 1 or rows.dtype.kind not in "iu":
            raise Mistake(
                "clipped_sum takes a vector of row numbers, got "
                f"{rows.dtype} of shape {rows.shape}."
            )
        if len(rows) > limit:
            raise Mistake(
                f"out of memory: clipped_sum was asked for {len(rows)} rows at once, "
                f"and {limit} fit."
            )
        asked.extend(rows.tolist())
        return gradients[rows].sum(axis=0)

    return clipped_sum


def _mistakes(
    rows: np.ndarray, noise: np.ndarray, limit: int
) -> list[tuple[str, np.ndarray]]:
    """Return what each usual mistake would give for these gradients."""
    parts = [rows[i : i + limit] for i in range(0, len(rows), limit)]
    total, count = rows.sum(axis=0), len(parts)
    nothing = np.zeros(len(noise))
    whole = rows[: len(rows) // limit * limit].sum(axis=0)
    step = max(1, limit - 1)
    again = [rows[i : i + limit] for i in range(0, len(rows), step)]
    named = [
        (
            "the parts overlap: some records count twice, and move the sum by 2 C.",
            sum((part.sum(axis=0) for part in again), nothing),
            1,
        ),
        ("the noise is missing: without it nothing is private.", total, 0),
        (
            "each part got the noise: added once, to the sum of all parts, it hides a "
            "record; more of it only costs accuracy.",
            total,
            count,
        ),
        (
            "rows beyond the limit were dropped. That is the cap: a record then pushes "
            "out another and moves the sum by 2 C. Sum up all parts.",
            rows[:limit].sum(axis=0),
            1,
        ),
        (
            "only the last rows were summed: that is a cap as well. Sum up all parts.",
            rows[-limit:].sum(axis=0),
            1,
        ),
        ("only the last part was summed: add them up.", _last(parts, nothing), 1),
        (
            "the last part, which is not full, was dropped: its records never count.",
            whole,
            1,
        ),
        (
            "the parts were averaged: the divisor must not depend on who came. Sum "
            "them up.",
            total / max(1, count),
            1,
        ),
        (
            "the sum was divided by the number of rows: who came must stay hidden, and "
            "whoever calls this divides by the expected size.",
            total / max(1, len(rows)),
            1,
        ),
    ]
    mistakes = [(message, value + k * noise) for message, value, k in named]
    for message, value, _ in named[6:]:
        both = f"{message} And the noise is no part's: add it once, at the end."
        mistakes.append((both, value + count * noise))
    for divisor in (max(1, count), max(1, len(rows))):
        mean = (total + noise) / divisor
        mistakes.append(("the noise was divided too: it hides less.", mean))
    if not len(rows):
        empty = "an empty batch gets the noise too: else it shows that nobody came."
        mistakes.insert(0, (empty, nothing))
    return mistakes


def _last(parts: list[np.ndarray], nothing: np.ndarray) -> np.ndarray:
    return parts[-1].sum(axis=0) if parts else nothing

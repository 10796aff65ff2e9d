"""Entities in sentences: how many were predicted, and how sure that number is.

    precision = correct / predicted          F1 = 2 P R / (P + R)
    recall    = correct / actual

A predicted entity is correct if start, end and type are those of an actual one. The
interval comes from the bootstrap over sentences: draw as many sentences with
replacement, score them, repeat (Efron, "Bootstrap Methods", Annals of Statistics 1979).
"""

from collections.abc import Sequence

import numpy as np

from ppdl_course.arguments import within

Entity = tuple[int, int, str]
"""``(start, end, type)``, end excluded."""


def counts(
    actual: Sequence[Sequence[Entity]], predicted: Sequence[Sequence[Entity]]
) -> np.ndarray:
    """Count for each sentence the correct, the actual and the predicted entities.

    Returns:
        int64 array of shape (sentences, 3).

    Raises:
        ValueError: If the numbers of sentences differ.
    """
    if len(actual) != len(predicted):
        raise ValueError(
            "actual and predicted must have equal lengths, got "
            f"{len(actual)}, {len(predicted)}"
        )
    rows = [
        (len(set(a) & set(p)), len(set(a)), len(set(p)))
        for a, p in zip(actual, predicted, strict=True)
    ]
    return np.array(rows, np.int64).reshape(-1, 3)


def f1(table: np.ndarray) -> float:
    """Return the F1 of all sentences together; 1 if none is actual or predicted."""
    correct, actual, predicted = np.asarray(table).sum(axis=0)
    total = actual + predicted
    return float(2 * correct / total) if total else 1.0


def f1_interval(
    table: np.ndarray,
    rng: np.random.Generator,
    *,
    against: np.ndarray | None = None,
    draws: int = 2000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Return the bootstrap interval of F1, or of its lead over another tagger's.

    Args:
        table: What :func:`counts` returned.
        rng: Draws the sentences.
        against: Counts of another tagger on the same sentences; the interval is then
            that of the difference, with the same sentences drawn for both.
        draws: Bootstrap repetitions.
        level: Coverage aimed at.
    """
    within("(0, 1)", level=level)
    n = len(table)
    # how often each sentence is drawn says all: no sentence has to be copied
    times = rng.multinomial(n, np.full(n, 1 / n), size=draws)
    values = _f1_rows(times @ table)
    if against is not None:
        values = values - _f1_rows(times @ against)
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def f1_by_type(
    actual: Sequence[Sequence[Entity]],
    predicted: Sequence[Sequence[Entity]],
    rng: np.random.Generator,
) -> dict[str, tuple[float, float, float]]:
    """Return F1 and the ends of its 95 % interval, for all and for each type there is.

    Args:
        actual: The entities of each sentence.
        predicted: The tagger's, in the same order.
        rng: Draws the sentences of the intervals.

    Returns:
        "all", then each type of ``actual`` in the order of the alphabet.
    """
    scores = {}
    for name in ("all", *sorted({kind for row in actual for _, _, kind in row})):
        only = (
            [[entity for entity in row if name in ("all", entity[2])] for row in rows]
            for rows in (actual, predicted)
        )
        table = counts(*only)
        scores[name] = f1(table), *f1_interval(table, rng)
    return scores


def _f1_rows(sums: np.ndarray) -> np.ndarray:
    correct, actual, predicted = sums.T
    return 2 * correct / np.maximum(actual + predicted, 1)

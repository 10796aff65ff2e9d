"""Check of chapter 3: a hidden field, inferred from a model.

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
def check_infer_value(
    infer_value: Callable[..., object],
    *,
    trials: int = 80,
    values: int = 3,
    seed: int = SEED,
) -> None:
    """Check the most likely value of a hidden one-hot field, over many files.

    The field's columns stand apart, the rest of the file decides how much each value
    matters, and a rare value wins often enough to be seen. With another seed than the
    default the prior is in no order, and drawn until the first value and the last are
    the likeliest in some file each: who leaves out either is always seen.
    """
    rng = np.random.default_rng([seed, values])
    columns, inputs = [1, *range(3, 2 + values)], 4 + values
    prior = np.arange(values, 0.0, -1)
    prior /= prior.sum()
    weights = rng.normal(0, 1.5, inputs)
    weights[columns] = [2 * min(v, 4) * (-1) ** v for v in range(values)]

    def predict(x: np.ndarray) -> np.ndarray:
        x = np.asarray(x, dtype=np.float64)
        if x.ndim != 2 or x.shape[1] != inputs:
            raise ValueError(
                f"predict takes files of shape (n, {inputs}), got {x.shape}"
            )
        p = 1 / (1 + np.exp(-(x @ weights)))
        return np.column_stack([1 - p, p])

    right: list[int] = []
    while not right or (seed != SEED and not {0, values - 1} <= set(right)):
        prior = prior if seed == SEED else rng.permutation(prior)
        files = [(rng.normal(size=inputs), int(rng.integers(2))) for _ in range(trials)]
        for x, _ in files:
            x[columns] = np.eye(values)[rng.integers(values)]
        right = [_likeliest(predict, x, y, columns, prior) for x, y in files]

    answers: list[np.ndarray] = []
    tried: list[list[float]] = [[] for _ in _INFERENCE]
    rest = ""
    for (x, y), best in zip(files, right, strict=True):
        argument, shares, places = x.copy(), prior.copy(), list(columns)
        result = infer_value(predict, argument, y, places, shares)
        require_kept(x, argument, "x")
        require_kept(prior, shares, "prior")
        require_kept(np.array(columns), np.array(places), "columns")
        answers.append(require_array(result, shape=(), what="the value's number"))
        p, guesses = _inferences(predict, x, y, columns, prior)
        if not rest and answers[-1] != best:
            rest = (
                f"in file {len(answers)} the values have prior {prior.round(3)}, the "
                f"outcome has probability {p.round(3)}, and you return {answers[-1]:g}."
            )
        for row, guess in zip(tried, guesses, strict=True):
            row.append(float(guess))
    require_close(
        np.array(answers),
        np.array(right, float),
        what="the value's number",
        mistakes=[
            *((m, np.array(v)) for m, v in zip(_INFERENCE, tried, strict=True)),
            (rest, np.array(answers)),
        ],
    )


def _likeliest(
    predict: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    y: int,
    columns: list[int],
    prior: np.ndarray,
) -> int:
    """Return the value with the largest p(v) p(y | v), from a file for each value."""
    files = np.tile(x, (len(columns), 1))
    for v, column in enumerate(columns):
        files[v, columns] = 0
        files[v, column] = 1
    return int((prior * predict(files)[:, y]).argmax())


def _inferences(
    predict: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    y: int,
    columns: list[int],
    prior: np.ndarray,
) -> tuple[np.ndarray, tuple[int, ...]]:
    """Return p(y | v) of each value, and what the mistakes of _INFERENCE would say."""
    values = len(columns)
    p, kept, added, bare, wide = np.empty((5, values, 2))
    for v, column in enumerate(columns):
        filled, left, more, alone = x.copy(), x.copy(), x.copy(), np.zeros(len(x))
        filled[columns] = 0
        filled[column] = left[column] = alone[column] = 1
        more[column] += 1
        cut = filled.copy()
        cut[columns[0] : columns[-1] + 1] = 0
        cut[column] = 1
        rows = predict(np.stack([filled, left, more, alone, cut]))
        p[v], kept[v], added[v], bare[v], wide[v] = rows
    best = int((prior * p[:, y]).argmax())
    decided = p.argmax(axis=1) == y
    chance = prior * p[:, y]
    zeros, others = np.tile(x, (2, values, 1))
    zeros[:, columns] = 0
    others[:, columns] = 1 - np.eye(values)
    ordinal = zeros.copy()
    ordinal[:, columns[0]] = np.arange(values)
    first, side = np.tile(x, (2, values, 1))
    first[:, :values] = np.eye(values)
    side[:, columns[0] : columns[0] + values] = np.eye(values)
    more = [predict(files)[:, y] for files in (others, ordinal, first, side)]
    base = predict(x[np.newaxis])[0, y]
    return p[:, y], (
        p[:, y].argmax(),
        prior.argmax(),
        (prior * p[:, 1]).argmax(),
        (prior * kept[:, y]).argmax(),
        (prior * added[:, y]).argmax(),
        (prior * p[:, y]).argmin(),
        columns[best],
        1 + best,
        (prior + p[:, y]).argmax(),
        (np.log(prior) + p[:, y]).argmax(),
        (prior * p[:, 1 - y]).argmax(),
        x[columns].argmax(),
        (p[:, y] / prior).argmax(),
        (prior * bare[:, y]).argmax(),
        (prior * wide[:, y]).argmax(),
        (prior * decided).argmax(),
        (prior[:, np.newaxis] * p).max(axis=1).argmax(),
        chance[:3].argmax(),
        (prior[::-1] * p[:, y]).argmax(),
        (np.sort(prior)[::-1] * p[:, y]).argmax(),
        (prior * p[::-1, y]).argmax(),
        (prior**2 * p[:, y]).argmax(),
        (prior * p[:, y] ** 2).argmax(),
        (prior * np.log(p[:, y])).argmax(),
        (np.log(prior) * np.log(p[:, y])).argmax(),
        (prior * more[0]).argmax(),
        (prior * more[1]).argmax(),
        (prior * more[2]).argmax(),
        (prior * more[3]).argmax(),
        (prior * np.abs(p[:, y] - base)).argmax(),
        round(float(chance @ np.arange(values) / chance.sum())),
        chance.max(),
        (prior * p[:, 0]).argmax(),
        (chance / chance.sum() > 0.5).argmax(),
        chance.round(2).argmax(),
        chance.round(1).argmax(),
        chance[:5].argmax(),
    )


_INFERENCE = (
    "that leaves the prior out: a rare value needs more evidence.",
    "that leaves the model out: it is always the most common value.",
    "use the probability of the outcome y that the person had, not of outcome 1.",
    "clear the field's other columns before you set one: no file has two districts.",
    "set the column to 1, whatever stood there: do not add.",
    "that is the least likely value.",
    "return the value's number, 0 for the first: yours is its column.",
    "values are numbered from 0.",
    "by Bayes the two are multiplied, not added.",
    "multiply both, or add the logarithms of both.",
    "that is for the other outcome: y is the one that the person had.",
    "what stands in the columns now is unknown to you, and need not be right.",
    "by Bayes the prior is multiplied, not divided by.",
    "the rest of the file stays as it is: only the field's columns change.",
    "the field's columns need not stand side by side: leave those between alone.",
    "predict gives probabilities: use them, not only which outcome is likelier.",
    "y is known: the other outcome's probability does not count.",
    "there is a value for each of the columns, not always three.",
    "each value has its own prior: prior[v] goes with columns[v].",
    "each value has its own prior, in the order of the columns: do not sort it.",
    "value v is a 1 in columns[v]: yours are numbered from the last.",
    "multiply by the prior once.",
    "multiply by the outcome's probability once.",
    "multiply the prior by the probability, or add the logarithms of both.",
    "add the logarithms of both: their product is not the logarithm of the product.",
    "value v is a 1 in columns[v] and 0 in the others: yours is the other way round.",
    "value v is a 1 in columns[v]: it is no number v in the first of them.",
    "the field's columns are those in columns, not the first of the file.",
    "the field's columns need not stand side by side: use each index in columns.",
    "the outcome's probability counts, not by how much it changes.",
    "the most likely value is asked for, no mean of the values' numbers.",
    "that is the largest product: return the number of its value.",
    "use the probability of the outcome y that the person had, not of outcome 0.",
    *(3 * ("take the largest product: do not round, and it need not be over a half.",)),
    "there is a value for each of the columns, not at most five.",
)

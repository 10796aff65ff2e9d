"""Checks of chapter 3: attacks on a model, by membership and by a hidden field.

Each check computes what it expects from a slow obvious loop, never from a solution, and
tells the usual mistakes apart by what they would return.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.verdict import (
    Mistake,
    require_array,
    require_close,
    require_kept,
)

SEED = 20180130
RATES = (0.2, 0.05, 4 / 64, 1 / 64, 0.0, 1.0)


def check_tpr_at_fpr(tpr_at_fpr: Callable[..., object], *, seed: int = SEED) -> None:
    """Check the rate against a loop over all thresholds, with ties among the scores.

    There are 64 others, so that a share equal to a rate is equal in any arithmetic.
    """
    for rate in RATES:
        _check_at(tpr_at_fpr, *tied_scores(seed), rate)
    # where an other is at the very top nobody may be accused
    low, high = np.array([-2.0, -0.5, 0.25]), np.array([-1.0, 0.5, 0.5, -3.0])
    try:
        _check_at(tpr_at_fpr, low, high, 0.0)
    except (ValueError, IndexError, TypeError) as error:
        raise Mistake(
            "where no score is an allowed threshold, one above all scores still is: it "
            f"finds nobody. Yours ends in {type(error).__name__}: {error}"
        ) from error


def tied_scores(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return scores of 81 members and 64 others with ties, and shares of 1 and 4 in 64.

    Others stand on 16 levels, the highest held by one of them and the next by three;
    members on the same levels and a ten-thousandth above them.
    """
    rng = np.random.default_rng(seed)
    levels = np.sort(rng.normal(0, 1.5, 16))[::-1]
    multiplicity = [1, 3, *rng.multinomial(60, np.full(14, 1 / 14))]
    others = np.repeat(levels, multiplicity)
    above = levels + 1e-4
    drawn = rng.choice(np.concatenate([levels, above]), 65)
    members = np.concatenate([levels[:5], above[:5], [above[0]] * 6, drawn])
    return rng.permutation(members), rng.permutation(others)


def _check_at(
    tpr_at_fpr: Callable[..., object],
    members: np.ndarray,
    others: np.ndarray,
    rate: float,
) -> None:
    """Check the rate that an answer finds on these scores."""
    arguments = members.copy(), others.copy()
    result = tpr_at_fpr(*arguments, rate)
    got = require_array(result, shape=(), what="the rate")
    expected = _best_rate(members, others, rate)
    require_kept(members, arguments[0], "members")
    require_kept(others, arguments[1], "others")
    at = f"at a false-positive rate of {rate:g}"
    if got < expected:
        rest = f"{at} an allowed threshold finds more members: try every score."
    else:
        rest = (
            f"{at} no allowed threshold finds so many members: count the others with "
            "score >= t at each."
        )
    mistakes = [*_rate_mistakes(members, others, rate, expected), (rest, float(got))]
    require_close(
        got,
        np.array(expected),
        what=at,
        mistakes=[(message, np.array(value)) for message, value in mistakes],
    )


def _rate_mistakes(
    members: np.ndarray, others: np.ndarray, rate: float, expected: float
) -> list[tuple[str, float]]:
    """Return what each usual mistake makes of these scores."""
    scores, n = np.concatenate([members, others]), len(others)
    everybody = len(members) + n
    accused = {t: int((others >= t).sum()) for t in scores}
    hits = {t: int((members >= t).sum()) for t in scores}
    allowed = [t for t in scores if accused[t] / n <= rate]
    ends = sorted((accused[t] / n, hits[t] / len(members)) for t in scores)
    return [
        (
            "members and others are mixed up: the false positives are others.",
            _best_rate(others, members, rate),
        ),
        (
            "a member has a HIGH score; yours takes the low ones.",
            _best_rate(-members, -others, rate),
        ),
        (
            "a false-positive rate equal to the bound is allowed.",
            _best_rate(members, others, rate - 1e-9),
        ),
        (
            "a quantile of the others forgets that scores may be equal: try the "
            "thresholds.",
            float((members >= np.quantile(others, 1 - rate)).mean()),
        ),
        (
            "a quantile of the others forgets that scores may be equal: try the "
            "thresholds.",
            float((members > np.quantile(others, 1 - rate)).mean()),
        ),
        (
            "a threshold may be any number, a member's score as well.",
            max(
                (hits[t] / len(members) for t in others if accused[t] / n <= rate),
                default=0.0,
            ),
        ),
        ("that is in per cent: a share lies between 0 and 1.", 100 * expected),
        (
            "that is a threshold: return the share of members at or above it.",
            float(min(allowed)) if allowed else math.inf,
        ),
        (
            "that is a share of all people: divide by the number of members.",
            expected * len(members) / everybody,
        ),
        (
            "that is a number of people: return the share of the members.",
            expected * len(members),
        ),
        ("that is the share of members whom you miss.", 1 - expected),
        (
            "rate is a share of the others, and the one that is given: no number of "
            "them, and not always one in a hundred.",
            max((hits[t] / len(members) for t in scores if accused[t] <= rate),
                default=0.0),
        ),
        (
            "rate is a share of the others, not of all people.",
            max((hits[t] / len(members) for t in scores
                 if accused[t] / everybody <= rate), default=0.0),
        ),
        (
            "that is the share of members among the accused: return the share of "
            "members who are accused.",
            max((hits[t] / (hits[t] + accused[t]) for t in allowed), default=0.0),
        ),
        (
            "do not subtract the false positives: they only bound the threshold.",
            max((hits[t] / len(members) - accused[t] / n for t in allowed),
                default=0.0),
        ),
        (
            "no threshold stands between two points of the curve: do not interpolate.",
            float(np.interp(rate, *zip((0, 0), *ends, strict=True))),
        ),
    ]  # fmt: skip


def _best_rate(members: np.ndarray, others: np.ndarray, rate: float) -> float:
    best = 0.0
    for threshold in np.concatenate([members, others]):
        if (others >= threshold).mean() <= rate:
            best = max(best, float((members >= threshold).mean()))
    return best


def check_infer_value(
    infer_value: Callable[..., object], *, trials: int = 80, values: int = 3
) -> None:
    """Check the most likely value of a hidden one-hot field, over many files.

    The field's columns stand apart, the rest of the file decides how much each value
    matters, and a rare value wins often enough to be seen.
    """
    rng = np.random.default_rng([SEED, values])
    columns, inputs = [1, *range(3, 2 + values)], 4 + values
    prior = np.arange(values, 0.0, -1)
    prior /= prior.sum()
    weights = rng.normal(0, 1.5, inputs)
    weights[columns] = [2 * v * (-1) ** v for v in range(values)]

    def predict(x: np.ndarray) -> np.ndarray:
        x = np.asarray(x, dtype=np.float64)
        if x.ndim != 2 or x.shape[1] != inputs:
            raise ValueError(
                f"predict takes files of shape (n, {inputs}), got {x.shape}"
            )
        p = 1 / (1 + np.exp(-(x @ weights)))
        return np.column_stack([1 - p, p])

    answers, right, tried = [], [], {m: [] for m in _INFERENCE}
    rest = ""
    for _ in range(trials):
        x, y = rng.normal(size=inputs), int(rng.integers(2))
        x[columns] = np.eye(values)[rng.integers(values)]
        argument, shares, places = x.copy(), prior.copy(), list(columns)
        result = infer_value(predict, argument, y, places, shares)
        require_kept(x, argument, "x")
        require_kept(prior, shares, "prior")
        require_kept(np.array(columns), np.array(places), "columns")
        answers.append(require_array(result, shape=(), what="the value's number"))
        p, guesses = _inferences(predict, x, y, columns, prior)
        right.append(int((prior * p).argmax()))
        if not rest and answers[-1] != right[-1]:
            rest = (
                f"in file {len(right)} the values have prior {prior.round(3)}, the "
                f"outcome has probability {p.round(3)}, and you return {answers[-1]:g}."
            )
        for message, guess in zip(_INFERENCE, guesses, strict=True):
            tried[message].append(float(guess))
    require_close(
        np.array(answers),
        np.array(right, float),
        what="the value's number",
        mistakes=[
            *((m, np.array(v)) for m, v in tried.items()),
            (rest, np.array(answers)),
        ],
    )


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
        (prior * p[:, y])[:3].argmax(),
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
)

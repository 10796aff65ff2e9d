"""Checks of chapter 3, second half: attacks on models, maps and sums of gradients.

Each check computes what it expects from a slow obvious loop, never from a solution, and
tells the usual mistakes apart by what they would return.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.verdict import require_array, require_close, require_kept

SEED = 20180130


def check_tpr_at_fpr(tpr_at_fpr: Callable[..., object], *, seed: int = SEED) -> None:
    """Check the rate against a loop over all thresholds, with ties among the scores."""
    rng = np.random.default_rng(seed)
    members = np.round(rng.normal(1, 1.5, 80), 1)
    others = np.round(rng.normal(0, 1, 50), 1)
    for rate in (0.1, 0.02, 0.0, 1.0):
        given = members.copy(), others.copy()
        result = tpr_at_fpr(*given, rate)
        got = require_array(result, shape=(), what="the rate")
        expected = _best_rate(members, others, rate)
        best = {
            "members and others are mixed up: the false positives are others.": (
                _best_rate(others, members, rate)
            ),
            "a member has a HIGH score; yours takes the low ones.": (
                _best_rate(-members, -others, rate)
            ),
            "a false-positive rate equal to the bound is allowed.": (
                _best_rate(members, others, rate - 1e-9)
            ),
            "a quantile of the others forgets that scores may be equal: try the "
            "thresholds.": float((members >= np.quantile(others, 1 - rate)).mean()),
            "a threshold may be any number, a member's score as well.": max(
                (
                    float((members >= t).mean())
                    for t in others
                    if (others >= t).mean() <= rate
                ),
                default=0.0,
            ),
            "that is in per cent: a share lies between 0 and 1.": 100 * expected,
            "that is a threshold: return the share of members at or above it.": (
                _threshold(members, others, rate)
            ),
            "that is a share of all people: divide by the number of members.": (
                expected * len(members) / (len(members) + len(others))
            ),
        }
        require_close(
            got,
            np.array(expected),
            what=f"at a false-positive rate of {rate:g}, the rate",
            mistakes=[(message, np.array(v)) for message, v in best.items()],
        )
        require_kept(members, given[0], "members")
        require_kept(others, given[1], "others")


def _best_rate(members: np.ndarray, others: np.ndarray, rate: float) -> float:
    best = 0.0
    for threshold in np.concatenate([members, others]):
        if (others >= threshold).mean() <= rate:
            best = max(best, float((members >= threshold).mean()))
    return best


def _threshold(members: np.ndarray, others: np.ndarray, rate: float) -> float:
    allowed = [
        t for t in np.concatenate([members, others]) if (others >= t).mean() <= rate
    ]
    return float(min(allowed)) if allowed else math.inf


def check_infer_value(infer_value: Callable[..., object], *, trials: int = 80) -> None:
    """Check the most likely value of a hidden one-hot field, over many files."""
    rng = np.random.default_rng(SEED)
    columns, prior = [1, 3, 4], np.array([0.6, 0.3, 0.1])
    weights = np.array([0.3, -1.4, 0.2, 0.9, 2.2])

    def predict(x: np.ndarray) -> np.ndarray:
        x = np.asarray(x, dtype=np.float64)
        if x.ndim != 2 or x.shape[1] != 5:
            raise ValueError(f"predict takes files of shape (n, 5), got {x.shape}")
        p = 1 / (1 + np.exp(-(x @ weights)))
        return np.column_stack([1 - p, p])

    answers, right, tried = [], [], {m: [] for m in _INFERENCE}
    for _ in range(trials):
        x, y = rng.normal(size=5), int(rng.integers(2))
        x[columns] = np.eye(3)[rng.integers(3)]
        given, p, kept = x.copy(), np.empty((3, 2)), np.empty((3, 2))
        for v, column in enumerate(columns):
            filled = x.copy()
            filled[columns] = 0
            filled[column] = 1
            p[v] = predict(filled[np.newaxis])[0]
            left = x.copy()
            left[column] = 1
            kept[v] = predict(left[np.newaxis])[0]
        result = infer_value(predict, given, y, columns, prior.copy())
        require_kept(x, given, "x")
        answers.append(require_array(result, shape=(), what="the value's number"))
        right.append(int((prior * p[:, y]).argmax()))
        guesses = (
            p[:, y].argmax(),
            prior.argmax(),
            (prior * p[:, 1]).argmax(),
            (prior * kept[:, y]).argmax(),
            (prior * p[:, y]).argmin(),
            columns[right[-1]],
            (prior + p[:, y]).argmax(),
            (prior * p[:, 1 - y]).argmax(),
            x[columns].argmax(),
            (p[:, y] / prior).argmax(),
        )
        for message, guess in zip(_INFERENCE, guesses, strict=True):
            tried[message].append(float(guess))
    require_close(
        np.array(answers),
        np.array(right, float),
        what="the value's number",
        mistakes=[(m, np.array(v)) for m, v in tried.items()],
    )


_INFERENCE = (
    "that leaves the prior out: a rare value needs more evidence.",
    "that leaves the model out: it is always the most common value.",
    "use the probability of the outcome y that the person had, not of outcome 1.",
    "clear the field's other columns before you set one: no file has two districts.",
    "that is the least likely value.",
    "return the value's number, 0 for the first: yours is its column.",
    "by Bayes the two are multiplied, not added.",
    "that is for the other outcome: y is the one that the person had.",
    "what stands in the columns now is unknown to you, and need not be right.",
    "by Bayes the prior is multiplied, not divided by.",
)


def check_safe_counts(
    safe_counts: Callable[..., object], *, k: int = 7, step: int = 3
) -> None:
    """Check a map that counts people, hides cells with fewer than k, and rounds down.

    Args:
        safe_counts: The student's function.
        k: The threshold.
        step: Numbers are rounded to its multiples.
    """
    rng = np.random.default_rng(SEED)
    cells = 12
    runner = rng.integers(40, size=180)
    cell = rng.integers(cells - 3, size=180)
    runner = np.append(runner, [0] * 20 + [1, 2])  # one runner, many laps in cell 9
    cell = np.append(cell, [9] * 20 + [10, 10])
    people = np.zeros(cells)
    points = np.zeros(cells)
    for c in range(cells):
        people[c] = len({r for r, d in zip(runner, cell, strict=True) if d == c})
        points[c] = sum(d == c for d in cell)
    # k people exactly in one cell, one less and one more in others, whatever k is
    exact = [k, k - 1, k + 1]
    runner = np.concatenate([runner, *map(np.arange, exact)])
    cell = np.append(cell, np.repeat(cells + np.arange(3), exact))
    people, points = (np.append(a, [*exact, 0]) for a in (people, points))
    cells += 4
    given = runner.copy(), cell.copy()
    counts = require_array(
        safe_counts(*given, cells, k), shape=(cells,), what="the counts"
    )

    def shown(where: np.ndarray, numbers: np.ndarray, step: int = step) -> np.ndarray:
        return np.where(where, numbers // step * step, 0)

    enough = people >= k
    mistakes = [
        (
            "you count points: one runner with many laps passes the threshold. Count "
            "different runners.",
            shown(points >= k, points),
        ),
        (
            "your threshold looks at points: one runner with many laps passes it.",
            shown(points >= k, people),
        ),
        (
            "you test people but publish points, which say how often they came.",
            shown(enough, points),
        ),
        ("a cell with exactly k runners may be shown.", shown(people > k, people)),
        ("cells with fewer than k runners must be 0.", shown(people >= 0, people)),
        ("your numbers are not rounded.", shown(enough, people, 1)),
        (
            "round down, not to the nearest.",
            np.where(enough, np.rint(people / step) * step, 0),
        ),
        (
            "compare the true number with k, and round it then.",
            shown(people // step * step >= k, people),
        ),
    ]
    mistakes += [
        (
            f"you round to multiples of {other}, and here they are of {step}: is it "
            "another variant's number?",
            shown(enough, people, other),
        )
        for other in range(2, 11)
        if other != step
    ]
    expected = shown(enough, people)
    require_close(counts, expected, what="the count", mistakes=mistakes)
    require_kept(runner, given[0], "runner")
    require_kept(cell, given[1], "cell")


def check_others_gradient(
    others_gradient: Callable[..., object], *, clients: int = 5, colluding: int = 2
) -> None:
    """Check what two models and some clients' own gradients say about the others."""
    rng = np.random.default_rng(SEED)
    rate = 0.25
    gradients = rng.normal(size=(clients, 7))
    before = rng.normal(size=7)
    after = before - rate * gradients.mean(axis=0)
    own = gradients[:colluding]
    given = before.copy(), after.copy(), own.copy()
    result = others_gradient(given[0], given[1], rate, clients, given[2])
    got = require_array(result, shape=(7,), what="the others' mean gradient")
    rest, mean = clients - colluding, gradients.mean(axis=0)
    total = gradients.sum(axis=0)
    mistakes = [
        (
            "that is still the mean of all: take off what the colluding clients sent.",
            mean,
        ),
        ("that is the sum over the others: divide by how many they are.",
         total - own.sum(axis=0)),
        ("divide by the number of the others, not of all clients.",
         (total - own.sum(axis=0)) / clients),
        ("the sign is turned: a step goes against the gradient.",
         (-total - own.sum(axis=0)) / rest),
        ("the sign is turned: a step goes against the gradient.",
         -gradients[colluding:].mean(axis=0)),
        ("the step holds the MEAN over all clients: multiply by their number before "
         "you take anything off.",
         (mean - own.sum(axis=0)) / rest),
        ("divide the step by the rate to have the gradient.",
         (rate * total - own.sum(axis=0)) / rest),
        ("divide the step by the rate to have the gradient.",
         (rate * rate * total - own.sum(axis=0)) / rest),
        ("take off the sum of the colluding clients' gradients, not their mean.",
         (total - own.mean(axis=0)) / rest),
        ("a mean of all minus a mean of some is not a mean of the rest: go by sums.",
         mean - own.mean(axis=0)),
    ]  # fmt: skip
    expected = gradients[colluding:].mean(axis=0)
    require_close(got, expected, what="the others' mean gradient", mistakes=mistakes)
    for name, kept, now in zip(
        ("before", "after", "own"), (before, after, own), given, strict=True
    ):
        require_kept(kept, now, name)

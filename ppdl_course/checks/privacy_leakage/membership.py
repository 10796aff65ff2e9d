"""Check of chapter 3: members told from others by a threshold.

What is expected comes from a slow obvious loop, never from a solution, and the usual
mistakes are told apart by what they would return.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    Mistake,
    require_array,
    require_close,
    require_kept,
    require_none,
)

SEED = 20180130
RATES = (0.2, 0.05, 4 / 64, 0.0622, 1 / 64, 0.0, 1.0)


@drawn_anew
def check_tpr_at_fpr(tpr_at_fpr: Callable[..., object], *, seed: int = SEED) -> None:
    """Check the rate against a loop over all thresholds, with ties among the scores.

    There are 64 others, so that a share equal to a rate is equal in any arithmetic.
    """
    _name_what_explains(tpr_at_fpr, *tied_scores(seed))
    for rate in RATES:
        _check_at(tpr_at_fpr, *tied_scores(seed), rate)
    # where an other is at the very top nobody may be accused
    low, high = np.array([-2.0, -0.5, 0.25]), np.array([-1.0, 0.5, 0.5, -3.0])
    try:
        _check_at(tpr_at_fpr, low, high, 0.0)
        for members, others, rates in _edges(seed):
            for rate in rates:
                _check_at(tpr_at_fpr, members, others, rate)
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


def _edges(seed: int) -> list[tuple[np.ndarray, np.ndarray, tuple[float, ...]]]:
    """Return scores and rates at the edges of the docstring.

    Members and others share the very top, and the bottom; the curve is a straight line;
    one member and one other; scores far from 0; many more others than members.
    """
    rng = np.random.default_rng(seed)
    level = np.sort(rng.normal(size=8))
    top, shift = level[-1:], float(rng.choice([-1e3, 1e3]))
    low = np.full(8, level[0] - 1)
    small = (0.0, 1 / 8, 2 / 8, 1.0)
    return [
        (np.append(level[:3], top), np.append(level, []), small),
        (np.append(top, top), np.append(top, low[:7]), small),
        (level.copy(), level.copy(), (0.0, 1 / 8, 3 / 8, 6 / 8, 1.0)),
        (level[:1], level[:1], (0.0, 0.5, 1.0)),
        (level[1:2], level[:1], (0.0, 1.0)),
        (level[:1], level[1:2], (0.0, 1.0)),
        (rng.normal(shift, 1, 5), rng.normal(shift, 1, 128), (0.0, 3 / 128, 0.3)),
        (low[:3], low.copy(), (0.0, 0.99, 1.0)),
    ]


def _name_what_explains(
    tpr_at_fpr: Callable[..., object], members: np.ndarray, others: np.ndarray
) -> None:
    """Name the mistake that explains the answers at all rates, if there is one.

    Else one that explains all wrong answers, of which there must be two: a single
    number may have many causes.
    """
    rows = []
    for rate in RATES:
        result = tpr_at_fpr(members.copy(), others.copy(), rate)
        got = float(require_array(result, shape=(), what="the rate"))
        expected = _best_rate(members, others, rate)
        made = _rate_mistakes(members, others, rate, expected)
        rows.append((got, expected, made))
    wrong = [row for row in rows if not math.isclose(row[0], row[1], abs_tol=1e-5)]
    for explained in (rows, wrong):
        if len(wrong) < (1 if explained is rows else 2):
            return
        require_none(
            message
            for k, (message, _) in enumerate(rows[0][2])
            if all(math.isclose(got, m[k][1], abs_tol=1e-5) for got, _, m in explained)
        )


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
        rest = (
            f"{at} an allowed threshold finds more members: a threshold may be any "
            "number, a member's score as well, so try every score. With "
            f"{len(members)} members and {len(others)} others you return {got:.4g}."
        )
    else:
        rest = (
            f"{at} no allowed threshold finds so many members: count the others with "
            f"score >= t at each. With {len(members)} members and {len(others)} others "
            f"you return {got:.4g}."
        )
        if rate * len(others) < 1:
            rest += " So low a rate allows none of the others, not even one."
    if expected == 0 and others.max() >= members.max():
        rest = (
            f"{at} no threshold is allowed that finds a member: an other is at the "
            "very top, so nobody may be accused, and the rate is 0; you return "
            f"{got:.4g}."
        )
    require_close(got, np.array(expected), what=at, mistakes=[(rest, got)])


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
            "a member has a HIGH score; yours takes the low ones.",
            max(
                (
                    float((members < t).mean())
                    for t in scores
                    if (others < t).mean() <= rate
                ),
                default=0.0,
            ),
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
            "the highest score alone is tried: lower thresholds that are allowed find "
            "more members.",
            hits[max(members)] / len(members) * (accused[max(members)] / n <= rate),
        ),
        (
            "a rate below 1 / n allows none of the others, not even one.",
            _best_rate(members, others, max(rate, 1 / n)),
        ),
        *(
            (
                "use the rate, the one that is given, and no fixed one.",
                _best_rate(members, others, fixed),
            )
            for fixed in (0.001, 0.01, 0.05, 0.1)
        ),
        ("count who has score >= t, not > t: so the lowest score of all is a "
         "threshold, too. And a false-positive rate equal to the bound is allowed.",
         max((float((members > t).mean()) for t in scores
              if (others > t).mean() <= rate), default=0.0)),
        ("the lowest score of all is a threshold, too: at rate 1 it finds everybody.",
         max((hits[t] / len(members) for t in allowed if t > min(scores)),
             default=0.0)),
        ("at rate 0 a threshold above all others may still find members.",
         expected if rate else 0.0),
        ("count who has a score of at least t: score >= t, among the others too.",
         max((float((members >= t).mean()) for t in scores
              if (others > t).mean() <= rate), default=0.0)),
        ("count who has a score of at least t: score >= t, among the members too.",
         max((float((members > t).mean()) for t in scores
              if (others >= t).mean() <= rate), default=0.0)),
        ("the largest share is asked for, not the smallest.",
         min((hits[t] / len(members) for t in allowed), default=0.0)),
        ("that is the false-positive rate: return the share of members.",
         max((accused[t] / n for t in allowed), default=0.0)),
        ("the share of members has the number of members below, not of others.",
         max((hits[t] / n for t in allowed), default=0.0)),
        ("at most the share rate is allowed: round the number of others down, not up.",
         float((members > np.append(np.sort(others)[::-1], -math.inf)[
             math.ceil(rate * n)]).mean())),
        ("scores may be equal: with the k-th highest of the others as the threshold "
         "all who tie with it are accused, more than the rate allows.",
         float((members >= np.sort(others)[::-1][int(rate * n) - 1]).mean()
               if int(rate * n) else (members > max(others)).mean())),
        ("scores may be equal: with the k-th highest of the others as the threshold "
         "all who tie with it are accused, more than the rate allows.",
         float((members >= np.append(np.sort(others)[::-1], -math.inf)[
             int(rate * n)]).mean())),
        ("rate is a share of the others: divide their number by n, not by m.",
         max((hits[t] / len(members) for t in scores
              if accused[t] / len(members) <= rate), default=0.0)),
        ("equal scores are people of their own: do not drop them.",
         _best_rate(np.unique(members), others, rate)),
        ("equal scores are people of their own: do not drop them.",
         _best_rate(members, np.unique(others), rate)),
        ("equal scores are people of their own: do not drop them.",
         _best_rate(np.unique(members), np.unique(others), rate)),
        ("this is the area under the curve: one point of it is asked for.",
         float((members[:, None] > others).mean())),
        ("this is the accuracy at the best threshold.",
         max((hits[t] / len(members) + 1 - accused[t] / n) / 2 for t in scores)),
        *(("at most the share rate is allowed: nothing may be added to it.",
           _best_rate(members, others, rate + added)) for added in (0.01, 1e-3)),
        ("a threshold is allowed or not: the one nearest to the rate may not be.",
         hits[min(scores, key=lambda t: abs(accused[t] / n - rate))] / len(members)),
        ("compare the scores as they are: rounded ones are equal that are not.",
         _best_rate(members.round(1), others.round(1), rate)),
        ("compare the scores as they are: rounded ones are equal that are not.",
         _best_rate(members.round(2), others.round(2), rate)),
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

"""Visible check of chapter 15: the share behind the reports of a survey."""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import number
from ppdl_course.checks.verdict import (
    on_other_data,
    require,
    require_kept,
    require_none,
)


@on_other_data
@drawn_anew
def check_estimate_share(
    estimate_share: Callable[..., float], *, seed: int = 1965
) -> None:
    """Check the estimate against the share that the expected reports stand for.

    Reports of one person, of a few and of a thousand, in any order, as truth values
    and as numbers: all no, all yes, half of each, and any share.
    """
    rng = np.random.default_rng(seed)
    for count in (1000, 1, int(rng.integers(2, 12)), int(rng.integers(30, 5000))):
        few = rng.integers(0, count // 7, endpoint=True)  # so few yes that most lie
        for ones in (few, 0, count // 2, count, rng.integers(0, count + 1)):
            epsilon = float(np.exp(rng.uniform(np.log(0.3), np.log(4))))
            reports = rng.permutation(np.arange(count) < ones)
            kind = rng.choice([bool, int])
            _require_share(estimate_share, reports.astype(kind), int(ones), epsilon)


def _require_share(
    estimate_share: Callable[..., float],
    reports: np.ndarray,
    ones: int,
    epsilon: float,
) -> None:
    count, truth = len(reports), 1 / (1 + math.exp(-epsilon))
    want = (ones / count - (1 - truth)) / (2 * truth - 1)
    argument = reports.copy()
    got = number(estimate_share(argument, epsilon=epsilon), "the estimate")
    require_kept(reports, argument, "reports")
    require(
        want >= 0 or got != 0,
        "the estimate was cut off at 0, so it is too high on average. "
        "An unbiased one may leave [0, 1].",
    )
    require(
        want <= 1 or got != 1,
        "the estimate was cut off at 1, so it is too low on average. "
        "An unbiased one may leave [0, 1].",
    )
    require(
        abs(got - ones / count) > 1e-9 or abs(want - ones / count) < 1e-6,
        "this is the share of the reports. Part of them are lies: solve "
        "E[report] = share * p + (1 - share) * (1 - p) for the share.",
    )
    if math.isclose(got, want, abs_tol=1e-6):
        return
    usual = _wrong_shares(ones / count, truth, want, count)
    require_none(
        message
        for message, other in usual.items()
        if math.isclose(got, other, abs_tol=1e-9)
    )
    require(
        False,
        f"epsilon {epsilon:.4g}, {ones} of {count} yes: {got:.4f} is not the share "
        "whose expected reports are these. With which probability is a report true?",
    )


def _wrong_shares(
    reported: float, truth: float, share: float, people: int
) -> dict[str, float]:
    """Return the shares that the usual mistakes lead to from a share of reports."""
    lie = 1 - truth
    epsilon = float(np.log(truth / lie))
    other = "the probability of the truth is e^epsilon / (1 + e^epsilon): yours is "

    def by(p: float) -> float:
        return (reported - (1 - p)) / (2 * p - 1) if p != 0.5 else math.nan

    return {
        f"{other}1 - e^-epsilon.": by(1 - float(np.exp(-epsilon))),
        f"{other}that of half the epsilon.": by(1 / (1 + float(np.exp(-epsilon / 2)))),
        f"{other}that of twice the epsilon.": by(1 / (1 + float(np.exp(-2 * epsilon)))),
        f"{other}that of a fair coin before the lie.": by(
            float(np.exp(epsilon) / (1 + np.exp(epsilon))) / 2 + 0.25
        ),
        f"{other}epsilon / (1 + epsilon).": by(epsilon / (1 + epsilon)),
        f"{other}epsilon.": by(epsilon),
        f"{other}e^-epsilon.": by(float(np.exp(-epsilon))),
        f"{other}2^epsilon / (1 + 2^epsilon): the base is e.": by(
            1 / (1 + 2**-epsilon)
        ),
        "cut off at 0 and at 1: an unbiased estimate may leave [0, 1].": (
            min(max(share, 0), 1)
        ),
        "divided by p alone, and the lies that say yes are still in it.": (
            reported / truth
        ),
        "the lies are taken off and divided by p: divide by p - (1 - p).": (
            (reported - lie) / truth
        ),
        "the lies that say yes are taken off, but the rest must be scaled: it shrank "
        "by p - (1 - p).": reported - lie,
        "scaled, but the lies that say yes are still in it: take them off first.": (
            reported / (truth - lie)
        ),
        "p is taken off, and the lies that say yes are 1 - p: take those off.": (
            (reported - truth) / (truth - lie)
        ),
        "the sign is turned: the rest is divided by 1 - 2 p, and what it shrank by is "
        "p - (1 - p) = 2 p - 1.": -share,
        "a liar says the opposite, always: no second coin is tossed, so the lies that "
        "say yes are 1 - p, and the rest shrank by p - (1 - p).": (
            (reported - lie / 2) / truth
        ),
        "this is the share of those who are a no: truth and lie are swapped.": 1
        - share,
        "the probability of the truth follows from epsilon: yours is 3/4 whatever "
        "epsilon is.": (reported - 0.25) / 0.5,
        "a share is asked for, not a number of people.": people * share,
        "a share is asked for, not per cent.": 100 * share,
        "rounded to a whole number of people: leave the estimate as it is.": (
            round(share * people) / people
        ),
        "the sign is dropped (abs): an unbiased estimate may be below 0.": abs(share),
        "the mean has the number of reports below, and yours one less.": (
            (reported * people / max(1, people - 1) - lie) / (truth - lie)
        ),
        "the share is too low by 1/2: the lies that say yes are 1 - p of all, not half "
        "of them.": share - 0.5,
        "this is made from the median of the reports, not from their mean.": (
            ((reported > 0.5) + 0.5 * (reported == 0.5) - lie) / (truth - lie)
        ),
        "rounded: leave the estimate as it is.": round(share, 2),
    }

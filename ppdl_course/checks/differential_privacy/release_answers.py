"""What the checks of chapter 15 hand to an answer, and how they read its reply."""

import copy
import math
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from ppdl_course.checks.remote import mapped, repeated
from ppdl_course.checks.verdict import require, require_kept
from ppdl_course.dp.audits.statistics_office import StatisticsOffice
from ppdl_course.dp.definition import Neighbours


def releases(
    answer: Callable[..., Any],
    times: int,
    arguments: Mapping[str, Any],
    **mechanism: Any,
) -> list[Any]:
    """Return what several calls of a mechanism give for the same data.

    Args:
        answer: The student's function.
        times: How many calls.
        arguments: Its data in their order, lists or arrays, each under its name.
        **mechanism: The parameters of the mechanism, and its generator.

    Raises:
        Mistake: If the first call changes one of ``arguments``.
    """
    lent = list(map(copy.copy, arguments.values()))
    first = answer(*lent, **mechanism)
    for (name, before), after in zip(arguments.items(), lent, strict=True):
        require_kept(np.asarray(before), np.asarray(after), name)
    return [first, *repeated(answer, times - 1, *lent, **mechanism)]


def behind_the_counter(office: StatisticsOffice, cases: list) -> Callable[..., int]:
    """Return ``office.count``, whose conditions learn nothing but the count.

    The office applies a condition in its own house. So each is also shown made-up
    records, the same ids with the other outcome: who writes down what it sees has both.
    """

    def count(condition: Callable[[object], bool]) -> int:
        decoys = [
            SimpleNamespace(case_id=case.case_id, custodial=outcome)
            for case in cases
            for outcome in (1, 0)
        ]
        # decoys before and behind: neither the first nor the last records seen are real
        shown = [*decoys, *cases, *decoys]
        truths = mapped(condition, [(case,) for case in shown])
        true = dict(
            zip(map(id, cases), truths[len(decoys) : -len(decoys)], strict=True)
        )
        return office.count(lambda case: true[id(case)])

    return count


def read_bits(
    answer: Callable[..., object],
    bits: object,
    epsilon: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the reports of one survey as zeros and ones, after looking at them."""
    return read_surveys(answer, 1, bits, epsilon, rng)[0]


def read_surveys(
    answer: Callable[..., object],
    times: int,
    bits: object,
    epsilon: float,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Return the reports of several surveys of the same people."""
    bits = np.asarray(bits)
    argument = bits.copy()
    surveys = repeated(answer, times, argument, epsilon=epsilon, rng=rng)
    require_kept(bits, argument, "bits")
    return [_reports(np.asarray(reports), bits) for reports in surveys]


def _reports(reports: np.ndarray, bits: np.ndarray) -> np.ndarray:
    require(
        reports.shape == bits.shape,
        f"one report for each person: shape {bits.shape}, got {reports.shape}.",
    )
    require(
        bool(np.all((reports == 0) | (reports == 1))),
        f"a report is 0 or 1, got {np.unique(reports)[:5]}.",
    )
    return reports.astype(int)


def wrong_shares(
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
        "rounded: leave the estimate as it is.": round(share, 2),
    }


def wrong_total_laws(
    amounts: np.ndarray, bound: float, epsilon: float
) -> dict[str, tuple[float, float]]:
    """Return the laws that the usual mistakes in a private total lead to.

    Returns:
        Message -> middle and scale of the Laplace noise, after the true total is taken
        off, in units of the right scale.
    """
    scale, want = bound / epsilon, np.clip(amounts, 0, bound).sum()
    largest = max(float(np.max(amounts, initial=0)), 1e-9)
    clipped = min(largest, bound)
    fitting = amounts[(amounts >= 0) & (amounts <= bound)]
    negative = "clip at 0 too: a negative amount moves the total downwards."
    secret = "a bound read off the data is itself a secret"
    own = np.clip(amounts, 0, None).sum()
    wrong = {
        "clipping left out: one large amount moves the total by far more than "
        "the bound.": amounts.sum(),
        negative: np.minimum(amounts, bound).sum(),
        f"{negative} It may not subtract anything.": (
            np.clip(amounts, -bound, bound).sum()
        ),
        "sizes were clipped: a negative amount counts as 0.": (
            np.minimum(np.abs(amounts), bound).sum()
        ),
        "a large amount was dropped: clipped, it counts as the bound.": fitting.sum(),
        "clip each amount before adding up, not the total.": (
            min(max(amounts.sum(), 0), bound)
        ),
        "this is the mean: the total is asked for.": want / max(1, len(amounts)),
        "this is the number of amounts: the total is asked for.": len(amounts),
        "amounts were clipped to [0, 1], not to the bound.": (
            np.clip(amounts, 0, 1).sum()
        ),
    }
    scales = {
        "scale inverted": bound * epsilon,
        "sensitivity forgotten: one person moves the total by up to the bound": 1
        / epsilon,
        secret: largest / epsilon,
        f"{secret}: here that of the clipped amounts": clipped / epsilon,
        "epsilon forgotten: the scale is bound / epsilon": bound,
        "noise of scale 1: the scale is bound / epsilon": 1.0,
        "the fraction is upside down: the scale is bound / epsilon": 1 / scale,
        "twice the noise it takes: adding a person moves the total by at most the "
        "bound": 2 * scale,
        "the noise was divided by the number of amounts": scale / max(1, len(amounts)),
        "the variance, 2 (bound / epsilon)^2, was used as the scale": 2 * scale**2,
        "the square of the scale was used as the scale": scale**2,
        "the root of the scale was used as the scale": scale**0.5,
        "the deviation, sqrt(2) times the scale, was used as the scale": (
            2**0.5 * scale
        ),
    }
    both = f"{secret}, and the amounts are clipped at it."
    return {
        **{m: ((total - want) / scale, 1.0) for m, total in wrong.items()},
        **{message: (0.0, width / scale) for message, width in scales.items()},
        both: ((own - want) / scale, largest / bound),
    }


def wrong_bin_scales(
    neighbours: Neighbours, epsilon: float, bins: int
) -> dict[str, float]:
    """Return the noise scales of a histogram that the usual mistakes lead to.

    In units of the right scale; 1 where a mistake does not show.
    """
    changes, scale = neighbours.changes, neighbours.changes / epsilon
    replaced = changes == 2
    return {
        "scale inverted": epsilon**2,
        "the fraction is upside down: the scale is the sensitivity / epsilon": (
            1 / scale**2
        ),
        "sensitivity forgotten: replacing a record moves two bins": (
            1 / 2 if replaced else 1
        ),
        "sensitivity sqrt(2) is that in L2: Laplace noise needs the sum, 2, of what "
        "replacing a record changes": 2**-0.5 if replaced else 1,
        "twice the noise it takes: adding a record moves one bin only": (
            1 if replaced else 2
        ),
        "ADD_REMOVE and REPLACE exchanged: replacing moves two bins": (
            1 / 2 if replaced else 2
        ),
        "twice the noise it takes": 2,
        "the noise is as many times too large as there are bins, as if they shared "
        "epsilon: one record moves only one bin, or two": bins,
        "epsilon was divided among the bins, and the sensitivity is forgotten": (
            bins / changes
        ),
        "epsilon forgotten: the scale is the sensitivity / epsilon": epsilon,
        "noise of scale 1: it is the sensitivity / epsilon": 1 / scale,
        "the variance was used as the scale": 2 * scale,
        "the square of the scale was used as the scale": scale,
        "the root of the scale was used as the scale": scale**-0.5,
        "the deviation, sqrt(2) times the scale, was used as the scale": 2**0.5,
    }

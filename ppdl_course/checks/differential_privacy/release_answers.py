"""What the checks of chapter 15 hand to an answer, and how they read its reply."""

import copy
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
        true = dict(zip(map(id, cases), truths[len(decoys) :], strict=False))
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


def wrong_shares(reported: float, truth: float, share: float) -> dict[str, float]:
    """Return the shares that the usual mistakes lead to from a share of reports."""
    lie = 1 - truth
    return {
        "the lies that say yes are taken off, but the rest must be scaled: it shrank "
        "by p - (1 - p).": reported - lie,
        "scaled, but the lies that say yes are still in it: take them off first.": (
            reported / (truth - lie)
        ),
        "this is the share of those who are a no: truth and lie are swapped.": 1
        - share,
        "the probability of the truth follows from epsilon: yours is 3/4 whatever "
        "epsilon is.": (reported - 0.25) / 0.5,
        "a share is asked for, not a number of people.": 1000 * share,
        "a share is asked for, not per cent.": 100 * share,
        "rounded: leave the estimate as it is.": round(share, 2),
    }


def wrong_totals(amounts: np.ndarray, bound: float) -> dict[str, float]:
    """Return the totals that the usual mistakes add their noise to."""
    negative = "clip at 0 too: a negative amount moves the total downwards."
    fitting = amounts[(amounts >= 0) & (amounts <= bound)]
    return {
        "clipping left out: one large amount moves the total by far more than "
        "the bound.": amounts.sum(),
        negative: np.minimum(amounts, bound).sum(),
        negative + " It may not subtract anything.": (
            np.clip(amounts, -bound, bound).sum()
        ),
        "a large amount was dropped: clipped, it counts as the bound.": fitting.sum(),
        "clip each amount before adding up, not the total.": (
            min(max(amounts.sum(), 0), bound)
        ),
        "this is the mean: the total is asked for.": np.clip(amounts, 0, bound).mean(),
    }


def wrong_bin_scales(neighbours: Neighbours, epsilon: float) -> dict[str, float]:
    """Return the noise scales of a histogram that the usual mistakes lead to."""
    changes, scale = neighbours.changes, neighbours.changes / epsilon
    inverted = {"scale inverted": changes * epsilon}
    if changes == 2:
        forgotten = "sensitivity forgotten: replacing a record moves two bins"
        return inverted | {forgotten: scale / 2}
    return inverted | {
        "twice the noise: adding a record moves one bin only": 2 * scale,
        "noise for each bin separately: one record moves only one bin": 3 * scale,
    }

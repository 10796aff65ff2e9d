"""What the checks of chapter 15 hand to an answer, and how they read its reply."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ppdl_course.checks.remote import repeated
from ppdl_course.checks.verdict import require, require_kept
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


def wrong_counts(labels: list[str], categories: list[str]) -> dict[str, np.ndarray]:
    """Return by how much usual mistakes miscount the cases, shape (k,) each."""
    counts = np.array([labels.count(c) for c in categories], dtype=float)
    wrong = {
        "the categories were sorted: the result has their given order": [
            labels.count(c) for c in sorted(categories)
        ],
        "a category's name was looked for within other names: compare whole names": [
            sum(c in label for label in labels) for c in categories
        ],
        "these are shares of all cases: the number of cases is asked for": (
            counts / max(1, len(labels))
        ),
        "each category counts once, however many cases it has": counts > 0,
        "the order is turned round": counts[::-1],
        "the bins are shifted by one": np.roll(counts, 1),
        "cases were counted up over the categories": np.cumsum(counts),
        "some of the cases are left out before they are counted": 0.9 * counts,
    }
    return {message: np.asarray(w, float) - counts for message, w in wrong.items()}

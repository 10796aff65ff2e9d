"""The laws of the first yes: of the sparse vector, and of what is made by mistake.

All are free of units: an answer is the number of 1 / epsilon by which it is above the
threshold, and scales are in 1 / epsilon too.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

BAR, NOISE = 2.0, 4.0
"""Scales of the threshold's noise and of the answers'."""
_QUANTILES = (np.arange(4000) + 0.5) / 4000


def first_yes_law(
    answers: Sequence[float],
    threshold_scale: float = BAR,
    answer_scale: float = NOISE,
    law: Any = stats.laplace,
) -> np.ndarray:
    """Return P[first yes at i] and last P[none], by integrating over the threshold.

    Args:
        answers: The stream, above a threshold of 0.
        threshold_scale: Of the threshold's noise.
        answer_scale: Of the answers' noise.
        law: Of both, one of scipy's distributions.
    """
    yes = _passing(answers, threshold_scale, answer_scale, law)
    before = np.cumprod(np.vstack([np.ones_like(yes[:1]), 1 - yes]), axis=0)
    return np.array([*np.mean(before[:-1] * yes, axis=1), np.mean(before[-1])])


def wrong_first_yes(
    streams: Sequence[Sequence[float]], epsilons: Sequence[float]
) -> list[tuple[str, list[np.ndarray]]]:
    """Return what the usual mistakes lead to: a message, and a law for each stream."""
    scales = {
        "the threshold needs noise of its own, drawn once.": (1e-9, NOISE),
        "half the noise on the answers: between neighbours threshold and answer "
        "move apart by 2.": (BAR, NOISE / 2),
        "half the noise: each of the two parts may spend epsilon / 2 only.": (
            BAR / 2,
            NOISE / 2,
        ),
        "the scales are exchanged: 2 / epsilon belongs to the threshold, 4 / epsilon "
        "to the answers.": (NOISE, BAR),
        "the answers need fresh noise too, one by one.": (BAR, 1e-9),
        "no noise at all.": (1e-9, 1e-9),
        "both scales are 4 / epsilon: the threshold's is 2 / epsilon.": (NOISE, NOISE),
        "the threshold's noise has half its scale, 2 / epsilon.": (BAR / 2, NOISE),
        "the threshold's noise has another scale than 2 / epsilon.": (1.5 * BAR, NOISE),
        "the answers' noise has a quarter of its scale, 4 / epsilon.": (BAR, NOISE / 4),
        "the threshold's noise is 1 / epsilon and the answers' 1 / epsilon: each may "
        "spend epsilon / 2 only, and threshold and answer move apart by 2.": (
            BAR / 2,
            NOISE / 4,
        ),
        "twice the noise it takes.": (2 * BAR, 2 * NOISE),
        "twice the noise on the answers.": (BAR, 2 * NOISE),
        "too little noise, by some per cent, or tails that are cut off.": (
            0.93 * BAR,
            0.93 * NOISE,
        ),
        "too much noise, by some per cent.": (1.07 * BAR, 1.07 * NOISE),
    }
    wrong = [
        (message, [first_yes_law(stream, *pair) for stream in streams])
        for message, pair in scales.items()
    ]
    for message, power in (
        ("the scales are multiplied by epsilon, not divided.", 2),
        ("epsilon is missing: the scales are 2 and 4 whatever it is.", 1),
    ):
        laws = [
            first_yes_law(stream, BAR * epsilon**power, NOISE * epsilon**power)
            for stream, epsilon in zip(streams, epsilons, strict=True)
        ]
        wrong.append((message, laws))
    normal = "normal noise, or tails that are cut off: Laplace noise is asked for."
    for times in (1, 2**0.5):
        pair = BAR * times, NOISE * times, stats.norm
        wrong.append((normal, [first_yes_law(stream, *pair) for stream in streams]))
    others = {
        "this is the last yes: stop at the first one.": _last,
        "this is the largest of the answers that pass: stop at the first one.": (
            lambda stream: _chosen(stream, [-answer for answer in stream])
        ),
        "this is the smallest of the answers that pass: stop at the first one.": (
            lambda stream: _chosen(stream, stream)
        ),
        "this is the answer nearest to the threshold of those that pass: stop at the "
        "first one.": lambda stream: _chosen(stream, np.abs(stream)),
        "this is the largest answer after noise, if it passes: stop at the first one "
        "that does.": _largest_noisy,
        "this is the first that does not pass: is the comparison the right way "
        "round?": _first_no,
        "the threshold's noise is drawn anew for each answer: once is asked.": _anew,
        "one noise for all answers: draw it afresh for each.": _one_noise,
    }
    for message, law in others.items():
        wrong.append((message, [law(stream) for stream in streams]))
    return wrong


def _passing(
    answers: Sequence[float],
    threshold_scale: float = BAR,
    answer_scale: float = NOISE,
    law: Any = stats.laplace,
) -> np.ndarray:
    """Return how likely each answer passes at each of many thresholds, (k, 4000)."""
    bar = threshold_scale * law.ppf(_QUANTILES)
    return law.sf((bar - np.array(answers)[:, None]) / answer_scale)


def _last(stream: Sequence[float]) -> np.ndarray:
    law = first_yes_law(stream[::-1])
    return np.array([*law[-2::-1], law[-1]])


def _first_no(stream: Sequence[float]) -> np.ndarray:
    return first_yes_law([-answer for answer in stream])


def _chosen(stream: Sequence[float], key: ArrayLike) -> np.ndarray:
    """Return the law of the answer with the smallest key among those that pass."""
    order = np.argsort(np.round(key, 9), kind="stable")
    law = first_yes_law(np.array(stream)[order])
    return np.array([*law[np.argsort(order)], law[-1]])


def _largest_noisy(stream: Sequence[float]) -> np.ndarray:
    law = []
    for i, answer in enumerate(stream):
        noisy = answer + NOISE * stats.laplace.ppf(_QUANTILES)
        others = np.array([*stream[:i], *stream[i + 1 :]])
        below = stats.laplace.cdf((noisy - others[:, None]) / NOISE).prod(axis=0)
        law.append(float(np.mean(below * stats.laplace.cdf(noisy / BAR))))
    return np.array([*law, 1 - sum(law)])


def _anew(stream: Sequence[float]) -> np.ndarray:
    """Return the law of the first yes if every answer has its own threshold."""
    yes = _passing(stream).mean(axis=1)
    before = np.cumprod([1, *(1 - yes)])
    return np.array([*before[:-1] * yes, before[-1]])


def _one_noise(stream: Sequence[float]) -> np.ndarray:
    """Return the law of the first yes if all answers share one noise."""
    best = np.maximum.accumulate(_passing(stream).mean(axis=1))
    return np.array([*np.diff(best, prepend=0), 1 - best[-1]])

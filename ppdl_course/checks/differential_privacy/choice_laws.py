"""The laws of choices: the exponential mechanism, and what is chosen by mistake.

A choice by noise takes the largest of scores + independent noise. Gumbel noise gives
the exponential mechanism; exponential noise gives permute-and-flip (Ding, Kifer, Sayed,
Steinke, Wang, Xiao, Zhang, "The permute-and-flip mechanism is identical to
report-noisy-max with exponential noise", 2021), which is private too, by another law.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

QUANTILES = (np.arange(20_000) + 0.5) / 20_000


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return probabilities in proportion to exp(scores), shape (k,)."""
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def fit(counts: Sequence[np.ndarray], laws: Sequence[np.ndarray]) -> bool:
    """Tell whether counts are those of several laws, within four deviations."""
    return all(
        np.abs(total / total.sum() - law).max() * np.sqrt(total.sum()) < 2.2
        for total, law in zip(counts, laws, strict=True)
    )


def winners(scores: np.ndarray, noise: Any) -> np.ndarray:
    """Return how likely each score is the largest once noise is added to each.

    Args:
        scores: Shape (k,); equal ones are counted together.
        noise: One of scipy's frozen distributions.
    """
    different, place, times = np.unique(scores, return_inverse=True, return_counts=True)
    draws = noise.ppf(QUANTILES)
    law = np.empty(len(different))
    for i, score in enumerate(different):
        others = times - (np.arange(len(different)) == i)
        with np.errstate(over="ignore"):  # far away a law may be 1 by overflow
            below = noise.cdf(score + draws[:, None] - different) ** others
        law[i] = np.mean(below.prod(axis=1))
    shares = law[place]
    return shares / shares.sum()


def _powers(utilities: np.ndarray, power: float) -> np.ndarray:
    weights = (utilities + 1.0) ** power
    return weights / weights.sum()


def wrong_choices(
    utilities: np.ndarray, sensitivity: float, epsilon: float
) -> dict[str, np.ndarray]:
    """Return what the usual mistakes choose with which probability, shape (k,) each."""
    scores = epsilon * utilities / (2 * sensitivity)
    often = "the best is chosen too often, so the choice tells too much"
    likely = scores >= scores.max() - 6
    hopeless = np.where(likely, scores, -np.inf)
    shifted = utilities - utilities.min()
    bad = np.where(utilities >= 0, scores, -np.inf)
    many = max(len(scores) - 1, 1)
    return {
        f"{often}: the 2 of the exponent is missing. Between neighbours one utility "
        "may rise while another falls.": softmax(2 * scores),
        f"{often}: the sensitivity is missing in the exponent.": (
            softmax(scores * sensitivity)
        ),
        f"{often}: the 2 and the sensitivity are missing in the exponent.": (
            softmax(2 * scores * sensitivity)
        ),
        "the exponent is multiplied by the sensitivity, not divided.": (
            softmax(scores * sensitivity**2)
        ),
        "the exponent is divided by epsilon, not multiplied.": (
            softmax(scores / epsilon**2)
        ),
        "epsilon is missing in the exponent.": softmax(scores / epsilon),
        "the best is chosen too seldom: the exponent is half of what it must be.": (
            softmax(scores / 2)
        ),
        "the best is chosen a little too seldom.": softmax(0.95 * scores),
        "the best is chosen a little too often.": softmax(1.05 * scores),
        "powers of 2 were taken, not of e.": softmax(scores * np.log(2)),
        "every candidate is as likely: the utilities have no influence.": (
            softmax(0 * scores)
        ),
        "the best is chosen least often: is the sign right?": softmax(-scores),
        f"{often}: it wins always.": softmax(1e6 * scores),
        "a hopeless candidate is never chosen, or next to never: all of them together "
        "win every fifth time, and a probability of 0 tells.": softmax(hopeless),
        "candidates with a utility below 0 are never chosen.": (
            softmax(bad) if np.any(utilities >= 0) else softmax(scores)
        ),
        "the weights are the utilities themselves: exp is missing.": (
            np.abs(utilities) / np.abs(utilities).sum()  # all of the same sign
        ),
        "the weights are the utilities above the smallest: exp is missing.": (
            shifted / shifted.sum()
        ),
        **{
            f"the weights are the utilities above the smallest, and {what}: exp is "
            "missing.": (shifted + more) / (shifted + more).sum()
            for what, more in (
                ("1", 1.0),
                ("the sensitivity", sensitivity),
                ("sensitivity / epsilon", sensitivity / epsilon),
            )
        },
        "the utilities are divided by the largest: the exponent takes them as they "
        "are.": softmax(scores / max(float(np.abs(utilities).max()), 1e-12)),
        "the utilities are divided by their range: the exponent takes them as they "
        "are.": softmax(scores / max(float(np.ptp(utilities)), 1e-12)),
        "the exponents are divided by the largest, which is another law: subtract it, "
        "then nothing overflows and the law stays.": (
            softmax(scores / max(float(np.abs(scores).max()), 1e-12))
        ),
        "large exponents look equal, as if they were cut off (clip, minimum): subtract "
        "the largest from each, then nothing overflows and the law stays.": (
            softmax(np.clip(scores, -700.0, 700.0))
        ),
        "with a fixed probability the best is taken, else anyone: another law.": (
            np.where(scores == scores.max(), 0.5, 0.5 / many)
        ),
        "this is the maximum after Laplace noise, another law.": (
            winners(scores, stats.laplace())
        ),
        f"{often}: the maximum after Laplace noise, of half the scale.": (
            winners(2 * scores, stats.laplace())
        ),
        "this is permute-and-flip, or the maximum after exponential noise: private "
        "too, but another law.": winners(scores, stats.expon()),
        "this is the maximum after normal noise, another law.": (
            winners(scores, stats.norm())
        ),
        f"{often}: Gumbel noise of half the scale.": softmax(2 * scores),
        "this is the maximum after Gumbel noise of the wrong sign, another law: add "
        "it.": winners(scores, stats.gumbel_l()),
        "the weights are powers of the utilities, as if their logarithms were taken: "
        "exp is missing.": _powers(shifted, epsilon / (2 * sensitivity)),
        "the exponent is divided by the square of 2 sensitivity.": (
            softmax(scores / (2 * sensitivity))
        ),
    }

"""How the checks of chapter 15 measure noise, and what they call what they find.

Two tools, both with a stated chance of failing a right answer:

- the empirical distribution of n samples strays from the true one by more than
  ``dkw_distance(n, error=e)`` with probability at most e; a law twice that distance
  away is found with probability at least 1 - e;
- a count of n trials leaves its binomial's 1 - e interval with probability at most e.

Every check splits ``FALSE_FAIL`` among all its comparisons (union bound).
"""

import math
import operator
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from ppdl_course.checks.verdict import Mistake, require
from ppdl_course.dp.audits.lower_bound import dkw_distance

FALSE_FAIL = 1e-6
"""A right answer fails a whole check with at most this probability."""

RUNS = 12_000
"""Calls of the answer for each setting: a scale wrong by 0.7 or 1.43 is found with
probability at least 1 - 1e-6 (computed in
tests/checks/differential_privacy/test_releases.py)."""


def laplace_cdf(scale: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return the CDF of Laplace noise."""
    return stats.laplace(scale=scale).cdf


def laplace_difference_cdf(scale: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return the CDF of the difference of two independent Laplace noises."""

    def cdf(x: np.ndarray) -> np.ndarray:
        z = np.abs(x) / scale
        tail = (2 + z) * np.exp(-z) / 4
        return np.where(x > 0, 1 - tail, tail)

    return cdf


def distance(samples: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return the largest distance of the empirical distribution from ``cdf``."""
    x = np.sort(samples)
    theory, n = cdf(x), len(x)
    return float(
        max(
            # the empirical CDF is a staircase: look on either side of each step
            np.max(np.arange(1, n + 1) / n - theory),
            np.max(theory - np.arange(n) / n),
        )
    )


def number(value: object, what: str) -> float:
    """Return an answer's value as a float, or say that it is not one number."""
    if isinstance(value, float) and math.isfinite(value):  # 12,000 times a check
        return float(value)
    try:
        text = isinstance(value, str | bytes)
        array = np.empty(0) if text else np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.empty(0)
    require(array.size == 1, f"{what} must be one number, got {value!r}.")
    result = float(array.reshape(()))
    require(np.isfinite(result), f"{what} must be finite, got {result}.")
    return result


def index(value: object) -> int:
    """Return an answer's value as an index, or say that it is none."""
    try:
        return operator.index(value)
    except TypeError:
        kind = type(value).__name__
        raise Mistake(
            f"the index must be one integer, got {value!r} ({kind})."
        ) from None


def require_varied(noise: np.ndarray) -> None:
    """Name the two mistakes that leave no randomness at all."""
    require(
        bool(np.any(noise != 0)),
        "no noise: the exact answer comes out, and two of them give a person away.",
    )
    require(
        len(np.unique(noise)) > 5,
        "seed reused: the same noise comes again and again, so an adversary takes it "
        "off. Draw from the generator you are given.",
    )


def require_laplace(
    noise: ArrayLike, scale: float, *, error: float, named: Mapping[str, float]
) -> None:
    """Require that the noise is Laplace of this scale.

    Args:
        noise: One value per independent run, shape (n,).
        scale: The right scale.
        error: Chance of failing a right answer.
        named: Message -> the wrong scale it belongs to; the nearest is shown.
    """
    noise = np.asarray(noise, dtype=np.float64)
    require_varied(noise)
    _, repeats = np.unique(noise, return_counts=True)
    require(
        # doubles hardly ever repeat: one in a hundred was rounded or cut off
        repeats.max() < len(noise) // 100,
        "rounded or cut off: leave the noisy numbers as they are.",
    )
    measured = float(np.median(np.abs(noise - np.median(noise)))) / np.log(2)
    if distance(noise, laplace_cdf(scale)) <= dkw_distance(len(noise), error=error):
        return
    names = {**named, "half the noise it takes": scale / 2}
    message, nearest = min(
        names.items(), key=lambda item: abs(np.log(item[1] / measured))
    )
    # 12,000 runs measure a scale to about 1 %: 15 % away is none of the named mistakes
    if abs(np.log(nearest / measured)) > 0.15:
        message = _described(float(np.median(noise)), measured, scale)
    require(
        False,
        f"{message}. Measured scale: {measured:.3g}, it must be {scale:.3g}.",
    )


def _described(middle: float, measured: float, scale: float) -> str:
    """Say in words how noise differs from Laplace noise of the right scale."""
    # the median of 12,000 such runs is off by 0.01 scales: 0.06 is no accident
    if abs(middle) > 0.06 * scale:
        way = "high" if middle > 0 else "low"
        return (
            f"the releases lie around a number {abs(middle):.3g} too {way}, not around "
            "the true one"
        )
    if measured < 0.95 * scale:
        return "too little noise"
    return (
        "too much noise"
        if measured > 1.05 * scale
        else "the noise is not Laplace noise"
    )


def require_share(
    hits: int, trials: int, probability: float, *, error: float, message: str
) -> None:
    """Require that a count fits a probability (two-sided binomial interval)."""
    low = stats.binom.ppf(error / 2, trials, probability)
    high = stats.binom.isf(error / 2, trials, probability)
    require(
        bool(low <= hits <= high),
        f"{message} Seen: {hits / trials:.3f} of the time, right: {probability:.3f}.",
    )

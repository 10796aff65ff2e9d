"""How the checks of chapters 15 and 16 measure what was drawn.

Two tools, both with a stated chance of failing a right answer:

- the empirical distribution of n samples strays from the true one by more than
  ``dkw_distance(n, error=e)`` with probability at most e; a law twice that distance
  away is found with probability at least 1 - e;
- a count of n trials leaves its binomial's 1 - e interval with probability at most e.

Every check splits ``FALSE_FAIL`` among all its comparisons (union bound).
"""

import math
import operator
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from ppdl_course.checks.verdict import Mistake, require

FALSE_FAIL = 1e-6
"""A right answer fails a whole check cell with at most this probability."""

ONE_CALL = FALSE_FAIL / 2
"""The same for one call of a check that a cell calls twice: as the reader sees it, and
on inputs drawn anew."""

NOT_FROM_RNG = (
    "two generators in the same state, and two results: all randomness must come from "
    "rng, so that a run can be repeated and checked."
)
"""What a generator of its own leads to, with a fixed seed or without."""

NO_NOISE = "no noise: the exact answer comes out, and two of them give a person away."
"""What is said where nothing was added."""

RUNS = 12_000
"""Calls of the answer for each setting of a choice: a probability wrong by 0.05 is
found with probability at least 1 - 1e-6 (computed in
tests/checks/differential_privacy/test_releases.py)."""


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


def require_from_rng(ask: Callable[[np.random.Generator], ArrayLike]) -> None:
    """Require that the same generator gives the same draws.

    Args:
        ask: Returns several draws of the answer with a generator: so many that own
            draws agree by chance less often than once in 10^12 times.
    """
    # both are kept: an answer may take its seed from where its generator lies
    twins = [np.random.default_rng(1729) for _ in range(2)]
    one, other = (np.asarray(ask(twin), dtype=np.float64) for twin in twins)
    same = one.shape == other.shape and bool(np.allclose(one, other, atol=1e-9))
    require(same, NOT_FROM_RNG)


def require_fresh(noise: ArrayLike, released: ArrayLike) -> None:
    """Name what leaves no randomness, or less than a draw of its own for each number.

    Args:
        noise: What was added, shape (n,) for n > 20 releases of real numbers.
        released: The numbers themselves, of the same shape.
    """
    noise, released = np.asarray(noise, np.float64), np.asarray(released, np.float64)
    require(
        bool(np.any(np.abs(noise) > 1e-9)),
        NO_NOISE,
    )
    require_unrounded(noise, released)
    different = len(np.unique(np.round(np.abs(noise), 9)))
    require(
        # 20,000 numbers in float32 repeat a few: one in twenty were not drawn afresh
        different > 0.95 * len(noise),
        "seed reused: the same noise comes again and again, so an adversary takes it "
        f"off. {len(noise)} draws, {different} of different size. Draw each from the "
        "generator you are given.",
    )


def require_unrounded(noise: np.ndarray, released: np.ndarray) -> None:
    """Require real noise, and releases that were left as they are.

    Args:
        noise: What was added, shape (n,).
        released: The numbers themselves, of the same shape.
    """
    for what in (noise, released):
        off = np.abs(what * 1e4 - np.rint(what * 1e4)) > 1e-4
        require(
            np.count_nonzero(off) > len(what) // 10,
            "rounded or cut off, or geometric noise: all that may keep epsilon, but "
            "Laplace noise is asked for, left as it is.",
        )
    require(
        np.count_nonzero(released == 0) < 2,
        "rounded or cut off: several releases are exactly 0. Leave the noisy numbers "
        "as they are.",
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

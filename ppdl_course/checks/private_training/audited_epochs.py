"""Visible check of chapter 16: what convicts shuffled batches.

It is a statistic: ``tests/checks/private_training/test_statistics.py`` computes its
false-fail rate and power.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.noise import FALSE_FAIL
from ppdl_course.checks.verdict import require, require_array, require_kept
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    epsilon_by_pld,
)
from ppdl_course.dp.audits.lower_bound import audit
from ppdl_course.dp.audits.shuffled_batches import released_sums
from ppdl_course.dp.definition import Neighbours

RUNS, STEPS, NOISE, DELTA = 30_000, 400, 0.7, 1e-5
"""The audit: epochs, batches, noise multiplier, delta."""


@statistical(
    false_fail=FALSE_FAIL,
    power=0.99,
    against=("the mean", "the first batch", "the smallest", "noise of its own"),
)
def check_batch_statistic(
    batch_statistic: Callable[[np.ndarray], object],
    *,
    seed: int = 16,
    runs: int = RUNS,
) -> None:
    """Check that an audit with the answer's statistic convicts shuffled batches.

    The event is chosen on one half of ``runs`` epochs and judged on the other, so a
    statistic that shows nothing convicts with probability at most 1e-6. The largest
    sum convicts with probability at least 1 - 1e-6. The answer is asked twice,
    each time about epochs of both kinds, mixed.
    """
    rng = np.random.default_rng(seed)
    promised = epsilon_by_pld(
        [
            SubsampledGaussian(
                noise_multiplier=NOISE,
                sample_rate=1 / STEPS,
                steps=STEPS,
                neighbours=Neighbours.ADD_REMOVE,
            )
        ],
        delta=DELTA,
    )
    there, blank = (
        released_sums(
            present=present, noise_multiplier=NOISE, steps=STEPS, runs=runs, rng=rng
        )
        for present in (True, False)
    )
    swapped = rng.random(runs) < 0.5
    there[swapped], blank[swapped] = blank[swapped], there[swapped]
    first, second = (_statistics(batch_statistic, sums) for sums in (there, blank))
    samples = np.where(swapped, second, first), np.where(swapped, first, second)
    epsilon = audit(*samples, delta=DELTA).epsilon
    require(
        epsilon > promised,
        f"this statistic shows epsilon >= {epsilon:.2f} only; {promised:.2f} was "
        "promised, so nobody is convicted. " + _hint(samples[0]),
    )


def _statistics(
    batch_statistic: Callable[[np.ndarray], object], sums: np.ndarray
) -> np.ndarray:
    before = sums[:50].copy()
    got = require_array(
        batch_statistic(sums), shape=(len(sums),), what="batch_statistic(sums)"
    )
    require_kept(before, sums[:50], "sums")
    return got


def _hint(sample: np.ndarray) -> str:
    # the deviation of a sum, of a mean, of a single batch
    usual = NOISE * np.array([np.sqrt(STEPS), 1 / np.sqrt(STEPS), 1])
    likely = np.array([2, 2 / STEPS, 2 / STEPS])
    # close to a statistic that many try first, within what samples vary by
    close = np.abs(np.mean(sample) - likely) < np.maximum(0.1 * usual, 1e-3)
    if np.any(close & (np.abs(np.std(sample) / usual - 1) < 0.1)):
        return (
            "A sum or mean over all batches adds the noise of all to one batch's "
            "signal; a single batch rarely holds the target."
        )
    return "Where in the row does the target's batch show most?"

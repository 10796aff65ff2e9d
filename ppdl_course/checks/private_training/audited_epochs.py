"""Visible check of chapter 16: what convicts shuffled batches.

It is a statistic: ``tests/checks/private_training/test_statistics.py`` computes its
false-fail rate and power. A chapter calls it twice: with a fixed seed, and with one
drawn anew.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import ONE_CALL
from ppdl_course.checks.verdict import (
    Mistake,
    on_other_data,
    require,
    require_array,
    require_kept,
)
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
    false_fail=ONE_CALL,
    power=0.99,
    against=("the mean", "the first batch", "the smallest", "noise of its own"),
)
@on_other_data
@drawn_anew
def check_batch_statistic(
    batch_statistic: Callable[[np.ndarray], object],
    *,
    seed: int = 16,
    runs: int = RUNS,
) -> None:
    """Check that an audit with the answer's statistic convicts shuffled batches.

    The event is chosen on one half of ``runs`` epochs and judged on the other, so a
    statistic that shows nothing convicts with probability at most 1e-6. The largest
    sum convicts with probability at least 1 - 1e-6 / 2. The answer is asked twice,
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
    few = there[:200], first[:200]
    epsilon = audit(*samples, delta=DELTA).epsilon
    if epsilon <= promised:
        raise Mistake(
            f"this statistic shows epsilon >= {epsilon:.2f} only; {promised:.2f} was "
            "promised, so nobody is convicted. " + _which(*few) + _hint(samples[0])
        )


def _statistics(
    batch_statistic: Callable[[np.ndarray], object], sums: np.ndarray
) -> np.ndarray:
    before = sums[:50].copy()
    what = "batch_statistic(sums)"
    result = batch_statistic(sums)
    require(
        np.shape(result) != sums.shape[1:],
        f"{what} must have shape ({len(sums)},), got {np.shape(result)}: an epoch is a "
        "row, so take each along axis 1.",
    )
    got = require_array(result, shape=(len(sums),), what=what)
    require_kept(before, sums[:50], "sums")
    return got


def _which(sums: np.ndarray, got: np.ndarray) -> str:
    """Return which usual statistic of these sums an answer is, or ''."""
    usual = (
        (
            "Yours is the smallest sum, and the target adds to its batch: it does not "
            "show at that end. ",
            sums.min(axis=1),
        ),
        (
            "Yours is the place of the largest sum, and any batch may be the "
            "target's. ",
            sums.argmax(axis=1),
        ),
        ("Yours is the place of the smallest sum. ", sums.argmin(axis=1)),
        (
            f"Yours is the median of {STEPS} sums, which one batch hardly moves. ",
            np.median(sums, axis=1),
        ),
        (
            f"Yours is the spread of {STEPS} sums, which one batch hardly moves. ",
            sums.std(axis=1),
        ),
        (
            f"Yours is the spread of {STEPS} sums, which one batch hardly moves. ",
            sums.var(axis=1),
        ),
        (
            "Yours is the distance of the largest sum from the smallest, so it has the "
            "noise of both. ",
            np.ptp(sums, axis=1),
        ),
        (
            "Yours is the largest size: sums far below 0 hide the one above it. ",
            np.abs(sums).max(axis=1),
        ),
        ("Yours is the last batch alone. ", sums[:, -1]),
    )
    for told, statistic in usual:
        if np.ptp(got) > 0 and abs(np.corrcoef(got, statistic)[0, 1]) > 1 - 1e-6:
            return told
    return ""


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

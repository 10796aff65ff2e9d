"""Tests of views: is what a party sees independent of a secret it must not learn?

The samples are one number of the party's view from many runs, under one value of the
secret and under another. If the view hides the secret they have one distribution;
Pearson's chi-square test of homogeneity says how well that fits. A test is only worth
its power: :func:`power` says how likely a leak of a given size is caught.

Source: J. Cohen, "Statistical Power Analysis for the Behavioral Sciences", 2nd edition,
1988, chapter 7 (effect size w of chi-square tests).
"""

from collections.abc import Sequence

import numpy as np

FALSE_ALARM = 1e-6


def p_value(first: Sequence[int], second: Sequence[int]) -> float:
    """Return how likely two samples of one distribution differ this much.

    Args:
        first: Whole numbers, one for each run; small ones, such as a bin.
        second: The same under the other secret.

    Raises:
        ValueError: If a sample is empty.
    """
    from scipy.stats import chi2  # half a second to import

    if not len(first) or not len(second):
        raise ValueError("both samples must have entries")
    pooled = np.concatenate([first, second])
    values, cell = np.unique(pooled, return_inverse=True)
    if len(values) == 1:
        return 1.0
    counts = np.stack(
        [
            np.bincount(cell[: len(first)], minlength=len(values)),
            np.bincount(cell[len(first) :], minlength=len(values)),
        ]
    )
    share = counts.sum(1, keepdims=True) / counts.sum()
    expected = share * counts.sum(0)
    statistic = ((counts - expected) ** 2 / expected).sum()
    return float(chi2.sf(statistic, len(values) - 1))


def uniform_p_value(sample: Sequence[int], cells: int) -> float:
    """Return how likely uniform draws from 0..cells-1 look this uneven.

    Raises:
        ValueError: If a draw is outside.
    """
    from scipy.stats import chi2

    sample = np.asarray(sample)
    if not len(sample) or sample.min() < 0 or sample.max() >= cells:
        raise ValueError(f"sample must hold numbers in 0..{cells - 1}")
    counts = np.bincount(sample, minlength=cells)
    expected = len(sample) / cells
    return float(chi2.sf(((counts - expected) ** 2).sum() / expected, cells - 1))


def power(
    effect: float,
    samples: int,
    cells: int,
    *,
    pair: bool = False,
    false_alarm: float = FALSE_ALARM,
) -> float:
    """Return the probability that a test catches a leak.

    Args:
        effect: Cohen's w, the root of sum (p - q)^2 / q over the cells, where q is the
            distribution without the leak and p with it. A sample that misses a fifth
            of its range has w = 0.5. For a pair of samples the root of
            sum (p - q)^2 / ((p + q) / 2); there a fifth is w = 0.67.
        samples: Draws; in a pair, of each sample.
        cells: Different values.
        pair: For :func:`p_value`, which knows neither distribution; otherwise for
            :func:`uniform_p_value`.
        false_alarm: The test complains when its p-value is below this.
    """
    from scipy.stats import chi2, ncx2

    threshold = chi2.isf(false_alarm, cells - 1)
    shift = samples * effect**2 / (2 if pair else 1)
    return float(ncx2.sf(threshold, cells - 1, shift))


def samples_needed(
    effect: float,
    cells: int,
    *,
    pair: bool = False,
    false_alarm: float = FALSE_ALARM,
    miss: float = FALSE_ALARM,
) -> int:
    """Return the smallest number of draws with at most ``miss`` undetected leaks.

    The arguments are those of :func:`power`.
    """

    def missed(samples: int) -> float:
        return 1 - power(effect, samples, cells, pair=pair, false_alarm=false_alarm)

    high = 1  # doubled until it is enough, then the interval is halved
    while missed(high) > miss:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if missed(middle) > miss else (low, middle)
    return high

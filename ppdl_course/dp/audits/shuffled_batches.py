r"""Shuffled batches accounted as Poisson samples: a worst case that shows the gap.

Most loaders shuffle the records and cut them into batches, so everybody takes part
exactly once an epoch; the accountants assume independent coins. In this worst case
every other record pulls by -C. With the target, whose gradient is +C, one batch of b
sums to -(b - 1) C + C; if the target's record is blank, to -(b - 1) C; every other
batch to -b C. Whoever knows the others adds b C to each released sum, in units of C:

    target there     2 + noise in one unknown batch, noise in the others
    target blank     1 + noise in one unknown batch, noise in the others

A blank record is the neighbour that batches of a fixed size allow: a missing one would
change a size that everybody sees.

Source: Chua, Ghazi, Kamath, Kumar, Manurangsi, Sinha, Zhang, "How Private are DP-SGD
Implementations?", ICML 2024. Chapter 16.
"""

import numpy as np

from ppdl_course.arguments import at_least, non_negative, positive


def released_sums(
    *,
    present: bool,
    noise_multiplier: float,
    steps: int,
    runs: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the noisy batch sums of one shuffled epoch, b C added, in units of C.

    Args:
        present: Whether the target's record is there, or blank.
        noise_multiplier: Noise deviation over C; 0 shows the sums themselves.
        steps: Batches in the epoch.
        runs: Independent epochs.
        rng: Shuffles and draws the noise.

    Returns:
        Shape (runs, steps).
    """
    at_least(1, steps=steps)
    at_least(1, runs=runs)
    non_negative(noise_multiplier=noise_multiplier)
    sums = noise_multiplier * rng.standard_normal((runs, steps))
    # The others are alike, so of the permutation only the target's batch matters.
    sums[np.arange(runs), rng.integers(0, steps, size=runs)] += 2 if present else 1
    return sums


def likelihood_ratio(sums: np.ndarray, *, noise_multiplier: float) -> np.ndarray:
    """Return how much likelier sums are with the target than with a blank, as a log.

    With s the noise deviation and v = 2 or 1, P[sums | v] is in proportion to the mean
    over the batches t of exp((v sums_t - v^2 / 2) / s^2). No statistic tells the two
    cases apart better (Neyman, Pearson, Philosophical Transactions A 231, 1933).

    Args:
        sums: From :func:`released_sums`, shape (runs, steps).
        noise_multiplier: The s they were drawn with, > 0.

    Returns:
        Nats, shape (runs,).
    """
    positive(noise_multiplier=noise_multiplier)
    variance = noise_multiplier**2
    top = sums.max(axis=1)
    # exp(2 x) is exp(x) squared; the largest sum is taken out before
    weight = np.exp((sums - top[:, None]) / variance)
    there = np.log(np.einsum("ij,ij->i", weight, weight)) + (2 * top - 2) / variance
    return there - np.log(weight.sum(axis=1)) - (top - 0.5) / variance

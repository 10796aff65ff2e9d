"""Accountants for the Poisson-subsampled Gaussian: the cost, and its inverse.

A step draws each record with probability ``sample_rate``, sums vectors whose L2 norm
is at most C, and adds Gaussian noise of deviation ``noise_multiplier * C``. Two
accountants give (epsilon, delta) of many steps:

    epsilon_by_rdp   Renyi divergences: a bound, usually some per cent too high
    epsilon_by_pld   the privacy-loss distribution: exact up to a grid, errs upwards

Poisson sampling is accounted under ADD_REMOVE, where a record can be absent. Under
REPLACE only ``sample_rate = 1`` is taken, with ``noise_multiplier`` in units of
that relation's sensitivity, 2 C. Batches of a fixed size, drawn by shuffling, are not
Poisson samples: these numbers do not hold for them.

Source: see :mod:`ppdl_course.dp.accountants.rdp`,
:mod:`ppdl_course.dp.accountants.pld`; names as in Opacus. Chapters 15 and 16.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least, non_negative, positive, within
from ppdl_course.dp.accountants import pld as privacy_loss
from ppdl_course.dp.accountants import rdp
from ppdl_course.dp.definition import Neighbours, one_relation, relation

FINENESS = 0.05
"""Grid spacing of the loss distribution over one step's deviation of the loss."""


@dataclass(frozen=True, kw_only=True)
class SubsampledGaussian:
    """So many equal steps of the Poisson-subsampled Gaussian mechanism.

    Attributes:
        noise_multiplier: Noise deviation over the sensitivity of one step. > 0.
        sample_rate: Probability that a record takes part in a step, in (0, 1].
        steps: How many. >= 1.
        neighbours: The relation the cost is stated for.

    Raises:
        ValueError: If an argument is out of range, or sampling is combined with
            REPLACE.
    """

    noise_multiplier: float
    sample_rate: float = 1.0
    steps: int = 1
    neighbours: Neighbours

    def __post_init__(self) -> None:
        positive(noise_multiplier=self.noise_multiplier)
        within("(0, 1]", sample_rate=self.sample_rate)
        at_least(1, steps=self.steps)
        if relation(self.neighbours) is Neighbours.REPLACE and self.sample_rate < 1:
            raise ValueError(
                "sample_rate must be 1 under REPLACE: Poisson sampling is accounted "
                f"under ADD_REMOVE, got {self.sample_rate}"
            )


def epsilon_by_rdp(spent: Iterable[SubsampledGaussian], *, delta: float) -> float:
    """Return epsilon of everything in ``spent`` together, by Renyi divergences.

    Args:
        spent: One or more runs, all under the same neighbouring relation.
        delta: In (0, 1).

    Raises:
        ValueError: If the relations differ, or delta is out of range.
    """
    spent = _runs(spent)
    total = sum(
        run.steps
        * rdp.subsampled_gaussian(
            noise_multiplier=run.noise_multiplier, sample_rate=run.sample_rate
        )
        for run in spent
    )
    return rdp.epsilon(total, delta=delta)


def epsilon_by_pld(spent: Iterable[SubsampledGaussian], *, delta: float) -> float:
    """Return epsilon of everything in ``spent`` together, by privacy-loss distribution.

    Args:
        spent: One or more runs, all under the same neighbouring relation.
        delta: In [1e-12, 1).

    Raises:
        ValueError: If the relations differ, or delta is out of range.
    """
    return max(loss.epsilon(delta) for loss in composed_losses(_runs(spent)))


def delta_by_pld(spent: Iterable[SubsampledGaussian], *, epsilon: float) -> float:
    """Return delta of everything in ``spent`` together beside ``epsilon`` >= 0."""
    non_negative(epsilon=epsilon)
    return max(loss.delta(epsilon) for loss in composed_losses(_runs(spent)))


def noise_multiplier_for(
    *,
    epsilon: float,
    delta: float,
    sample_rate: float,
    steps: int,
    neighbours: Neighbours,
    accountant: Callable[..., float] = epsilon_by_pld,
) -> float:
    """Return the noise multiplier whose cost is ``epsilon``: an accountant's inverse.

    Found by bisection; the cost of what is returned is at most ``epsilon``, and less
    than 0.1 % under it.

    Raises:
        ValueError: If an argument is out of range.
    """
    positive(epsilon=epsilon)

    def cost(noise_multiplier: float) -> float:
        run = SubsampledGaussian(
            noise_multiplier=noise_multiplier,
            sample_rate=sample_rate,
            steps=steps,
            neighbours=neighbours,
        )
        return accountant([run], delta=delta)

    low = high = 1.0
    # first a bracket by doubling, then bisection of the logarithm: sigma has no scale
    while cost(high) > epsilon:
        low, high = high, 2 * high
    while low == high or cost(low) <= epsilon:
        low, high = low / 2, low
    while cost(high) < 0.999 * epsilon and high / low > 1 + 1e-9:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if cost(middle) <= epsilon else (middle, high)
    return high


def composed_losses(
    spent: list[SubsampledGaussian],
) -> list[privacy_loss.PrivacyLoss]:
    """Return the composed losses when the record was there, and when it was not."""
    mesh = _mesh(spent)
    return [
        privacy_loss.compose(
            [
                (
                    privacy_loss.subsampled_gaussian(
                        noise_multiplier=run.noise_multiplier,
                        sample_rate=run.sample_rate,
                        removal=removal,
                        mesh=mesh,
                    ),
                    run.steps,
                )
                for run in spent
            ]
        )
        for removal in (True, False)
    ]


def _mesh(spent: list[SubsampledGaussian]) -> float:
    """A grid spacing fine against each step's loss, coarse enough for 2^17 points."""
    fine, coarse = math.inf, 0.0
    for run in spent:
        s, q = run.noise_multiplier, run.sample_rate
        z = np.linspace(-9 * s, 1 + 9 * s, 2000)
        loss = privacy_loss.loss_at(z, s, q)
        weight = (1 - q) * np.exp(-0.5 * (z / s) ** 2)
        weight += q * np.exp(-0.5 * ((z - 1) / s) ** 2)
        weight /= weight.sum()
        centred = loss - np.sum(weight * loss)
        spread = math.sqrt(np.sum(weight * centred**2))
        # the finest part decides the spacing, the widest one how many points that makes
        fine = min(fine, FINENESS * spread)
        width = max(loss[-1] - loss[0], 10 * spread * math.sqrt(run.steps))
        coarse = max(coarse, width / 2**17)
    # a coarser grid errs upwards, so a bound on its points costs accuracy only
    return max(min(fine, 0.01), coarse)


def _runs(spent: Iterable[SubsampledGaussian]) -> list[SubsampledGaussian]:
    runs = list(spent)
    one_relation(run.neighbours for run in runs)
    return runs

"""Accountants for the Poisson-subsampled Gaussian: the cost, and its inverse.

A step draws each record with probability ``sample_rate``, sums vectors whose L2 norm
is at most C, and adds Gaussian noise of deviation ``noise_multiplier * C``. Two
accountants give (epsilon, delta) of many steps:

    epsilon_by_rdp   Renyi divergences: a bound, usually some per cent too high
    epsilon_by_pld   the privacy-loss distribution: exact up to a grid, errs upwards

Poisson sampling is accounted under ADD_REMOVE, where a record can be absent. Under
REPLACE only ``sample_rate = 1`` is taken, with ``noise_multiplier`` in units of
that relation's sensitivity, 2 C. Batches of a fixed size, drawn by shuffling, are not
Poisson samples: these numbers do not hold for them, nor for batches with a cap
(:mod:`ppdl_course.dp.accountants.capped_batches`).

Source: see :mod:`ppdl_course.dp.accountants.rdp`,
:mod:`ppdl_course.dp.accountants.pld`; names as in Opacus. Chapters 15 and 16.
"""

import functools
import math
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ppdl_course.arguments import between, non_negative, positive, within
from ppdl_course.dp.accountants import pld as privacy_loss
from ppdl_course.dp.accountants import rdp
from ppdl_course.dp.accountants.composed_pld import compose
from ppdl_course.dp.definition import Neighbours, one_relation, relation

FINENESS = 0.05
"""Grid spacing of the loss distribution over one step's deviation of the loss."""

LEAST_NOISE, MOST_NOISE = 0.01, 1e6
"""The range of noise multipliers that is accounted for."""

_GIVEN_UP = 5e-7


class Branch(NamedTuple):
    """A case of a step whose occurrence is public and as likely in both worlds.

    Attributes:
        probability: Of the case, in (0, 1].
        noise_multiplier: Noise deviation over the sensitivity there.
        sample_rate: Probability that the record takes part there.
    """

    probability: float
    noise_multiplier: float
    sample_rate: float


@dataclass(frozen=True, kw_only=True)
class SubsampledGaussian:
    """So many equal steps of the Poisson-subsampled Gaussian mechanism.

    Attributes:
        noise_multiplier: Noise deviation over the sensitivity of one step, in
            [0.01, 1e6]: beyond, no accountant here keeps its digits.
        sample_rate: Probability that a record takes part in a step, in [1e-9, 1].
        steps: How many, in 1 .. 10^9.
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
        within(f"[{LEAST_NOISE}, {MOST_NOISE}]", noise_multiplier=self.noise_multiplier)
        within("[1e-9, 1]", sample_rate=self.sample_rate)
        between(1, 10**9, steps=self.steps)
        if relation(self.neighbours) is Neighbours.REPLACE and self.sample_rate < 1:
            raise ValueError(
                "sample_rate must be 1 under REPLACE: Poisson sampling is accounted "
                f"under ADD_REMOVE, got {self.sample_rate}"
            )

    def branches(self) -> list[Branch]:
        """Return the cases of a step; their probabilities add up to 1."""
        return [Branch(1.0, self.noise_multiplier, self.sample_rate)]


def epsilon_by_rdp(spent: Iterable[SubsampledGaussian], *, delta: float) -> float:
    """Return epsilon of everything in ``spent`` together, by Renyi divergences.

    Args:
        spent: One or more runs, all under the same neighbouring relation.
        delta: In (0, 1).

    Warns:
        OrderWarning: If the best order is the first or the last of those tried: the
            bound is looser than it need be.

    Raises:
        ValueError: If the relations differ, or delta is out of range.
    """
    spent = _runs(spent)
    total = sum(run.steps * _divergence(run) for run in spent)
    epsilon, order = rdp.epsilon_and_order(total, delta=delta)
    if epsilon > 0 and order in (rdp.ORDERS.min(), rdp.ORDERS.max()):
        warnings.warn(
            f"the best order is {order:g}, the end of those tried: epsilon "
            f"{epsilon:.4g} is looser than it need be",
            rdp.OrderWarning,
            stacklevel=2,
        )
    return epsilon


def epsilon_by_pld(spent: Iterable[SubsampledGaussian], *, delta: float) -> float:
    """Return epsilon of everything in ``spent`` together, by privacy-loss distribution.

    Args:
        spent: One or more runs, all under the same neighbouring relation.
        delta: In [1e-12, 1). For smaller ones rounding would have to be bounded finer.

    Raises:
        ValueError: If the relations differ, or delta is out of range.
    """
    within(f"[{privacy_loss.SMALLEST_DELTA}, 1)", delta=delta)
    losses = composed_losses(_runs(spent), delta=delta)
    return max(loss.epsilon(delta) for loss in losses)


def delta_by_pld(spent: Iterable[SubsampledGaussian], *, epsilon: float) -> float:
    """Return delta of everything in ``spent`` together beside ``epsilon`` >= 0."""
    non_negative(epsilon=epsilon)
    losses = composed_losses(_runs(spent), epsilon=epsilon)
    return min(1.0, max(loss.delta(epsilon) for loss in losses))


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

    Found by halving and by secants; the cost of what is returned is at most
    ``epsilon``, and less than 0.1 % under it.

    Raises:
        ValueError: If an argument is out of range; if delta covers the chance that the
            record is drawn at all, so that no noise is needed; or if no noise in the
            accounted range costs ``epsilon``: by Renyi divergences of orders up to
            1024, for one, no less than 0.0035 can be shown beside a delta of 1e-5.
    """
    positive(epsilon=epsilon)
    within("(0, 1)", delta=delta)

    @functools.cache
    def cost(noise_multiplier: float) -> float:
        run = SubsampledGaussian(
            noise_multiplier=noise_multiplier,
            sample_rate=sample_rate,
            steps=steps,
            neighbours=neighbours,
        )
        with warnings.catch_warnings():  # of orders: on the way they are no news
            warnings.simplefilter("ignore", rdp.OrderWarning)
            spent = float(accountant([run], delta=delta))
        non_negative(accounted=spent)
        return spent

    low = high = 1.0
    cost(high)  # refuses arguments out of range by their names
    drawn = 1.0 if sample_rate == 1 else -math.expm1(steps * math.log1p(-sample_rate))
    if delta >= drawn:
        raise ValueError(
            f"delta must be below {drawn:.6g}, the chance that a record is drawn at "
            f"all: no noise is needed, got {delta}"
        )
    # first a bracket by doubling, then halving of the logarithm: sigma has no scale
    while cost(high) > epsilon:
        if high == MOST_NOISE:
            raise ValueError(
                f"epsilon must be at least {cost(high):.3g}, the least that the "
                f"accountant can show beside delta {delta}, got {epsilon}"
            )
        low, high = high, min(8 * high, MOST_NOISE)
    while low == high or cost(low) <= epsilon:
        if low == LEAST_NOISE:
            raise ValueError(
                f"epsilon must be below {cost(low):.6g}, the cost of the least noise "
                f"that is accounted, {LEAST_NOISE}, got {epsilon}"
            )
        low, high = max(low / 2, LEAST_NOISE), low
    at_low, at_high, by_line = cost(low), cost(high), True
    while at_high < 0.999 * epsilon and high / low > 1 + 1e-9:
        share = 0.5
        if by_line and at_high > 0:
            # costs fall nearly as a power of the noise: a line between logarithms
            share = math.log(at_low / (0.9996 * epsilon)) / math.log(at_low / at_high)
            share = min(max(share, 0.01), 0.99)
        by_line = not by_line or high / low < 1.1
        middle = low * (high / low) ** share
        at_middle = cost(middle)
        if at_middle <= epsilon:
            high, at_high = middle, at_middle
        else:
            low, at_low = middle, at_middle
    return high


def composed_losses(
    spent: list[SubsampledGaussian],
    *,
    delta: float | None = None,
    epsilon: float | None = None,
) -> list[privacy_loss.PrivacyLoss]:
    """Return the composed losses when the record was there, and when it was not.

    They are sharp about the one point of the curve that is given, delta or epsilon.
    """
    mesh = _mesh(spent)
    # given up as infinite loss: a millionth of the delta, half of it in the steps
    tail = _GIVEN_UP * (privacy_loss.SMALLEST_DELTA if delta is None else delta)
    each = tail / sum(run.steps for run in spent)
    composed = []
    for removal in (True, False):
        parts = [
            (_loss(run, removal=removal, mesh=mesh, tail=each), run.steps)
            for run in spent
        ]
        composed.append(compose(parts, tail=tail, delta=delta, epsilon=epsilon))
    return composed


def _loss(
    run: SubsampledGaussian, *, removal: bool, mesh: float, tail: float
) -> privacy_loss.PrivacyLoss:
    """Return the loss of one step, over all its branches."""
    grid = {"removal": removal, "mesh": mesh, "tail": tail}
    return privacy_loss.mixture(
        [
            (p, privacy_loss.subsampled_gaussian(**branch, **grid))
            for p, branch in _cases(run)
        ]
    )


def _divergence(run: SubsampledGaussian) -> np.ndarray:
    """Return the Renyi divergences of one step: moments of branches are averaged."""
    return rdp.mixture(
        [(p, rdp.subsampled_gaussian(**branch)) for p, branch in _cases(run)]
    )


def _cases(run: SubsampledGaussian) -> list[tuple[float, dict[str, float]]]:
    """Return each branch's probability and its arguments."""
    return [
        (p, {"noise_multiplier": s, "sample_rate": q}) for p, s, q in run.branches()
    ]


def _mesh(spent: list[SubsampledGaussian]) -> float:
    """A grid spacing fine against each step's loss, coarse enough for 2^19 points."""
    fine, coarse = math.inf, 0.0
    parts = [(run.steps, branch) for run in spent for branch in run.branches()]
    for steps, (_, s, q) in parts:
        z = np.linspace(-9 * s, 1 + 9 * s, 2000)
        loss = privacy_loss.loss_at(z, s, q)
        weight = (1 - q) * np.exp(-0.5 * (z / s) ** 2)
        weight += q * np.exp(-0.5 * ((z - 1) / s) ** 2)
        weight /= weight.sum()
        centred = loss - np.sum(weight * loss)
        spread = math.sqrt(np.sum(weight * centred**2))
        # the finest part decides the spacing, the widest one how many points that makes
        fine = min(fine, FINENESS * spread)
        coarse = max(coarse, (loss[-1] - loss[0]) / 2**17)
        coarse = max(coarse, 10 * spread * math.sqrt(steps) / 2**19)
    # a coarser grid errs upwards, so a bound on its points costs accuracy only
    return max(min(fine, 0.01), coarse)


def _runs(spent: Iterable[SubsampledGaussian]) -> list[SubsampledGaussian]:
    runs = list(spent)
    one_relation(run.neighbours for run in runs)
    return runs

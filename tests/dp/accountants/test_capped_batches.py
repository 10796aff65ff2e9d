"""Tests for batches with a cap: a library, the mechanism written out, the ends."""

import dataclasses
import itertools
import math

import dp_accounting
import numpy as np
import pytest
from dp_accounting.pld import privacy_loss_distribution
from scipy import stats

from ppdl_course.dp.accountants.capped_batches import CappedGaussian
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    delta_by_pld,
    epsilon_by_pld,
    epsilon_by_rdp,
)
from ppdl_course.dp.definition import Neighbours

DELTA = 1e-5
POINTS = [
    # records, rate, cap, noise, steps
    (1000, 0.01, 20, 1.0, 800),
    (1000, 0.01, 15, 1.0, 60),
    (4500, 0.02, 128, 2.0, 300),
    (200, 0.05, 12, 2.0, 50),
    (50, 0.3, 10, 4.0, 10),
    (60, 1.0, 30, 3.0, 4),
]


def capped(records, rate, cap, noise, steps=1, **changed):
    given = {"records": records, "sample_rate": rate, "cap": cap, "steps": steps}
    given |= {"noise_multiplier": noise, "neighbours": Neighbours.ADD_REMOVE}
    return CappedGaussian(**{**given, **changed})


def uncapped(rate, noise, steps=1):
    return SubsampledGaussian(
        noise_multiplier=noise,
        sample_rate=rate,
        steps=steps,
        neighbours=Neighbours.ADD_REMOVE,
    )


@pytest.mark.parametrize(("records", "rate", "cap", "noise", "steps"), POINTS)
def test_epsilon_agrees_with_the_same_mixture_in_dp_accounting(
    records, rate, cap, noise, steps
):
    # its chances: of a full batch, and of a place in it (see its truncated mechanism)
    full = stats.binom.sf(cap - 1, records - 1, rate)
    place = stats.binom.sf(cap, records, rate) * cap / records / full
    step = privacy_loss_distribution.from_gaussian_mechanism(noise, sampling_prob=rate)
    pushing = privacy_loss_distribution.from_gaussian_mechanism(
        noise / 2, sampling_prob=place
    )
    theirs = pushing.compute_mixture(step, full).self_compose(steps)
    ours = epsilon_by_pld([capped(records, rate, cap, noise, steps)], delta=DELTA)
    assert ours == pytest.approx(theirs.get_epsilon_for_delta(DELTA), rel=2e-3)


@pytest.mark.parametrize(("records", "rate", "cap", "noise", "steps"), POINTS)
def test_epsilon_lies_between_no_cap_and_the_event_of_dp_accounting(
    records, rate, cap, noise, steps
):
    event = dp_accounting.TruncatedSubsampledGaussianDpEvent(records, rate, cap, noise)
    theirs = dp_accounting.pld.PLDAccountant()
    theirs.compose(dp_accounting.SelfComposedDpEvent(event, steps))
    run = capped(records, rate, cap, noise, steps)
    ours = epsilon_by_pld([run], delta=DELTA)
    assert ours <= theirs.get_epsilon(DELTA) * 1.002
    if run.chance_above < 0.002:  # rare: its looser second case weighs little
        assert ours == pytest.approx(theirs.get_epsilon(DELTA), rel=0.01)
    assert ours <= epsilon_by_rdp([run], delta=DELTA)


def test_a_cap_of_twice_the_mean_more_than_doubles_epsilon():
    run = capped(1000, 0.01, 20, 1.0, 800)
    assert 600 < 1 / run.chance_above < 700
    cost = epsilon_by_pld([run], delta=DELTA)
    assert cost > 2.2 * epsilon_by_pld([uncapped(0.01, 1.0, 800)], delta=DELTA)


def test_a_cap_that_is_never_reached_costs_nothing():
    plain = epsilon_by_pld([uncapped(0.01, 1.0, 800)], delta=DELTA)
    for cap in (1000, 5000):
        run = capped(1000, 0.01, cap, 1.0, 800)
        assert epsilon_by_pld([run], delta=DELTA) == plain
        assert run.chance_above == 0


def kept(coming, cap):
    """Return each batch that may be left of those coming, with its probability."""
    if len(coming) <= cap:
        return [(1.0, coming)]
    batches = list(itertools.combinations(coming, cap))
    return [(1 / len(batches), batch) for batch in batches]


def sums(gradients, rate, cap):
    """Return the probability of each sum of a capped Poisson batch, written out."""
    chances = {}
    for takes in itertools.product((0, 1), repeat=len(gradients)):
        coming = tuple(g for g, taken in zip(gradients, takes, strict=True) if taken)
        chance = math.prod(rate if taken else 1 - rate for taken in takes)
        for share, batch in kept(coming, cap):
            chances[sum(batch)] = chances.get(sum(batch), 0) + chance * share
    return chances


def exact_delta(first, second, noise, epsilon):
    x, step = np.linspace(-12 - 9 * noise, 12 + 9 * noise, 40_001, retstep=True)
    p, q = (
        sum(w * stats.norm.pdf(x, s, noise) for s, w in world.items())
        for world in (first, second)
    )
    return float(np.maximum(p - math.exp(epsilon) * q, 0).sum() * step)


@pytest.mark.parametrize("others", [(-1,) * 7, (1,) * 7, (-1, 1, -1, 1, 0, 0.5, -1)])
@pytest.mark.parametrize(("rate", "cap"), [(0.3, 3), (0.9, 2), (1.0, 4), (0.5, 1)])
@pytest.mark.parametrize("noise", [0.6, 2.0])
def test_no_event_of_the_mechanism_written_out_is_above_the_bound(
    others, rate, cap, noise
):
    there, away = sums((*others, 1), rate, cap), sums(others, rate, cap)
    run = capped(len(others) + 1, rate, cap, noise)
    for epsilon in (0.0, 0.3, 1.0, 3.0):
        bound = delta_by_pld([run], epsilon=epsilon)
        for pair in ((there, away), (away, there)):
            # the sum errs by the square of its step at the integrand's kink
            assert exact_delta(*pair, noise, epsilon) <= bound + 1e-7


def test_the_worst_case_leaks_what_the_bound_says_and_more_than_without_the_cap():
    # the batch is always full: all others pull by -1, and a place is worth 2
    there, away = sums((*(-1,) * 7, 1), 1.0, 2), sums((-1,) * 7, 1.0, 2)
    run, epsilon = capped(8, 1.0, 2, 0.6), 4.0
    measured = exact_delta(there, away, 0.6, epsilon)
    assert measured == pytest.approx(delta_by_pld([run], epsilon=epsilon), rel=1e-2)
    # who accounts for a sum of distance C at the rate at which the record stays
    assert measured > 2 * delta_by_pld([uncapped(0.25, 0.6)], epsilon=epsilon)


@pytest.mark.parametrize("steps", [1, 10**9])
@pytest.mark.parametrize("rate", [1e-9, 0.01, 1.0])
@pytest.mark.parametrize(("records", "cap"), [(1, 1), (10**9, 1), (10**9, 10**7)])
@pytest.mark.parametrize("noise", [0.02, 1e6])
def test_each_end_of_the_range_is_answered(steps, rate, records, cap, noise):
    run = capped(records, rate, cap, noise, steps)
    assert sum(branch.probability for branch in run.branches()) == pytest.approx(1)
    assert 0 <= epsilon_by_pld([run], delta=DELTA) < math.inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cap": 0}, "cap must be an integer >= 1, got 0"),
        ({"cap": 2.5}, "cap must be an integer >= 1, got 2.5"),
        ({"records": 0}, "records must be an integer in 1..1000000000, got 0"),
        ({"noise_multiplier": 0.01}, r"noise_multiplier must be in \[0.02, 1000000.0"),
        ({"neighbours": Neighbours.REPLACE}, "sample_rate must be 1 under REPLACE"),
    ],
)
def test_a_bad_argument_is_refused_by_its_name(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(capped(1000, 0.01, 20, 1.0), **change)

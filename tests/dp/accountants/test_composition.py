"""Tests for composition against exact privacy-loss distributions."""

import math

import dp_accounting
import pytest

from ppdl_course.dp.accountants import composition
from ppdl_course.dp.accountants.composition import Ledger
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    epsilon_by_pld,
)
from ppdl_course.dp.definition import Guarantee, Neighbours
from ppdl_course.dp.mechanisms import Gaussian

ADD, REPLACE = Neighbours.ADD_REMOVE, Neighbours.REPLACE


def promise(epsilon, delta=0.0, neighbours=ADD):
    return Guarantee(epsilon=epsilon, delta=delta, neighbours=neighbours)


def exact(epsilon, times, delta):
    """Epsilon of ``times`` worst-case pure releases, by Google's distribution."""
    pld = dp_accounting.pld.privacy_loss_distribution.from_privacy_parameters(
        dp_accounting.pld.common.DifferentialPrivacyParameters(epsilon, 0)
    )
    return pld.self_compose(times).get_epsilon_for_delta(delta)


def test_basic_composition_adds():
    total = composition.basic([promise(0.5, 1e-6), promise(0.25, 1e-6)])
    assert total == promise(0.75, 2e-6)


@pytest.mark.parametrize("combine", [composition.basic, composition.parallel])
def test_mixed_relations_are_refused(combine):
    with pytest.raises(ValueError, match="ADD_REMOVE and REPLACE"):
        combine([promise(1), promise(1, neighbours=REPLACE)])
    with pytest.raises(ValueError, match="got no guarantee"):
        combine([])


def test_disjoint_groups_cost_the_largest_or_the_two_largest():
    assert composition.parallel([promise(e) for e in (1, 3, 2)]) == promise(3)
    moved = composition.parallel([promise(e, 0, REPLACE) for e in (1, 3, 2)])
    assert moved == promise(5, 0, REPLACE)


@pytest.mark.parametrize(("epsilon", "times"), [(0.1, 10), (0.1, 200), (0.02, 1000)])
def test_advanced_and_concentrated_composition_are_valid_bounds(epsilon, times):
    delta = 1e-5
    truth = exact(epsilon, times, delta)
    advanced = composition.advanced(promise(epsilon), times=times, slack=delta)
    rho = times * composition.rho_of_pure(epsilon)
    concentrated = composition.from_rho(rho, delta=delta, neighbours=ADD)
    assert truth <= concentrated.epsilon <= advanced.epsilon
    assert advanced.delta == concentrated.delta == delta


def test_advanced_composition_pays_off_only_after_many_releases():
    few = composition.advanced(promise(0.1), times=5, slack=1e-5)
    many = composition.advanced(promise(0.1), times=500, slack=1e-5)
    assert few.epsilon > 5 * 0.1
    assert many.epsilon < 500 * 0.1


def test_gaussian_rho_bounds_its_exact_epsilon():
    mechanism = Gaussian(sigma=4, sensitivity=1, neighbours=ADD)
    bound = composition.from_rho(30 * mechanism.rho, delta=1e-5, neighbours=ADD)
    thirty = Gaussian(sigma=4 / math.sqrt(30), sensitivity=1, neighbours=ADD)
    assert thirty.guarantee(delta=1e-5).epsilon < bound.epsilon


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.0])
def test_amplification_bounds_the_exact_subsampled_gaussian(rate):
    plain = Gaussian(sigma=1, sensitivity=1, neighbours=ADD).guarantee(delta=1e-5)
    bound = composition.amplified_by_sampling(plain, sample_rate=rate)
    run = SubsampledGaussian(noise_multiplier=1, sample_rate=rate, neighbours=ADD)
    assert bound.delta == pytest.approx(rate * 1e-5)
    assert epsilon_by_pld([run], delta=bound.delta) == pytest.approx(
        bound.epsilon, rel=5e-3
    )


def test_amplification_needs_the_right_relation_and_rate():
    with pytest.raises(ValueError, match="neighbours must be ADD_REMOVE, got REPLACE"):
        composition.amplified_by_sampling(promise(1, 0, REPLACE), sample_rate=0.1)
    with pytest.raises(ValueError, match=r"sample_rate must be in \(0, 1\], got 1.5"):
        composition.amplified_by_sampling(promise(1), sample_rate=1.5)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_group_privacy_bounds_the_gaussian_that_far_apart(size):
    each = Gaussian(sigma=4, sensitivity=1, neighbours=ADD)
    group = composition.for_group(each.guarantee(delta=1e-6), size=size)
    apart = Gaussian(sigma=4, sensitivity=size, neighbours=ADD)
    assert apart.delta(group.epsilon) <= group.delta * (1 + 1e-6)


def test_group_privacy_of_pure_dp_multiplies_epsilon():
    assert composition.for_group(promise(0.5), size=4) == promise(2.0)
    assert composition.for_group(promise(0, 0.1), size=3).delta == pytest.approx(0.3)
    with pytest.raises(ValueError, match="size must leave delta below 1, got 10"):
        composition.for_group(promise(2.0, 1e-5), size=10)
    with pytest.raises(ValueError, match="size must be an integer >= 1, got 0"):
        composition.for_group(promise(1), size=0)


def test_the_ledger_adds_up_and_refuses_what_it_cannot_pay():
    ledger = Ledger(budget=promise(1.0, 1e-5))
    assert ledger.spend("count by charge", promise(0.4)).epsilon == pytest.approx(0.6)
    ledger.spend("mean age", promise(0.6, 1e-6))
    assert ledger.spent.epsilon == pytest.approx(1.0)
    with pytest.raises(ValueError, match=r"epsilon must stay within 1, got 1\.1"):
        ledger.spend("one more", promise(0.1))
    with pytest.raises(ValueError, match="delta must stay within 1e-05"):
        ledger.spend("one more", promise(0, 1e-4))
    with pytest.raises(ValueError, match="ADD_REMOVE and REPLACE"):
        ledger.spend("another unit", promise(0, 0, REPLACE))
    assert [label for label, _ in ledger.entries] == ["count by charge", "mean age"]


@pytest.mark.parametrize("slack", [0, 1])
def test_slack_and_rho_out_of_range_are_refused(slack):
    with pytest.raises(ValueError, match=r"slack must be in \(0, 1\)"):
        composition.advanced(promise(1), times=2, slack=slack)
    with pytest.raises(ValueError, match="rho must be positive"):
        composition.from_rho(0, delta=1e-5, neighbours=ADD)
    with pytest.raises(ValueError, match="epsilon must be positive"):
        composition.rho_of_pure(0)


def test_epsilon_800_is_composed_or_refused_by_name():
    assert composition.for_group(promise(8), size=100) == promise(800.0)
    with pytest.raises(ValueError, match="size must leave delta below 1, got 100"):
        composition.for_group(promise(8, 1e-5), size=100)
    tiny = composition.for_group(promise(100, 1e-300), size=7)
    assert tiny.delta == pytest.approx(1e-300 * math.exp(600), rel=1e-9)
    sampled = composition.amplified_by_sampling(promise(800), sample_rate=0.01)
    assert sampled.epsilon == pytest.approx(800 + math.log(0.01))
    whole = composition.amplified_by_sampling(promise(800), sample_rate=1)
    assert whole.epsilon == 800
    with pytest.raises(ValueError, match=r"epsilon must be in \[0, 700\], got 800"):
        composition.advanced(promise(800), times=2, slack=1e-5)
    assert composition.advanced(promise(700), times=2, slack=1e-5).epsilon < math.inf
    with pytest.raises(ValueError, match="epsilon must be >= 0 and finite, got inf"):
        composition.basic([promise(1.7e308)] * 2)


@pytest.mark.parametrize("epsilon", [1e-150, 1e150])
def test_rho_is_a_positive_number_at_both_ends(epsilon):
    assert 0 < composition.rho_of_pure(epsilon) < math.inf
    with pytest.raises(ValueError, match="epsilon must be in"):
        composition.rho_of_pure(epsilon**1.01)


@pytest.mark.parametrize("epsilon", [1e-12, 0.99, 1.01, 50.0])
@pytest.mark.parametrize("rate", [1e-9, 0.3, 0.999])
def test_amplification_is_the_formula_on_both_sides_of_one(epsilon, rate):
    ours = composition.amplified_by_sampling(promise(epsilon), sample_rate=rate)
    expected = math.log1p(rate * math.expm1(epsilon))
    assert ours.epsilon == pytest.approx(expected, rel=1e-12)

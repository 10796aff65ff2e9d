"""Tests for the accountants: two libraries, two algorithms, the inverse."""

import math

import dp_accounting
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opacus.accountants import PRVAccountant
from opacus.accountants.analysis import rdp as opacus_rdp

from ppdl_course.dp.accountants import rdp
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    composed_losses,
    delta_by_pld,
    epsilon_by_pld,
    epsilon_by_rdp,
    noise_multiplier_for,
)
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.mechanisms import Gaussian

DELTA = 1e-5
GRID = [
    (sigma, rate, steps)
    for sigma in (0.6, 1.0, 2.0, 6.0)
    for rate in (0.001, 0.02, 0.3, 1.0)
    for steps in (1, 40, 3000)
]


def run(sigma, rate=1.0, steps=1, neighbours=Neighbours.ADD_REMOVE):
    return SubsampledGaussian(
        noise_multiplier=sigma, sample_rate=rate, steps=steps, neighbours=neighbours
    )


def event(sigma, rate, steps):
    gaussian = dp_accounting.GaussianDpEvent(sigma)
    sampled = dp_accounting.PoissonSampledDpEvent(rate, gaussian)
    return dp_accounting.SelfComposedDpEvent(sampled, steps)


@pytest.mark.parametrize(("sigma", "rate", "steps"), GRID[::2])
def test_pld_agrees_with_dp_accounting_within_one_per_cent(sigma, rate, steps):
    interval = min(2e-4, 0.02 * rate / sigma)  # fine against one step's loss
    theirs = dp_accounting.pld.PLDAccountant(value_discretization_interval=interval)
    theirs.compose(event(sigma, rate, steps))
    ours = epsilon_by_pld([run(sigma, rate, steps)], delta=DELTA)
    assert ours == pytest.approx(theirs.get_epsilon(DELTA), rel=0.01)


@pytest.mark.parametrize(("sigma", "rate", "steps"), GRID)
def test_rdp_agrees_with_opacus_at_every_order(sigma, rate, steps):
    theirs = opacus_rdp.compute_rdp(
        q=rate, noise_multiplier=sigma, steps=1, orders=list(rdp.ORDERS)
    )
    ours = rdp.subsampled_gaussian(noise_multiplier=sigma, sample_rate=rate)
    # Opacus takes differences of logs near zero, which cancel for tiny divergences
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-13)
    theirs, _ = opacus_rdp.get_privacy_spent(
        orders=list(rdp.ORDERS), rdp=steps * theirs, delta=DELTA
    )
    assert epsilon_by_rdp([run(sigma, rate, steps)], delta=DELTA) == pytest.approx(
        theirs, rel=1e-4
    )


@pytest.mark.parametrize(("sigma", "rate", "steps"), GRID)
def test_rdp_agrees_with_dp_accounting_at_whole_orders(sigma, rate, steps):
    # at other orders dp-accounting bounds the divergence from above, at times loosely
    is_whole = rdp.ORDERS % 1 == 0
    theirs = dp_accounting.rdp.RdpAccountant(orders=rdp.ORDERS[is_whole])
    theirs.compose(event(sigma, rate, steps))
    curve = rdp.subsampled_gaussian(noise_multiplier=sigma, sample_rate=rate)
    ours = rdp.epsilon(np.where(is_whole, steps * curve, np.inf), delta=DELTA)
    assert ours == pytest.approx(theirs.get_epsilon(DELTA), rel=1e-6)


@pytest.mark.parametrize(
    ("sigma", "rate", "steps"),
    [(1.1, 256 / 60000, 3515), (0.6, 0.01, 100), (2.0, 0.3, 40), (4.0, 0.01, 10_000)],
)
def test_pld_agrees_with_opacus_prv_within_one_per_cent(sigma, rate, steps):
    prv = PRVAccountant()
    prv.history = [(sigma, rate, steps)]
    theirs = prv.get_epsilon(delta=DELTA, eps_error=0.003)
    ours = epsilon_by_pld([run(sigma, rate, steps)], delta=DELTA)
    assert ours == pytest.approx(theirs, rel=0.01)


@pytest.mark.parametrize(
    ("sigma", "rate", "steps", "epsilon"),
    [
        (1.1, 256 / 60000, 15 * 60000 // 256, 1.281),
        (1.1, 256 / 60000, 60 * 60000 // 256, 2.597),
        (4.0, 0.01, 100 * 100, 1.035),
    ],
)
def test_rdp_reproduces_known_training_runs(sigma, rate, steps, epsilon):
    # computed with Opacus' RDP accountant, delta 1e-5
    ours = epsilon_by_rdp([run(sigma, rate, steps)], delta=DELTA)
    assert ours == pytest.approx(epsilon, abs=1e-3)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 5.0])
def test_pld_without_sampling_is_the_exact_gaussian(sigma):
    # 9 Gaussian releases are one with a third of the deviation
    exact = Gaussian(
        sigma=sigma / 3, sensitivity=1, neighbours=Neighbours.ADD_REMOVE
    ).guarantee(delta=DELTA)
    assert epsilon_by_pld([run(sigma, 1.0, 9)], delta=DELTA) == pytest.approx(
        exact.epsilon, rel=2e-3
    )
    assert epsilon_by_pld([run(sigma, 1.0, 9)], delta=DELTA) >= exact.epsilon


@settings(deadline=None, max_examples=15)
@given(
    sigma=st.floats(0.4, 20),
    rate=st.floats(1e-4, 1),
    steps=st.integers(1, 5000),
    delta=st.floats(1e-9, 1e-2),
)
def test_pld_never_exceeds_the_rdp_bound(sigma, rate, steps, delta):
    spent = [run(sigma, rate, steps)]
    tight = epsilon_by_pld(spent, delta=delta)
    assert tight <= epsilon_by_rdp(spent, delta=delta) * 1.001 + 1e-6
    if 0 < tight < 30:
        assert delta_by_pld(spent, epsilon=tight) == pytest.approx(delta, rel=1e-4)


@settings(deadline=None, max_examples=25)
@given(sigma=st.floats(0.3, 30), rate=st.floats(1e-5, 0.99))
def test_the_finite_sum_and_the_integral_give_the_same_moments(sigma, rate):
    orders = np.arange(2, 33)
    by_sum = rdp.log_moment_by_binomials(orders, sigma, rate)
    by_integral = rdp.log_moment_by_quadrature(orders, sigma, rate)
    np.testing.assert_allclose(by_integral, by_sum, rtol=1e-8)


def test_the_masses_add_up_and_the_mean_likelihood_ratio_is_one():
    for loss in composed_losses([run(1.1, 0.01, 500)]):
        assert loss.masses.sum() + loss.infinite == pytest.approx(1, abs=1e-9)
        assert np.exp(-loss.losses) @ loss.masses == pytest.approx(1, abs=1e-6)


def test_two_runs_cost_less_than_their_sum_and_more_than_each():
    first, second = run(1.0, 0.02, 200), run(2.0, 0.1, 50)
    for accountant in (epsilon_by_rdp, epsilon_by_pld):
        one, two = (accountant([part], delta=DELTA) for part in (first, second))
        both = accountant([first, second], delta=DELTA)
        assert max(one, two) < both < one + two


def test_splitting_a_run_changes_nothing():
    whole_run = epsilon_by_pld([run(1.0, 0.02, 300)], delta=DELTA)
    halves = epsilon_by_pld([run(1.0, 0.02, 100), run(1.0, 0.02, 200)], delta=DELTA)
    assert halves == pytest.approx(whole_run, rel=2e-3)


@pytest.mark.parametrize("accountant", [epsilon_by_rdp, epsilon_by_pld])
@pytest.mark.parametrize("target", [0.3, 1.0, 8.0])
def test_calibration_inverts_the_accountant_from_the_safe_side(accountant, target):
    sigma = noise_multiplier_for(
        epsilon=target,
        delta=DELTA,
        sample_rate=0.02,
        steps=500,
        neighbours=Neighbours.ADD_REMOVE,
        accountant=accountant,
    )
    cost = accountant([run(sigma, 0.02, 500)], delta=DELTA)
    assert 0.999 * target <= cost <= target


def test_calibration_without_sampling_is_the_analytic_gaussian():
    sigma = noise_multiplier_for(
        epsilon=1.0,
        delta=DELTA,
        sample_rate=1.0,
        steps=1,
        neighbours=Neighbours.REPLACE,
    )
    exact = Gaussian.analytic(
        epsilon=1, delta=DELTA, sensitivity=1, neighbours=Neighbours.REPLACE
    )
    assert sigma == pytest.approx(exact.sigma, rel=5e-3)


@pytest.mark.parametrize("accountant", [epsilon_by_rdp, epsilon_by_pld])
def test_mixing_neighbouring_relations_is_refused(accountant):
    mixed = [run(1.0), run(1.0, neighbours=Neighbours.REPLACE)]
    with pytest.raises(ValueError, match="neighbours must be one and the same"):
        accountant(mixed, delta=DELTA)
    with pytest.raises(ValueError, match="got no guarantee"):
        accountant([], delta=DELTA)


def test_sampling_under_replacement_is_refused():
    with pytest.raises(ValueError, match="sample_rate must be 1 under REPLACE"):
        run(1.0, 0.5, neighbours=Neighbours.REPLACE)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sigma": 0}, "noise_multiplier must be positive"),
        ({"sigma": math.nan}, "noise_multiplier must be positive"),
        ({"rate": 0}, r"sample_rate must be in \(0, 1\], got 0"),
        ({"rate": 1.01}, r"sample_rate must be in \(0, 1\], got 1.01"),
        ({"steps": 0}, "steps must be an integer >= 1, got 0"),
        ({"steps": 2.5}, "steps must be an integer >= 1, got 2.5"),
        ({"neighbours": "replace"}, "neighbours must be a Neighbours"),
    ],
)
def test_a_run_with_a_bad_parameter_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        run(**{"sigma": 1.0, **change})


@pytest.mark.parametrize("accountant", [epsilon_by_rdp, epsilon_by_pld])
@pytest.mark.parametrize("delta", [0, 1, -0.1, math.nan])
def test_a_delta_out_of_range_is_refused(accountant, delta):
    with pytest.raises(ValueError, match="delta must be in"):
        accountant([run(1.0)], delta=delta)
    with pytest.raises(ValueError, match="epsilon must be"):
        delta_by_pld([run(1.0)], epsilon=-1)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("sigma", "rate", "steps"),
    [
        (0.05, 0.5, 10),
        (0.1, 1e-3, 1000),
        (0.2, 0.01, 100_000),
        (1000.0, 0.01, 1_000_000),
        (0.5, 1e-6, 1_000_000),
        (0.3, 1.0, 10_000),
        (10_000.0, 0.5, 1),
        (0.7, 0.999, 50),
    ],
)
def test_extreme_settings_stay_finite_ordered_and_silent(sigma, rate, steps):
    spent = [run(sigma, rate, steps)]
    tight, bound = (f(spent, delta=DELTA) for f in (epsilon_by_pld, epsilon_by_rdp))
    assert 0 < tight <= bound < math.inf


@pytest.mark.parametrize("delta", [1e-8, 1e-12])
def test_a_million_steps_keep_their_digits(delta):
    # a million Gaussian steps of deviation 1000 are one of deviation 1
    one = Gaussian(sigma=1, sensitivity=1, neighbours=Neighbours.ADD_REMOVE)
    ours = epsilon_by_pld([run(1000.0, 1.0, 1_000_000)], delta=delta)
    exact = one.guarantee(delta=delta).epsilon
    assert exact <= ours <= 1.005 * exact

"""Tests for the accountants: two libraries, two algorithms, the inverse."""

import itertools
import math
import time
import tracemalloc

import dp_accounting
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opacus.accountants import PRVAccountant
from opacus.accountants.analysis import rdp as opacus_rdp

from ppdl_course.dp.accountants import pld, rdp
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
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


@pytest.mark.parametrize("removal", [True, False])
def test_the_masses_add_up_and_the_mean_likelihood_ratio_is_one(removal):
    loss = pld.subsampled_gaussian(
        noise_multiplier=1.1, sample_rate=0.01, removal=removal, mesh=1e-3, tail=1e-15
    )
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
        (
            {"sigma": 0.0099},
            r"noise_multiplier must be in \[0.01, 1000000.0\], got 0.0",
        ),
        ({"sigma": math.nan}, "noise_multiplier must be in"),
        ({"rate": 9e-10}, r"sample_rate must be in \[1e-9, 1\], got 9e-10"),
        ({"rate": 1.01}, r"sample_rate must be in \[1e-9, 1\], got 1.01"),
        ({"steps": 0}, "steps must be an integer in 1..1000000000, got 0"),
        ({"steps": 2.5}, "steps must be an integer in 1..1000000000, got 2.5"),
        ({"steps": 10**9 + 1}, "steps must be an integer in 1..1000000000, got 1000"),
        ({"sigma": 1.01e6}, "noise_multiplier must be in"),
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


@pytest.mark.filterwarnings("ignore::ppdl_course.dp.accountants.rdp.OrderWarning")
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


@pytest.mark.parametrize("sigma", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("delta", [1e-12, 1e-11, 1e-9, 1e-5, 0.1])
@pytest.mark.parametrize("steps", [1, 10, 1000, 100_000, 1_000_000, 10_000_000])
def test_ten_million_steps_keep_the_upper_bound_and_its_digits(sigma, delta, steps):
    # n Gaussian steps of deviation sqrt(n) sigma are one of deviation sigma
    one = Gaussian(sigma=sigma, sensitivity=1, neighbours=Neighbours.ADD_REMOVE)
    spent = [run(sigma * math.sqrt(steps), 1.0, steps)]
    exact = one.guarantee(delta=delta).epsilon
    assert exact <= epsilon_by_pld(spent, delta=delta) <= 1.002 * exact
    assert delta <= delta_by_pld(spent, epsilon=exact) * (1 + 1e-9) <= 1.1 * delta


def test_a_delta_below_the_smallest_is_refused_by_the_loss_distribution():
    assert epsilon_by_pld([run(1.0)], delta=1e-12) > 0
    with pytest.raises(ValueError, match=r"delta must be in \[1e-12, 1\), got 9e-13"):
        epsilon_by_pld([run(1.0)], delta=9e-13)


ENDS = list(itertools.product((0.01, 1.0, 1e6), (1e-9, 0.01, 1.0), (1, 10**9)))


@pytest.mark.filterwarnings("ignore::ppdl_course.dp.accountants.rdp.OrderWarning")
@pytest.mark.parametrize("delta", [1e-12, 1 - 1e-6])
@pytest.mark.parametrize("accountant", [epsilon_by_rdp, epsilon_by_pld])
@pytest.mark.parametrize(("sigma", "rate", "steps"), ENDS)
def test_each_end_of_the_range_is_answered_in_time_and_memory(
    accountant, sigma, rate, steps, delta
):
    epsilon = within_limits(lambda: accountant([run(sigma, rate, steps)], delta=delta))
    assert 0 <= epsilon < math.inf
    # no bound may lie above the one of 'all or nothing', the loss without sampling
    if rate < 1:
        plain = within_limits(lambda: accountant([run(sigma, 1.0, steps)], delta=delta))
        assert epsilon <= plain * (1 + 1e-3) + 1e-13 * steps


@pytest.mark.parametrize("epsilon", [0, 1.0, 1e9])
@pytest.mark.parametrize(("sigma", "rate", "steps"), ENDS)
def test_delta_is_answered_at_each_end_too(sigma, rate, steps, epsilon):
    spent = [run(sigma, rate, steps)]
    assert 0 <= within_limits(lambda: delta_by_pld(spent, epsilon=epsilon)) <= 1


def within_limits(call, seconds=1.0, megabytes=200):
    """Return what ``call`` gives; its CPU time and its memory are bounded."""
    start = time.process_time()
    result = call()
    assert time.process_time() - start < seconds
    tracemalloc.start()
    try:
        call()
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1e6
    finally:
        tracemalloc.stop()
    return result


@pytest.mark.parametrize(("delta", "rate"), [(1e-5, 1e-6), (0.5, 0.01)])
def test_where_no_noise_is_needed_calibration_says_so_at_once(delta, rate):
    with pytest.raises(ValueError, match=r"delta must be below .* no noise is needed"):
        within_limits(lambda: calibrated(3, delta, rate, 10), seconds=0.1)


def calibrated(epsilon, delta, rate, steps, accountant=epsilon_by_pld):
    return noise_multiplier_for(
        epsilon=epsilon,
        delta=delta,
        sample_rate=rate,
        steps=steps,
        neighbours=Neighbours.ADD_REMOVE,
        accountant=accountant,
    )


def test_an_epsilon_that_an_accountant_cannot_show_is_refused_with_the_least():
    with pytest.raises(
        ValueError, match=r"epsilon must be at least 0\.0035.*got 0\.001"
    ):
        calibrated(0.001, 1e-5, 0.01, 100, accountant=epsilon_by_rdp)
    with pytest.raises(ValueError, match=r"epsilon must be below .* the least noise"):
        calibrated(1e9, 1e-5, 0.01, 100)
    with pytest.raises(ValueError, match="accounted must be >= 0 and finite, got nan"):
        calibrated(1.0, 1e-5, 0.01, 100, accountant=lambda spent, delta: math.nan)
    with pytest.raises(ValueError, match="rdp must be >= 0"):
        rdp.epsilon(np.full(rdp.ORDERS.shape, math.nan), delta=1e-5)


def test_a_best_order_at_the_end_of_those_tried_is_warned_of():
    with pytest.warns(rdp.OrderWarning, match=r"the best order is 1.1"):
        epsilon_by_rdp([run(0.05, 0.01, 100)], delta=DELTA)


@pytest.mark.parametrize("sigma", [0.02, 0.05, 0.1, 0.3])
@pytest.mark.parametrize("rate", [1e-6, 0.01, 0.5])
def test_divergences_for_little_noise_agree_with_opacus(sigma, rate):
    orders = [float(order) for order in rdp.ORDERS if order < 64]
    theirs = opacus_rdp.compute_rdp(
        q=rate, noise_multiplier=sigma, steps=1, orders=orders
    )
    ours = rdp.subsampled_gaussian(noise_multiplier=sigma, sample_rate=rate)
    np.testing.assert_allclose(ours[rdp.ORDERS < 64], theirs, rtol=1e-4, atol=1e-13)


@pytest.mark.parametrize(
    ("epsilon", "delta", "rate", "steps"),
    [(0.1, 1e-12, 1.0, 1_000_000), (8, 1e-5, 1e-3, 1_000_000), (500, 1e-5, 0.01, 100)],
)
def test_calibration_is_quick_for_many_steps_and_for_little_noise(
    epsilon, delta, rate, steps
):
    sigma = within_limits(lambda: calibrated(epsilon, delta, rate, steps))
    cost = epsilon_by_pld([run(sigma, rate, steps)], delta=delta)
    assert 0.999 * epsilon <= cost <= epsilon

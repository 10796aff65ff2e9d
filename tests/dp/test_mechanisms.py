"""Tests for ppdl_course.dp.mechanisms: scipy, a library, and the definition itself."""

import math

import dp_accounting
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from ppdl_course.dp.definition import Guarantee, Neighbours, one_relation
from ppdl_course.dp.mechanisms import Gaussian, Laplace, RandomisedResponse

ADD = Neighbours.ADD_REMOVE


@pytest.fixture
def rng():
    return np.random.default_rng(15)


def laplace(epsilon=1.0, sensitivity=1.0, neighbours=ADD):
    return Laplace(epsilon=epsilon, sensitivity=sensitivity, neighbours=neighbours)


def gaussian(sigma=1.0, sensitivity=1.0):
    return Gaussian(sigma=sigma, sensitivity=sensitivity, neighbours=ADD)


def test_noise_follows_the_named_distributions(rng):
    zeros = np.zeros(20_000)
    noise = laplace(1.5, 3).release(zeros, rng=rng)
    assert stats.kstest(noise, stats.laplace(scale=2).cdf).pvalue > 1e-3
    noise = gaussian(2.5).release(zeros, rng=rng)
    assert stats.kstest(noise, stats.norm(scale=2.5).cdf).pvalue > 1e-3


@pytest.mark.parametrize("mechanism", [laplace(), gaussian()])
@pytest.mark.parametrize("shape", [(), (1,), (4, 3)])
def test_a_release_keeps_the_shape_and_follows_the_generator(mechanism, shape):
    first, second = (
        mechanism.release(np.ones(shape, int), rng=np.random.default_rng(5))
        for _ in range(2)
    )
    assert np.shape(first) == shape
    assert np.asarray(first).dtype == np.float64
    np.testing.assert_array_equal(first, second)
    assert np.unique(first).size == np.prod(shape)


@pytest.mark.parametrize("epsilon", [0.01, 1.0, 5.0])
def test_the_log_ratio_reaches_but_never_exceeds_epsilon(epsilon):
    x = np.linspace(-50, 50, 10_001)
    here, there = (laplace(epsilon, 2).log_density(x, centre=c) for c in (0, 2))
    assert np.max(np.abs(here - there)) == pytest.approx(epsilon)


def test_log_densities_match_scipy():
    x = np.linspace(-3, 3, 13)
    np.testing.assert_allclose(
        laplace(4, 2).log_density(x, centre=0.5), stats.laplace(0.5, 0.5).logpdf(x)
    )
    np.testing.assert_allclose(
        gaussian(2).log_density(x, centre=0.5), stats.norm(0.5, 2).logpdf(x)
    )


@pytest.mark.parametrize("mechanism", [laplace(0.7, 3), gaussian(1.3, 2)])
def test_the_roc_is_that_of_thresholds_on_the_release(mechanism):
    # the ratio grows with the output: the best test accepts above a threshold
    x = np.linspace(-60, 60, 200_001)
    here, there = (
        np.exp(mechanism.log_density(x, centre=c)) for c in (0, mechanism.sensitivity)
    )
    alarm, power = (
        1 - integrate.cumulative_trapezoid(p, x, initial=0) for p in (here, there)
    )
    inside = (alarm > 1e-6) & (alarm < 1 - 1e-6)
    np.testing.assert_allclose(
        mechanism.best_power(np.clip(alarm[inside], 0, 1)), power[inside], atol=1e-6
    )


@given(epsilon=st.floats(0.01, 5), rate=st.floats(0, 1))
def test_the_roc_stays_within_epsilon(epsilon, rate):
    power = laplace(epsilon).best_power(rate)
    assert power <= math.exp(epsilon) * rate + 1e-12
    assert 1 - power >= math.exp(-epsilon) * (1 - rate) - 1e-12
    assert power >= rate - 1e-12


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 4.0])
@pytest.mark.parametrize("delta", [1e-9, 1e-5, 0.1])
def test_analytic_gaussian_agrees_with_dp_accounting(epsilon, delta):
    ours = Gaussian.analytic(
        epsilon=epsilon, delta=delta, sensitivity=1, neighbours=ADD
    )
    theirs = dp_accounting.get_sigma_gaussian(epsilon, delta)
    assert ours.sigma == pytest.approx(theirs, rel=1e-6)
    assert ours.delta(epsilon) <= delta
    assert ours.guarantee(delta=delta).epsilon == pytest.approx(epsilon, rel=1e-6)


def test_gaussian_delta_is_the_integral_of_the_excess():
    mechanism, epsilon = gaussian(0.8, 1.5), 0.6
    excess, _ = integrate.quad(
        lambda x: max(
            0.0,
            math.exp(mechanism.log_density(x, centre=1.5))
            - math.exp(epsilon + mechanism.log_density(x, centre=0)),
        ),
        -10,
        10,
        points=[0.2, 0.5, 0.8, 1.1],
    )
    assert mechanism.delta(epsilon) == pytest.approx(excess, rel=1e-5)


def test_enough_noise_has_epsilon_zero():
    assert gaussian(1e6).guarantee(delta=0.1).epsilon == 0


@pytest.mark.parametrize("epsilon", [0.1, 0.5, 0.99])
def test_classic_gaussian_keeps_its_promise_and_wastes_some(epsilon):
    classic = Gaussian.classic(
        epsilon=epsilon, delta=1e-5, sensitivity=3, neighbours=ADD
    )
    assert classic.sigma == 3 * math.sqrt(2 * math.log(1.25e5)) / epsilon
    assert classic.delta(epsilon) < 1e-5


def test_classic_gaussian_breaks_its_promise_at_large_epsilon_so_it_is_refused():
    sigma = math.sqrt(2 * math.log(1.25 / 1e-5)) / 20
    assert gaussian(sigma).delta(20) > 1e-5
    with pytest.raises(ValueError, match=r"epsilon must be in \(0, 1\), got 20"):
        Gaussian.classic(epsilon=20, delta=1e-5, sensitivity=1, neighbours=ADD)


def test_randomised_response_keeps_the_promised_ratio_and_estimates_without_bias(rng):
    mechanism = RandomisedResponse(epsilon=math.log(3))
    assert mechanism.truth_probability == pytest.approx(0.75)
    bits = np.arange(40_000) < 12_000
    reports = mechanism.release(bits, rng=rng)
    assert reports.dtype == bool
    assert np.mean(reports == bits) == pytest.approx(0.75, abs=0.011)
    assert mechanism.estimate(reports) == pytest.approx(0.3, abs=0.022)
    # expectation of the estimate over the reports, exactly
    assert mechanism.estimate([0.3 * 0.75 + 0.7 * 0.25]) == pytest.approx(0.3)
    assert mechanism.guarantee == Guarantee(
        epsilon=math.log(3), neighbours=Neighbours.REPLACE
    )


def test_bits_that_are_no_bits_are_refused(rng):
    with pytest.raises(ValueError, match="bits must be 0 or 1"):
        RandomisedResponse(epsilon=1).release([0, 2], rng=rng)


@pytest.mark.parametrize("bad", [0, -1, math.inf, math.nan])
def test_parameters_that_are_not_positive_are_refused(bad):
    for make in (
        lambda: laplace(epsilon=bad),
        lambda: laplace(sensitivity=bad),
        lambda: gaussian(sigma=bad),
        lambda: gaussian(sensitivity=bad),
        lambda: RandomisedResponse(epsilon=bad),
    ):
        with pytest.raises(ValueError, match="must be positive and finite, got"):
            make()


@pytest.mark.parametrize("delta", [0, 1, -1e-9, math.nan])
def test_a_delta_out_of_range_is_refused(delta):
    with pytest.raises(ValueError, match=r"delta must be in \(0, 1\)"):
        Gaussian.analytic(epsilon=1, delta=delta, sensitivity=1, neighbours=ADD)
    with pytest.raises(ValueError, match=r"delta must be in \(0, 1\)"):
        gaussian().guarantee(delta=delta)


def test_a_guarantee_checks_its_numbers_and_names_its_relation():
    with pytest.raises(ValueError, match="epsilon must be >= 0 and finite, got -1"):
        Guarantee(epsilon=-1, neighbours=ADD)
    with pytest.raises(ValueError, match=r"delta must be in \[0, 1\), got 1"):
        Guarantee(epsilon=1, delta=1, neighbours=ADD)
    with pytest.raises(ValueError, match="neighbours must be a Neighbours"):
        laplace(neighbours="add")
    assert one_relation([ADD, ADD]) is ADD
    assert (ADD.changes, Neighbours.REPLACE.changes) == (1, 2)


def test_false_alarm_rates_outside_the_unit_interval_are_refused():
    with pytest.raises(ValueError, match="false_alarm must be in"):
        laplace().best_power([0.5, 1.5])


@pytest.mark.parametrize("mechanism", [laplace(), gaussian()])
@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_whole_numbers_that_float64_would_round_are_refused(mechanism, dtype, rng):
    exact = np.array([2**53], dtype=dtype)
    assert abs(mechanism.release(exact, rng=rng)[0] - 2**53) < 100
    with pytest.raises(ValueError, match=r"answer must lie in -2\^53.*got 90071992547"):
        mechanism.release(exact + exact.dtype.type(1), rng=rng)
    with pytest.raises(ValueError, match="answer must be finite"):
        mechanism.release([math.nan], rng=rng)
    with pytest.raises(ValueError, match="answer must be real numbers, got complex128"):
        mechanism.release([1j], rng=rng)


def test_epsilon_800_keeps_its_curve_and_its_reports(rng):
    large = laplace(800.0)
    np.testing.assert_allclose(large.best_power([0, 1e-300, 0.3, 1]), [0, 1, 1, 1])
    assert RandomisedResponse(epsilon=800).truth_probability == 1
    near_zero = RandomisedResponse(epsilon=1e-17)
    assert near_zero.estimate([0.5]) == 0.5


def test_a_report_can_be_a_lie_at_every_epsilon():
    class LargestDraw:
        def random(self, shape):
            return np.full(shape, 1 - 2.0**-53)

    reports = RandomisedResponse(epsilon=800).release([1, 0], rng=LargestDraw())
    assert reports.tolist() == [False, True]


def test_scales_that_leave_float64_are_refused():
    for bad in (laplace, gaussian):
        with pytest.raises(ValueError, match="must be"):
            bad(1e-200, 1e200)
        with pytest.raises(ValueError, match="must be"):
            bad(1e200, 1e-200)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("sigma", [1e-8, 1.0, 1e9])
def test_the_gaussian_curve_is_a_number_at_every_end(sigma):
    mechanism = gaussian(sigma)
    for epsilon in (0, 1e-12, 1, 1e12, 1e300):
        assert 0 <= mechanism.delta(epsilon) <= 1
    for delta in (1e-300, 0.5, 1 - 1e-9):
        assert 0 <= mechanism.guarantee(delta=delta).epsilon < math.inf


@pytest.mark.parametrize(("delta", "first"), [(0.3, 4.97), (1e-5, 8.42), (1e-9, 9.63)])
def test_the_classic_formula_outlives_its_proof_up_to_here(delta, first):
    def promised(epsilon):
        return gaussian(math.sqrt(2 * math.log(1.25 / delta)) / epsilon).delta(epsilon)

    assert all(promised(e) <= delta for e in np.arange(0.05, first - 0.01, 0.01))
    assert promised(first + 0.01) > delta

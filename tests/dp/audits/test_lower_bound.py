"""Tests for the audit: coverage, power, and a gallery of right and broken totals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ppdl_course.dp.audits import private_totals as broken
from ppdl_course.dp.audits.lower_bound import (
    audit,
    clopper_pearson,
    dkw_distance,
    epsilon_lower_bound,
    power_is_enough,
    trials_needed,
)

EPSILON, BOUND, RUNS = 0.5, 20.0, 20_000
AMOUNTS = np.array([4.0, 11.0, 20.0, 2.5])
CLAIM = 300.0  # the party who joins claims far more than the bound


def found(total, seed=15):
    rng = np.random.default_rng(seed)
    settings = {"bound": BOUND, "epsilon": EPSILON, "runs": RUNS, "rng": rng}
    return audit(
        total(AMOUNTS, **settings), total(np.append(AMOUNTS, CLAIM), **settings)
    )


@pytest.mark.parametrize("total", broken.RIGHT, ids=lambda f: f.__name__)
def test_mechanisms_that_keep_their_promise_pass(total):
    for seed in range(20):
        assert not found(total, seed).convicts(EPSILON)


@pytest.mark.parametrize("total", broken.BROKEN, ids=lambda f: f.__name__)
def test_broken_mechanisms_are_convicted(total):
    for seed in range(5):
        assert found(total, seed).convicts(EPSILON)


def test_the_bound_of_a_right_mechanism_comes_near_its_promise():
    assert 0.7 * EPSILON < found(broken.laplace).epsilon < EPSILON
    assert found(broken.half_the_noise).epsilon > 1.6 * EPSILON


def test_the_audit_says_what_it_saw():
    finding = found(broken.no_noise)
    assert finding.event.startswith("output ")
    assert finding.hits == (RUNS // 2, 0)
    assert finding.trials == RUNS // 2


def test_delta_is_taken_off():
    # an event of probability 1e-2 that never happens on the other data set
    here = np.zeros(RUNS)
    here[::100] = 1
    assert audit(here, np.zeros(RUNS)).convicts(1.0)
    assert audit(here, np.zeros(RUNS), delta=0.02).epsilon == 0


@given(
    trials=st.integers(1, 400), p=st.floats(0.001, 0.999), error=st.floats(1e-6, 0.2)
)
def test_clopper_pearson_covers_by_its_definition(trials, p, error):
    # summed over all counts: each side misses the truth with at most the stated error
    hits = np.arange(trials + 1)
    low, high = clopper_pearson(hits, trials, error=error)
    law = stats.binom.pmf(hits, trials, p)
    assert law[low > p].sum() <= error * (1 + 1e-9)
    assert law[high < p].sum() <= error * (1 + 1e-9)


def test_clopper_pearson_agrees_with_scipy():
    for hits, trials in [(0, 10), (3, 10), (10, 10), (500, 10_000)]:
        low, high = clopper_pearson(hits, trials, error=0.01)
        theirs = stats.binomtest(hits, trials).proportion_ci(0.98, method="exact")
        assert (low, high) == pytest.approx((theirs.low, theirs.high), rel=1e-9)


def test_needed_trials_are_enough_and_not_many_more_than_needed():
    p, q = 0.5, 0.5 * math.exp(-1.0)  # half the noise at a promise of 0.5
    trials = trials_needed(p, q, epsilon=EPSILON)
    assert power_is_enough(trials, p, q, epsilon=EPSILON)
    assert not power_is_enough(int(0.9 * trials), p, q, epsilon=EPSILON)
    assert trials <= RUNS // 2
    rng = np.random.default_rng(15)
    hits, others = rng.binomial(trials, p, 10_000), rng.binomial(trials, q, 10_000)
    assert np.all(epsilon_lower_bound(hits, others, trials=trials) > EPSILON)


def test_the_bound_falsely_accuses_no_more_often_than_stated():
    rng, p = np.random.default_rng(15), 0.5
    hits = rng.binomial(2000, p, 200_000)
    others = rng.binomial(2000, p * math.exp(-EPSILON), 200_000)
    bounds = epsilon_lower_bound(hits, others, trials=2000, false_alarm=1e-2)
    assert np.mean(bounds > EPSILON) <= 1e-2


def test_trials_for_an_event_that_shows_nothing_are_refused():
    with pytest.raises(ValueError, match="epsilon must be below what the event shows"):
        trials_needed(0.5, 0.5 * math.exp(-0.4), epsilon=0.5)


def test_the_distance_of_empirical_distributions_holds_its_bound():
    rng, n = np.random.default_rng(15), 500
    limit = dkw_distance(n, error=0.05)
    far = [
        stats.kstest(rng.random(n), "uniform").statistic > limit for _ in range(2000)
    ]
    assert np.mean(far) <= 0.05 + 4 * math.sqrt(0.05 / 2000)
    assert dkw_distance(20_000) == pytest.approx(math.sqrt(math.log(2e6) / 40_000))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: audit([1, 2], [1, 2]), "here and there must be"),
        (lambda: audit(np.zeros(8), np.zeros(9)), "here and there must be"),
        (lambda: clopper_pearson(3, 2, error=0.1), r"hits must be in \[0, 2\]"),
        (lambda: clopper_pearson(1, 0, error=0.1), "trials must be an integer >= 1"),
        (lambda: clopper_pearson(1, 2, error=0), r"error must be in \(0, 1\)"),
        (lambda: epsilon_lower_bound(1, 1, trials=2, delta=1), "delta must be in"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()

"""The laws that noise is told apart by, and the evidence for each of them."""

import numpy as np
import pytest
from scipy import stats

from ppdl_course.checks import noise_laws as laws
from ppdl_course.checks.differential_privacy.choice_laws import softmax, winners
from ppdl_course.checks.evidence import POWER, Evidence
from ppdl_course.checks.verdict import Mistake
from ppdl_course.dp.audits.lower_bound import clopper_pearson

LINE = np.linspace(-40, 40, 400_001)
ALL = [*laws.laplace_alternatives(), *laws.normal_alternatives()]


@pytest.mark.parametrize("alternative", ALL, ids=lambda a: a.message)
def test_a_law_is_one_and_its_density_is_the_slope_of_its_distribution(alternative):
    law = alternative.law
    with np.errstate(all="ignore"):
        density = np.exp(law.logpdf(LINE))
    middles = (density[1:] + density[:-1]) / 2 * np.diff(LINE)
    assert middles.sum() == pytest.approx(1, abs=2e-4)
    np.testing.assert_allclose(np.cumsum(middles), law.cdf(LINE[1:]), atol=2e-4)


def test_twelve_uniforms_have_the_law_that_they_are_said_to_have():
    drawn = np.random.default_rng(1).random((20_000, 12)).sum(axis=1) - 6
    assert stats.kstest(drawn, laws.TwelveUniforms().cdf).pvalue > 1e-3


def test_no_alternative_ever_accuses_a_right_law_more_often_than_it_may():
    rng, calls, error = np.random.default_rng(2), 400, 0.1
    accused = 0
    for _ in range(calls):
        evidence = Evidence(error)
        for _ in range(40):
            z = rng.laplace(size=50)
            base = laws.Laplace().logpdf(z)
            others = [laws.Laplace(scale=s).logpdf(z) for s in (0.5, 0.9, 1.2)]
            evidence.add([float(np.sum(other - base)) for other in others])
            if evidence.accuses:
                accused += 1
                break
    assert clopper_pearson(accused, calls, error=1e-4)[0] <= error


def test_a_true_alternative_is_ruled_out_no_more_often_than_it_may():
    rng, calls = np.random.default_rng(3), 400
    missed = 0
    for _ in range(calls):
        evidence = Evidence(1e-6)
        while not evidence.accuses and not evidence.cleared:
            z = rng.laplace(scale=0.8, size=50)
            gained = laws.Laplace(scale=0.8).logpdf(z) - laws.Laplace().logpdf(z)
            evidence.add([float(gained.sum())])
        missed += evidence.cleared
    assert clopper_pearson(missed, calls, error=1e-4)[0] <= 1 - POWER


def test_two_mistakes_that_fit_alike_are_both_named():
    rng = np.random.default_rng(4)
    rounds = (laws.Round(2 * rng.laplace(size=500), []) for _ in range(30))
    alike = [laws.Alternative(m, laws.Laplace(scale=2)) for m in ("this", "that")]
    with pytest.raises(Mistake, match="this, or: that"):
        laws.require_law(rounds, laws.Laplace(), alike, error=1e-6, most=30)


@pytest.mark.parametrize("name", ["gumbel_r", "expon", "laplace"])
def test_the_law_of_a_choice_by_noise_agrees_with_choices(name):
    noise = getattr(stats, name)()
    scores = np.array([0.5, 0.0, 0.0, -1.0])
    drawn = noise.rvs(size=(40_000, 4), random_state=np.random.default_rng(5))
    wins = np.bincount((scores + drawn).argmax(axis=1), minlength=4) / 40_000
    np.testing.assert_allclose(winners(scores, noise), wins, atol=0.012)


def test_gumbel_noise_is_the_exponential_mechanism():
    scores = np.array([0.5, 0.0, 0.0, -1.0, -3.0])
    np.testing.assert_allclose(
        winners(scores, stats.gumbel_r()), softmax(scores), atol=1e-3
    )

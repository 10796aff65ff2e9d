"""The checks of chapter 15: their false-fail rate, their power, their messages."""

import math

import numpy as np
import pytest
from scipy import stats

from ppdl_course.checks import noise as dp_noise
from ppdl_course.checks.differential_privacy import audit as dp_audit
from ppdl_course.checks.differential_privacy import exponential_mechanism as dp_choices
from ppdl_course.checks.differential_privacy import laplace_releases as checks
from ppdl_course.checks.differential_privacy import sparse_laws
from ppdl_course.checks.differential_privacy import sparse_vector as dp_sparse
from ppdl_course.checks.differential_privacy import surveys as dp_surveys
from ppdl_course.checks.differential_privacy.differencing import check_reveal_custody
from ppdl_course.checks.differential_privacy.totals import check_private_total
from ppdl_course.checks.noise import ONE_CALL, RUNS
from ppdl_course.checks.verdict import Mistake
from ppdl_course.dp.audits.lower_bound import dkw_distance, epsilon_lower_bound
from ppdl_course.dp.mechanisms import RandomisedResponse

LINE = np.linspace(-60, 60, 240_001)


def missed(wrong, right, *, trials=RUNS, error):
    """Probability that a count of the wrong probability stays in the right interval."""
    low = stats.binom.ppf(error / 2, trials, right)
    high = stats.binom.isf(error / 2, trials, right)
    return stats.binom.cdf(high, trials, wrong) - stats.binom.cdf(
        low - 1, trials, wrong
    )


# false-fail rate and power, computed


@pytest.mark.parametrize("probability", [0.05, 0.378, 0.5, 0.881])
def test_a_right_share_fails_with_at_most_the_stated_probability(probability):
    error = ONE_CALL / 10
    assert 1 - missed(probability, probability, error=error) <= error * 1.01


@pytest.mark.parametrize("right", [0.3, 0.5, 0.622, 0.881])
@pytest.mark.parametrize("shift", [-0.05, 0.05])
def test_a_probability_wrong_by_five_per_cent_is_found_with_the_stated_power(
    right, shift
):
    assert missed(right + shift, right, error=ONE_CALL / 10) <= 1e-6


def test_the_law_of_the_first_yes_agrees_with_a_fine_integral():
    law = sparse_laws.first_yes_law([-1.0, 0.0], 1.0, 2.0)
    bar, answer = stats.laplace(0, 1), stats.laplace(0, 2)
    weight = bar.pdf(LINE) * (LINE[1] - LINE[0])
    no = [answer.cdf(LINE - value) for value in (-1.0, 0.0)]
    want = [
        weight @ (1 - no[0]),
        weight @ (no[0] * (1 - no[1])),
        weight @ (no[0] * no[1]),
    ]
    np.testing.assert_allclose(law, want, atol=1e-4)


def test_the_law_of_a_difference_agrees_with_samples():
    rng = np.random.default_rng(15)
    samples = rng.laplace(scale=2, size=20_000) - rng.laplace(scale=2, size=20_000)
    cdf = dp_noise.laplace_difference_cdf(2.0)
    ours = dp_noise.distance(samples, cdf)
    assert ours == pytest.approx(stats.kstest(samples, cdf).statistic, abs=1e-12)
    assert ours < dkw_distance(20_000, error=1e-3)


# right answers, with randomness of their own


def histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], dtype=np.float32)
    return counts + rng.laplace(scale=neighbours.changes / epsilon, size=len(counts))


def total(amounts, *, bound, epsilon, rng):
    return np.clip(amounts, 0, bound).sum() + rng.laplace(scale=bound / epsilon)


def choice(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * np.asarray(utilities) / (2 * sensitivity)
    return np.argmax(scores + rng.gumbel(size=len(scores)))


def above(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    for index, answer in enumerate(answers):
        if answer + rng.laplace(scale=4 / epsilon) >= bar:
            return index
    return None


def survey(bits, *, epsilon, rng):
    return RandomisedResponse(epsilon=epsilon).release(bits, rng=rng)


PAIRS = [
    (checks.check_private_histogram, histogram),
    (check_private_total, total),
    (dp_choices.check_exponential_choice, choice),
    (dp_sparse.check_above_threshold, above),
    (dp_surveys.check_randomised_response, survey),
]


@pytest.mark.parametrize(("check", "answer"), PAIRS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_right_answers_pass_whatever_they_draw(check, answer, seed):
    check(answer, seed=seed)


@pytest.mark.parametrize(("check", "answer"), PAIRS, ids=lambda f: f.__name__)
def test_a_generator_of_its_own_is_named(check, answer):
    own = np.random.default_rng(7)

    def with_own_generator(*args, rng, **kwargs):
        return answer(*args, rng=own, **kwargs)

    with pytest.raises(Mistake, match="all randomness must come from rng"):
        check(with_own_generator)


@pytest.mark.parametrize(("check", "answer"), PAIRS, ids=lambda f: f.__name__)
def test_a_seed_reused_is_named(check, answer):
    def reseeded(*args, rng, **kwargs):
        return answer(*args, rng=np.random.default_rng(7), **kwargs)

    with pytest.raises(Mistake, match=r"seed reused|the same reply every time"):
        check(reseeded)


@pytest.mark.parametrize(("check", "answer"), PAIRS[:4], ids=lambda f: f.__name__)
def test_half_the_noise_is_refused(check, answer):
    def bold(*args, epsilon, **kwargs):
        return answer(*args, epsilon=2 * epsilon, **kwargs)

    with pytest.raises(Mistake, match=r"half the noise|chosen too often"):
        check(bold)


@pytest.mark.parametrize(("check", "answer"), PAIRS[:2], ids=lambda f: f.__name__)
def test_no_noise_and_twice_the_noise_are_refused(check, answer):
    with pytest.raises(Mistake, match="no noise"):
        check(lambda *a, rng, **k: answer(*a, rng=Silent(), **k))
    with pytest.raises(Mistake, match="rounded or cut off"):
        check(lambda *a, **k: np.round(answer(*a, **k), 0))
    with pytest.raises(Mistake, match="twice the noise"):
        check(lambda *a, epsilon, **k: answer(*a, epsilon=epsilon / 2, **k))


class Silent:
    def laplace(self, *, scale, size=None):
        return 0.0 if size is None else np.zeros(size)


def test_wrong_kinds_of_values_are_refused():
    with pytest.raises(Mistake, match=r"shape \(3,\), got \(\)"):
        checks.check_private_histogram(lambda *a, **k: 1.0)
    with pytest.raises(Mistake, match="the total must be one number"):
        check_private_total(lambda *a, **k: "much")
    with pytest.raises(Mistake, match="the total must be finite"):
        check_private_total(lambda *a, **k: math.nan)


def test_no_amounts_get_noise_too():
    def silent(amounts, **kwargs):
        return total(amounts, **kwargs) if len(amounts) else 0.0

    with pytest.raises(Mistake, match="nobody is there"):
        check_private_total(silent)


def test_the_audit_check_accepts_the_package_and_refuses_silence():
    def reference(hits, other_hits, *, trials, delta, false_alarm):
        return epsilon_lower_bound(
            hits, other_hits, trials=trials, delta=delta, false_alarm=false_alarm / 5
        )

    dp_audit.check_audit_bound(reference)
    with pytest.raises(Mistake, match="is not the bound"):
        dp_audit.check_audit_bound(lambda *a, **k: 0.0)
    with pytest.raises(Mistake, match="at least 0"):
        dp_audit.check_audit_bound(lambda *a, **k: -1.0)


def test_dependent_coins_are_named():
    def couples(bits, *, epsilon, rng):
        reports = survey(bits, epsilon=epsilon, rng=rng)
        return np.repeat(reports[::2], 2)[: len(bits)] if len(bits) > 1 else reports

    with pytest.raises(Mistake, match="depend on each other"):
        dp_surveys.check_randomised_response(couples)


def test_a_fixed_number_of_liars_and_a_seed_from_the_data_are_named():
    def fixed(bits, *, epsilon, rng):
        lies = np.zeros(len(bits), dtype=int)
        lies[: round(len(bits) / (1 + math.exp(epsilon)))] = 1
        return np.asarray(bits) ^ rng.permutation(lies)

    def seeded(bits, *, epsilon, rng):
        return survey(
            bits, epsilon=epsilon, rng=np.random.default_rng(int(np.sum(bits)))
        )

    with pytest.raises(Mistake, match="must not be fixed"):
        dp_surveys.check_randomised_response(fixed)
    with pytest.raises(Mistake, match="seed reused"):
        dp_surveys.check_randomised_response(seeded)


def test_a_fixed_number_of_liars_is_found_with_the_stated_power():
    for epsilon in (*dp_surveys.WEAK, *dp_surveys.STRONG):
        truth = 1 / (1 + math.exp(-epsilon))
        none = missed(0.0, (1 - truth) ** 2, trials=4000, error=ONE_CALL / 10)
        assert none <= 1e-6


def test_an_answer_that_reads_the_records_in_its_condition_is_refused():
    def spy(count, case_id):
        seen = []

        def look(case):
            if case.case_id == case_id:
                seen.append(case.custodial)
            return True

        count(look)
        return bool(seen[-1])

    with pytest.raises(Mistake, match="Compare two counts"):
        check_reveal_custody(spy)


def test_answers_that_change_their_arguments_are_named():
    def flip(bits, *, epsilon, rng):
        bits[:] = survey(bits, epsilon=epsilon, rng=rng)
        return bits

    def clip(amounts, *, bound, epsilon, rng):
        amounts[amounts > bound] = bound
        return total(amounts, bound=bound, epsilon=epsilon, rng=rng)

    def shift(utilities, *, sensitivity, epsilon, rng):
        utilities -= utilities.max()
        return choice(utilities, sensitivity=sensitivity, epsilon=epsilon, rng=rng)

    for check, answer in (
        (dp_surveys.check_randomised_response, flip),
        (check_private_total, clip),
        (dp_choices.check_exponential_choice, shift),
    ):
        with pytest.raises(Mistake, match="its argument: work on a copy"):
            check(answer)


def test_noise_left_out_of_or_shared_by_some_bins_is_found():
    def bare(*args, **kwargs):
        got = histogram(*args, **kwargs)
        got[-1] = args[0].count(args[1][-1])
        return got

    def shared(labels, categories, **kwargs):
        got = histogram(labels, categories, **kwargs)
        counts = [labels.count(category) for category in categories]
        got[-1] = got[0] - counts[0] + counts[-1]
        return got

    with pytest.raises(Mistake, match="no noise"):
        checks.check_private_histogram(bare)
    with pytest.raises(Mistake, match=r"one noise for|seed reused"):
        checks.check_private_histogram(shared)


def test_other_named_mistakes_of_choices_and_totals():
    def overflowing(utilities, *, sensitivity, epsilon, rng):
        weights = np.exp(epsilon * np.asarray(utilities) / (2 * sensitivity))
        return int(rng.choice(len(weights), p=weights / weights.sum()))

    def redrawn(answers, *, threshold, epsilon, rng):
        for i, answer in enumerate(answers):
            if above([answer], threshold=threshold, epsilon=epsilon, rng=rng) == 0:
                return i
        return None

    def three_only(answers, **kwargs):
        return above(answers[:3], **kwargs)

    def dropped(amounts, *, bound, **kwargs):
        kept = amounts[(amounts >= 0) & (amounts <= bound)]
        return total(kept, bound=bound, **kwargs)

    for check, answer, message in (
        (dp_choices.check_exponential_choice, overflowing, "overflows"),
        (dp_sparse.check_above_threshold, redrawn, "drawn anew"),
        (dp_sparse.check_above_threshold, three_only, "every answer of the stream"),
        (check_private_total, dropped, "was dropped"),
    ):
        with pytest.raises(Mistake, match=message):
            check(answer)
    with pytest.raises(Mistake, match="one integer"):
        dp_choices.check_exponential_choice(lambda *a, **k: float(choice(*a, **k)))

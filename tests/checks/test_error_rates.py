"""What checks that judge random output promise, computed and then measured.

A false-fail rate of 1e-6 cannot be seen. So it is computed from the exact law of each
statistic, and the check itself is measured with its ``false_fail`` loosened to a rate
that can be seen: the same code, with another bound. Five calls at the true bound show
not much: that a right answer fails less than one time in two, with confidence 0.97.

The power is measured at the true bound, on at most the chapter's sizes. Every run makes
15 calls, which show a power below 0.8 with probability 0.96. Each night makes 300: with
as many finds the power is above 0.99 with confidence 0.95 (Clopper and Pearson).
"""

import functools
import importlib
import pkgutil

import numpy as np
import pytest
from scipy import stats

from ppdl_course import checks
from ppdl_course.checks.cloud_keys_and_games import spread
from ppdl_course.checks.deepsecure import delegation
from ppdl_course.checks.encrypted_inference import blinding
from ppdl_course.checks.encrypted_inference import slots as encrypted_slots
from ppdl_course.checks.encrypted_inference.client_request import check_encrypt_batch
from ppdl_course.checks.error_rates import STATED, statistical
from ppdl_course.checks.garbled_circuits.labels import FALSE_FAIL as GARBLING_FAIL
from ppdl_course.checks.garbled_circuits.shares import TESTS as SHARE_TESTS
from ppdl_course.checks.homomorphic_encryption import lattices as he_lattice
from ppdl_course.checks.homomorphic_encryption import public_key as he
from ppdl_course.checks.many_keys_and_proof import commitments, shamir
from ppdl_course.checks.millionaires_problem.yao import DRAWS
from ppdl_course.checks.private_training import audited_epochs
from ppdl_course.checks.two_server_learning import masks as two_servers
from ppdl_course.dp.accountants.subsampled_gaussian import epsilon_by_pld
from ppdl_course.dp.audits.lower_bound import clopper_pearson
from ppdl_course.dp.audits.shuffled_batches import released_sums
from ppdl_course.he.lattice.bootstrapping import EIGHTH, SecretKey
from ppdl_course.parties.views import FALSE_ALARM

from .chance import Case
from .chance_ciphertexts import CASES as CIPHERTEXTS
from .chance_ciphertexts import OneKey
from .chance_cloud_keys import CASES as CLOUD_KEYS
from .chance_delegation import CASES as DELEGATION
from .chance_many_keys import CASES as MANY_KEYS
from .chance_models import CASES as MODELS
from .chance_noise import CASES as NOISE
from .chance_sampling import CASES as SAMPLING
from .chance_sampling import EPOCHS
from .chance_secrets import CASES as SECRETS
from .chance_shares import CASES as SHARES

CASES = [*NOISE, *MODELS, *SAMPLING, *SECRETS, *DELEGATION, *SHARES, *CIPHERTEXTS]
CASES += [*CLOUD_KEYS, *MANY_KEYS]
CALLS = [15, pytest.param(300, marks=pytest.mark.nightly)]
LOOSE_CALLS = [50, pytest.param(200, marks=pytest.mark.nightly)]


def named(check):
    return check.__name__.removeprefix("check_")


@pytest.fixture(autouse=True)
def a_short_key(monkeypatch):
    """Let checks that make a key of their own take one that is there."""
    monkeypatch.setattr(he, "PrivateKey", OneKey)
    monkeypatch.setattr(blinding, "PrivateKey", OneKey)


def test_every_promise_is_measured_below():
    for module in pkgutil.walk_packages(checks.__path__, f"{checks.__name__}."):
        importlib.import_module(module.name)
    by_noise_of_a_scheme = {
        he_lattice.check_nand_input,
        check_encrypt_batch,
    }
    measured = {case.check: set(case.wrong) for case in CASES}
    measured[audited_epochs.check_batch_statistic] = set(EPOCHS) - {"the largest"}
    assert set(STATED) == set(measured) | by_noise_of_a_scheme
    for check, wrong in measured.items():
        assert wrong == set(STATED[check].against), named(check)


def test_every_check_promises_at_most_one_false_fail_in_a_million():
    assert max(rates.false_fail for rates in STATED.values()) <= 1e-6
    assert min(rates.power for rates in STATED.values()) >= 0.99


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ({"false_fail": 0, "power": 0.9, "against": ("x",)}, "false_fail must be in"),
        ({"false_fail": 0.1, "power": 1, "against": ("x",)}, "power must be in"),
        ({"false_fail": 0.1, "power": 0.9, "against": ()}, "must name a mistake"),
    ],
)
def test_a_promise_that_says_nothing_is_refused(rates, message):
    with pytest.raises(ValueError, match=message):
        statistical(**rates)(lambda answer: None)


# the exact law of a chi-square statistic


def exact_tail(draws, cells, bound):
    """Return P[sum (c - e)^2 / e >= bound] for multinomial counts c, e = draws / cells.

    The counts are independent Poisson variables, given their sum. The joint law of
    their sum and their sum of squares comes from its characteristic function, by a
    Fourier transform in both; squares have the parity of the sum.
    """
    mean, sd = draws / cells, np.sqrt(draws / cells)
    period = 2 * int(8 * np.sqrt(2 * draws**2 / cells)) + 400  # 16 deviations each way
    sums = int(16 * np.sqrt(draws))
    c = np.arange(max(0, int(mean - 9 * sd)), int(mean + 9 * sd + 20))
    t = np.pi * np.arange(period // 2 + 1) / period  # the other half is conjugate
    s = 2 * np.pi * np.arange(sums) / sums
    squares = stats.poisson.pmf(c, mean) * np.exp(1j * np.outer(t, c**2))
    joint = (squares @ np.exp(1j * np.outer(c, s))) ** cells
    given = (joint * np.exp(-1j * s * draws)).mean(axis=1)
    given = given / given[0].real * np.exp(-1j * t * draws)
    law = np.fft.irfft(given.conj(), period)
    values = draws + 2 * np.arange(period)
    middle = draws * (draws - 1) / cells + draws
    values += 2 * period * np.round((middle - values) / (2 * period)).astype(int)
    return law[(values - draws * mean) / mean >= bound].sum()


@pytest.mark.parametrize(("draws", "cells"), [(240, 4), (1600, 32), (1600, 11)])
def test_the_exact_tail_agrees_with_samples(draws, cells):
    mean = draws / cells
    counts = np.random.default_rng(1900).multinomial(
        draws, np.full(cells, 1 / cells), size=50_000
    )
    bound = stats.chi2.isf(0.01, cells - 1)
    hits = int((((counts - mean) ** 2 / mean).sum(axis=1) >= bound).sum())
    low, high = clopper_pearson(hits, 50_000, error=1e-4)
    assert low <= exact_tail(draws, cells, bound) <= high


@pytest.mark.parametrize(
    ("tests", "draws", "cells", "share", "promised"),
    [
        *(
            (SHARE_TESTS, 4096, cells, 1 / SHARE_TESTS / 2, GARBLING_FAIL)
            for cells in (121, 64, 27, 16)
        ),
        (6, DRAWS, 32, 1 / 12, FALSE_ALARM),
        (6, DRAWS, 15, 1 / 12, FALSE_ALARM),
        # besides, the orders have a quarter of the promise
        (4, 2 * blinding.DRAWS, 32, 1 / 10, blinding.FALSE_FAIL),
        (4, 4 * blinding.DRAWS, 32, 1 / 10, blinding.FALSE_FAIL),
        (3, 2038, encrypted_slots.CELLS, 1 / 10, encrypted_slots.FALSE_FAIL),
        (1, 1600, 11, 1 / 2, commitments.FALSE_FAIL),
        (1, 2000, 11, 1 / 2, commitments.FALSE_FAIL),
        *(
            (shamir.TESTS, draws, cells, 1 / 4, shamir.FALSE_FAIL)
            for draws in (2000, 2500)
            for cells in (5, 49)
        ),
    ],
)
def test_chi_square_tests_together_keep_the_promise_by_the_exact_law(
    tests, draws, cells, share, promised
):
    bound = stats.chi2.isf(promised * share, cells - 1)
    assert 0 < tests * exact_tail(draws, cells, bound) <= 0.95 * promised


def test_shares_of_two_parties_keep_the_promise_by_the_binomial_law():
    bound = stats.chi2.isf(GARBLING_FAIL / SHARE_TESTS / 2, 1)
    ones = np.arange(4097)
    far = 2 * (ones - 2048) ** 2 / 2048 >= bound
    tail = stats.binom.pmf(ones[far], 4096, 0.5).sum()
    assert 0 < SHARE_TESTS * tail <= 0.95 * GARBLING_FAIL


def test_the_draws_of_an_exponent_keep_the_promise_by_the_exact_law():
    tails = [
        exact_tail(DRAWS, k, stats.chi2.isf(FALSE_ALARM / 10, k - 1))
        for k in (32, 32, 32, 32, 11)
    ]
    assert 0 < sum(tails) <= 0.95 * FALSE_ALARM


def test_bits_of_a_shared_record_keep_promise_and_power_by_the_binomial_law():
    law = stats.binom(1200, 0.5)
    most = law.isf(delegation.FALSE_FAIL / delegation.COMPARISONS / 2)
    assert 0 < delegation.COMPARISONS * 2 * law.sf(most) <= delegation.FALSE_FAIL
    # a bit that is 1 in a quarter of the runs, the other way round in three quarters
    assert stats.binom(1200, 0.75).cdf(most) < 0.001


def test_uniform_secrets_keep_promise_and_power_by_the_binomial_law():
    n = spread.DRAWS
    # a quarter of the range that is never met, a last bit that never changes, and
    # draws of 90 bits that are equal or near
    missed, fixed = 4 * stats.binom(n, 0.25).pmf(0), 2 * 0.5**n
    near = n * (n + 4 * spread.NEAR) / 2.0**90
    assert 0 < missed + fixed + near <= spread.FALSE_FAIL
    assert missed + fixed + near > spread.FALSE_FAIL / 10  # not empty words
    # a draw from half of the range never meets two quarters


@pytest.mark.parametrize("count", [2000, 4000])
def test_bits_of_labels_keep_the_promise_by_the_binomial_law(count):
    rate = GARBLING_FAIL
    tests, total = 383 + 256 * 8 + 256, 0.0
    for step in range(257):
        law = stats.binom(count - step, 0.5)
        comparisons = 383 if step == 0 else 256 if step <= 8 else 1
        total += comparisons * 2 * law.sf(law.isf(rate / tests / 2))
    assert 0 < total <= rate


@pytest.mark.parametrize(
    ("words", "steps", "views", "tests"),
    [
        (64 * 48, (1, 48), 2, two_servers.SHARE_TESTS),
        (90 * 30, (1, 30), 2, two_servers.SHARE_TESTS),
        (64 * 40, (1,), 2, two_servers.OFFER_TESTS),
        (64 * 70, (1,), 2, two_servers.OFFER_TESTS),
    ],
)
def test_bits_of_shared_words_keep_the_promise_by_the_binomial_law(
    words, steps, views, tests
):
    rate, total = two_servers.FALSE_FAIL, 0.0
    for step in (0, *steps):
        law = stats.binom(words - step, 0.5)
        total += views * two_servers.WORD * 2 * law.sf(law.isf(rate / tests / 2))
    assert 0 < total <= rate


@pytest.mark.parametrize(
    ("promised", "comparisons"),
    [
        (GARBLING_FAIL, ((16, 1 / 4, 1 / 40), (24, 1 / 24, 1 / 40))),
        (blinding.FALSE_FAIL / 4, ((24, 1 / 24, 1 / 24),)),
    ],
)
def test_orders_keep_promise_and_power_by_the_binomial_law(promised, comparisons):
    assert blinding.ORDERS == 10_000
    total = 0.0
    for tests, fair, share in comparisons:
        law = stats.binom(10_000, fair)
        low, high = law.ppf(promised * share / 2), law.isf(promised * share / 2)
        total += tests * (law.cdf(low - 1) + law.sf(high))
    assert 0 < total <= promised
    # of the 256 ways to swap each of four with any, 15 give the most frequent order
    # and 14 three others; these are nearly independent
    missed = stats.binom.cdf(high, 10_000, 15 / 256)
    missed *= stats.binom.cdf(high, 10_000, 14 / 256) ** 3
    assert missed < 0.01


# measured: right answers


@pytest.mark.parametrize("case", CASES, ids=lambda case: named(case.check))
def test_a_right_answer_passes_at_the_true_bound(case):
    for seed in range(5):
        assert case.told(case.right, 1000 + seed, {}) == ""


@pytest.mark.parametrize("calls", LOOSE_CALLS)
@pytest.mark.parametrize(
    "case",
    [case for case in CASES if "false_fail" in case.loose],
    ids=lambda case: named(case.check),
)
def test_a_loosened_check_fails_right_answers_no_more_often_than_it_says(case, calls):
    fails = sum(case.told(case.right, seed, case.loose) != "" for seed in range(calls))
    low, _ = clopper_pearson(fails, calls, error=1e-4)
    assert low <= case.loose["false_fail"], f"{fails} of {calls}"


# measured: wrong answers

WRONG = [
    pytest.param(case, mistake, id=f"{named(case.check)}-{mistake}")
    for case in CASES
    for mistake in case.wrong
]


@pytest.mark.parametrize("calls", CALLS)
@pytest.mark.parametrize(("case", "mistake"), WRONG)
def test_a_named_mistake_is_found_with_the_promised_power(case, mistake, calls):
    wrong = case.wrong[mistake]
    assert wrong.says in case.told(wrong.answer, 7, {})
    found = sum(
        case.told(wrong.answer, seed, wrong.sizes) != "" for seed in range(calls)
    )
    require_power(case.check, found, calls)


def require_power(check, found, calls):
    """Few calls cannot show the promised power: then every one must find it."""
    low, _ = clopper_pearson(found, calls, error=0.05)
    power = STATED[check].power
    shown = clopper_pearson(calls, calls, error=0.05)[0] >= power
    assert low >= power if shown else found == calls, f"{found} of {calls}"


# the audit, on statistics drawn from their law


@functools.cache
def promised(run, delta):
    return epsilon_by_pld([run], delta=delta)


def epochs(law, calls, **sizes):
    """Return how often the check of a statistic convicts, drawn from its law."""

    def drawn(*, present, noise_multiplier, steps, runs, rng):
        signal = 2 if present else 1
        return EPOCHS[law](signal, noise_multiplier, steps, runs, rng)

    case = Case(audited_epochs.check_batch_statistic, np.asarray, {}, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audited_epochs, "released_sums", drawn)
        patch.setattr(
            audited_epochs,
            "epsilon_by_pld",
            lambda runs, delta: promised(*runs, delta),
        )
        return sum(case.told(case.right, seed, sizes) == "" for seed in range(calls))


STATISTICS = {
    "the largest": lambda sums: sums.max(axis=1),
    "the mean": lambda sums: sums.mean(axis=1),
    "the first batch": lambda sums: sums[:, 0],
    "the smallest": lambda sums: sums.min(axis=1),
}


@pytest.mark.parametrize("name", STATISTICS)
def test_the_laws_of_the_statistics_are_those_of_epochs(name):
    size = {"noise_multiplier": 0.7, "steps": 20, "runs": 20_000}
    rng = np.random.default_rng(2024)
    seen = STATISTICS[name](released_sums(present=True, rng=rng, **size))
    law = EPOCHS[name](2, 0.7, 20, 20_000, rng)
    assert stats.ks_2samp(seen, law).pvalue > 1e-4


@pytest.mark.parametrize("calls", CALLS)
@pytest.mark.parametrize("name", EPOCHS)
def test_the_audit_convicts_by_the_largest_sum_and_by_no_other_statistic(name, calls):
    if name == "the largest":
        assert epochs(name, min(calls, 40)) == min(calls, 40)
        return
    found = calls - epochs(name, calls, runs=3000)
    require_power(audited_epochs.check_batch_statistic, found, calls)


# the noise of encryption, which a right answer must be told from


def test_the_noise_of_a_gate_is_far_from_what_its_check_allows():
    stray, after = [], []
    for _ in range(3):
        secret = SecretKey()
        cloud = secret.cloud_key()
        for x, y in [(0, 0), (0, 1), (1, 1)] * 10:
            linear = -secret.encrypt(x) - secret.encrypt(y)
            linear[-1] += EIGHTH
            nominal = 1 / 8 - sum((1 if bit else -1) / 8 for bit in (x, y))
            stray.append((secret.phase(linear) - nominal + 0.5) % 1 - 0.5)
            bit = 1 - (x & y)
            after.append(secret.noise(cloud.bootstrap(linear % 2**32), bit))
    assert 1 / 32 >= 100 * np.std(stray) > 0
    assert 1 / 8 >= 40 * np.sqrt(np.mean(np.square(after))) > 0


def test_the_noise_of_a_ciphertext_is_far_from_what_its_check_allows():
    import tenseal as ts

    sizes = [40, 30, 30, 40]
    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=sizes)
    context.global_scale = 2.0**30
    values = np.linspace(0, 1, 500)
    noise = np.array(ts.ckks_vector(context, values.tolist()).decrypt()) - values
    assert 1e-3 >= 100 * np.std(noise) > 0

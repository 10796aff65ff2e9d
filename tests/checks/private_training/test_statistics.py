"""The checks of chapter 16: false-fail rates, power, messages, and right answers."""

import numpy as np
import pytest
from scipy import optimize, stats

from ppdl_course.checks.noise import ONE_CALL
from ppdl_course.checks.private_training import (
    audited_epochs,
    noisy_means,
    parts,
    poisson_batches,
)
from ppdl_course.checks.private_training import clipping as checks
from ppdl_course.checks.private_training import sharing as private_sharing
from ppdl_course.checks.verdict import Mistake
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    epsilon_by_pld,
)
from ppdl_course.dp.audits.lower_bound import dkw_distance, power_is_enough
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.training import clipping, dp_sgd
from ppdl_course.federated.selective_sgd import largest


def clip_each(gradients, bound):
    return clipping.clipped_rows(gradients, bound)


def ghost_norms(nodes, deltas):
    layers = [
        clipping.LayerGradient(k, a, d, np.empty((len(a), 0)))
        for k, (a, d) in enumerate(zip(nodes, deltas, strict=True))
    ]
    return clipping.norms_of(layers)


def poisson_batch(n, rate, rng):
    return dp_sgd.poisson_sample(n, sample_rate=rate, rng=rng)


def private_mean(rows, *, max_grad_norm, noise_multiplier, expected_batch_size, rng):
    total = clip_each(rows, max_grad_norm).sum(axis=0)
    total += rng.normal(0, noise_multiplier * max_grad_norm, len(total))
    return total / expected_batch_size


def share_largest(moved, *, fraction, bound):
    indices = largest(moved, max(1, round(fraction * len(moved))))
    return indices, np.clip(moved[indices], -bound, bound)


def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    cuts = range(limit, len(rows), limit)
    return sum(map(clipped_sum, np.split(rows, cuts)), noise)


RIGHT = [
    (parts.check_noisy_sum_in_parts, noisy_sum_in_parts),
    (checks.check_clip_each, clip_each),
    (checks.check_ghost_norms, ghost_norms),
    (poisson_batches.check_poisson_batch, poisson_batch),
    (noisy_means.check_private_mean, private_mean),
    (audited_epochs.check_batch_statistic, lambda sums: sums.max(axis=1)),
    (private_sharing.check_share_largest, share_largest),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
@pytest.mark.parametrize("seed", [16, 1, 2])
def test_what_the_package_does_passes_with_any_seed(check, answer, seed):
    check(answer, seed=seed)


# false-fail rate and power, computed


def missed(wrong, right, error):
    low = stats.binom.ppf(error / 2, poisson_batches.DRAWS, right)
    high = stats.binom.isf(error / 2, poisson_batches.DRAWS, right)
    below = stats.binom.cdf(low - 1, poisson_batches.DRAWS, wrong)
    return stats.binom.cdf(high, poisson_batches.DRAWS, wrong) - below


@pytest.mark.parametrize("rate", [0.3, 0.5])
def test_eight_outcomes_together_keep_the_false_fail_rate_and_find_a_wrong_rate(rate):
    error = ONE_CALL / 10
    chances = [rate**k * (1 - rate) ** (3 - k) for k in (0, 1, 1, 1, 2, 2, 2, 3)]
    assert sum(1 - missed(p, p, error) for p in chances) <= 8.01 * error
    # an empty sample, or any of the named zero counts, never occurs by chance
    assert (1 - min(chances)) ** poisson_batches.DRAWS < 1e-12
    for off in (-0.06, 0.06):
        wrong = rate + off
        found = [
            missed(wrong**k * (1 - wrong) ** (3 - k), p, error)
            for k, p in zip((0, 1, 1, 1, 2, 2, 2, 3), chances, strict=True)
        ]
        assert min(found) <= 1e-6


@pytest.mark.parametrize("rate", [0.3, 0.5])
def test_eight_coins_for_many_records_are_found_by_the_sizes(rate):
    # each of 8 coins decides for 8 of 60 records, four of them for 7
    sizes = np.arange(poisson_batches.MANY + 1)
    law = np.zeros(len(sizes))
    for big in range(5):
        for small in range(5):
            chance = stats.binom.pmf(big, 4, rate) * stats.binom.pmf(small, 4, rate)
            law[8 * big + 7 * small] += chance
    right = stats.binom.cdf(sizes, poisson_batches.MANY, rate)
    apart = np.abs(np.cumsum(law) - right).max()
    draws, error = poisson_batches.DRAWS // 3, ONE_CALL / 10
    assert apart >= dkw_distance(draws, error=error) + dkw_distance(draws, error=1e-6)


def test_the_generators_with_far_draws_have_them():
    for seed in noisy_means.FAR:
        draws = np.random.default_rng(seed).standard_normal(2_000)
        assert np.abs(draws).argmax() > 20
        assert np.abs(draws).max() > 5.8


def test_the_largest_sum_convicts_and_noise_alone_does_not():
    T, sigma = audited_epochs.STEPS, audited_epochs.NOISE
    run = SubsampledGaussian(
        noise_multiplier=sigma, sample_rate=1 / T, steps=T,
        neighbours=Neighbours.ADD_REMOVE,
    )  # fmt: skip
    claimed = epsilon_by_pld([run], delta=audited_epochs.DELTA)

    def tail(z, signal):
        below = stats.norm.cdf(z / sigma) ** (T - 1)
        return 1 - below * stats.norm.cdf((z - signal) / sigma)

    # The audit picks the best of 40 pooled quantiles: two of them are in this range,
    # whichever way the half it chooses on falls.
    for share in (0.0385, 0.05, 0.07, 0.09):
        z = optimize.brentq(lambda z, s=share: tail(z, 2) - s, 0, 9)
        assert power_is_enough(
            audited_epochs.RUNS // 2, tail(z, 2), tail(z, 1), epsilon=claimed,
            delta=audited_epochs.DELTA, miss=ONE_CALL,
        )  # fmt: skip


# what a check says about things that are no answer at all


@pytest.mark.parametrize(
    ("check", "answer", "says"),
    [
        (checks.check_clip_each, lambda g, c: None, "is None"),
        (checks.check_clip_each, lambda g, c: g, "nothing was clipped"),
        (checks.check_ghost_norms, lambda a, d: "norms", "array of numbers"),
        (poisson_batches.check_poisson_batch, lambda n, q, r: None, "is None"),
        (
            poisson_batches.check_poisson_batch,
            lambda n, q, r: r.random(n) < q,
            "not a mask",
        ),
        (
            poisson_batches.check_poisson_batch,
            lambda n, q, r: np.flatnonzero(r.random(n) < q / 2),
            "given probability",
        ),
        (
            poisson_batches.check_poisson_batch,
            lambda n, q, r: np.arange(n) if r.random() < q else [],
            "given probability",
        ),
        (
            private_sharing.check_share_largest,
            lambda m, fraction, bound: m,
            "two things",
        ),
        (
            private_sharing.check_share_largest,
            lambda m, fraction, bound: (np.arange(4), m[:4]),
            "moved most",
        ),
    ],
)
def test_other_mistakes_are_named_too(check, answer, says):
    with pytest.raises(Mistake, match=says):
        check(answer)


def mean_with(**change):
    def answer(rows, *, max_grad_norm, noise_multiplier, expected_batch_size, rng):
        rows = change.get("clip", clip_each)(rows, max_grad_norm)
        total = rows.sum(axis=0)
        scale = noise_multiplier * max_grad_norm
        draw = change.get("draw", lambda r, s, n: r.normal(0, s, n))
        total = total + draw(rng, scale, len(total))
        return total / change.get("by", lambda n, e: e)(len(rows), expected_batch_size)

    return answer


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"by": lambda n, e: max(n, 1)}, "not public"),
        ({"by": lambda n, e: 1}, "never divided"),
        ({"clip": lambda g, c: g}, "nothing was clipped"),
        (
            {"draw": lambda r, s, n: np.random.default_rng(0).normal(0, s, n)},
            "seed reused",
        ),
        ({"draw": lambda r, s, n: r.normal(0, s)}, "one draw for all"),
        ({"draw": lambda r, s, n: r.laplace(0, s / np.sqrt(2), n)}, "not normal"),
        (
            {"draw": lambda r, s, n: r.normal(0, s / 0.4, n)},
            "forgets the clipping norm",
        ),
    ],
)
def test_mistakes_in_the_private_mean_are_named(change, says):
    with pytest.raises(Mistake, match=says):
        noisy_means.check_private_mean(mean_with(**change))

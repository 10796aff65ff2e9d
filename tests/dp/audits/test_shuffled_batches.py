"""Tests for shuffled_batches: the sums of an epoch, and what they show."""

import numpy as np
import pytest
from scipy import stats

from ppdl_course.dp.audits.shuffled_batches import likelihood_ratio, released_sums


@pytest.mark.parametrize("noise", [0.05, 0.7, 3.0])
def test_the_likelihood_ratio_is_that_of_two_mixtures_written_out(noise):
    sums = np.random.default_rng(0).normal(scale=noise, size=(6, 5))
    sums[:3, 2] += 2

    def log_likelihood(row, signal):
        places = [
            stats.norm.logpdf(row - signal * np.eye(5)[t], scale=noise).sum()
            for t in range(5)
        ]
        return np.logaddexp.reduce(places) - np.log(5)

    slow = [log_likelihood(row, 2) - log_likelihood(row, 1) for row in sums]
    fast = likelihood_ratio(sums, noise_multiplier=noise)
    np.testing.assert_allclose(fast, slow, rtol=1e-7, atol=1e-9)


def test_little_noise_does_not_overflow():
    found = likelihood_ratio(np.array([[2.0, 0.0], [1.0, 0.0]]), noise_multiplier=0.01)
    np.testing.assert_allclose(found, [5000.0, -5000.0])


@pytest.mark.parametrize("noise", [0.0, -1.0, np.nan])
def test_a_likelihood_needs_noise(noise):
    with pytest.raises(ValueError, match="noise_multiplier must be"):
        likelihood_ratio(np.zeros((2, 3)), noise_multiplier=noise)


def test_without_noise_one_batch_shows_who_is_there():
    rng = np.random.default_rng(0)
    for present, shows in ((True, 2), (False, 1)):
        sums = released_sums(
            present=present, noise_multiplier=0, steps=4, runs=200, rng=rng
        )
        assert sorted(np.unique(sums)) == [0, shows]
        assert np.all((sums == shows).sum(axis=1) == 1)
        assert len(np.unique(sums.argmax(axis=1))) == 4

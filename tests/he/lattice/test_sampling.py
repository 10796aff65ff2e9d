"""Secret random arrays: their distribution, and that they are not a seed's."""

import numpy as np
import pytest
from scipy import stats

from ppdl_course.he.lattice.sampling import (
    NOISE_STD,
    centred_binomial,
    rounded_normal,
    ternary,
    uniform,
)

FALSE_FAIL = 1e-6


@pytest.mark.parametrize("q", [2, 3, 10])
def test_uniform_is_uniform(q):
    counts = np.bincount(uniform(q, (20_000,)), minlength=q)
    assert stats.chisquare(counts).pvalue > FALSE_FAIL


def test_ternary_takes_three_values_equally():
    assert stats.chisquare(np.bincount(ternary((9_000,)) + 1)).pvalue > FALSE_FAIL


def test_centred_binomial_has_its_distribution():
    x = centred_binomial((20_000,))
    counts = np.bincount(np.clip(x + 8, 0, 16), minlength=17)
    law = stats.binom(42, 0.5)
    expected = law.pmf(np.arange(13, 30))
    expected[0], expected[-1] = law.cdf(13), law.sf(28)
    assert stats.chisquare(counts, 20_000 * expected).pvalue > FALSE_FAIL
    assert np.std(x) == pytest.approx(NOISE_STD, rel=0.05)


def test_rounded_normal_has_its_distribution():
    x = rounded_normal(1000.0, (20_000,))
    assert stats.kstest(x / 1000, "norm").pvalue > FALSE_FAIL


def test_draws_do_not_depend_on_a_seed():
    np.random.seed(0)  # noqa: NPY002
    first = uniform(2**31, (8,))
    np.random.seed(0)  # noqa: NPY002
    assert not np.array_equal(first, uniform(2**31, (8,)))


def test_a_fixed_source_gives_known_answers():
    assert list(
        uniform(7, (2,), source=lambda n: bytes([10] + [0] * 7) * (n // 8))
    ) == [
        3,
        3,
    ]


@pytest.mark.parametrize("bad", [1, 0, 2**33])
def test_refuses_a_modulus_out_of_range(bad):
    with pytest.raises(ValueError, match="q must be an integer in"):
        uniform(bad, (1,))

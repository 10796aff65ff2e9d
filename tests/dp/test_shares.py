"""Tests for ppdl_course.dp.shares: scipy's laws, convolutions, brute force."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ppdl_course.dp.discrete import discrete_laplace
from ppdl_course.dp.shares import epsilon_of_shares, polya_share, share_law


def laws(scale, honest, present, reach):
    """The law of the sum over -reach..reach, by convolution of scipy's."""
    p = math.exp(-1 / scale)
    one = stats.nbinom.pmf(np.arange(2 * reach), present / honest, 1 - p)
    return np.array(
        [one[: reach - abs(s)] @ one[abs(s) : reach] for s in range(-reach, reach + 1)]
    )


@pytest.mark.parametrize(("scale", "honest"), [(6.0, 5), (0.7, 3), (3.0, 1)])
def test_all_shares_add_up_to_the_discrete_laplace(scale, honest):
    p = math.exp(-1 / scale)
    for shift in (0, 1, 2, 7):
        exact = (1 - p) / (1 + p) * p**shift
        got = share_law(scale, honest=honest, present=honest, shift=shift, reach=300)
        assert got == pytest.approx(exact, rel=1e-11)


def test_drawn_shares_follow_the_law():
    """Chi-square over 20 cells, false-fail rate 1e-6 for each count of shares."""
    scale, honest, n = 4.0, 5, 100_000
    rng = np.random.default_rng(0)
    for present in (1, 3, 5):
        drawn = sum(
            polya_share(scale, honest=honest, size=n, rng=rng) for _ in range(present)
        )
        assert drawn.dtype == np.int64
        cells = np.arange(-9, 10)
        law = np.array(
            [
                share_law(
                    scale, honest=honest, present=present, shift=abs(c), reach=400
                )
                for c in cells.tolist()
            ]
        )
        seen = np.array([(drawn == c).sum() for c in cells])
        seen, law = np.r_[seen, n - seen.sum()], np.r_[law, 1 - law.sum()]
        assert stats.chisquare(seen, n * law).pvalue > 1e-6


def test_five_shares_and_the_exact_sampler_are_one_law():
    """Kolmogorov-Smirnov of two samples, at a false-fail rate under 1e-6."""
    rng = np.random.default_rng(1)
    ours = sum(polya_share(3.0, honest=5, size=50_000, rng=rng) for _ in range(5))
    exact = discrete_laplace(3, size=50_000, rng=rng)
    assert stats.ks_2samp(ours, exact).pvalue > 1e-6


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 8), st.integers(1, 6), st.data())
def test_no_place_tells_more_than_the_centre(scale, honest, data):
    """Brute force: the loss at every place, for every shift up to ``moved``."""
    present = data.draw(st.integers(1, honest))
    moved = data.draw(st.integers(1, 4))
    law = laws(scale, honest, present, 250)[150:351]  # -100..100, by its own loop
    worst = max(
        np.log(law[: len(law) - s] / law[s:]).max() for s in range(1, moved + 1)
    )
    stated = epsilon_of_shares(scale, honest=honest, present=present, moved=moved)
    assert worst == pytest.approx(stated, rel=1e-6)


def test_the_promise_falls_with_each_missing_share():
    values = [
        epsilon_of_shares(64.0, honest=5, present=j, moved=32, numbers=2)
        for j in range(6)
    ]
    assert values[0] == math.inf
    assert values[-1] == 1.0
    assert all(a > b for a, b in itertools.pairwise(values))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scale": 0.0}, "scale must be positive"),
        ({"scale": math.nan}, "scale must be positive"),
        ({"honest": 0}, "honest must be an integer >= 1, got 0"),
        ({"present": 6}, r"present must be an integer in 0\.\.5, got 6"),
        ({"moved": 0}, "moved must be an integer >= 1"),
        ({"numbers": 0}, "numbers must be an integer >= 1"),
    ],
)
def test_bad_arguments_are_named(change, message):
    given = {"scale": 1.0, "honest": 5, "present": 5, "moved": 1, "numbers": 1} | change
    with pytest.raises(ValueError, match=message):
        epsilon_of_shares(given.pop("scale"), **given)


def test_bad_shares_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="scale must be positive"):
        polya_share(-1.0, honest=1, size=1, rng=rng)
    with pytest.raises(ValueError, match="honest must be an integer >= 1"):
        polya_share(1.0, honest=0, size=1, rng=rng)

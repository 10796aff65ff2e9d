"""Tests for the exact samplers: their law, their integers, the attack they defeat."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from ppdl_course.dp import discrete
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.discrete import (
    DiscreteLaplace,
    bernoulli_exp,
    discrete_gaussian,
    discrete_laplace,
)

DRAWS = 60_000


@pytest.fixture
def rng():
    return np.random.default_rng(15)


def fits(samples, weight):
    """Chi-square p-value of whole numbers against P[y] proportional to weight(y)."""
    values = np.arange(-4000, 4001)
    law = np.array([weight(y) for y in values])
    law /= law.sum()
    inside = DRAWS * law >= 10
    expected = np.append(DRAWS * law[inside], DRAWS * law[~inside].sum())
    seen = np.bincount(samples + 4000, minlength=len(values))
    observed = np.append(seen[inside], seen[~inside].sum())
    if expected[-1] < 5:
        expected, observed = expected[:-1], observed[:-1]
        expected *= observed.sum() / expected.sum()
    return stats.chisquare(observed, expected).pvalue


@pytest.mark.parametrize("scale", [1, 7, Fraction(10, 3), Fraction(2, 5), 100])
def test_discrete_laplace_follows_its_law(scale, rng):
    samples = discrete_laplace(scale, size=DRAWS, rng=rng)
    assert samples.dtype == np.int64
    assert fits(samples, lambda y: math.exp(-abs(int(y)) / scale)) > 1e-4


@pytest.mark.parametrize("variance", [1, 4, Fraction(121, 100), Fraction(1, 3), 2500])
def test_discrete_gaussian_follows_its_law(variance, rng):
    samples = discrete_gaussian(variance, size=DRAWS, rng=rng)
    assert samples.dtype == np.int64
    assert fits(samples, lambda y: math.exp(-(int(y) ** 2) / (2 * variance))) > 1e-4


def slow_gaussian(variance, rng):
    """The paper's Algorithms 1 to 3, one coin at a time, in Fractions."""

    def exp_coin(gamma):
        while gamma > 1:
            if not exp_coin(Fraction(1)):
                return False
            gamma -= 1
        k = 1
        while rng.integers(gamma.denominator * k) < gamma.numerator:
            k += 1
        return k % 2 == 1

    t = math.isqrt(variance.numerator // variance.denominator) + 1
    while True:
        u = int(rng.integers(t))
        if not exp_coin(Fraction(u, t)):
            continue
        v = 0
        while exp_coin(Fraction(1)):
            v += 1
        size, minus = u + t * v, bool(rng.integers(2))
        if minus and size == 0:
            continue
        if exp_coin((size - variance / t) ** 2 / (2 * variance)):
            return -size if minus else size


def test_the_fast_sampler_agrees_with_the_paper_one_coin_at_a_time(rng):
    variance = Fraction(5, 2)
    slow = [slow_gaussian(variance, rng) for _ in range(4000)]
    fast = discrete_gaussian(variance, size=4000, rng=rng)
    values = np.arange(-4, 5)
    table = [[np.sum(np.asarray(a) == y) for y in values] for a in (slow, fast)]
    assert stats.chi2_contingency(table).pvalue > 1e-4


@pytest.mark.parametrize(("n", "d"), [(0, 1), (1, 1), (2, 7), (7, 2), (30, 1)])
def test_the_coin_shows_heads_as_often_as_exp_says(n, d, rng):
    heads = bernoulli_exp(np.full(DRAWS, n), d, rng=rng)
    p = math.exp(-n / d)
    assert abs(heads.mean() - p) <= 5 * math.sqrt(p * (1 - p) / DRAWS) + 1e-9


class Script:
    """A generator that plays back uniform integers and records their bounds."""

    def __init__(self, *draws):
        self.draws, self.bounds = list(draws), []

    def integers(self, low, high, size):
        self.bounds.append((low, high))
        return np.full(size, self.draws.pop(0))


def test_a_coin_decides_by_comparing_whole_numbers_exactly_at_the_boundary():
    # exp(-3/5): go on while a uniform number below 5 k is below 3
    stop_at_once = Script(3)
    assert bernoulli_exp(np.array([3]), 5, rng=stop_at_once).tolist() == [True]
    one_more = Script(2, 3)
    assert bernoulli_exp(np.array([3]), 5, rng=one_more).tolist() == [False]
    assert one_more.bounds == [(0, 5), (0, 10)]


def test_numbers_beyond_64_bits_are_handled_exactly(rng):
    # (|y| b t - a)^2 overflows int64 from |y| = 3 on, which scale 1 often proposes
    samples = discrete_gaussian(Fraction(1, 2**30), size=2000, rng=rng)
    assert not samples.any()
    heads = bernoulli_exp(np.array([0, 10**30, 1], dtype=object), 2**40, rng=rng)
    assert heads.tolist()[:2] == [True, False]


def test_the_mechanism_keeps_epsilon_and_the_shape(rng):
    mechanism = DiscreteLaplace(
        epsilon=Fraction(1, 2), sensitivity=2, neighbours=Neighbours.REPLACE
    )
    assert mechanism.scale == 4
    assert mechanism.guarantee.epsilon == 0.5
    table = np.array([[3, 0], [7, 1]])
    release = mechanism.release(table, rng=rng)
    assert release.shape == table.shape
    assert release.dtype == np.int64
    noise = mechanism.release(np.zeros(DRAWS, int), rng=rng)
    assert fits(noise, lambda y: math.exp(-abs(int(y)) / 4)) > 1e-4


def test_sizes_zero_and_one_and_reproducibility():
    for draw in (discrete_laplace, discrete_gaussian):
        assert draw(2, size=0, rng=np.random.default_rng(1)).shape == (0,)
        a, b = (draw(9, size=50, rng=np.random.default_rng(1)) for _ in range(2))
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("bad", [0, -1, 1.5, True, Fraction(-1, 2)])
def test_parameters_that_are_no_positive_fraction_are_refused(bad, rng):
    for name, draw in (("scale", discrete_laplace), ("variance", discrete_gaussian)):
        with pytest.raises(ValueError, match=f"{name} must be a positive int"):
            draw(bad, size=1, rng=rng)
    with pytest.raises(ValueError, match="epsilon must be a positive int"):
        DiscreteLaplace(epsilon=bad, sensitivity=1, neighbours=Neighbours.ADD_REMOVE)


def test_fractions_too_fine_for_the_arithmetic_are_refused(rng):
    with pytest.raises(ValueError, match=r"scale must have parts of at most 2\^30"):
        discrete_laplace(Fraction(0.1), size=1, rng=rng)
    with pytest.raises(ValueError, match="variance must be a simpler fraction"):
        discrete_gaussian(Fraction(2**30, 2**30 - 1), size=1, rng=rng)
    with pytest.raises(ValueError, match="size must be an integer >= 0, got -1"):
        discrete_laplace(1, size=-1, rng=rng)
    with pytest.raises(ValueError, match="answer must be whole numbers, got float64"):
        DiscreteLaplace(
            epsilon=1, sensitivity=1, neighbours=Neighbours.ADD_REMOVE
        ).release([0.5], rng=rng)


def test_the_largest_denominator_leaves_room_for_the_rounds():
    assert discrete._LIMIT * 127 < 2**63


INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_every_integer_type_is_released_exactly(dtype):
    mechanism = DiscreteLaplace(epsilon=1, sensitivity=1, neighbours=Neighbours.REPLACE)
    low = max(np.iinfo(dtype).min, -(2**62))
    high = min(np.iinfo(dtype).max, 2**62)
    answer = np.array([low, high] * 100, dtype=dtype)
    released = mechanism.release(answer, rng=np.random.default_rng(1))
    noise = discrete_laplace(1, size=200, rng=np.random.default_rng(1))
    assert released.dtype == np.int64
    assert noise.any()
    assert [int(x) for x in released] == [
        int(a) + int(n) for a, n in zip(answer, noise, strict=True)
    ]


@pytest.mark.parametrize("answer", [np.uint64(2**63), 2**62 + 1, -(2**63)])
def test_an_answer_that_noise_could_take_out_of_int64_is_refused(answer, rng):
    mechanism = DiscreteLaplace(epsilon=1, sensitivity=1, neighbours=Neighbours.REPLACE)
    with pytest.raises(ValueError, match=r"answer must lie in -2\^62\.\.2\^62, got"):
        mechanism.release(answer, rng=rng)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_coins_take_every_integer_type(dtype, rng):
    heads = bernoulli_exp(np.zeros(50, dtype=dtype), 2**40, rng=rng)
    assert heads.all()
    top = np.full(50, np.iinfo(dtype).max, dtype=dtype)
    assert not bernoulli_exp(top, 1, rng=rng).any()


def test_coins_out_of_range_are_refused(rng):
    with pytest.raises(ValueError, match="denominator must be an integer in 1"):
        bernoulli_exp(np.array([1]), 2**56 + 1, rng=rng)
    with pytest.raises(ValueError, match="numerators must be >= 0, got -1"):
        bernoulli_exp(np.array([-1]), 2, rng=rng)
    with pytest.raises(ValueError, match="numerators must be whole numbers"):
        bernoulli_exp(np.array([0.5]), 2, rng=rng)


def test_numpy_integers_in_parameters_do_not_wrap():
    mechanism = DiscreteLaplace(
        epsilon=Fraction(1, 2**20),
        sensitivity=np.int8(127),
        neighbours=Neighbours.REPLACE,
    )
    assert mechanism.scale == 127 * 2**20
    with pytest.raises(ValueError, match=r"scale must have parts of at most 2\^30"):
        DiscreteLaplace(
            epsilon=Fraction(1, 2**30), sensitivity=2, neighbours=Neighbours.REPLACE
        )

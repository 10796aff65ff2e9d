"""Tests for ppdl_course.dp.selection against exact integrals of the definitions."""

import numpy as np
import pytest
from scipy import integrate, stats

from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.selection import Exponential, ReportNoisyMax, SparseVector

ADD = Neighbours.ADD_REMOVE
COUNTS = np.array([3.0, 5.0, 4.0])


@pytest.fixture
def rng():
    return np.random.default_rng(15)


def make(kind, **changes):
    settings = {"epsilon": 1.0, "sensitivity": 1.0, "neighbours": ADD}
    if kind is SparseVector:
        settings["threshold"] = 4.0
    return kind(**{**settings, **changes})


def frequencies(choose, draws=20_000):
    return np.bincount([choose() for _ in range(draws)], minlength=3) / draws


def test_exponential_mechanism_follows_its_formula(rng):
    mechanism = make(Exponential, epsilon=0.8, sensitivity=2)
    weights = np.exp(0.8 * COUNTS / 4)
    np.testing.assert_allclose(mechanism.probabilities(COUNTS), weights / weights.sum())
    seen = frequencies(lambda: mechanism.choose(COUNTS, rng=rng))
    np.testing.assert_allclose(seen, weights / weights.sum(), atol=0.02)


@pytest.mark.parametrize("neighbour", [[4, 5, 4], [4, 6, 5], [2, 4, 3]])
def test_exponential_mechanism_keeps_epsilon_on_neighbours(neighbour):
    for monotone in (False, True):
        mechanism = make(Exponential, monotone=monotone)
        here = mechanism.probabilities(COUNTS)
        there = mechanism.probabilities(neighbour)
        assert np.abs(np.log(here / there)).max() <= 1 + 1e-12


def test_exponential_mechanism_takes_huge_utilities():
    probabilities = make(Exponential).probabilities([1e6, 1e6, 0])
    np.testing.assert_allclose(probabilities, [0.5, 0.5, 0])


@pytest.mark.parametrize("monotone", [False, True])
def test_report_noisy_max_wins_as_often_as_the_integral_says(monotone, rng):
    mechanism = make(ReportNoisyMax, monotone=monotone)
    noise = stats.laplace(scale=1 if monotone else 2)

    def winning(i):
        others = np.delete(COUNTS, i)
        value, _ = integrate.quad(
            lambda y: noise.pdf(y - COUNTS[i]) * np.prod(noise.cdf(y - others)),
            -60,
            60,
            points=list(COUNTS),
            limit=200,
        )
        return value

    exact = [winning(i) for i in range(3)]
    assert sum(exact) == pytest.approx(1, abs=1e-6)
    seen = frequencies(lambda: mechanism.choose(COUNTS, rng=rng))
    np.testing.assert_allclose(seen, exact, atol=0.02)


def first_yes(answers, mechanism):
    """Exact law of the first yes: integrate over the noisy threshold."""
    low = stats.laplace(scale=mechanism.answer_scale)
    grid = np.linspace(-80, 90, 40_001)
    weight = stats.laplace(mechanism.threshold, mechanism.threshold_scale).pdf(grid)
    alive, law = weight, []
    for answer in answers:
        no = low.cdf(grid - answer)
        law.append(integrate.trapezoid(alive * (1 - no), grid))
        alive = alive * no
    return np.array([*law, integrate.trapezoid(alive, grid)])


def test_sparse_vector_stops_as_often_as_the_integral_says(rng):
    mechanism, draws = make(SparseVector, epsilon=2.0), 20_000
    stops = []
    for _ in range(draws):
        replies = mechanism.run(COUNTS, rng=rng)
        stops.append(len(replies) - 1 if replies[-1] else 3)
        assert not replies[:-1].any()
    seen = np.bincount(stops, minlength=4) / draws
    np.testing.assert_allclose(seen, first_yes(COUNTS, mechanism), atol=0.02)


@pytest.mark.parametrize("monotone", [False, True])
def test_sparse_vector_keeps_epsilon_on_neighbours(monotone):
    mechanism = make(SparseVector, monotone=monotone)
    neighbours = [COUNTS + 1, COUNTS - 1]
    if not monotone:
        neighbours += [[4.0, 4.0, 5.0], [2.0, 4.0, 5.0]]
    here = first_yes(COUNTS, mechanism)
    for other in neighbours:
        ratio = np.log(here / first_yes(other, mechanism))
        assert np.abs(ratio).max() <= 1 + 1e-3


def test_sparse_vector_stops_at_the_last_yes_allowed(rng):
    mechanism = make(SparseVector, epsilon=1e6, max_positives=2)
    replies = mechanism.run([9, 0, 9, 9, 0], rng=rng)
    np.testing.assert_array_equal(replies, [True, False, True])
    replies = mechanism.run([9, 0, 0], rng=rng)
    np.testing.assert_array_equal(replies, [True, False, False])


def test_sparse_vector_pays_for_every_yes():
    once, thrice = make(SparseVector), make(SparseVector, max_positives=3)
    assert (once.threshold_scale, once.answer_scale) == (2, 4)
    assert (thrice.threshold_scale, thrice.answer_scale) == (2, 12)
    assert make(SparseVector, monotone=True).answer_scale == 2


@pytest.mark.parametrize("kind", [Exponential, ReportNoisyMax, SparseVector])
def test_bad_parameters_are_refused(kind, rng):
    for name in ("epsilon", "sensitivity"):
        with pytest.raises(ValueError, match=f"{name} must be positive and finite"):
            make(kind, **{name: 0})
    with pytest.raises(ValueError, match="monotone must be False under REPLACE"):
        make(kind, monotone=True, neighbours=Neighbours.REPLACE)
    method = "run" if kind is SparseVector else "choose"
    for bad, message in [([], "vector"), ([[1]], "vector"), ([1, np.nan], "finite")]:
        with pytest.raises(ValueError, match=f"answers must be .*{message}"):
            getattr(make(kind), method)(bad, rng=rng)


def test_sparse_vector_refuses_a_bad_threshold_or_number():
    with pytest.raises(ValueError, match="threshold must be finite, got nan"):
        make(SparseVector, threshold=np.nan)
    with pytest.raises(ValueError, match="max_positives must be an integer >= 1"):
        make(SparseVector, max_positives=0)


@pytest.mark.filterwarnings("error")
def test_choices_at_the_ends_of_float64_are_numbers_or_refused(rng):
    chances = make(Exponential, epsilon=1e200).probabilities([-1e308, 1e308])
    np.testing.assert_array_equal(chances, [0, 1])
    for kind in (Exponential, ReportNoisyMax, SparseVector):
        with pytest.raises(ValueError, match="scale must be positive and finite"):
            make(kind, epsilon=1e-200, sensitivity=1e200)
        with pytest.raises(ValueError, match="scale must be positive and finite"):
            make(kind, epsilon=1e200, sensitivity=1e-200)


@pytest.mark.parametrize("kind", [ReportNoisyMax, Exponential])
def test_counts_that_float64_would_round_are_refused(kind, rng):
    assert make(kind).choose(np.array([0, 2**53], dtype=np.uint64), rng=rng) == 1
    with pytest.raises(ValueError, match=r"answers must lie in -2\^53"):
        make(kind).choose(np.array([0, 2**53 + 1], dtype=np.uint64), rng=rng)

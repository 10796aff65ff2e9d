"""Tests for ppdl_course.dp.functional: brute force, descent, both data sets."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.dp import functional
from ppdl_course.dp.definition import Guarantee, Neighbours
from ppdl_course.dp.functional import into_ball, mirrored, release_statistics
from ppdl_course.dp.mechanisms import Gaussian

ADD, REPLACE = Neighbours.ADD_REMOVE, Neighbours.REPLACE


def onehot(y, k):
    return np.eye(k)[y]


def digits():
    split = load_digits_split()
    x, test = (into_ball(part - 0.3, 4.2) for part in (split.X_train, split.X_test))
    return x, onehot(split.y_train, 10), test, split.y_test


def law():
    cases = load_law_cases()
    x, test = (
        into_ball(np.c_[part, np.ones(len(part))], 4.0)
        for part in (cases.X_train, cases.X_test)
    )
    return x, onehot(cases.y_train.astype(int), 2), test, cases.y_test.astype(int)


def accuracy(data, seeds=3, remedy="ridge", **release):
    x, targets, test, y = data
    scores = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        weights = release_statistics(x, targets, rng=rng, **release).softmax(
            remedy=remedy
        )
        scores.append(((test @ weights.T).argmax(axis=1) == y).mean())
    return np.mean(scores)


def records(d, n=4_000):
    """Records of many lengths, and the corner at which a bound is reached."""
    rng = np.random.default_rng(d)
    x = rng.normal(size=(n, d)) * rng.choice([0.1, 1, 5], (n, 1))
    return np.r_[into_ball(x, 1.0), np.full((1, d), 1 / math.sqrt(d))]


def moved(x):
    """What one record moves in S and in the upper triangle of Q."""
    return x, np.outer(x, x)[np.triu_indices(len(x))]


@pytest.mark.parametrize("d", [1, 3, 8])
def test_no_record_moves_more_than_the_bounds_and_a_corner_reaches_l1(d):
    each = [moved(x) for x in records(d)]
    for place, bound in enumerate(functional.l1_sensitivity(d)):
        worst = max(np.abs(parts[place]).sum() for parts in each)
        assert 0.999 * bound < worst <= bound + 1e-12
    worst = max(np.linalg.norm(np.concatenate(parts)) for parts in each)
    assert worst <= functional.L2_SENSITIVITY + 1e-12
    unit = np.eye(d)[0]
    assert np.linalg.norm(np.concatenate(moved(unit))) == pytest.approx(math.sqrt(2))


@pytest.mark.parametrize("d", [1, 2, 3])
def test_records_of_the_papers_cube_reach_its_bound(d):
    rng = np.random.default_rng(d)
    cube = np.r_[rng.uniform(-1, 1, (2_000, d)), np.ones((1, d))]
    for place, bound in enumerate(functional.papers_sensitivity(d)):
        assert max(np.abs(moved(x)[place]).sum() for x in cube) == bound


def coefficients_linear(x, t):
    return np.r_[t * t, 2 * t * x, np.outer(x, x).ravel()]


def coefficients_logistic(x, t):
    return np.r_[(0.5 - t) * x, np.outer(x, x).ravel() / 8]


@pytest.mark.parametrize("d", [1, 3, 6])
@pytest.mark.parametrize(
    ("coefficients", "bound", "targets"),
    [
        (coefficients_linear, functional.linear_sensitivity, (-1, 1)),
        (coefficients_logistic, functional.logistic_sensitivity, (0, 1)),
    ],
)
def test_neighbours_never_differ_by_more_than_the_regressions_bounds(
    d, coefficients, bound, targets
):
    x = records(d, 300)
    rows = np.array([coefficients(row, t) for row in x for t in targets])
    worst = max(np.abs(rows - row).sum(axis=1).max() for row in rows[-40:])
    assert 0.4 * bound(d, "tight") < worst <= bound(d, "tight") + 1e-9
    assert bound(d, "tight") <= bound(d, "paper")


def test_the_papers_constants_and_how_much_less_is_enough():
    assert functional.linear_sensitivity(3, "paper") == 32
    assert functional.logistic_sensitivity(3, "paper") == 11.25
    for bound in functional.linear_sensitivity, functional.logistic_sensitivity:
        assert 50 < bound(64, "paper") / bound(64, "tight") < 53


def test_the_degree_2_loss_is_the_second_order_expansion_of_softmax():
    rng = np.random.default_rng(0)
    x = into_ball(rng.normal(size=(6, 3)), 4.0)
    y = rng.integers(0, 4, 6)
    released = release_statistics(x, onehot(y, 4), epsilon=math.inf, rng=rng)

    def exact(w):
        z = x @ w.T
        return np.sum(np.log(np.exp(z).sum(axis=1)) - z[np.arange(6), y])

    def polynomial(w):
        linear = ((released.sums.mean(axis=0) - released.sums) * w).sum()
        centred = w - w.mean(axis=0)  # a common part of all classes changes nothing
        return (
            6 * math.log(4)
            + linear
            + np.einsum("kd,de,ke->", centred, released.products, centred) / 8
        )

    w = rng.normal(size=(4, 3))
    errors = [abs(exact(t * w) - polynomial(t * w)) for t in (0.02, 0.01)]
    assert errors[1] < errors[0] / 7  # third order: 8 for half the step


def test_without_noise_the_solution_is_the_minimum_that_descent_finds():
    rng = np.random.default_rng(1)
    x = into_ball(rng.normal(size=(50, 4)), 2.0)
    t = rng.uniform(-1, 1, (50, 1))
    released = release_statistics(x, t, epsilon=math.inf, rng=rng)
    assert released.guarantee is None
    assert released.ridge == 0

    def loss(w):
        return np.sum((x @ w - t[:, 0]) ** 2) + functional.FLOOR * w @ w

    found = optimize.minimize(loss, np.zeros(4), tol=1e-12).x
    np.testing.assert_allclose(released.least_squares()[0], found, atol=1e-5)
    normal = np.linalg.solve(x.T @ x + functional.FLOOR * np.eye(4), x.T @ t)[:, 0]
    np.testing.assert_allclose(released.least_squares()[0], normal, atol=1e-9)
    k = onehot(rng.integers(0, 3, 50), 3)
    released = release_statistics(x, k, epsilon=math.inf, rng=rng)
    mean = (3 * k.T @ x - x.sum(axis=0)) @ np.linalg.inv(
        x.T @ x + functional.FLOOR * np.eye(4)
    )
    np.testing.assert_allclose(released.softmax(), mean, atol=1e-9)


@pytest.mark.parametrize("neighbours", [ADD, REPLACE])
def test_noise_has_the_law_it_states_and_is_drawn_once_a_pair(neighbours):
    """200 releases of one record; each p-value is below 1e-6 once in a million."""
    twice = 2 if neighbours is REPLACE else 1
    d, epsilon = 3, 2.0
    x, t = np.zeros((1, d)), np.zeros((1, 1))
    rng = np.random.default_rng(2)
    pure = [
        stats.laplace(scale=twice * 2 * size / epsilon)
        for size in functional.l1_sensitivity(d)
    ]
    sigma = Gaussian.analytic(
        epsilon=epsilon,
        delta=1e-5,
        sensitivity=twice * math.sqrt(2),
        neighbours=neighbours,
    ).sigma
    for delta, laws in ((0.0, pure), (1e-5, [stats.norm(scale=sigma)] * 2)):
        released = [
            release_statistics(
                x, t, epsilon=epsilon, delta=delta, neighbours=neighbours, rng=rng
            )
            for _ in range(200)
        ]
        sums = np.concatenate([r.sums.ravel() for r in released])
        upper = np.concatenate([r.products[np.triu_indices(d)] for r in released])
        for drawn, law in zip((sums, upper), laws, strict=True):
            assert stats.kstest(drawn, law.cdf).pvalue > 1e-6
        assert released[0].deviation == pytest.approx(laws[1].std())
        assert released[0].guarantee == Guarantee(
            epsilon=epsilon, delta=delta, neighbours=neighbours
        )
        for r in released[:5]:
            np.testing.assert_array_equal(r.products, r.products.T)


def test_the_ridge_bounds_the_noises_spectral_norm():
    """And so makes the loss have a minimum: at d = 64 in each of 20 releases."""
    x, targets, _, _ = digits()
    exact = release_statistics(
        x, targets, epsilon=math.inf, rng=np.random.default_rng(0)
    )
    for seed in range(20):
        noisy = release_statistics(
            x, targets, epsilon=1.0, delta=1e-5, rng=np.random.default_rng(seed)
        )
        norm = np.linalg.norm(noisy.products - exact.products, 2)
        assert 0.8 * noisy.ridge < norm < 1.25 * noisy.ridge
        assert not noisy.is_positive_definite()


def test_accuracy_on_digits_and_law_is_in_the_measured_bands():
    """Means of three seeds; bands of five standard errors around what was measured."""
    images, cases = digits(), law()
    pure = accuracy(images, epsilon=4.0)
    assert 0.72 < pure < 0.86
    assert pure >= accuracy(images, epsilon=16.0, bound="paper")
    assert 0.74 < accuracy(images, epsilon=1.0, delta=1e-5) < 0.85
    assert accuracy(cases, epsilon=1.0, delta=1e-5) > 0.69
    assert accuracy(images, epsilon=math.inf) > 0.92
    unmended = accuracy(images, epsilon=4.0, remedy="none")
    assert unmended < 0.5
    assert accuracy(images, epsilon=4.0, remedy="paper") < pure


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_mirrored_keeps_the_upper_triangle(d, seed):
    matrix = np.random.default_rng(seed).normal(size=(d, d))
    got = mirrored(matrix)
    for i in range(d):
        for j in range(d):
            assert got[i, j] == matrix[min(i, j), max(i, j)]


@given(st.integers(1, 5), st.floats(1e-3, 1e3), st.integers(0, 2**32 - 1))
def test_into_ball_scales_first_and_then_cuts(d, radius, seed):
    x = np.random.default_rng(seed).normal(size=(7, d)) * 10
    got = into_ball(x, radius)
    for row, result in zip(x / radius, got, strict=True):
        np.testing.assert_allclose(result, row / max(1, np.linalg.norm(row)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.full((2, 3), 1.0)}, "x must have rows of norm at most 1"),
        ({"x": np.full((2, 3), np.nan)}, "x"),
        ({"x": np.zeros(3)}, "x must be a matrix"),
        ({"x": np.zeros((0, 3))}, "x"),
        ({"targets": np.full((2, 2), 0.6)}, "targets must have rows of norm at most 1"),
        ({"targets": np.zeros((3, 2))}, "targets must have 2 rows, got 3"),
        ({"epsilon": 0.0}, "epsilon must be positive"),
        ({"epsilon": math.nan}, "epsilon must be positive"),
        ({"epsilon": -1.0, "delta": 0.1}, "epsilon must be positive"),
        ({"delta": 1.0}, r"delta must be in \[0, 1\)"),
        ({"bound": "loose"}, "bound must be tight or paper, got 'loose'"),
        ({"neighbours": "one"}, "neighbours"),
    ],
)
def test_bad_arguments_are_named(change, message):
    given = {"x": np.zeros((2, 3)), "targets": np.zeros((2, 2)), "epsilon": 1.0}
    given |= {"rng": np.random.default_rng(0)} | change
    with pytest.raises(ValueError, match=message):
        release_statistics(given.pop("x"), given.pop("targets"), **given)


def test_other_bad_arguments_are_named():
    for function in functional.l1_sensitivity, functional.papers_sensitivity:
        with pytest.raises(ValueError, match="d must be an integer >= 1, got 0"):
            function(0)
    with pytest.raises(ValueError, match="radius must be positive"):
        into_ball(np.ones((1, 1)), 0.0)
    released = release_statistics(
        np.zeros((1, 1)), np.zeros((1, 1)), epsilon=1.0, rng=np.random.default_rng(0)
    )
    with pytest.raises(ValueError, match="remedy must be ridge, paper or none"):
        released.softmax(remedy="more")

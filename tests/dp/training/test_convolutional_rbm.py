"""Tests for ppdl_course.dp.training.convolutional_rbm."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ppdl_course.data import load_digits_split
from ppdl_course.dp.definition import Guarantee, Neighbours
from ppdl_course.dp.functional import into_ball, release_statistics
from ppdl_course.dp.mechanisms import Gaussian
from ppdl_course.dp.training import convolutional_rbm as crbm

DIGITS = load_digits_split()
X, TEST = DIGITS.X_train, DIGITS.X_test


def exact(images=X):
    rng = np.random.default_rng(0)
    return crbm.release_patches(images, epsilon=math.inf, rng=rng)


def test_patches_are_those_of_a_loop():
    images = np.random.default_rng(0).random((2, 64))
    got = crbm.patches(images)
    for n, image in enumerate(images.reshape(2, 8, 8)):
        place = 0
        for i in range(6):
            for j in range(6):
                wanted = [1, *image[i : i + 3, j : j + 3].ravel()]
                np.testing.assert_array_equal(got[n, place], wanted)
                place += 1


def test_the_polynomial_is_close_and_its_published_values_come_out():
    z = np.linspace(-4, 4, 1001)
    worst = np.abs(crbm.softplus_polynomial()(z) - np.logaddexp(0, z)).max()
    assert worst < 0.07
    small = crbm.softplus_polynomial(1.0).coef
    np.testing.assert_allclose(small, [0.693748, 0.5, 0.120096], atol=1e-6)


def test_the_matrix_is_all_that_the_polynomial_free_energy_knows():
    rng = np.random.default_rng(1)
    w = rng.normal(size=(5, 10)) / 4
    polynomial = crbm.softplus_polynomial()
    images = crbm.NORM * into_ball(X[:50], crbm.NORM)
    direct = polynomial(crbm.patches(images) @ w.T).sum() / 50
    M = exact(X[:50]).matrix
    a0, a1, a2 = polynomial.coef
    from_matrix = 5 * 36 * a0 + a1 * (w @ M[0]).sum() + a2 * np.trace(w @ M @ w.T)
    assert direct == pytest.approx(from_matrix, rel=1e-12)


@pytest.mark.parametrize(
    ("delta", "order", "clip"), [(0.0, 1, crbm.CLIP_L1), (1e-5, 2, crbm.CLIP_L2)]
)
def test_one_image_more_moves_the_release_by_at_most_the_clipped_norm(
    delta, order, clip
):
    """With the same noise twice, the difference is what the image did."""
    rng = np.random.default_rng(2)
    extra = np.r_[X[:20], rng.random((20, 64)), np.ones((1, 64)), np.zeros((1, 64))]
    worst = 0.0
    for image in extra:
        totals = [
            len(rows)
            * crbm.release_patches(
                rows, epsilon=1.0, delta=delta, rng=np.random.default_rng(9)
            ).matrix[np.triu_indices(10)][1:]
            for rows in (X[:30], np.r_[X[:30], image[np.newaxis]])
        ]
        moved = np.linalg.norm(totals[1] - totals[0], ord=order)
        assert moved <= clip * (1 + 1e-9)
        worst = max(worst, moved)
    assert worst > 0.85 * clip  # an image of norm 3.5 has an L2 norm below 75


@pytest.mark.parametrize("delta", [0.0, 1e-5])
def test_noise_has_its_law_and_is_drawn_once_a_pair(delta):
    """Kolmogorov-Smirnov at a false-fail rate of 1e-6."""
    images, rng = np.zeros((1, 64)), np.random.default_rng(3)
    drawn = []
    for _ in range(100):
        release = crbm.release_patches(images, epsilon=2.0, delta=delta, rng=rng)
        np.testing.assert_array_equal(release.matrix, release.matrix.T)
        assert release.matrix[0, 0] == 36
        drawn.append(release.matrix[np.triu_indices(10)][1:])
    if delta:
        law = stats.norm(
            scale=Gaussian.analytic(
                epsilon=2.0,
                delta=delta,
                sensitivity=crbm.CLIP_L2,
                neighbours=Neighbours.ADD_REMOVE,
            ).sigma
        )
    else:
        law = stats.laplace(scale=crbm.CLIP_L1 / 2.0)
    assert stats.kstest(np.concatenate(drawn), law.cdf).pvalue > 1e-6
    assert release.guarantee == Guarantee(
        epsilon=2.0, delta=delta, neighbours=Neighbours.ADD_REMOVE
    )


def test_filters_from_the_matrix_are_those_from_the_patches():
    """The same polynomial and chains, the gradient summed record by record."""
    images = X[:100]
    found = crbm.train_filters(
        exact(images), steps=15, apart=False, rng=np.random.default_rng(4)
    )
    seen = crbm.patches(crbm.NORM * into_ball(images, crbm.NORM))
    _, a1, a2 = crbm.softplus_polynomial().coef
    rng = np.random.default_rng(4)
    w, dreams = rng.normal(0, 0.3, (8, 10)), rng.random((60, 64)) * 0.4
    for _ in range(15):
        p = crbm.patches(dreams)
        hidden = 1 / (1 + np.exp(-p @ w.T))
        dreamt = np.einsum("ntk,nti->ki", hidden, p) / 60
        slope = a1 + 2 * a2 * (seen @ w.T)
        learnt = np.einsum("ntk,nti->ki", slope, seen) / 100
        w = np.clip(w + 0.01 * (learnt - dreamt) - 0.002 * w, -2, 2)
        dreams = crbm._dream(w, hidden, rng)
    np.testing.assert_allclose(found, w, atol=1e-9)


def test_filters_are_alike_unless_kept_apart():
    def likeness(apart):
        w = crbm.train_filters(exact(), apart=apart, rng=np.random.default_rng(1))
        w = w[:, 1:] / np.linalg.norm(w[:, 1:], axis=1, keepdims=True)
        return np.abs(w @ w.T)[~np.eye(8, dtype=bool)].mean()

    assert likeness(True) < 1e-9
    assert likeness(False) > 0.3


def accuracy(make, epsilon, delta, seeds=3):
    scores = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        release = crbm.release_patches(X, epsilon=epsilon / 5, delta=delta, rng=rng)
        w = make(release, rng)
        train, test = (
            crbm.into_softmax(crbm.features(w, part), 0.5, 1.0) for part in (X, TEST)
        )
        targets = np.eye(10)[DIGITS.y_train]
        statistics = release_statistics(
            train, targets, epsilon=0.8 * epsilon, delta=delta, rng=rng
        )
        labels = (test @ statistics.softmax().T).argmax(axis=1)
        scores.append((labels == DIGITS.y_test).mean())
    return np.mean(scores)


def machine(release, rng):
    return crbm.calibrated(crbm.train_filters(release, rng=rng), release)


def principal(release, rng):
    return crbm.principal_filters(release)


def test_accuracy_is_in_the_measured_bands():
    """Means of three seeds on 450 digits."""
    gaussian = accuracy(machine, 2.0, 1e-5)
    assert gaussian >= 0.82
    assert accuracy(machine, 8.0, 0.0) >= 0.78
    assert accuracy(principal, 2.0, 1e-5) >= gaussian - 0.02
    raw = accuracy(lambda r, rng: crbm.train_filters(r, rng=rng), 1.0, 1e-5)
    assert raw < accuracy(machine, 1.0, 1e-5) - 0.2  # calibration is decisive


@given(st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_calibrated_filters_have_mean_0_and_the_deviation(k, seed):
    rng = np.random.default_rng(seed)
    images = rng.random((20, 64))
    release = exact(images)
    w = crbm.calibrated(rng.normal(size=(k, 10)), release, deviation=2.0)
    seen = crbm.patches(crbm.NORM * into_ball(images, crbm.NORM)).reshape(-1, 10)
    np.testing.assert_allclose((seen @ w.T).mean(axis=0), 0, atol=1e-9)
    deviation = (seen @ w.T).std(axis=0)
    assert np.all(deviation <= 2.0 + 1e-9)


def test_principal_filters_are_the_svds():
    images = crbm.NORM * into_ball(X, crbm.NORM)
    seen = crbm.patches(images)[:, :, 1:].reshape(-1, 9)
    directions = np.linalg.svd(seen - seen.mean(axis=0), full_matrices=False)[2]
    w = crbm.principal_filters(exact(), filters=3)[:, 1:]
    for ours, real in zip(w, directions, strict=False):
        assert abs(ours @ real) == pytest.approx(np.linalg.norm(ours), rel=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": np.full((1, 64), 1.5)}, "images must be a matrix with entries"),
        ({"images": np.full((1, 64), np.nan)}, "images must be a matrix with entries"),
        ({"images": np.zeros((1, 63))}, "images"),
        ({"epsilon": 0.0}, "epsilon must be positive"),
        ({"delta": 1.0}, r"delta must be in \[0, 1\)"),
    ],
)
def test_bad_releases_are_refused(change, message):
    given = {"images": np.zeros((2, 64)), "epsilon": 1.0} | change
    with pytest.raises(ValueError, match=message):
        crbm.release_patches(given.pop("images"), rng=np.random.default_rng(0), **given)


def test_other_bad_arguments_are_named():
    release, rng = exact(X[:2]), np.random.default_rng(0)
    for bad, message in (
        ({"filters": 10}, r"filters must be an integer in 1\.\.9, got 10"),
        ({"steps": 0}, "steps must be an integer >= 1"),
        ({"rate": 0.0}, "rate must be positive"),
    ):
        with pytest.raises(ValueError, match=message):
            crbm.train_filters(release, rng=rng, **bad)
    with pytest.raises(ValueError, match="filters must be"):
        crbm.principal_filters(release, filters=0)
    with pytest.raises(ValueError, match="deviation must be positive"):
        crbm.calibrated(np.zeros((1, 10)), release, deviation=0.0)
    with pytest.raises(ValueError, match="radius must be positive"):
        crbm.softplus_polynomial(0.0)

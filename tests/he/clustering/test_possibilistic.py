import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.he.clustering.possibilistic import (
    Exact,
    Series,
    blobs,
    cluster,
    distances,
    updated,
)

ETA = 0.05


@pytest.fixture(scope="module")
def three():
    return blobs(np.random.default_rng(3))


def slow_step(x, centres, eta):
    new = []
    for v in centres:
        weights = []
        for p in x:
            d = sum((a - b) ** 2 for a, b in zip(p, v, strict=True))
            weights.append((eta / (eta + d)) ** 2)
        pairs = list(zip(weights, x, strict=True))
        new.append([sum(w * p[k] for w, p in pairs) / sum(weights) for k in range(2)])
    return np.array(new)


def test_exact_clustering_equals_the_slow_loop_and_finds_the_blobs(three):
    x, labels, start = three
    once, _ = cluster(x, start, Exact(ETA), steps=1)
    np.testing.assert_allclose(once, slow_step(x, start, ETA), atol=1e-12)
    centres, u = cluster(x, start, Exact(ETA))
    assert (u.argmax(axis=0) == labels).all()
    assert np.abs(centres - [(0.2, 0.2), (0.8, 0.8), (0.2, 0.8)]).max() < 0.05


def test_longer_series_about_a_good_point_come_nearer(three):
    x, labels, start = three
    exact, _ = cluster(x, start, Exact(ETA))
    gaps = []
    for order in (5, 7, 9):
        centres, u = cluster(x, start, Series(ETA, 0.4, order))
        assert (u.argmax(axis=0) == labels).all()
        gaps.append(np.abs(centres - exact).max())
    # measured beforehand, apart from this package: .0531, .0257, .0156
    np.testing.assert_allclose(gaps, [0.0531, 0.0257, 0.0156], atol=2e-4)


def test_a_point_of_expansion_too_near_fails_at_every_order(three):
    x, labels, start = three
    for order in (2, 3, 5, 7, 9):
        try:
            _, u = cluster(x, start, Series(ETA, 0.1, order))
        except ValueError:
            continue
        assert (u.argmax(axis=0) == labels).mean() < 0.7  # a blob at least is lost


@given(st.floats(0.01, 1), st.floats(0.05, 1), st.floats(0, 0.95))
def test_the_series_converges_inside_its_circle(eta, d0, share):
    d = np.array([share * Series(eta, d0, 1).reach])
    errors = [
        abs(Series(eta, d0, order)(d) - Exact(eta)(d))[0] for order in (10, 40, 160)
    ]
    # the rest is u |r|^(order + 1)
    r = abs(d[0] - d0) / (eta + d0)
    np.testing.assert_allclose(
        errors, [Exact(eta)(d)[0] * r ** (k + 1) for k in (10, 40, 160)], atol=1e-12
    )


def test_beyond_the_circle_longer_is_worse():
    d = np.array([1.01 * Series(ETA, 0.1, 1).reach])
    errors = [abs(Series(ETA, 0.1, k)(d) - Exact(ETA)(d))[0] for k in (5, 50, 500)]
    assert errors == sorted(errors)
    with pytest.raises(ValueError, match=r"d0 must be above 0.101.*diverges"):
        Series(ETA, 0.1, 5).require_circle(d)
    Series(ETA, 0.1, 5).require_circle(0.99 * d / 1.01)


def test_a_tensor_distance_is_the_quadratic_form(three):
    x, _, start = three
    G = np.array([[2.0, 0.5], [0.5, 1.0]])
    found = distances(x, start, G)
    apart = x[7] - start[1]
    assert found[1, 7] == pytest.approx(apart @ G @ apart)
    np.testing.assert_allclose(distances(x, start, np.eye(2)), distances(x, start))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Exact(0),
        lambda: Series(ETA, -0.1, 3),
        lambda: Series(ETA, 0.1, 0),
        lambda: Series(float("nan"), 0.1, 3),
        lambda: updated(np.ones((2, 2)), np.zeros((1, 2))),
        lambda: cluster(np.ones((2, 2)), np.ones((1, 3)), Exact(1.0)),
        lambda: cluster(np.ones((2, 2)), np.ones((1, 2)), Exact(1.0), steps=0),
    ],
)
def test_bad_input_is_refused(make):
    with pytest.raises(ValueError, match="must"):
        make()

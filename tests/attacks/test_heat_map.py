"""The heat map gives the site away, the remedies hide it, few points are enough."""

import numpy as np
import pytest

from ppdl_course.attacks.heat_map import (
    CITY,
    SIDE,
    Tracks,
    fence,
    laplace_counts,
    outline_score,
    point_counts,
    runner_counts,
    synthetic_tracks,
    thresholded,
    unique_share,
)


@pytest.fixture(scope="module")
def tracks():
    return synthetic_tracks(np.random.default_rng(0))


@pytest.fixture(scope="module")
def no_site():
    return synthetic_tracks(np.random.default_rng(0), guards=0)


def small(points, runners=3):
    runner, cell, hour = np.array(points).T
    return Tracks(runner, cell, hour, runners)


def test_points_and_runners_are_counted_as_a_loop_counts_them(tracks):
    people = [set() for _ in range(SIDE**2)]
    points = np.zeros(SIDE**2)
    for runner, cell in zip(tracks.runner, tracks.cell, strict=True):
        people[cell].add(runner)
        points[cell] += 1
    counted = np.array([len(p) for p in people]).reshape(SIDE, SIDE)
    np.testing.assert_array_equal(runner_counts(tracks), counted)
    np.testing.assert_array_equal(point_counts(tracks), points.reshape(SIDE, SIDE))


def test_the_raw_map_gives_the_outline_away_and_a_land_without_site_does_not(
    tracks, no_site
):
    assert outline_score(point_counts(tracks)) > 0.95
    assert outline_score(point_counts(no_site)) < 0.2


def test_guards_run_on_the_fence_only(tracks):
    guards = tracks.runner >= tracks.runners - 12
    assert set(tracks.cell[guards]) == set(np.flatnonzero(fence()))


def test_a_threshold_above_the_number_of_guards_hides_them(tracks):
    assert outline_score(thresholded(tracks, 5)) > 0.8
    assert outline_score(thresholded(tracks, 20)) == 0
    shown = thresholded(tracks, 20)
    assert shown[shown > 0].min() >= 20
    assert (shown[CITY, CITY] > 0).mean() > 0.99


def test_laplace_counts_hide_the_site_at_a_small_epsilon_only(tracks):
    rng = np.random.default_rng(1)
    scores = {
        epsilon: np.mean([
            outline_score(
                laplace_counts(tracks, epsilon=epsilon, cells_each=20, rng=rng)
            )
            for _ in range(5)
        ])
        for epsilon in (1, 50)
    }  # fmt: skip
    assert scores[1] < 0.2 < 0.8 < scores[50]


def test_each_runner_counts_in_a_bounded_number_of_cells(tracks):
    # With hardly any noise the map's sum is the number of pairs that were kept.
    kept = laplace_counts(
        tracks, epsilon=1e9, cells_each=20, rng=np.random.default_rng(0)
    )
    pairs = np.unique(tracks.runner * SIDE**2 + tracks.cell)
    each = np.bincount(pairs // SIDE**2)
    assert kept.sum() == pytest.approx(np.minimum(each, 20).sum(), abs=0.1)
    assert (kept <= runner_counts(tracks) + 0.01).all()


def test_the_noise_has_the_laplace_scale(tracks):
    rng = np.random.default_rng(2)
    empty = runner_counts(tracks) == 0
    noise = np.concatenate([
        laplace_counts(tracks, epsilon=2, cells_each=20, rng=rng)[empty]
        for _ in range(20)
    ])  # fmt: skip
    # E|Lap(b)| = b with deviation b; 20/2 = 10, five deviations of the mean are below.
    assert np.abs(noise).mean() == pytest.approx(10, abs=50 / np.sqrt(len(noise)))


def test_the_outline_score_is_one_for_the_outline_and_zero_for_a_blank_map():
    assert outline_score(fence().astype(float)) == 1
    assert outline_score(np.zeros((SIDE, SIDE))) == 0
    everywhere = outline_score(np.ones((SIDE, SIDE)))
    outside = SIDE**2 - (CITY.stop - CITY.start) ** 2
    assert everywhere == pytest.approx(2 * fence().sum() / (fence().sum() + outside))


def test_points_single_out_whom_nobody_else_accompanied():
    # Runners 0 and 1 share a point; each has one alone; 2 is only where 0 was too.
    points = [(0, 1, 5), (1, 1, 5), (0, 2, 6), (1, 3, 6), (2, 2, 6)]
    rng = np.random.default_rng(0)
    assert unique_share(small(points), 2, rng=rng, people=3) == pytest.approx(2 / 3)
    together = [(r, c, 5) for r in range(3) for c in (1, 2)]
    assert unique_share(small(together), 2, rng=rng, people=3) == 0


def test_more_points_and_finer_cells_single_out_more(tracks):
    rng = np.random.default_rng(0)
    fine = [unique_share(tracks, p, rng=rng) for p in (1, 2, 4)]
    coarse = unique_share(tracks, 4, rng=rng, cell_size=16, hours=24)
    assert fine == sorted(fine)
    assert fine[-1] > 0.95
    assert coarse < 0.3


def test_bad_arguments_are_refused_by_name(tracks):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="k must be an integer >= 1"):
        thresholded(tracks, 0)
    with pytest.raises(ValueError, match="guards must be an integer >= 0"):
        synthetic_tracks(rng, guards=-1)
    with pytest.raises(ValueError, match="cells_each must be"):
        laplace_counts(tracks, epsilon=1, cells_each=0, rng=rng)
    with pytest.raises(ValueError, match="points must be"):
        unique_share(tracks, 0, rng=rng)

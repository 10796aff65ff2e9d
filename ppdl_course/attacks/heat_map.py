r"""A heat map of everybody's runs, and two things it gives away.

Runners record tracks: a cell of a grid for every minute. A company publishes how many
points fell into each cell, no names. Most runs are in a city. Outside of it lies a
**site** that appears on no map, whose few guards run along its fence. Where nobody else
runs, a handful of people draw the outline.

Releases of the same tracks:

    raw         points in each cell
    threshold   different runners in each cell; cells with fewer than k are blank
    Laplace     each runner counts in at most m cells, once each; Lap(m / epsilon) on
                every cell, noise of its own for each release: epsilon-DP for a runner

The second leak needs the tracks with pseudonyms instead of the map: a few points of
somebody's life (cell, hour) single out one pseudonym, and with it all other points.

Everything is drawn from a seed; no place or person is real.

Source: news reports on a fitness company's global heat map, January 2018 (the survey's
[11]); de Montjoye, Hidalgo, Verleysen, Blondel, "Unique in the Crowd", Scientific
Reports 3, 2013 (few points); Dwork, McSherry, Nissim, Smith, TCC 2006 (Laplace).
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.mechanisms import Laplace

SIDE = 48  # cells of the grid, to each side
SITE = (33, 37, 7, 9)  # row, column, height and width of the fence, in cells
CITY = slice(0, 28)  # rows and columns of the city


@dataclass(frozen=True)
class Tracks:
    """Recorded points of all runners.

    Attributes:
        runner: Number of the runner of each point, int64, shape (points,).
        cell: Cell of each point, row * SIDE + column, int64, shape (points,).
        hour: Hour of the week of each point, 0..167, int64, shape (points,).
        runners: How many runners there are.
    """

    runner: np.ndarray
    cell: np.ndarray
    hour: np.ndarray
    runners: int


def fence() -> np.ndarray:
    """Return the cells of the site's fence, bool of shape (SIDE, SIDE)."""
    row, column, height, width = SITE
    grid = np.zeros((SIDE, SIDE), dtype=bool)
    grid[row : row + height, column : column + width] = True
    grid[row + 1 : row + height - 1, column + 1 : column + width - 1] = False
    return grid


def synthetic_tracks(
    rng: np.random.Generator, *, citizens: int = 2000, guards: int = 12
) -> Tracks:
    """Return a week of runs: citizens in the city, guards around the fence.

    A citizen runs four times from home along the streets, at a habitual hour; a guard
    six times, two laps along the fence. Some walkers stray outside of the city.

    Args:
        rng: Draws homes, habits and ways.
        citizens: At least 1.
        guards: 0 for a land without a site.
    """
    at_least(1, citizens=citizens)
    at_least(0, guards=guards)
    parts = [_citizens(citizens, rng)]
    parts += [_guard(number, rng) for number in range(citizens, citizens + guards)]
    runner, cell, hour = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Tracks(runner, cell, hour, citizens + guards)


def _citizens(
    count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return four runs of 40 minutes for each citizen: runner, cell and hour."""
    home = rng.integers(CITY.start, CITY.stop, (count, 2))
    habit, far = rng.integers(6, 22, count), rng.random(count) < 0.12
    days = rng.permuted(np.tile(np.arange(7), (count, 1)), axis=1)[:, :4]
    moves = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)])
    cells, hours = [], []
    for day in days.T:
        limit = np.where(far & (day < 3), SIDE, CITY.stop)[:, np.newaxis]
        place, heading = home.copy(), rng.integers(4, size=count)
        for _ in range(40):
            turned = rng.random(count) < 0.2
            heading = np.where(turned, rng.integers(4, size=count), heading)
            place = np.clip(place + moves[heading], 0, limit - 1)
            cells.append(place[:, 0] * SIDE + place[:, 1])
        late = (habit + rng.integers(-1, 2, count)) % 24
        hours += [24 * day + late] * 40
    runner = np.tile(np.arange(count), 160)
    return runner, np.concatenate(cells), np.concatenate(hours)


def _guard(
    number: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    row, column, height, width = SITE
    top = [(row, column + i) for i in range(width)]
    right = [(row + i, column + width - 1) for i in range(1, height)]
    bottom = [(row + height - 1, column + i) for i in range(width - 2, -1, -1)]
    left = [(row + i, column) for i in range(height - 2, 0, -1)]
    lap = np.array([r * SIDE + c for r, c in top + right + bottom + left])
    cells, hours = [], []
    for day in rng.choice(7, 6, replace=False):
        laps = np.tile(np.roll(lap, int(rng.integers(len(lap)))), 2)
        cells.append(laps)
        hours.append(np.full(len(laps), 24 * day + int(rng.integers(5, 8))))
    cell, hour = np.concatenate(cells), np.concatenate(hours)
    return np.full(len(cell), number), cell, hour


def point_counts(tracks: Tracks) -> np.ndarray:
    """Return how many points fell into each cell, shape (SIDE, SIDE)."""
    return np.bincount(tracks.cell, minlength=SIDE**2).reshape(SIDE, SIDE)


def runner_counts(tracks: Tracks) -> np.ndarray:
    """Return how many different runners each cell has, shape (SIDE, SIDE)."""
    # cell and runner in one number: unique then counts each runner once a cell
    pairs = np.unique(tracks.cell * tracks.runners + tracks.runner)
    counts = np.bincount(pairs // tracks.runners, minlength=SIDE**2)
    return counts.reshape(SIDE, SIDE)


def thresholded(tracks: Tracks, k: int) -> np.ndarray:
    """Return the runners in each cell, 0 where fewer than ``k`` were."""
    counts = runner_counts(tracks)
    at_least(1, k=k)
    return np.where(counts >= k, counts, 0)


def laplace_counts(
    tracks: Tracks, *, epsilon: float, cells_each: int, rng: np.random.Generator
) -> np.ndarray:
    """Return noisy runner counts, epsilon-DP for one runner's whole week.

    A runner who visited more than ``cells_each`` cells counts in a random choice of
    that many. Without this bound no noise would be enough: one runner could change
    every cell of the map.
    """
    at_least(1, cells_each=cells_each)
    # shuffled, then sorted stably: a runner's first cells are random ones
    pairs = rng.permutation(np.unique(tracks.runner * SIDE**2 + tracks.cell))
    runner, cell = np.divmod(pairs, SIDE**2)
    order = np.argsort(runner, kind="stable")
    first = np.searchsorted(runner[order], runner[order], "left")
    kept = cell[order][np.arange(len(order)) - first < cells_each]
    counts = np.bincount(kept, minlength=SIDE**2).reshape(SIDE, SIDE)
    mechanism = Laplace(
        epsilon=epsilon, sensitivity=cells_each, neighbours=Neighbours.ADD_REMOVE
    )
    return mechanism.release(counts, rng=rng)


def outline_score(released: np.ndarray) -> float:
    """Return how well a map gives the fence away: F1 of a simple search, in [0, 1].

    The adversary looks outside of the city (its extent is on every map), tries every
    level as a threshold, and takes the brightest cells. The best F1 over all levels is
    reported: an adversary with good eyes. A map without information gives about the
    share of fence cells times two.
    """
    outside = np.ones((SIDE, SIDE), dtype=bool)
    outside[CITY, CITY] = False
    values, truth = released[outside], fence()[outside]
    order = np.argsort(-values, kind="stable")
    # a threshold cannot part equal values: judge only at the end of each level
    level_ends = np.flatnonzero(np.diff(values[order], append=-np.inf))
    hits = np.cumsum(truth[order])[level_ends]
    chosen = level_ends + 1
    visible = values[order][level_ends] > 0  # a blank cell is not a finding
    if not visible.any():
        return 0.0
    return float((2 * hits / (chosen + truth.sum()))[visible].max())


def unique_share(
    tracks: Tracks,
    points: int,
    *,
    rng: np.random.Generator,
    people: int = 200,
    cell_size: int = 1,
    hours: int = 1,
) -> float:
    """Return the share of runners whom ``points`` known points single out.

    For each of ``people`` random runners, that many different points (cell, hour) of
    theirs are drawn; they are singled out if no other runner has all of them.

    Args:
        tracks: Whose pseudonyms are attacked.
        points: How many points of a person the adversary knows, at least 1.
        rng: Draws people and points.
        people: How many to try.
        cell_size: Side of a published cell, in cells: 1 is the finest.
        hours: Length of a published interval, in hours.
    """
    at_least(1, points=points, cell_size=cell_size, hours=hours)
    side = -(-SIDE // cell_size)
    row, column = np.divmod(tracks.cell, SIDE)
    place = (row // cell_size) * side + column // cell_size
    where = place * 168 + tracks.hour // hours
    # One number for each (where, runner): who was there stands in one stretch.
    pairs = np.unique(where * tracks.runners + tracks.runner)
    place_of, runner_of = np.divmod(pairs, tracks.runners)
    chosen = rng.choice(tracks.runners, min(people, tracks.runners), replace=False)
    alone = 0
    for runner in chosen:
        own = place_of[runner_of == runner]
        known = rng.choice(own, min(points, len(own)), replace=False)
        starts = np.searchsorted(place_of, known, "left")
        ends = np.searchsorted(place_of, known, "right")
        there = [set(runner_of[i:j]) for i, j in zip(starts, ends, strict=True)]
        alone += len(set.intersection(*there)) == 1
    return alone / len(chosen)

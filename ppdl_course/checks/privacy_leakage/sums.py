"""Check of chapter 3: people on a map, counted.

What is expected comes from a slow obvious loop, never from a solution, and the usual
mistakes are told apart by what they would return.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import require_array, require_close, require_kept

SEED = 20180130
CROWD = 300  # runners in one cell: more than 8 bits count


@drawn_anew
def check_safe_counts(
    safe_counts: Callable[..., object],
    *,
    k: int = 7,
    step: int = 3,
    seed: int = SEED,
) -> None:
    """Check a map that counts people, hides cells with fewer than k, and rounds down.

    Args:
        safe_counts: The student's function.
        k: The threshold.
        step: Numbers are rounded to its multiples.
        seed: Of the points. With another one than the default, runners' numbers go up
            to two million, a cell holds more of them than 16 bits count, and the last
            cell is not empty.
    """
    runner, cell, cells = _runs(k) if seed == SEED else _far_runs(k, seed)
    people, points = np.zeros((2, cells))
    seen = [set() for _ in range(cells)]
    for r, c in zip(runner.tolist(), cell.tolist(), strict=True):
        seen[c].add(r)
        points[c] += 1
    people[:] = [len(runners) for runners in seen]
    arguments = runner.copy(), cell.copy()
    counts = require_array(
        safe_counts(*arguments, cells, k), shape=(cells,), what="the map of counts"
    )
    require_kept(runner, arguments[0], "runner")
    require_kept(cell, arguments[1], "cell")
    expected = np.where(people >= k, people // step * step, 0)
    c = int(np.argmax(counts != expected))
    rest = (
        f"cell {c} holds {points[c]:.0f} points of {people[c]:.0f} different runners; "
        f"with k = {k} you return {counts[c]:g} for it."
    )
    require_close(
        counts,
        expected,
        what="the count",
        mistakes=[
            *_count_mistakes(people, points, k, step),
            *_pair_mistakes(runner, cell, people, k, step),
            (rest, counts),
        ],
    )


def _runs(k: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Return runners and cells of points, in no order, and how many cells there are."""
    rng = np.random.default_rng(SEED)
    runner = rng.integers(40, size=180)
    cell = rng.integers(9, size=180)
    runner = np.append(runner, [0] * 20 + [1, 2])  # one runner, many laps in cell 9
    cell = np.append(cell, [9] * 20 + [10, 10])  # nobody in cell 11
    # k people exactly in one cell, one less and one more in others, whatever k is
    exact = [k, k - 1, k + 1]
    crowd = rng.choice(20_000, CROWD, replace=False)
    runner = np.concatenate([runner, *map(np.arange, exact), crowd])
    cell = np.append(cell, np.repeat(12 + np.arange(4), [*exact, CROWD]))
    # where there is one less, all run a second lap: laps are no people
    runner, cell = (
        np.append(runner, np.arange(k - 1)),
        np.append(cell, np.full(k - 1, 13)),
    )
    order = _in_no_order(len(cell), rng)
    return runner[order], cell[order], 17  # nobody in cell 16


def _in_no_order(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return places in no order, some of them twice in a row: two laps, one point each.

    Who leaves out only what stands twice in a row counts less than all points so.
    """
    return np.repeat(rng.permutation(count), 1 + (rng.random(count) < 0.2))


def _far_runs(k: int, seed: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Return points as _runs does, with large numbers, and cells in another order."""
    rng = np.random.default_rng(seed)
    runner, cell, _ = _runs(k)
    # equal in their last 16 bits, and in their last decimals
    numbers = rng.integers(1, 20_000, 40) + rng.choice([0, 65_536, 10**6], 40)
    far = np.where(runner < 40, numbers[runner % 40], runner + 20_000)
    crowd = rng.choice(2 * 10**6, 70_000, replace=False)
    pairs = rng.integers(1, 65_536, k)
    far = np.concatenate([far, crowd, pairs, pairs + 65_536, pairs + 10**6])
    cell = np.append(cell, np.repeat([16, 17], [70_000, 3 * k]))
    order = _in_no_order(len(cell), rng)
    return far[order], (cell[order] + 1) % 18, 18  # the crowd in 17, pairs in 0


def _changes(*columns: np.ndarray) -> np.ndarray:
    """Return where a row differs from the one before, in any column."""
    differs = np.any([np.diff(column) != 0 for column in columns], axis=0)
    return np.append(True, differs)


def _pair_mistakes(
    runner: np.ndarray, cell: np.ndarray, people: np.ndarray, k: int, step: int
) -> list[tuple[str, np.ndarray]]:
    """Return what comes of joining cell and runner to one number, or losing bits."""
    cells = len(people)

    def shown(n: np.ndarray) -> np.ndarray:
        return np.where(n >= k, n // step * step, 0)

    def by_key(keys: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return different keys by the place that they are counted in."""
        first = np.unique(keys, return_index=True)[1]
        inside = places[first]
        inside = inside[(inside >= 0) & (inside < cells)]
        return np.bincount(inside, minlength=cells)

    last = np.zeros(cells)
    for c in range(cells):
        last[c] = runner[cell == c].max(initial=-1) + 1
    without_0 = by_key((cell * 10**7 + runner)[runner > 0], cell[runner > 0])
    found = [
        (
            f"runners may have any number from 0: cell * {base:,} + runner (or cell + "
            f"runner / {base:,}) runs into other pairs from {base:,} on.",
            by_key(cell * base + runner, (cell * base + runner) // base),
        )
        for base in (cells, 100, 1000, 1024, 4096, 10**4, 20_000, 2**16, 10**5, 10**6)
    ]
    found += [
        (
            f"runners may have any number from 0: {bits} bits do not tell them apart.",
            by_key(cell * 2**bits + runner % 2**bits, cell),
        )
        for bits in (8, 16)
    ]
    found += [
        ("runners are numbered from 0: number 0 counts, too.", without_0),
        *(("Count different runners: yours are left out only where one stands twice in "
           "a row of the list.", np.bincount(cell[_changes(*columns)], minlength=cells))
          for columns in ((runner, cell), (runner,))),
        ("a runner counts in each cell that they were in, not only in one.",
         by_key(runner, cell)),
        ("the largest number of a runner in a cell says not how many were there.",
         last),
        ("cells are numbered from 0: yours are shifted by one.", np.roll(people, 1)),
        ("cells are numbered from 0: yours are shifted by one.",
         np.append(people[1:], 0)),
        ("cell 0 counts, too.", np.append(0, people[1:])),
        ("the last cell counts, too.", np.append(people[:-1], 0)),
        *((f"a cell may hold more than {most} runners: do not cut the number off.",
           np.minimum(people, most)) for most in (100, 255, 256, 1000, 10**4)),
        ("a crowd does not fit into 16 bits: count in a wider type.", people % 2**16),
    ]  # fmt: skip
    return [(message, shown(n)) for message, n in found]


def _count_mistakes(
    people: np.ndarray, points: np.ndarray, k: int, step: int
) -> list[tuple[str, np.ndarray]]:
    """Return what each usual mistake would publish."""

    def shown(where: np.ndarray, numbers: np.ndarray, step: int = step) -> np.ndarray:
        return np.where(where, numbers // step * step, 0)

    enough = people >= k
    wrapped = people % 256
    return [
        (
            "you count points: one runner with many laps passes the threshold. Count "
            "different runners.",
            shown(points >= k, points),
        ),
        (
            "your threshold looks at points: one runner with many laps passes it.",
            shown(points >= k, people),
        ),
        (
            "you test people but publish points, which say how often they came.",
            shown(enough, points),
        ),
        ("a cell with exactly k runners may be shown.", shown(people > k, people)),
        ("cells with fewer than k runners must be 0.", shown(people >= 0, people)),
        ("yours shows the cells with fewer than k runners.", shown(~enough, people)),
        ("your numbers are not rounded.", shown(enough, people, 1)),
        (
            "round down, not to the nearest.",
            np.where(enough, np.rint(people / step) * step, 0),
        ),
        ("round down, not up.", shown(enough, people + step - 1)),
        (
            "that is how many STEPs there are: multiply by STEP again.",
            np.where(enough, people // step, 0),
        ),
        (
            "compare the true number with k, and round it then.",
            shown(people // step * step >= k, people),
        ),
        (
            "rounded down a number may fall below k: that is meant.",
            np.where(enough, np.maximum(k, people // step * step), 0),
        ),
        (
            "a crowd does not fit into 8 bits: count in a wider type.",
            shown(wrapped >= k, wrapped),
        ),
        (
            "cells with fewer than k runners must be 0, not -1.",
            np.where(enough, people // step * step, -1),
        ),
        (
            "cells with fewer than k runners must be 0, not k.",
            np.where(enough, people // step * step, k),
        ),
        (
            "that is the remainder: take it off the number.",
            np.where(enough, people % step, 0),
        ),
        (
            "a cell with k - 1 runners must be 0: show those with at least k.",
            shown(people >= k - 1, people),
        ),
        (
            "compare with the k that is given: do not round it to a multiple of STEP.",
            shown(people >= -(-k // step) * step, people),
        ),
        (
            "compare with the k that is given: do not round it to a multiple of STEP.",
            shown(people // step >= k // step, people),
        ),
        *(
            ("use the k that is given.", shown(people >= other, people))
            for other in (7, 5, 20)
            if other != k
        ),
        *(
            (
                f"you round to multiples of {other}, and here they are of {step}: is "
                "it another variant's number?",
                shown(enough, people, other),
            )
            for other in range(2, 11)
            if other != step
        ),
    ]

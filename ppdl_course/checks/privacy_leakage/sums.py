"""Checks of chapter 3: what sums give away, of people on a map or of gradients.

Each check computes what it expects from a slow obvious loop, never from a solution, and
tells the usual mistakes apart by what they would return.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.verdict import require_array, require_close, require_kept

SEED = 20180130
CROWD = 300  # runners in one cell: more than 8 bits count


def check_safe_counts(
    safe_counts: Callable[..., object], *, k: int = 7, step: int = 3
) -> None:
    """Check a map that counts people, hides cells with fewer than k, and rounds down.

    Args:
        safe_counts: The student's function.
        k: The threshold.
        step: Numbers are rounded to its multiples.
    """
    runner, cell, cells = _runs(k)
    people, points = np.zeros((2, cells))
    for c in range(cells):
        people[c] = len({r for r, d in zip(runner, cell, strict=True) if d == c})
        points[c] = sum(d == c for d in cell)
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
        mistakes=[*_count_mistakes(people, points, k, step), (rest, counts)],
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
    order = rng.permutation(len(cell))
    return runner[order], cell[order], 17  # nobody in cell 16


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


def check_others_gradient(
    others_gradient: Callable[..., object],
    *,
    clients: int = 5,
    colluding: int = 2,
    rate: float = 0.25,
    parameters: int = 7,
) -> None:
    """Check what two models and some clients' own gradients say about the others."""
    rng = np.random.default_rng(SEED)
    gradients = rng.normal(size=(clients, parameters))
    before = rng.normal(size=parameters)
    after = before - rate * gradients.mean(axis=0)
    own = gradients[:colluding]
    arguments = before.copy(), after.copy(), own.copy()
    result = others_gradient(arguments[0], arguments[1], rate, clients, arguments[2])
    what = "the others' mean gradient"
    got = require_array(result, shape=(parameters,), what=what)
    for name, kept, now in zip(
        ("before", "after", "own"), (before, after, own), arguments, strict=True
    ):
        require_kept(kept, now, name)
    require_close(
        got,
        gradients[colluding:].mean(axis=0),
        what=what,
        mistakes=_gradient_mistakes(before, after, rate, clients, own),
    )


def _gradient_mistakes(
    before: np.ndarray, after: np.ndarray, rate: float, clients: int, own: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    """Return what each usual mistake makes of these models."""
    mean, sent = (before - after) / rate, own.sum(axis=0)
    total, k = clients * mean, len(own)
    rest = clients - k
    sign = "the sign is turned: a step goes against the gradient."
    step = "divide the step by the rate to have the gradient."
    left = "divide by how many clients are left, clients - k."
    return [
        ("that is still the mean of all: take off what the colluding clients sent.",
         mean),
        ("that is the sum over the others: divide by how many they are.", total - sent),
        ("divide by the number of the others, not of all clients.",
         (total - sent) / clients),
        (sign, (-total - sent) / rest),
        (sign, -(total - sent) / rest),
        ("the step holds the MEAN over all clients: multiply by their number before "
         "you take anything off.", (mean - sent) / rest),
        (step, (rate * total - sent) / rest),
        (step, (rate * rate * total - sent) / rest),
        ("take off the sum of the colluding clients' gradients, not their mean.",
         (total - own.mean(axis=0)) / rest),
        ("a mean of all minus a mean of some is not a mean of the rest: go by sums.",
         mean - own.mean(axis=0)),
        ("own holds a row for each colluding client: take off all of them.",
         (total - own[0]) / rest),
        ("sum own over its rows only: the result has an entry for each parameter.",
         (total - own.sum()) / rest),
        ("own holds gradients already: do not multiply them by the rate.",
         (total - rate * sent) / rest),
        ("take off what they sent: yours adds it.", (total + sent) / rest),
        (left, (total - sent) / k),
        (left, (total - sent) / max(clients - 1, 1)),
        ("own has a row for each client, a column for each parameter.",
         (total - sent) / ((clients - own.shape[1]) or 1)),
        ("the step is the difference of before and after.",
         (clients * after / rate - sent) / rest),
        ("use the rate that is given.", (total * rate / 0.25 - sent) / rest),
        ("use the number of clients that is given.",
         (5 * mean - sent) / ((5 - k) or 1)),
        ("own may have any number of rows: take off each once.",
         (total - own[0] - own[-1]) / ((clients - 2) or 1)),
    ]  # fmt: skip

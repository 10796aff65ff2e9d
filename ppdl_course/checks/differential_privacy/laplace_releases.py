"""Visible checks of chapter 15: histograms and totals with Laplace noise.

Both draw their inputs in each round and stop when the usual mistakes are ruled out
(:mod:`ppdl_course.checks.noise_laws`). A cell calls each twice: with a fixed seed, and
with one drawn anew. A call fails a right answer with probability at most 1e-6 / 2
(``ONE_CALL``), whatever inputs it drew: half of it for the law of the noise, half for
its independence. Noise of 95 % of the scale, and tails cut off at up to 8 scales, are
found with probability at least 0.99, as ``tests/checks/test_error_rates.py`` measures.
"""

from collections.abc import Callable, Iterator

import numpy as np

from ppdl_course.checks.differential_privacy.release_answers import (
    releases,
    wrong_bin_scales,
    wrong_counts,
)
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import (
    NO_NOISE,
    ONE_CALL,
    distance,
    laplace_difference_cdf,
    require_fresh,
    require_from_rng,
    require_unrounded,
)
from ppdl_course.checks.noise_laws import (
    Laplace,
    Round,
    laplace_alternatives,
    require_law,
)
from ppdl_course.checks.verdict import (
    on_other_data,
    require,
    require_array,
)
from ppdl_course.dp.audits.lower_bound import dkw_distance
from ppdl_course.dp.definition import Neighbours

ROUNDS = 60
"""Rounds of 1,000 draws at most: so many show that none goes beyond 8 scales."""


@statistical(
    power=0.99,
    against=(
        "no noise",
        "seed reused",
        "a generator of its own",
        "half the noise",
        "95 % of the noise",
        "twice the noise",
        "noise for each bin separately",
        "scale inverted",
        "one noise for all bins",
        "empty categories stay 0",
        "tails cut off at 8 scales",
    ),
)
@on_other_data
@drawn_anew
def check_private_histogram(
    private_histogram: Callable[..., object],
    *,
    rounds: int = ROUNDS,
    false_fail: float = ONE_CALL,
    seed: int = 2006,
) -> None:
    """Check noise of scale changes / epsilon in every bin, independent across bins.

    Each round draws epsilon and the labels for both kinds of neighbours: histograms of
    one bin, of a few, and of many, so that few calls show a thousand draws. There are
    no cases, one, a few, or hundreds; the first category never has one.
    """
    rng = np.random.default_rng(seed)
    mechanism = {"epsilon": 0.5, "neighbours": Neighbours.ADD_REMOVE}
    few = {"labels": ["fraud"], "categories": ["fraud", "arson", "theft"]}
    require_from_rng(
        lambda twin: _bins(private_histogram, 2, few, rng=twin, **mechanism)
    )
    noise = require_law(
        _histogram_rounds(private_histogram, rng),
        Laplace(),
        laplace_alternatives(),
        error=false_fail / 2,
        most=rounds,
    )
    require_independent(
        noise,
        error=false_fail / 2 / rounds,
        message="one noise for all bins, or for some: it cancels in their sum or "
        "difference. Draw fresh noise for each.",
    )


def _histogram_rounds(
    private_histogram: Callable[..., object], rng: np.random.Generator
) -> Iterator[Round]:
    while True:
        noise, released, named = [], [], []
        for neighbours in (Neighbours.ADD_REMOVE, Neighbours.REPLACE):
            # far from 1: there a scale and its inverse look alike
            epsilon = float(np.exp(rng.choice([-1, 1]) * rng.uniform(0.5, 1.5)))
            scale = neighbours.changes / epsilon
            for count, cases, calls in _histogram_sizes(rng):
                categories = [f"charge {k}" for k in rng.permutation(count)]
                full = rng.integers(min(1, count - 1), count, size=cases)
                labels = [categories[k] for k in full]
                arguments = {"labels": labels, "categories": categories}
                mechanism = {"epsilon": epsilon, "neighbours": neighbours, "rng": rng}
                got = _bins(private_histogram, calls, arguments, **mechanism)
                added = got - [float(labels.count(c)) for c in categories]
                full = categories.index(labels[0]) if labels else 0
                if labels and np.any(added):
                    require_unrounded(added[:, full], got[:, full])
                _require_noise_in_bins(added, labels, categories)
                if not noise:  # many calls: who cuts off at 0 is known from now on
                    require_unrounded(added.ravel(), got.ravel())
                noise.append(added.ravel() / scale)
                released.append(got.ravel())
                others = wrong_bin_scales(neighbours, epsilon, count)
                laws = {m: [(0.0, w)] * count for m, w in others.items()}
                for m, gap in wrong_counts(labels, categories).items():
                    laws[m] = [(middle, 1.0) for middle in gap / scale]
                named.append({m: np.tile(law, (calls, 1)) for m, law in laws.items()})
        require_fresh(np.concatenate(noise), np.concatenate(released))
        usual = [
            (m, Laplace(*np.concatenate([part[m] for part in named]).T))
            for m in named[0]
        ]
        yield Round.of(np.concatenate(noise), usual)


def _histogram_sizes(rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Return numbers of categories, of cases, and of calls, without cases at last."""
    few, many = (int(rng.integers(*ends)) for ends in ((2, 8), (90, 130)))
    return [
        (few, 5, 20),
        (many, int(rng.integers(1, 12)), 4),
        (few, int(rng.integers(100, 400)), 6),
        (1, 1, 6),
        (few, 0, 6),
    ]


def _bins(
    answer: Callable[..., object], calls: int, arguments: dict, **mechanism: object
) -> np.ndarray:
    """Return what several calls release, shape (calls, k)."""
    got = releases(answer, calls, arguments, **mechanism)
    shape = (len(arguments["categories"]),)
    what = "one number for each category, in order: the histogram"
    return np.array([require_array(one, shape=shape, what=what) for one in got])


def _require_noise_in_bins(
    added: np.ndarray, labels: list[str], categories: list[str]
) -> None:
    bare = np.all(np.abs(added) < 1e-9, axis=0)
    require(not labels or not bare.all(), NO_NOISE)
    require(
        bool(labels or not bare.any()),
        "no cases, and bins without noise: they get as much as ever. Else a 0 says "
        "that nobody is there.",
    )
    empty = np.array([c not in labels for c in categories])
    require(
        not bare[empty].any(),
        "the empty category has no noise: a 0 without noise says that nobody is "
        "there, and a released 1 that somebody is.",
    )
    require(
        not bare.any(),
        "some categories get no noise, so their exact numbers come out.",
    )
    require(
        bool(len(bare) == 1 or np.any(np.ptp(added, axis=1) > 1e-9)),
        "one noise for all bins: it cancels in their difference. Draw fresh noise "
        "for each.",
    )


def require_independent(noise: np.ndarray, *, error: float, message: str) -> None:
    """Require that each draw is a fresh one: neighbours, and draws far apart.

    Four comparisons, each with a quarter of ``error``.
    """
    different = len(np.unique(np.round(np.abs(noise), 9)))
    require(
        different > 0.95 * len(noise),
        "seed reused: the same noise comes again and again. "
        f"{len(noise)} draws, {different} of different size.",
    )
    middle = len(noise) // 2
    allowed = dkw_distance(middle, error=error / 4)
    for one, other in (
        (noise[0 : 2 * middle : 2], noise[1 : 2 * middle : 2]),
        (noise[:middle], noise[middle : 2 * middle]),
    ):
        for both in (one + other, one - other):
            require(distance(both, laplace_difference_cdf(1.0)) <= allowed, message)

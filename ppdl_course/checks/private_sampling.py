"""Visible checks of chapter 16 that are statistics: sampling, noise, the audit.

A chapter calls each of them twice, so one call fails a right answer with probability
at most ``ONE_CALL`` = 1e-6 / 2, split among its comparisons. They find
the mistakes they name with probability at least 1 - 1e-6; both are computed in
``tests/checks/test_private_sampling.py``.
"""

from collections.abc import Callable

import numpy as np
from scipy import stats

from ppdl_course.checks.dp_noise import FALSE_FAIL, distance, require_share
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.lent import repeated
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)
from ppdl_course.dp.accounting import SubsampledGaussian, epsilon_by_pld
from ppdl_course.dp.audit import audit, dkw_distance
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.shuffled import released_sums

ONE_CALL = FALSE_FAIL / 2
"""A right answer fails one call of these checks with at most this probability."""
COORDINATES = 12_000
"""Coordinates of the noise that ``check_private_mean`` looks at in one call."""
DRAWS = 6_000
"""Samples that ``check_poisson_batch`` takes for each setting."""
RUNS, STEPS, NOISE, DELTA = 30_000, 400, 0.7, 1e-5
"""The audit of ``check_batch_statistic``: epochs, batches, noise multiplier, delta."""


@statistical(
    power=0.99,
    against=(
        "fixed size",
        "seed reused",
        "with replacement",
        "draws empty samples anew",
        "half the rate",
        "a rate off by 0.06",
        "one coin for everybody",
        "a generator of its own",
    ),
)
def check_poisson_batch(
    poisson_batch: Callable[..., object],
    *,
    sample_rate: float = 0.3,
    seed: int = 16,
    draws: int = DRAWS,
    false_fail: float = ONE_CALL,
) -> None:
    """Check all eight outcomes for three records, ``draws`` samples.

    Eight exact binomial intervals, each with error ``false_fail`` / 8. A fixed
    size, a shuffled epoch and a rate off by 0.06 are found with probability at least
    1 - 1e-6.
    """
    rng = np.random.default_rng(seed)
    samples = [
        _rows(poisson_batch(60, sample_rate, np.random.default_rng(seed)), 60)
        for _ in range(2)
    ]
    require(sorted(samples[0]) == sorted(samples[1]), _NOT_FROM_RNG)
    outcomes = np.zeros(draws, dtype=int)
    for i, batch in enumerate(repeated(poisson_batch, draws, 3, sample_rate, rng)):
        outcomes[i] = sum(1 << k for k in _rows(batch, 3))
    counts = np.bincount(outcomes, minlength=8)
    sizes = np.array([bin(k).count("1") for k in range(8)])
    seen = np.flatnonzero(counts)
    require(
        len(seen) > 1,
        "seed reused: the same sample comes every time. Draw from the generator you "
        "are given.",
    )
    require(
        len(set(sizes[seen])) > 1,
        "every sample has the same fixed size: in a Poisson sample each record tosses "
        "its own coin, and the size varies.",
    )
    require(
        counts[0] > 0,
        "no sample is ever empty: an empty one must not be drawn anew.",
    )
    for k in range(8):
        chance = sample_rate ** sizes[k] * (1 - sample_rate) ** (3 - sizes[k])
        require_share(
            int(counts[k]),
            draws,
            chance,
            error=false_fail / 8,
            message="the records are not drawn independently with the given "
            f"probability: records {[j for j in range(3) if k >> j & 1]} alone.",
        )


_NOT_FROM_RNG = (
    "two generators in the same state, and two results: all randomness must come from "
    "rng, so that a run can be repeated and checked."
)


def _rows(rows: object, n: int) -> list[int]:
    require(rows is not None, "poisson_batch is None: does every path return a value?")
    rows = np.asarray(rows)
    require(
        rows.dtype != bool,
        "poisson_batch must return the rows that were drawn, not a mask.",
    )
    require(
        rows.ndim == 1 and (not rows.size or rows.dtype.kind in "iu"),
        f"poisson_batch must return a vector of integers, got {rows.dtype} of shape "
        f"{rows.shape}.",
    )
    drawn = [int(k) for k in rows.tolist()]
    require(
        len(set(drawn)) == len(drawn),
        "a record came twice into one sample: draw without replacement.",
    )
    inside = not drawn or (min(drawn) >= 0 and max(drawn) < n)
    require(inside, f"poisson_batch must return rows in 0..{n - 1}.")
    return drawn


@statistical(
    power=0.99,
    against=(
        "no noise",
        "seed reused",
        "one draw for all coordinates",
        "half the noise",
        "twice the noise",
        "the noise was not divided",
        "noise in every record's gradient",
        "Laplace noise of the same deviation",
        "the same noise in pairs",
        "a generator of its own",
    ),
)
def check_private_mean(
    private_mean: Callable[..., object],
    *,
    bound: float = 0.4,
    noise_multiplier: float = 4.0,
    expected: float = 8.0,
    seed: int = 16,
    coordinates: int = COORDINATES,
    false_fail: float = ONE_CALL,
) -> None:
    """Check the mean without noise, then the noise of ``coordinates`` coordinates.

    Five comparisons of distributions, each with error ``false_fail`` / 5 (Massart): of
    the noise, and of sums and differences of two coordinates' noise. Half
    or twice the noise, and noise that was not divided, are found with probability at
    least 1 - 1e-6.
    """
    rng = np.random.default_rng(seed)

    def ask(
        rows: np.ndarray, noise: float, rng: np.random.Generator = rng
    ) -> np.ndarray:
        before = rows.copy()
        with np.errstate(all="ignore"):
            raw = private_mean(
                rows, max_grad_norm=bound, noise_multiplier=noise,
                expected_batch_size=expected, rng=rng,
            )  # fmt: skip
        require_kept(before, rows, "gradients")
        return require_array(raw, shape=(rows.shape[1],), what="private_mean(...)")

    rows = rng.normal(size=(5, 6)) * [[0.02], [0.1], [1], [3], [0.5]]
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    clipped = (rows * np.minimum(1, bound / norms)).sum(axis=0)
    total = rows.sum(axis=0)
    sum_clipped = total * min(1, bound / np.linalg.norm(total))
    mean = rows.mean(axis=0)
    mean_clipped = mean * min(1, bound / np.linalg.norm(mean))
    whole = (
        "the sum was clipped, not each gradient: one record can push the others out."
    )
    require_close(
        ask(rows, 0.0),
        clipped / expected,
        what="private_mean(...) with noise multiplier 0",
        mistakes=[
            (whole, sum_clipped / expected),
            (whole, sum_clipped / len(rows)),
            (whole, mean_clipped),
            ("nothing was clipped.", total / expected),
            (
                "divided by the size of this batch, which is not public: take the "
                "expected batch size.",
                clipped / len(rows),
            ),
            ("this is the sum: it was never divided.", clipped),
        ],
    )
    wide = np.zeros((3, coordinates))
    wide[:, 0] = bound
    scale = noise_multiplier * bound / expected
    signal = np.eye(1, coordinates)[0] * (3 * bound / expected)
    noise = ask(wide, noise_multiplier) - signal
    require(bool(np.any(np.abs(noise) > 1e-9)), "no noise: the exact mean comes out.")
    require(
        len(np.unique(noise)) > coordinates // 2,
        "one draw for all coordinates: their differences come out exactly.",
    )
    again = ask(wide, noise_multiplier) - signal
    require(
        not np.allclose(noise, again),
        "seed reused: the same noise comes at each step, so an adversary takes it off. "
        "Draw from the generator you are given.",
    )
    _require_normal(
        noise,
        scale,
        named={
            "half the noise it takes": scale / 2,
            "twice the noise it takes": scale * 2,
            "the noise was not divided with the sum: it belongs to the sum": scale
            * expected,
            "the noise forgets the clipping norm": scale / bound,
            "the variance was used as the deviation": (noise_multiplier * bound) ** 2
            / expected,
            "noise in every record's gradient instead of in the sum": scale
            * np.sqrt(3),
            "the noise was drawn twice": scale * np.sqrt(2),
        },
        error=false_fail / 5,
    )
    middle = coordinates // 2
    for one, other in (
        (noise[0 : 2 * middle : 2], noise[1 : 2 * middle : 2]),
        (noise[:middle], noise[middle : 2 * middle]),
    ):
        for both in (one + other, one - other):
            apart = distance(both, stats.norm(scale=scale * np.sqrt(2)).cdf)
            require(
                apart <= dkw_distance(middle, error=false_fail / 5),
                "the noise of some coordinates follows from that of others: draw each "
                "afresh.",
            )
    alike = [ask(rows, noise_multiplier, np.random.default_rng(seed)) for _ in "12"]
    require(bool(np.allclose(*alike, atol=1e-9)), _NOT_FROM_RNG)
    empty = ask(np.zeros((0, 4)), noise_multiplier)
    require(
        bool(np.all(empty != 0)),
        "an empty sample must give noise alone: its absence would show.",
    )


def _require_normal(
    noise: np.ndarray, scale: float, *, named: dict, error: float
) -> None:
    allowed = dkw_distance(len(noise), error=error)
    if distance(noise, stats.norm(scale=scale).cdf) <= allowed:
        return
    seen = float(np.median(np.abs(noise))) / stats.norm.ppf(0.75)
    message, nearest = min(named.items(), key=lambda item: abs(np.log(item[1] / seen)))
    if abs(np.log(nearest / seen)) > 0.1:
        message = "the noise is not normal of the right deviation"
    require(
        False, f"{message}. Measured deviation: {seen:.3g}, it must be {scale:.3g}."
    )


@statistical(
    false_fail=ONE_CALL,
    power=0.99,
    against=("the mean", "the first batch", "the smallest", "noise of its own"),
)
def check_batch_statistic(
    batch_statistic: Callable[[np.ndarray], object],
    *,
    seed: int = 16,
    runs: int = RUNS,
) -> None:
    """Check that an audit with the answer's statistic convicts shuffled batches.

    The event is chosen on one half of ``runs`` epochs and judged on the other, so a
    statistic that shows nothing convicts with probability at most 1e-6. The largest
    sum convicts with probability at least 1 - ``ONE_CALL``.
    """
    rng = np.random.default_rng(seed)
    promised = epsilon_by_pld(
        [
            SubsampledGaussian(
                noise_multiplier=NOISE,
                sample_rate=1 / STEPS,
                steps=STEPS,
                neighbours=Neighbours.ADD_REMOVE,
            )
        ],
        delta=DELTA,
    )
    seen = []
    for present in (True, False):
        sums = released_sums(
            present=present, noise_multiplier=NOISE, steps=STEPS, runs=runs, rng=rng
        )
        seen.append(
            require_array(
                batch_statistic(sums), shape=(runs,), what="batch_statistic(sums)"
            )
        )
    found = audit(*seen, delta=DELTA).epsilon
    require(
        found > promised,
        f"this statistic shows epsilon >= {found:.2f} only; {promised:.2f} was "
        "promised, so nobody is convicted. " + _hint(np.mean(seen[0])),
    )


def _hint(level: float) -> str:
    if abs(level - 2 / STEPS) < 0.05 or abs(level - 2) < 0.5:
        return (
            "A sum or mean over all batches adds the noise of all to one batch's "
            "signal; a single batch rarely holds the target."
        )
    return "Where in the row does the target's batch show most?"

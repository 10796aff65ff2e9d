"""Visible checks of chapter 16 that are statistics: the noise and the audit.

A chapter calls each of them twice, so one call fails a right answer with probability
at most ``ONE_CALL`` = 1e-6 / 2, split among its comparisons. They find
the mistakes they name with probability at least 1 - 1e-6; both are computed in
``tests/checks/private_training/test_noise_and_audit.py``.
"""

from collections.abc import Callable

import numpy as np
from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.noise import FALSE_FAIL, distance
from ppdl_course.checks.verdict import (
    holds_nan,
    require,
    require_array,
    require_close,
    require_kept,
)
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    epsilon_by_pld,
)
from ppdl_course.dp.audits.lower_bound import audit, dkw_distance
from ppdl_course.dp.audits.shuffled_batches import released_sums
from ppdl_course.dp.definition import Neighbours

ONE_CALL = FALSE_FAIL / 2
"""A right answer fails one call of these checks with at most this probability."""
COORDINATES = 12_000
"""Coordinates of the noise that ``check_private_mean`` looks at in one call."""
RUNS, STEPS, NOISE, DELTA = 30_000, 400, 0.7, 1e-5
"""The audit of ``check_batch_statistic``: epochs, batches, noise multiplier, delta."""
NOT_FROM_RNG = (
    "two generators in the same state, and two results: all randomness must come from "
    "rng, so that a run can be repeated and checked."
)
"""What a generator of its own leads to."""


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
        "noise cut off",
        "too little noise for an empty sample",
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

    Seven comparisons, each with error ``false_fail`` / 7. Six are of distributions
    (Massart): of the noise, of that of an empty sample, and of sums and differences of
    two coordinates' noise. One is of the largest value (exact). Half or twice the
    noise, and noise that was not divided, are found with probability at least
    1 - 1e-6; noise that is cut off at 3 deviations always.
    """
    rng, share = np.random.default_rng(seed), false_fail / 7

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
        zero = "a gradient of norm 0 became NaN: do not divide by 0."
        require(len(rows) == 0 or not holds_nan(raw), zero)
        return require_array(raw, shape=(rows.shape[1],), what="private_mean(...)")

    rows = rng.normal(size=(6, 7)) * [[0.02], [0.1], [1], [3], [0.5], [0]]
    _require_clipped_mean(ask(rows, 0.0), rows, bound, expected)
    wide = np.zeros((3, coordinates))
    wide[:, 0] = bound
    scale = noise_multiplier * bound / expected
    signal = np.eye(1, coordinates)[0] * (3 * bound / expected)
    noise = ask(wide, noise_multiplier) - signal
    _require_own_draws(noise)
    again = ask(wide, noise_multiplier) - signal
    require(
        not np.allclose(noise, again),
        "seed reused: the same noise comes at each step, so an adversary takes it off. "
        "Draw from the generator you are given.",
    )
    _require_normal(
        noise,
        scale,
        named=_wrong_deviations(noise_multiplier, bound, expected),
        error=share,
    )
    require(
        bool(np.abs(noise).max() >= least_largest(coordinates, share) * scale),
        "the noise is cut off: a normal law has no largest value.",
    )
    _require_independent(noise, scale, share)
    alike = [ask(rows, noise_multiplier, np.random.default_rng(seed)) for _ in "12"]
    require(bool(np.allclose(*alike, atol=1e-9)), NOT_FROM_RNG)
    empty = ask(np.zeros((0, coordinates)), noise_multiplier)
    apart = distance(empty, stats.norm(scale=scale).cdf)
    require(
        bool(np.all(empty != 0) and apart <= dkw_distance(coordinates, error=share)),
        "an empty sample must give noise alone, as much as any other: its absence "
        "would show.",
    )


def _require_clipped_mean(
    got: np.ndarray, rows: np.ndarray, bound: float, expected: float
) -> None:
    """Require the mean of clipped gradients, shape (parameters,), without noise."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    clipped = (rows / np.maximum(1, norms / bound)).sum(axis=0)
    total = rows.sum(axis=0)
    sum_clipped = total * min(1, bound / np.linalg.norm(total))
    mean = rows.mean(axis=0)
    mean_clipped = mean * min(1, bound / np.linalg.norm(mean))
    clipped_sum = (
        "the sum was clipped, not each gradient: one record can push the others out."
    )
    require_close(
        got,
        clipped / expected,
        what="private_mean(...) with noise multiplier 0",
        mistakes=[
            (clipped_sum, sum_clipped / expected),
            (clipped_sum, sum_clipped / len(rows)),
            (clipped_sum, mean_clipped),
            ("nothing was clipped.", total / expected),
            (
                "each entry was clipped, not each gradient's norm.",
                np.clip(rows, -bound, bound).sum(axis=0) / expected,
            ),
            (
                "short gradients were stretched to C: only longer ones are scaled.",
                (rows * bound / np.maximum(norms, 1e-300)).sum(axis=0) / expected,
            ),
            (
                "divided by the size of this batch, which is not public: take the "
                "expected batch size.",
                clipped / len(rows),
            ),
            ("this is the sum: it was never divided.", clipped),
        ],
    )


def _require_own_draws(noise: np.ndarray) -> None:
    """Require that there is noise, and a draw of its own for each coordinate."""
    coordinates = len(noise)
    require(bool(np.any(np.abs(noise) > 1e-9)), "no noise: the exact mean comes out.")
    require(
        np.count_nonzero(np.abs(noise) > 1e-9) > coordinates // 2,
        "some coordinates get no noise: that nothing moved there shows.",
    )
    different = len(np.unique(noise))
    require(
        different > 10,
        "one draw for all coordinates: their differences come out exactly.",
    )
    require(
        different > coordinates // 2,
        "the same noise comes at several coordinates: draw each afresh, and do not "
        "round.",
    )


def _wrong_deviations(
    noise_multiplier: float, bound: float, expected: float
) -> dict[str, float]:
    """Return the deviations of the noise that the usual mistakes lead to."""
    scale = noise_multiplier * bound / expected
    return {
        "half the noise it takes": scale / 2,
        "twice the noise it takes": scale * 2,
        "the noise was not divided with the sum: it belongs to the sum": scale
        * expected,
        "the noise forgets the clipping norm": scale / bound,
        "the noise forgets the noise multiplier": scale / noise_multiplier,
        "the variance was used as the deviation": (noise_multiplier * bound) ** 2
        / expected,
        "noise in every record's gradient instead of in the sum": scale * np.sqrt(3),
        "the noise was drawn twice": scale * np.sqrt(2),
    }


def _require_independent(noise: np.ndarray, scale: float, error: float) -> None:
    """Require of neighbours, and of the halves, that sums and differences are normal.

    Four comparisons, each with that error.
    """
    middle = len(noise) // 2
    for one, other in (
        (noise[0 : 2 * middle : 2], noise[1 : 2 * middle : 2]),
        (noise[:middle], noise[middle : 2 * middle]),
    ):
        for both in (one + other, one - other):
            apart = distance(both, stats.norm(scale=scale * np.sqrt(2)).cdf)
            require(
                apart <= dkw_distance(middle, error=error),
                "the noise of some coordinates follows from that of others: draw each "
                "afresh.",
            )


def least_largest(n: int, error: float) -> float:
    """Return c such that all of n normal values are below c deviations in size.

    With probability ``error``: (2 Phi(c) - 1)^n.
    """
    return float(stats.norm.isf(-np.expm1(np.log(error) / n) / 2))


def _require_normal(
    noise: np.ndarray, scale: float, *, named: dict, error: float
) -> None:
    allowed = dkw_distance(len(noise), error=error)
    if distance(noise, stats.norm(scale=scale).cdf) <= allowed:
        return
    measured = float(np.median(np.abs(noise))) / stats.norm.ppf(0.75)
    message, nearest = min(
        named.items(), key=lambda item: abs(np.log(item[1] / measured))
    )
    # measured to about 1 %: a tenth away is none of the named mistakes
    if abs(np.log(nearest / measured)) > 0.1:
        message = "the noise is not normal of the right deviation"
    if abs(float(np.median(noise))) > 0.3 * measured:
        message = "the noise lies on one side of 0: it must pull both ways alike"
    require(
        False, f"{message}. Measured deviation: {measured:.3g}, it must be {scale:.3g}."
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
    sum convicts with probability at least 1 - ``ONE_CALL``. The answer is asked twice,
    each time about epochs of both kinds, mixed.
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
    there, blank = (
        released_sums(
            present=present, noise_multiplier=NOISE, steps=STEPS, runs=runs, rng=rng
        )
        for present in (True, False)
    )
    swapped = rng.random(runs) < 0.5
    there[swapped], blank[swapped] = blank[swapped], there[swapped]
    first, second = (_statistics(batch_statistic, sums) for sums in (there, blank))
    samples = np.where(swapped, second, first), np.where(swapped, first, second)
    epsilon = audit(*samples, delta=DELTA).epsilon
    require(
        epsilon > promised,
        f"this statistic shows epsilon >= {epsilon:.2f} only; {promised:.2f} was "
        "promised, so nobody is convicted. " + _hint(samples[0]),
    )


def _statistics(
    batch_statistic: Callable[[np.ndarray], object], sums: np.ndarray
) -> np.ndarray:
    before = sums[:50].copy()
    got = require_array(
        batch_statistic(sums), shape=(len(sums),), what="batch_statistic(sums)"
    )
    require_kept(before, sums[:50], "sums")
    return got


def _hint(sample: np.ndarray) -> str:
    # the deviation of a sum, of a mean, of a single batch
    usual = NOISE * np.array([np.sqrt(STEPS), 1 / np.sqrt(STEPS), 1])
    likely = np.array([2, 2 / STEPS, 2 / STEPS])
    # close to a statistic that many try first, within what samples vary by
    close = np.abs(np.mean(sample) - likely) < np.maximum(0.1 * usual, 1e-3)
    if np.any(close & (np.abs(np.std(sample) / usual - 1) < 0.1)):
        return (
            "A sum or mean over all batches adds the noise of all to one batch's "
            "signal; a single batch rarely holds the target."
        )
    return "Where in the row does the target's batch show most?"

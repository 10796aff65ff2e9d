"""Visible check of chapter 16: the private mean, and its noise.

A chapter calls it twice, so one call fails a right answer with probability at most
``ONE_CALL`` = 1e-6 / 2, split among its comparisons. It finds 95 % of the noise, sums
of twelve uniform numbers and tails cut off at 4 deviations with probability at least
0.99, as ``tests/checks/test_error_rates.py`` measures.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import ONE_CALL, distance, require_from_rng
from ppdl_course.checks.noise_laws import (
    CUT,
    Round,
    normal_alternatives,
    require_law,
)
from ppdl_course.checks.verdict import (
    holds_nan,
    on_other_data,
    require,
    require_array,
    require_close,
    require_kept,
)
from ppdl_course.dp.audits.lower_bound import dkw_distance

COORDINATES, ROUNDS = 20_000, 20
"""Coordinates of a round, and rounds at most: so many show a cut at 4 deviations."""
FAR = (24_616, 61_399, 77_502)
"""Generators with a normal draw of nearly 6 deviations among their first 2,000."""


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
        "95 % of the noise",
        "tails cut off at 5 deviations",
        "a sum of twelve uniform numbers",
    ),
)
@on_other_data
@drawn_anew
def check_private_mean(
    private_mean: Callable[..., object],
    *,
    bound: float = 0.4,
    noise_multiplier: float = 4.0,
    expected: float = 8.0,
    seed: int = 16,
    coordinates: int = COORDINATES,
    rounds: int = ROUNDS,
    false_fail: float = ONE_CALL,
) -> None:
    """Check the mean without noise, then the noise of many coordinates.

    Half of ``false_fail`` is for the law (:mod:`ppdl_course.checks.noise_laws`), half
    for five distances of distributions (Massart): the noise of an empty sample, and
    sums and differences of two coordinates' noise.
    """
    rng, share = np.random.default_rng(seed), false_fail / 10

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
    named = _wrong_deviations(noise_multiplier, bound, expected, len(wide))
    laws = [(message, stats.norm(scale=wrong / scale)) for message, wrong in named]

    def law_rounds() -> Iterator[Round]:
        yield Round.of(noise / scale, laws)
        while True:
            yield Round.of((ask(wide, noise_multiplier) - signal) / scale, laws)

    require_law(
        law_rounds(),
        stats.norm(),
        normal_alternatives(),
        error=false_fail / 2,
        most=rounds,
        mean_size=(2 / np.pi) ** 0.5,
        unit="deviation",
    )
    _require_independent(noise, scale, share)
    require_from_rng(lambda twin: ask(rows, noise_multiplier, twin))
    _require_far_tails(lambda own: ask(wide, noise_multiplier, own) - signal, scale)
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
    noise_multiplier: float, bound: float, expected: float, rows: int
) -> list[tuple[str, float]]:
    """Return the deviations of the noise that the usual mistakes lead to."""
    scale = noise_multiplier * bound / expected
    return [
        (
            "the noise was not divided with the sum: it belongs to the sum",
            scale * expected,
        ),
        ("the noise was divided twice", scale / expected),
        ("the noise was divided by the size of this batch", scale * expected / rows),
        (
            "the noise was divided by the root of the expected size",
            scale * expected**0.5,
        ),
        ("the noise forgets the clipping norm", scale / bound),
        ("the noise forgets the noise multiplier", scale / noise_multiplier),
        ("the noise is divided by the noise multiplier", scale / noise_multiplier**2),
        (
            "the variance was used as the deviation",
            (noise_multiplier * bound) ** 2 / expected,
        ),
        (
            "the root was used as the deviation: noise_multiplier * max_grad_norm is "
            "no variance",
            (noise_multiplier * bound) ** 0.5 / expected,
        ),
        (
            "noise in every record's gradient instead of in the sum",
            scale * np.sqrt(rows),
        ),
    ]


def _require_far_tails(ask: Callable[..., np.ndarray], scale: float) -> None:
    """Require the largest draws of some generators, where an answer takes their draws.

    Normal noise goes beyond 5 deviations once in two million draws: too seldom to wait
    for. But an answer whose noise has been rng's normal draws up to one of nearly 6
    deviations must have that one, too; one that draws in another way is not judged.
    """
    cut = []
    for seed in FAR:
        draws = np.random.default_rng(seed).standard_normal(2_000)
        far = int(np.abs(draws).argmax())
        got = np.abs(ask(np.random.default_rng(seed)))[: far + 1] / scale
        if len(got) <= far or not np.allclose(
            got[:far], np.abs(draws[:far]), rtol=1e-6, atol=1e-6
        ):
            return
        cut.append(got[far] < 0.999 * abs(draws[far]))
    require(
        not all(cut),
        f"the noise is cut off: {CUT}. A draw of nearly 6 deviations came out as "
        f"{got[far]:.2f}.",
    )


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

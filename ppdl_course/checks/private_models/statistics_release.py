"""Visible check of chapter 17: statistics clipped record by record, noised once.

A chapter calls it twice, so one call fails a right answer with probability at most
``ONE_CALL`` = 1e-6 / 2.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import FALSE_FAIL, require_fresh, require_from_rng
from ppdl_course.checks.noise_laws import (
    Laplace,
    Round,
    laplace_alternatives,
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

ONE_CALL = FALSE_FAIL / 2
"""A right answer fails one call of the check with at most this probability."""
NUMBERS, ROUNDS = 2_000, 40
"""Numbers of a round, and rounds at most: so many show a cut at 8 scales."""


@statistical(
    power=0.99,
    against=(
        "no noise",
        "seed reused",
        "a generator of its own",
        "half the noise",
        "95 % of the noise",
        "noise for every record",
        "scale inverted",
        "a bound read off the records",
        "one noise for all numbers",
        "normal noise",
        "tails cut off at 8 scales",
    ),
)
@on_other_data
@drawn_anew
def check_release_clipped(
    release_clipped: Callable[..., object],
    *,
    clip: float = 3.0,
    seed: int = 17,
    rounds: int = ROUNDS,
    false_fail: float = ONE_CALL,
) -> None:
    """Check the clipped sum under hardly any noise, then the noise of many numbers."""
    rng = np.random.default_rng(seed)

    def ask(
        rows: np.ndarray, clip: float, epsilon: float, rng: np.random.Generator = rng
    ) -> np.ndarray:
        mine = rows.copy()
        with np.errstate(all="ignore"):
            raw = release_clipped(mine, clip=clip, epsilon=epsilon, rng=rng)
        require_kept(rows, mine, "rows")
        require(
            not holds_nan(raw), "a row of zeros became NaN: do not divide by its norm."
        )
        return require_array(raw, shape=(rows.shape[1],), what="release_clipped(...)")

    rows = rng.normal(size=(6, 4)) * [[0.02], [0.3], [1], [4], [20], [0]]
    _require_clipped_sum(ask(rows, clip, 1e12), rows, clip)
    require_from_rng(lambda twin: ask(np.zeros((3, 50)), clip, 0.5, twin))

    one, two = (ask(np.zeros((3, 50)), clip, 0.5) for _ in range(2))
    require(
        not np.any(one) or not np.allclose(one, two),
        "seed reused: the same noise comes in two releases, so an adversary takes it "
        "off. Draw from rng.",
    )

    def law_rounds() -> Iterator[Round]:
        while True:
            epsilon = float(np.exp(rng.choice([-1, 1]) * rng.uniform(0.5, 1.5)))
            bound = float(rng.uniform(1.5, 6))
            n = int(rng.integers(8, 16))  # so many Laplace draws add up to a normal one
            wide = np.zeros((n, NUMBERS))
            wide[:, 0] = bound / 4
            got = ask(wide, bound, epsilon)
            scale = bound / epsilon
            noise = got.copy()
            noise[0] -= n * bound / 4
            require_fresh(noise, got)
            named = [
                ("one noise for every record instead of one for the sum",
                 stats.norm(scale=np.sqrt(2 * n))),
                ("the noise forgets the clip", Laplace(scale=1 / epsilon / scale)),
                ("epsilon multiplies the noise: a small one asks for much",
                 Laplace(scale=bound * epsilon / scale)),
                ("the noise goes by what the rows reach, which is no public number",
                 Laplace(scale=0.25)),
                ("twice the noise: a record is added or removed here, not replaced",
                 Laplace(scale=2.0)),
                ("the noise is divided by the number of rows", Laplace(scale=1 / n)),
                ("the noise is multiplied by the number of rows", Laplace(scale=n)),
                ("epsilon was shared out among the numbers: the clip bounds them "
                 "together", Laplace(scale=float(NUMBERS))),
            ]  # fmt: skip
            yield Round.of(noise / scale, named)

    require_law(
        law_rounds(),
        Laplace(),
        laplace_alternatives(),
        error=false_fail,
        most=rounds,
    )


def _require_clipped_sum(got: np.ndarray, rows: np.ndarray, clip: float) -> None:
    l1 = np.abs(rows).sum(axis=1, keepdims=True)
    l2 = np.linalg.norm(rows, axis=1, keepdims=True)
    total = rows.sum(axis=0)
    clipped = rows / np.maximum(1, l1 / clip)
    largest = np.abs(rows).max(axis=1, keepdims=True)
    require(
        bool(np.abs(got).max() < 1e6),
        "epsilon multiplies the noise: at 10^12 there must be hardly any.",
    )
    require_close(
        got,
        clipped.sum(axis=0),
        what="release_clipped(...) at an epsilon of 10^12",
        mistakes=[
            ("nothing was clipped.", total),
            ("clipped by the L2 norm: Laplace noise asks for L1.",
             (rows / np.maximum(1, l2 / clip)).sum(axis=0)),
            ("each entry was clipped, not each row's norm.",
             np.clip(rows, -clip, clip).sum(axis=0)),
            ("each row's largest entry was bounded: the norm is the sum of sizes.",
             (rows / np.maximum(1, largest / clip)).sum(axis=0)),
            ("the sum was clipped, not each row: one record can push the others out.",
             total / max(1, np.abs(total).sum() / clip)),
            ("short rows were stretched to the clip: only longer ones are scaled.",
             (rows * clip / np.maximum(l1, 1e-300)).sum(axis=0)),
            ("rows beyond the clip were left out: scale them down.",
             (rows * (l1 <= clip)).sum(axis=0)),
            ("the mean, where the sum is asked for.", clipped.mean(axis=0)),
            ("all rows were scaled by the longest one's norm.",
             (rows * min(1, clip / l1.max())).sum(axis=0)),
            ("long rows were divided by their norm and end at 1, not at the clip.",
             (rows / np.where(l1 > clip, l1, 1)).sum(axis=0)),
            ("columns were clipped, not rows.",
             (rows / np.maximum(1, np.abs(rows).sum(axis=0) / clip)).sum(axis=0)),
        ],
        rtol=1e-6,
    )  # fmt: skip

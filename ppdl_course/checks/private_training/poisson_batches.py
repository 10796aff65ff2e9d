"""Visible check of chapter 16 that is a statistic: Poisson samples.

A chapter calls it twice; its false-fail rate and power are computed in
``tests/checks/private_training/test_statistics.py``.
"""

from collections.abc import Callable

import numpy as np
from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import NOT_FROM_RNG, ONE_CALL, distance, require_share
from ppdl_course.checks.remote import repeated
from ppdl_course.checks.verdict import require
from ppdl_course.dp.audits.lower_bound import dkw_distance

DRAWS = 6_000
"""Samples that ``check_poisson_batch`` takes of three records; a third of ``MANY``."""
MANY = 60
"""Records whose samples' sizes ``check_poisson_batch`` looks at."""
LARGE = 800
"""Samples of hundreds of records, up to 1,200, whose sizes it looks at."""


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
        "far records share a coin",
        "a fixed size for many records",
        "a window of the records",
        "a generator of its own",
    ),
)
@drawn_anew
def check_poisson_batch(
    poisson_batch: Callable[..., object],
    *,
    sample_rate: float = 0.3,
    seed: int = 16,
    draws: int = DRAWS,
    false_fail: float = ONE_CALL,
) -> None:
    """Check all eight outcomes for three records, then the sizes for more.

    Eight exact binomial intervals and two distances of distributions (Massart), each
    with error ``false_fail`` / 11, and as much for the intervals of all pairs of
    ``MANY`` records. A fixed size, a shuffled epoch, a rate off by 0.06
    and eight coins for ``MANY`` records are found with probability at least 1 - 1e-6.
    """
    rng = np.random.default_rng(seed)
    samples = [
        _rows(poisson_batch(MANY, sample_rate, np.random.default_rng(seed)), MANY)
        for _ in range(2)
    ]
    require(sorted(samples[0]) == sorted(samples[1]), NOT_FROM_RNG)
    outcomes = np.zeros(draws, dtype=int)
    for i, batch in enumerate(repeated(poisson_batch, draws, 3, sample_rate, rng)):
        # a sample of three rows as a number 0..7: eight counts hold all there is to see
        outcomes[i] = sum(1 << k for k in _rows(batch, 3))
    counts = np.bincount(outcomes, minlength=8)
    sizes = np.array([bin(k).count("1") for k in range(8)])
    observed = np.flatnonzero(counts)
    require(
        len(observed) > 1,
        "seed reused: the same sample comes every time. Draw from the generator you "
        "are given.",
    )
    require(
        len(set(sizes[observed])) > 1,
        "every sample has the same fixed size: in a Poisson sample each record tosses "
        "its own coin, and the size varies.",
    )
    require(
        counts[0] > 0,
        "no sample is ever empty: an empty one must not be drawn anew.",
    )
    for j in range(3):
        taken = counts[[k for k in range(8) if k >> j & 1]].sum()
        require(taken > 0, f"record {j} never takes part: {draws} samples of 0..2.")
    for k in range(8):
        chance = sample_rate ** sizes[k] * (1 - sample_rate) ** (3 - sizes[k])
        require_share(
            int(counts[k]),
            draws,
            chance,
            error=false_fail / 11,
            message="the records are not drawn independently with the given "
            f"probability: {_named(k)}.{_which_law(counts, sample_rate)}",
        )
    taken = np.zeros((draws // 3, MANY), dtype=int)
    batches = repeated(poisson_batch, draws // 3, MANY, sample_rate, rng)
    for row, batch in zip(taken, batches, strict=True):
        row[_rows(batch, MANY)] = 1
    observed = np.bincount(taken.sum(axis=1), minlength=MANY + 1)
    cdf = stats.binom.cdf(np.arange(MANY + 1), MANY, sample_rate)
    apart = np.abs(np.cumsum(observed) / (draws // 3) - cdf).max()
    require(
        bool(apart <= dkw_distance(draws // 3, error=false_fail / 11)),
        f"the sizes of samples of {MANY} records are not those of independent coins: "
        "each record needs a coin of its own.",
    )
    _require_no_pairs(taken, sample_rate, false_fail / 11)
    _require_sizes_of_many(poisson_batch, sample_rate, rng, false_fail / 11)
    _rows(poisson_batch(1, sample_rate, rng), 1)


def _require_no_pairs(taken: np.ndarray, sample_rate: float, error: float) -> None:
    """Require of each two records that they come together as often as two coins.

    Args:
        taken: Of shape (samples, records), 1 where a record is in a sample.
        sample_rate: Of each record.
        error: Of all pairs, shared evenly.
    """
    samples, n = taken.shape
    i, j = np.triu_indices(n, 1)
    together = (taken.T @ taken)[i, j]
    each = error / len(together)
    low, high = stats.binom.ppf([each / 2, 1 - each / 2], samples, sample_rate**2)
    worst = int(np.argmax(np.abs(together - samples * sample_rate**2)))
    require(
        bool(low <= together[worst] <= high),
        f"records {i[worst]} and {j[worst]} of {n} come together in {together[worst]} "
        f"of {samples} samples; of independent coins {samples * sample_rate**2:.0f} "
        "are expected. Does one record's coin decide for its neighbours too?",
    )


def _require_sizes_of_many(
    poisson_batch: Callable[..., object],
    sample_rate: float,
    rng: np.random.Generator,
    error: float,
) -> None:
    """Require sizes of independent coins for numbers of records drawn anew.

    Each size is turned into its rank under its own binomial, spread evenly within it:
    the ranks of coins are uniform, those of a fixed size lie within a few hundredths.
    """
    rates = [sample_rate, 0.9]
    ranks = []
    for k in range(8):
        n, rate = int(rng.integers(201, 1200)), rates[k % 2]
        batches = repeated(poisson_batch, LARGE // 8, n, rate, rng)
        sizes = np.array([len(_rows(batch, n)) for batch in batches])
        below = stats.binom.cdf(sizes - 1, n, rate)
        spread = rng.random(len(sizes)) * stats.binom.pmf(sizes, n, rate)
        ranks.append(below + spread)
        require(
            len(set(sizes.tolist())) > 1,
            f"every sample of {n} records has the same fixed size, {sizes[0]}: each "
            "record tosses its own coin, however many there are.",
        )
    apart = distance(np.concatenate(ranks), lambda u: u)
    require(
        apart <= dkw_distance(8 * (LARGE // 8), error=error),
        "the sizes of samples of hundreds of records are not those of "
        "independent coins with the given probability.",
    )


def _which_law(counts: np.ndarray, rate: float) -> str:
    """Return which usual mistakes fit the outcomes of three records, or ''."""
    size = np.array([bin(k).count("1") for k in range(8)])
    ways = np.array([1, 3, 3, 1])  # samples of each size
    poisson = stats.poisson.pmf(np.arange(4), 3 * rate)
    poisson[3] = stats.poisson.sf(2, 3 * rate)

    def coins(p: float) -> np.ndarray:
        return p**size * (1 - p) ** (3 - size)

    laws = {
        "each record is taken with probability 1 - sample_rate, so these are the rows "
        "to leave out: turn the comparison round": coins(1 - rate),
        "the size is drawn from a Poisson law and then as many rows: a Poisson sample "
        "is made of coins, and its size is binomial": (poisson / ways)[size],
        "each size is as likely: toss a coin for each record": (1 / 4 / ways)[size],
        "one coin decides for all records": np.where(size == 3, rate, 0)
        + np.where(size == 0, 1 - rate, 0),
        "the rate is half of what it must be": coins(rate / 2),
        "the rate is squared, as if each record needed two coins": coins(rate**2),
        "a record is taken with probability 1 / 2, whatever sample_rate is": coins(0.5),
    }
    shares = counts / counts.sum()
    fitting = [m for m, law in laws.items() if np.abs(shares - law).max() < 0.025]
    return f" This fits if {', or if '.join(fitting)}." if fitting else ""


def _named(outcome: int) -> str:
    taken = [j for j in range(3) if outcome >> j & 1]
    return f"records {taken} of 0..2, and no other" if taken else "an empty sample"


def _rows(rows: object, n: int) -> list[int]:
    """Return a sample as a list of rows, or say how it is none."""
    require(rows is not None, "poisson_batch is None: does every path return a value?")
    rows = np.asarray(rows)
    require(
        rows.dtype != bool,
        "poisson_batch must return the rows that were drawn, not a mask.",
    )
    require(
        rows.size < MANY or n < MANY or set(np.ravel(rows).tolist()) != {0, 1},
        "poisson_batch must return the rows that were drawn, not 0 or 1 for each.",
    )
    require(
        rows.ndim == 1 and (not rows.size or rows.dtype.kind in "iu"),
        f"poisson_batch must return a vector of integers, got {rows.dtype} of shape "
        f"{rows.shape}.",
    )
    require(
        not rows.size or np.iinfo(rows.dtype).max >= n - 1,
        f"{rows.dtype} cannot hold the numbers of {n} rows: larger ones wrap around.",
    )
    drawn = [int(k) for k in rows.tolist()]
    require(
        len(set(drawn)) == len(drawn),
        "a record came twice into one sample: draw without replacement.",
    )
    inside = not drawn or (min(drawn) >= 0 and max(drawn) < n)
    require(inside, f"poisson_batch must return rows in 0..{n - 1}.")
    return drawn

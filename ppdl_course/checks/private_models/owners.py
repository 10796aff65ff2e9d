"""Visible checks of chapter 17: noise in shares, and the opened total.

A chapter calls the check of shares twice, so one call fails a right answer with
probability at most ``ONE_CALL`` = 1e-6 / 2, split among its comparisons (Massart's
bound on the distance of distributions, which holds for whole numbers too).
"""

from collections.abc import Callable

import numpy as np
from scipy import special

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import FALSE_FAIL, require_from_rng
from ppdl_course.checks.remote import repeated
from ppdl_course.checks.verdict import (
    Mistake,
    on_other_data,
    require,
    require_array,
    require_none,
)
from ppdl_course.dp.audits.lower_bound import dkw_distance

ONE_CALL = FALSE_FAIL / 2
"""A right answer fails one call of the check with at most this probability."""
SHARES = 200_000
"""Draws of each comparison: a law 0.012 away is found, and 95 % of the noise is."""
REACH = 400


@statistical(
    power=0.99,
    against=(
        "no noise",
        "seed reused",
        "a generator of its own",
        "the whole noise from each owner",
        "a part of a scale from each owner",
        "one side only",
        "p and 1 - p exchanged",
        "honest in place of 1 / honest",
        "gamma shares, rounded",
        "95 % of the noise",
        "the same share for all numbers",
    ),
)
@on_other_data
@drawn_anew
def check_polya_share(
    polya_share: Callable[..., object],
    *,
    honest: int = 5,
    size: int = SHARES,
    seed: int = 17,
    false_fail: float = ONE_CALL,
) -> None:
    """Check one share's law and the law of all, at a scale that is drawn."""
    rng, error = np.random.default_rng(seed), false_fail / 4
    scale = float(rng.uniform(3, 8))

    def ask(owners: int, n: int, rng: np.random.Generator = rng) -> np.ndarray:
        raw = polya_share(scale, honest=owners, size=n, rng=rng)
        got = require_array(raw, shape=(n,), what="polya_share(...)")
        require(
            bool(np.all(got == np.rint(got))),
            "a share must be whole numbers: rounded after the sum they could not be "
            "encrypted, rounded before it the sum is of another law.",
        )
        return got.astype(np.int64)

    ask(honest, 50)
    # a share is 0 more often than not: that all of 60 calls give 0 is no chance
    few = np.array(
        repeated(polya_share, 60, scale, honest=honest, size=50, rng=rng), dtype=float
    )
    require(bool(np.any(few)), "no noise: every share is 0.")
    require(
        bool(np.any(np.ptp(few, axis=1))),
        "the same share comes for all numbers: draw one for each.",
    )
    first, second = ask(honest, size), ask(honest, size)
    require(
        not np.array_equal(first, second),
        "seed reused: two owners add the same share. Draw from rng.",
    )
    require_from_rng(lambda twin: ask(honest, 200, twin))
    named = _wrong_laws(scale, honest)
    _require_law(first, scale, honest, 1, error, named, f"one share of {honest}")
    middle = size // 2
    pairs = first[:middle] + first[middle : 2 * middle]
    _require_law(pairs, scale, honest, 2, error, [], f"two shares of {honest}")
    alone = ask(1, size)
    _require_law(alone, scale, 1, 1, error, _wrong_laws(scale, 1), "one share of 1")


def share_pmf(scale: float, r: float) -> np.ndarray:
    """Return P[-REACH..REACH] of the difference of two NB(r, exp(-1/scale))."""
    k = np.arange(4 * REACH)
    log_law = special.gammaln(k + r) - special.gammaln(r) - special.gammaln(k + 1)
    law = np.exp(log_law + r * np.log(-np.expm1(-1 / scale)) - k / scale)
    half = np.array([law[: len(law) - s] @ law[s:] for s in range(REACH + 1)])
    return np.concatenate([half[:0:-1], half])


def _require_law(
    drawn: np.ndarray,
    scale: float,
    honest: int,
    owners: int,
    error: float,
    named: list[tuple[str, np.ndarray]],
    what: str,
) -> None:
    law = share_pmf(scale, owners / honest)
    allowed = dkw_distance(len(drawn), error=error)
    apart = _distance(drawn, law)
    if apart <= allowed:
        return
    near = allowed + 0.004
    require_none(
        (message for message, other in named if _distance(drawn, other) <= near),
        f"{what}, scale {scale:.3g}: ",
    )
    mean, right = float(np.abs(drawn).mean()), float(np.abs(_places()) @ law)
    size = "too little" if mean < 0.97 * right else "too much"
    if 0.97 * right <= mean <= 1.03 * right:
        size = "noise of another law"
    raise Mistake(
        f"{what}, scale {scale:.3g}: {size}. Its mean size is {mean:.3g}, where "
        f"{right:.3g} is right; the distance of distributions is {apart:.3g}, "
        f"{allowed:.3g} is allowed."
    )


def _places() -> np.ndarray:
    return np.arange(-REACH, REACH + 1)


def _distance(drawn: np.ndarray, law: np.ndarray) -> float:
    inside = np.clip(drawn, -REACH, REACH) + REACH
    seen = np.bincount(inside, minlength=2 * REACH + 1).cumsum() / len(drawn)
    return float(np.abs(seen - law.cumsum()).max())


def _wrong_laws(scale: float, honest: int) -> list[tuple[str, np.ndarray]]:
    """Return messages, each with the law that this mistake leads to."""
    r = 1 / honest
    one = np.zeros(2 * REACH + 1)
    k = np.arange(REACH + 1)
    log_law = special.gammaln(k + r) - special.gammaln(r) - special.gammaln(k + 1)
    one[REACH:] = np.exp(log_law + r * np.log(-np.expm1(-1 / scale)) - k / scale)
    turned = -1 / np.log(-np.expm1(-1 / scale))  # the scale that 1 - p belongs to
    laws = [
        ("one side only: a share is the difference of two draws.", one),
        ("p and 1 - p were exchanged.", share_pmf(turned, r)),
    ]
    if honest > 1:
        laws += [
            (
                "each owner adds the whole noise: the sum then has honest times the "
                "variance.",
                share_pmf(scale, 1),
            ),
            ("the number of successes is 1 / honest, not honest.",
             share_pmf(scale, honest)),
            (
                "a part of the scale, not of the law: such shares do not add up to "
                "the discrete Laplace.",
                share_pmf(scale / honest, 1),
            ),
            (
                "a part of the scale, not of the law: such shares do not add up to "
                "the discrete Laplace. ",
                share_pmf(scale / honest**0.5, 1),
            ),
            ("rounded gamma shares: round and the law is another.",
             _rounded_gamma(scale, r)),
        ]  # fmt: skip
    return laws


def _rounded_gamma(scale: float, r: float) -> np.ndarray:
    """Return the law of the rounded difference of two gamma numbers, by quantiles."""
    rng = np.random.default_rng(1)
    draws = rng.gamma(r, scale, 2**20) - rng.gamma(r, scale, 2**20)
    inside = np.clip(np.rint(draws).astype(int), -REACH, REACH) + REACH
    return np.bincount(inside, minlength=2 * REACH + 1) / len(draws)


@on_other_data
@drawn_anew
def check_open_total(
    open_total: Callable[..., object], *, count: int = 4, bits: int = 16, seed: int = 17
) -> None:
    """Check slots of both signs: ends of the range, borrows, a total below 0."""
    rng = np.random.default_rng(seed)
    half = 2 ** (bits - 1)
    ends = [-half, half - 1, 0, -1, 1]
    rows = [
        rng.integers(1, half, count).tolist(),
        rng.integers(-half, half, count).tolist(),
        (-rng.integers(1, half, count)).tolist(),
        [int(v) for v in rng.choice(ends, count)],
        [-half] * count,
        [half - 1] * count,
        [0] * count,
        [5, *[0] * (count - 1)],
        [*[0] * (count - 1), -5],
        [-1],
        [int(v) for v in rng.integers(-half, half, 3 * count)],
    ]
    n = int(rng.integers(2**62)) | 1 | 1 << (bits * (3 * count + 2))
    for values in rows:
        packed = sum(v << (bits * i) for i, v in enumerate(values)) % n
        what = f"open_total(...) of {values}"
        raw = open_total(packed, count=len(values), bits=bits, n=n)
        require(raw is not None, f"{what} is None: does every path return a value?")
        got = [int(v) for v in np.asarray(raw, dtype=object).ravel()]
        require(
            len(got) == len(values),
            f"{what} gives {len(got)} numbers, {len(values)} are asked for.",
        )
        if got == values:
            continue
        require_none(
            (m for m, wrong in _wrong_totals(packed, values, bits, n) if wrong == got),
            f"{what} gives {got}: ",
        )
        place = next(
            i for i, (a, b) in enumerate(zip(got, values, strict=True)) if a != b
        )
        require(False, f"{what} gives {got}: slot {place} should be {values[place]}.")


def _digits(packed: int, count: int, bits: int) -> list[int]:
    return [packed >> (bits * i) & (2**bits - 1) for i in range(count)]


def _signed(values: list[int], bits: int) -> list[int]:
    return [v - 2**bits if v >= 2 ** (bits - 1) else v for v in values]


def _borrowed(packed: int, count: int, bits: int, *, at: int = 0) -> list[int]:
    found = []
    for _ in range(count):
        v = packed & (2**bits - 1)
        v = v - 2**bits if v >= 2 ** (bits - 1) + at else v
        found.append(v)
        packed = (packed - v) >> bits
    return found


def _wrong_totals(
    packed: int, values: list[int], bits: int, n: int
) -> list[tuple[str, list[int]]]:
    count = len(values)
    signed = packed - n if packed > n // 2 else packed
    modular = "a plaintext beyond n / 2 stands for a number below 0: take n off first."
    borrow = (
        "a slot below 0 has borrowed from the next one: give it back before reading on."
    )
    order = "slot 0 holds the lowest bits: the order is turned round."
    sign = "a slot from 2^(bits - 1) on stands for a number below 0."
    half = "2^(bits - 1) itself does not fit: it stands for -2^(bits - 1)."
    return [
        (modular, _borrowed(packed, count, bits)),
        (modular, _signed(_digits(packed, count, bits), bits)),
        (sign, _digits(signed, count, bits)),
        (sign, _digits(packed, count, bits)),
        (borrow, _signed(_digits(signed, count, bits), bits)),
        (order, values[::-1]),
        (half, _borrowed(signed, count, bits, at=1)),
        ("sizes came out: signs were lost.", [abs(v) for v in values]),
        (
            "the borrow was given back twice.",
            [v + (i > 0 and values[i - 1] < 0) for i, v in enumerate(values)],
        ),
        (borrow, [v - (i > 0 and values[i - 1] < 0) for i, v in enumerate(values)]),
    ]

"""Visible check of chapter 15: totals with Laplace noise.

Its rates are those of :mod:`ppdl_course.checks.differential_privacy.laplace_releases`.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy import stats

from ppdl_course.checks.differential_privacy.laplace_releases import (
    ROUNDS,
    require_independent,
)
from ppdl_course.checks.differential_privacy.release_answers import releases
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import (
    ONE_CALL,
    number,
    require_fresh,
    require_from_rng,
)
from ppdl_course.checks.noise_laws import (
    Laplace,
    Round,
    laplace_alternatives,
    require_law,
)
from ppdl_course.checks.verdict import Mistake, on_other_data, require

IF_FROM_DATA = (
    "if the scale is taken from the amounts: a bound read off the data is itself a "
    "secret, and the scale follows from the given bound and epsilon alone."
)
"""What to say where few or small amounts show that the noise depends on them."""
KINDS = 7
"""Kinds of amounts in each round."""


@statistical(
    power=0.99,
    against=(
        "no noise",
        "seed reused",
        "a generator of its own",
        "half the noise",
        "95 % of the noise",
        "sensitivity forgotten",
        "scale inverted",
        "clipping left out",
        "a bound read off the data",
        "the largest clipped amount as the bound",
        "tails cut off at 8 scales",
    ),
)
@on_other_data
@drawn_anew
def check_private_total(
    private_total: Callable[..., float],
    *,
    rounds: int = ROUNDS,
    false_fail: float = ONE_CALL,
    seed: int = 2006,
) -> None:
    """Check a clipped total with noise of scale bound / epsilon.

    Each round draws bounds, epsilons and amounts: large and negative ones, some all far
    below the bound, all beyond it, whole numbers, one amount, and hundreds. At the
    end there are no amounts.
    """
    rng = np.random.default_rng(seed)
    setting = {"bound": 10.0, "epsilon": 0.5}
    require_from_rng(
        lambda twin: _totals(
            private_total, 5, np.array([3.0, 9.5, 250.0]), rng=twin, **setting
        )
    )
    noise = require_law(
        _total_rounds(private_total, rng),
        Laplace(),
        laplace_alternatives(),
        error=false_fail / 2,
        most=rounds,
    )
    require_independent(
        noise,
        error=false_fail / 2 / rounds,
        message="the noise of one call follows from that of another: draw it afresh.",
    )
    empty = np.zeros(0)
    alone = _totals(private_total, 200, empty, rng=rng, **setting) / 20
    require(
        # under 0.2 scales once in six times: 200 times, not once in 10^100
        bool(np.median(np.abs(alone)) > 0.2),
        "no amounts, and hardly any noise: the total gets as much as ever. Else it "
        "shows that nobody is there.",
    )


def _total_rounds(
    private_total: Callable[..., float], rng: np.random.Generator
) -> Iterator[Round]:
    calls = 150
    while True:
        noise, laws, sizes = [], [], []
        for kind in range(KINDS):
            bound = float(np.exp(rng.uniform(0, 6)))
            epsilon = float(np.exp(rng.choice([-1, 1]) * rng.uniform(0.5, 1.5)))
            amounts = _amounts(kind, bound, rng)
            mechanism = {"bound": bound, "epsilon": epsilon, "rng": rng}
            got = _totals(private_total, calls, amounts, **mechanism)
            added = got - np.clip(amounts, 0, bound).sum()
            require(
                not noise or bool(np.any(added)),
                f"no noise for the amounts {amounts.tolist()}, where others get some: "
                + IF_FROM_DATA,
            )
            require_fresh(added, got)
            noise.append(added * epsilon / bound)
            laws.append(_wrong_total_laws(amounts, bound, epsilon))
            sizes.append(len(amounts))
        named = []
        for message in laws[0]:
            parts = np.array([part[message] for part in laws])
            middle, scale = np.repeat(parts, calls, axis=0).T
            named.append((message, Laplace(middle, scale)))
        # the sum of several Laplace draws is nearly normal
        each = stats.norm(scale=np.sqrt(2 * np.repeat(sizes, calls)))
        named.append(("too much noise: one draw for each amount, not for all", each))
        yield Round.of(np.concatenate(noise), named)


def _amounts(kind: int, bound: float, rng: np.random.Generator) -> np.ndarray:
    """Return amounts of one of the kinds: each has its own way to be got wrong."""
    inside = bound * rng.uniform(0, 1, size=4)
    return [
        np.array([*inside, 3 * bound, 90 * bound, -2 * bound, bound]),
        0.4 * inside,  # none reaches the bound
        np.array([0, -7, 2 * int(bound) + 1, 10_000]),
        np.array([bound, -0.3 * bound, *inside[:1]]),
        bound * rng.uniform(1, 5, size=6),
        bound * rng.uniform(-0.5, 1.5, size=int(rng.integers(100, 300))),
        np.array([bound * rng.choice([-2.0, 0.0, 0.3, 1.0, 40.0])]),
    ][kind]


def _totals(
    answer: Callable[..., float], calls: int, amounts: np.ndarray, **mechanism: object
) -> np.ndarray:
    try:
        got = releases(answer, calls, {"amounts": amounts}, **mechanism)
    except (ArithmeticError, ValueError) as failed:
        many = len(amounts)
        shown = f"the amounts {amounts.tolist()}" if many < 9 else f"{many} amounts"
        kind = type(failed).__name__
        raise Mistake(
            f"for {shown} your function ends in {kind} ({failed}). There may be no "
            f"amounts, or none above 0. {IF_FROM_DATA.capitalize()}"
        ) from failed
    return np.array([number(total, "the total") for total in got])


def _wrong_total_laws(
    amounts: np.ndarray, bound: float, epsilon: float
) -> dict[str, tuple[float, float]]:
    """Return the laws that the usual mistakes in a private total lead to.

    Returns:
        Message -> middle and scale of the Laplace noise, after the true total is taken
        off, in units of the right scale.
    """
    scale, want = bound / epsilon, np.clip(amounts, 0, bound).sum()
    largest = max(float(np.max(amounts, initial=0)), 1e-9)
    clipped = min(largest, bound)
    fitting = amounts[(amounts >= 0) & (amounts <= bound)]
    negative = "clip at 0 too: a negative amount moves the total downwards."
    secret = "a bound read off the data is itself a secret"
    own = np.clip(amounts, 0, None).sum()
    wrong = {
        "clipping left out: one large amount moves the total by far more than "
        "the bound.": amounts.sum(),
        negative: np.minimum(amounts, bound).sum(),
        f"{negative} It may not subtract anything.": (
            np.clip(amounts, -bound, bound).sum()
        ),
        "sizes were clipped: a negative amount counts as 0.": (
            np.minimum(np.abs(amounts), bound).sum()
        ),
        "a large amount was dropped: clipped, it counts as the bound.": fitting.sum(),
        "clip each amount before adding up, not the total.": (
            min(max(amounts.sum(), 0), bound)
        ),
        "amounts beyond the bound are taken modulo it: clipped, each is the bound.": (
            np.mod(amounts, bound).sum()
        ),
        "this is the mean: the total is asked for.": want / max(1, len(amounts)),
        "this is the number of amounts: the total is asked for.": len(amounts),
        "amounts were clipped to [0, 1], not to the bound.": (
            np.clip(amounts, 0, 1).sum()
        ),
    }
    scales = {
        "scale inverted": bound * epsilon,
        "sensitivity forgotten: one person moves the total by up to the bound": 1
        / epsilon,
        secret: largest / epsilon,
        f"{secret}: here that of the clipped amounts": clipped / epsilon,
        "epsilon forgotten: the scale is bound / epsilon": bound,
        "noise of scale 1: the scale is bound / epsilon": 1.0,
        "the fraction is upside down: the scale is bound / epsilon": 1 / scale,
        "twice the noise it takes: adding a person moves the total by at most the "
        "bound": 2 * scale,
        "the noise was divided by the number of amounts": scale / max(1, len(amounts)),
        "the variance, 2 (bound / epsilon)^2, was used as the scale": 2 * scale**2,
        "the square of the scale was used as the scale": scale**2,
        "the root of the scale was used as the scale": scale**0.5,
        "the deviation, sqrt(2) times the scale, was used as the scale": (
            2**0.5 * scale
        ),
    }
    both = f"{secret}, and the amounts are clipped at it."
    return {
        **{m: ((total - want) / scale, 1.0) for m, total in wrong.items()},
        **{message: (0.0, width / scale) for message, width in scales.items()},
        both: ((own - want) / scale, largest / bound),
    }

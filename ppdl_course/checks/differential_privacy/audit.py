"""The check of chapter 15's audit: a lower bound on epsilon from counts.

A cell calls it twice: with a fixed seed, and with one drawn anew.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy import special, stats

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import number
from ppdl_course.checks.verdict import (
    Mistake,
    on_other_data,
    require,
    require_none,
)
from ppdl_course.dp.audits.lower_bound import epsilon_lower_bound

CASES = [  # hits, hits of the neighbour, trials, delta
    (60, 40, 100, 0.0),
    (900, 100, 1000, 0.0),
    (500, 0, 1000, 0.0),
    (30, 10, 1000, 0.02),
    (10, 10, 10, 0.0),
    (0, 5, 10, 0.0),
    (300, 100, 1000, 0.05),
    (100, 900, 1000, 0.0),
]


def _drawn_cases(rng: np.random.Generator) -> Iterator[tuple[int, int, int, float]]:
    """Draw cases: all hits and none, on either side; one run; delta or none."""
    for delta in (0.0, float(np.exp(rng.uniform(-12, -3)))):
        for _ in range(2):
            trials = int(np.exp(rng.uniform(2, 8)))
            some, more = sorted(rng.integers(1, trials, size=2).tolist())
            yield more, some, trials, delta
            yield some, more, trials, delta
            yield trials, some, trials, delta
            yield more, 0, trials, delta
            yield 0, some, trials, delta
            yield trials, trials, trials, delta
        yield 1, 0, 1, delta
        yield 0, 1, 1, delta
    trials = int(np.exp(rng.uniform(6, 8)))
    few = int(rng.integers(trials // 50, trials // 20))
    yield few, few // 4, trials, float(rng.uniform(0.06, 0.2))  # delta above the bound


@on_other_data
@drawn_anew
def check_audit_bound(
    audit_bound: Callable[..., float], *, events: int = 5, seed: int = 2013
) -> None:
    """Check the audit's bound: exact on counts, silent on noise, loud on a defect.

    Args:
        audit_bound: The student's function.
        events: Of how many events the reported one is the best.
        seed: Of the counts, deltas and false alarms that are drawn beside ``CASES``.
    """
    rng = np.random.default_rng(seed)
    for hits, others, trials, delta in [*CASES, *_drawn_cases(rng)]:
        setting = {"trials": trials, "delta": delta}
        counts = f"{hits} against {others} of {trials}"
        for error in (1e-6, 0.05, float(np.exp(rng.uniform(-16, -2)))):

            def bound(share: float, h=hits, o=others, g=setting, e=error) -> float:
                return float(epsilon_lower_bound(h, o, **g, false_alarm=e * share))

            answer = _asked(audit_bound, hits, others, setting, error, events)
            got = number(answer, f"{counts}, delta {delta:g}: the bound")
            want = bound(1 / events)
            require(
                # the same bound in bits instead of nats
                want == 0 or not math.isclose(got, want / math.log(2), rel_tol=1e-4),
                "your bound is in bits. Epsilon is in nats: take math.log.",
            )
            require(
                not math.isclose(got, math.exp(want), rel_tol=1e-4),
                "this is the ratio of the probabilities: epsilon is its logarithm.",
            )
            usual = _wrong_bounds(hits, others, trials, delta, error / events, events)
            require_none(
                (
                    message
                    for message, other in usual.items()
                    # where a mistake does not show, the right bound is no mistake
                    if other > 1e-6
                    and math.isclose(got, other, rel_tol=1e-5)
                    and not math.isclose(want, other, rel_tol=1e-4, abs_tol=1e-6)
                ),
                f"{counts}: ",
            )
            require(
                hits >= others or got <= 1e-6,
                f"{counts}: the event is rarer on the first neighbour and proves "
                "nothing in this direction, so the bound is 0.",
            )
            raw = math.log(max((hits - delta * trials) / max(others, 0.5), 1.0))
            require(
                not (raw > want + 0.05 and got > want + 0.8 * (raw - want)),
                f"{counts}: the ratio of raw counts accuses by chance. Bound the first "
                "from below, the second from above.",
            )
            require(got >= 0, "a bound below 0 says nothing: return at least 0.")
            if math.isclose(got, want, rel_tol=1e-4, abs_tol=1e-6):
                continue
            for other in range(1, 41):
                require(
                    not math.isclose(got, bound(1 / other), rel_tol=1e-6),
                    f"your bound is that of one event out of {other}, and here it is "
                    f"the best of {events}: is that another variant's number?",
                )
            turned = _asked(audit_bound, others, hits, setting, error, events)
            require(
                want < 1e-6
                or not math.isclose(number(turned, "the bound"), want, rel_tol=1e-4),
                f"{counts}: the neighbours are exchanged. The lower bound is that of "
                "hits, the upper one that of other_hits.",
            )
            require(
                False,
                f"{counts}, delta {delta:g}, false alarm {error:g}: {got:.4f} is not "
                "the bound. Take delta off the lower bound; each side may fail with "
                "half of the event's share of the false alarm.",
            )


def _asked(
    audit_bound: Callable[..., float],
    hits: int,
    others: int,
    setting: dict[str, Any],
    error: float,
    events: int,
) -> object:
    """Return an answer's bound, or say for which counts it has none."""
    try:
        got = audit_bound(hits, others, **setting, false_alarm=error)
    except (ArithmeticError, ValueError) as failed:
        end = f"your function ends in {type(failed).__name__} ({failed})."
    else:
        if not isinstance(got, float | np.floating) or math.isfinite(got):
            return got
        end = f"your bound is {got}, and it must be finite."
    trials, delta = setting["trials"], setting["delta"]
    share = error / events / 2
    low = float(special.betaincinv(hits, trials - hits + 1, share)) if hits else 0.0
    if hits == 0:
        end += " Without hits the lower bound is 0, where betaincinv gives nan."
    if others == trials:
        end += " For other_hits = trials the upper bound is 1; betaincinv gives nan."
    if low <= delta:
        end += (
            " The lower bound is not above delta here: low - delta has no logarithm, "
            "and the answer is 0."
        )
    raise Mistake(f"{hits} against {others} of {trials}, delta {delta:g}: {end}")


def _wrong_bounds(
    hits: int, others: int, trials: int, delta: float, error: float, events: int
) -> dict[str, float]:
    """Return what the usual mistakes bound epsilon by; ``error`` is one event's."""
    share, other = hits / trials, others / trials

    def exact(low: float, high: float) -> tuple[float, float]:
        least = float(special.betaincinv(hits, trials - hits + 1, low)) if hits else 0.0
        inside = others < trials
        most = special.betaincinv(others + 1, trials - others, 1 - high)
        return least, float(most) if inside else 1.0

    def wald(p: float, side: int) -> float:
        return p + side * z * math.sqrt(p * (1 - p) / trials)

    def wilson(p: float, side: int) -> float:
        middle = p + z * z / (2 * trials)
        width = z * math.sqrt(p * (1 - p) / trials + (z / (2 * trials)) ** 2)
        return (middle + side * width) / (1 + z * z / trials)

    def hoeffding(p: float, side: int) -> float:
        return p + side * math.sqrt(math.log(2 / error) / (2 * trials))

    def jeffreys(n: int, side: int) -> float:
        e = error / 2 if side < 0 else 1 - error / 2
        return float(special.betaincinv(n + 0.5, trials - n + 0.5, e))

    def epsilon(low: float, high: float, less: float = delta) -> float:
        ratio = (low - less) / max(high, 1e-300)
        return math.log(max(ratio, 1.0))

    z = float(stats.norm.isf(error / 2))

    def exact_low(x: int) -> float:
        return float(special.betaincinv(x, trials - x + 1, error / 2)) if x else 0.0

    low, high = exact(error / 2, error / 2)
    spread = 1 - (1 - error * events) ** events
    one_more = 1.0
    if hits < trials:
        one_more = float(special.betaincinv(hits + 1, trials - hits, error / 2))
    second_high = 0.0
    if others:
        args = others, trials - others + 1, 1 - error / 2
        second_high = float(special.betaincinv(*args))
    first_high, second_low = 1.0, 0.0
    if hits < trials:
        first_high = float(special.betaincinv(hits + 1, trials - hits, 1 - error / 2))
    if others:
        second_low = float(special.betaincinv(others, trials - others + 1, error / 2))
    approximate = "no exact bounds: they may fail more often than they say. Take "
    exact_name = "Clopper and Pearson's."
    return {
        f"the bounds are those of the normal law, {approximate}{exact_name}": (
            epsilon(wald(share, -1), wald(other, 1))
        ),
        f"the bounds are Wilson's, {approximate}{exact_name}": (
            epsilon(wilson(share, -1), wilson(other, 1))
        ),
        f"the bounds are Jeffreys', {approximate}{exact_name}": (
            epsilon(jeffreys(hits, -1), jeffreys(others, 1))
        ),
        "the bounds are Hoeffding's: right, but wider than Clopper and Pearson's, "
        "which are asked for.": epsilon(hoeffding(share, -1), hoeffding(other, 1)),
        "each side may fail with half of the event's share: yours with all of it.": (
            epsilon(*exact(error, error))
        ),
        "each side may fail with half of the event's share: yours with a quarter.": (
            epsilon(*exact(error / 4, error / 4))
        ),
        "delta was forgotten. Take delta off the lower bound.": epsilon(low, high, 0.0),
        "delta was added: take it off the lower bound.": epsilon(low, high, -delta),
        "delta was taken off the upper bound: it belongs to the lower one.": (
            epsilon(low, high - delta, 0.0)
        ),
        "delta was added to the upper bound: take it off the lower one.": (
            epsilon(low, high + delta, 0.0)
        ),
        "delta was taken off both bounds: take it off the lower one.": (
            epsilon(low - delta, high - delta, 0.0)
        ),
        "delta was taken off after the logarithm: take it off the lower bound.": (
            max(epsilon(low, high, 0.0) - delta, 0.0)
        ),
        "the bounds are on the wrong sides, upper over lower, and a ratio of those "
        "accuses by chance. Bound the first from below, the second from above.": (
            epsilon(first_high, second_low) if second_low else 0.0
        ),
        "the upper bound is divided by the lower one, or the neighbours are "
        "exchanged.": epsilon(*reversed(exact(error / 2, error / 2)), 0.0),
        "x hits have the lower bound betaincinv(x, n - x + 1, e): yours has x + 1.": (
            epsilon(one_more, high)
        ),
        "x hits have the upper bound betaincinv(x + 1, n - x, 1 - e): yours has x.": (
            epsilon(low, max(second_high, 1e-300))
        ),
        "delta was taken off the hits, before the bound: take it off the bound.": (
            epsilon(exact_low(max(0, hits - round(delta * trials))), high, 0.0)
        ),
        "this is the difference of the bounds: epsilon is the logarithm of their "
        "ratio.": max(low - delta - high, 0.0),
        "a ratio below 1 proves nothing, and the bound is 0: yours drops the sign of "
        "the logarithm.": abs(math.log(max(low - delta, 1e-300) / max(high, 1e-300))),
        "the false alarm is not shared among the events, but 1 - (1 - alpha)^events is "
        "taken: each event gets its share, alpha / events.": (
            epsilon(*exact(spread / 2, spread / 2))
        ),
        "only the first is bounded: bound the second from above.": epsilon(low, other),
        "only the second is bounded: bound the first from below.": (
            epsilon(share, high)
        ),
        "the logarithm is that of base 10: epsilon is in nats.": (
            epsilon(low, high) / math.log(10)
        ),
    }

"""Auditing: a lower bound on epsilon, measured from a mechanism's outputs.

A promise of (epsilon, delta) says P[M(D) in S] <= e^eps P[M(D') in S] + delta for every
event S. So run M often on two neighbours, count how often S happens, and bound both
probabilities with confidence (Clopper and Pearson):

    epsilon >= ln((lower bound of P[S | D] - delta) / upper bound of P[S | D']).

The event is chosen on one half of the outputs and judged on the other, so that the
choice cannot spoil the confidence. A bound above the promise convicts; one below it
proves nothing: other neighbours or another event might have shown more.

Source: Jagielski, Ullman, Oprea, "Auditing Differentially Private Machine Learning",
NeurIPS 2020; Ding, Wang, Wang, Zhang, Kifer, "Detecting Violations of Differential
Privacy", CCS 2018; Clopper, Pearson, Biometrika 26, 1934; Massart, "The Tight Constant
in the Dvoretzky-Kiefer-Wolfowitz Inequality", Annals of Probability 18, 1990.
Chapters 15 and 16.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from ppdl_course.arguments import at_least, within

FALSE_ALARM = 1e-6
"""How often, at most, an audit may accuse a mechanism that keeps its promise."""


def clopper_pearson(
    hits: ArrayLike, trials: int, *, error: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return bounds on a probability, each wrong with probability at most ``error``.

    Args:
        hits: Times the event happened, in [0, trials]; any shape.
        trials: Independent runs. >= 1.
        error: In (0, 1).

    Returns:
        Lower and upper bounds, float64 in the shape of ``hits``.
    """
    at_least(1, trials=trials)
    within("(0, 1)", error=error)
    hits = np.asarray(hits, dtype=np.float64)
    if not np.all((hits >= 0) & (hits <= trials)):
        raise ValueError(f"hits must be in [0, {trials}], got {hits}")
    misses = trials - hits
    with np.errstate(invalid="ignore"):
        low = special.betaincinv(hits, misses + 1, error)
        high = special.betainccinv(hits + 1, misses, error)
    return np.where(hits == 0, 0.0, low), np.where(misses == 0, 1.0, high)


def epsilon_lower_bound(
    hits: ArrayLike,
    other_hits: ArrayLike,
    *,
    trials: int,
    delta: float = 0.0,
    false_alarm: float = FALSE_ALARM,
) -> np.ndarray:
    """Return a lower bound on epsilon from one event's counts on two neighbours.

    Args:
        hits: How often the event happened in ``trials`` runs on the one.
        other_hits: The same for the other.
        trials: Runs on each.
        delta: The delta of the promise, in [0, 1).
        false_alarm: Probability that the bound exceeds the true epsilon, at most.

    Returns:
        Nats, at least 0.
    """
    within("[0, 1)", delta=delta)
    # each bound takes half of the false alarms: both fail with at most the sum
    low, _ = clopper_pearson(hits, trials, error=false_alarm / 2)
    _, high = clopper_pearson(other_hits, trials, error=false_alarm / 2)
    return np.log(np.maximum((low - delta) / high, 1.0))


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What an audit found.

    Attributes:
        epsilon: The lower bound, in nats.
        event: The event it was found with, in words.
        hits: How often it happened in the judged half, on the neighbour that makes it
            likelier and on the other.
        trials: Size of the judged half.
    """

    epsilon: float
    event: str
    hits: tuple[int, int]
    trials: int

    def convicts(self, epsilon: float) -> bool:
        """Return whether the promise of ``epsilon`` is refuted."""
        return self.epsilon > epsilon


def audit(
    here: ArrayLike,
    there: ArrayLike,
    *,
    delta: float = 0.0,
    false_alarm: float = FALSE_ALARM,
) -> Finding:
    """Bound epsilon from below from the outputs on two neighbouring data sets.

    Args:
        here: One number per independent run on the first, float of shape (n,).
        there: The same for the second. A mechanism that releases more than a number is
            audited through any function of its release.
        delta: The delta of the promise.
        false_alarm: Probability of accusing a mechanism that keeps its promise.

    Raises:
        ValueError: If the shapes are not (n,) and equal, with n >= 4.
    """
    here, there = (np.asarray(a, dtype=np.float64) for a in (here, there))
    if here.ndim != 1 or here.shape != there.shape or len(here) < 4:
        raise ValueError(
            f"here and there must be (n,), n >= 4, got {here.shape} and {there.shape}"
        )
    # the event is chosen on one half and judged on the other: judged where it was
    # chosen, the luckiest of a hundred events would convict the innocent
    middle = len(here) // 2
    events = list(_events(np.concatenate([here[:middle], there[:middle]])))
    best = max(
        ((event, swapped) for event in events for swapped in (False, True)),
        key=lambda choice: _bound(
            *choice, here[:middle], there[:middle], delta, false_alarm
        )[0],
    )
    bound, hits = _bound(*best, here[middle:], there[middle:], delta, false_alarm)
    relation, value = best[0]
    return Finding(
        epsilon=bound,
        event=f"output {relation} {value:.6g}",
        hits=hits,
        trials=len(here) - middle,
    )


_EVENTS = {">=": np.greater_equal, "<=": np.less_equal, "==": np.equal}


def _events(outputs: np.ndarray) -> Iterable[tuple[str, float]]:
    """Tails at 40 quantiles, and the commonest single values if values repeat."""
    thresholds = np.unique(
        np.quantile(outputs, np.linspace(0, 1, 40), method="nearest")
    )
    for value in thresholds:
        yield ">=", float(value)
        yield "<=", float(value)
    values, counts = np.unique(outputs, return_counts=True)
    for i in np.argsort(-counts)[:20]:
        if counts[i] > 1:
            yield "==", float(values[i])


def _bound(event, swapped, here, there, delta, false_alarm):
    relation, value = event
    hits = [int(np.sum(_EVENTS[relation](a, value))) for a in (here, there)]
    if swapped:
        hits.reverse()
    bound = epsilon_lower_bound(
        *hits, trials=len(here), delta=delta, false_alarm=false_alarm
    )
    return float(bound), tuple(hits)


def power_is_enough(
    trials: int,
    probability: float,
    other: float,
    *,
    epsilon: float,
    delta: float = 0.0,
    false_alarm: float = FALSE_ALARM,
    miss: float = 1e-6,
) -> bool:
    """Return whether so many judged trials convict with probability >= 1 - miss.

    The true probabilities of the event are ``probability`` and ``other``. With
    probability 1 - miss neither count leaves its quantile at miss / 2, and the bound
    there is the smallest that can then occur.
    """
    hits = stats.binom.ppf(miss / 2, trials, probability)
    other_hits = stats.binom.isf(miss / 2, trials, other)
    return bool(
        epsilon_lower_bound(
            hits, other_hits, trials=trials, delta=delta, false_alarm=false_alarm
        )
        > epsilon
    )


def trials_needed(probability: float, other: float, **promise: float) -> int:
    """Return a number of judged trials that convicts (see :func:`power_is_enough`).

    At most 2 % above the least such number; an audit needs twice as many runs, since it
    chooses its event on the other half.

    Raises:
        ValueError: If this event cannot refute the promise at all.
    """
    excess = probability - promise.get("delta", 0.0)
    if excess <= 0 or math.log(excess / max(other, 1e-300)) <= promise["epsilon"]:
        raise ValueError(
            "epsilon must be below what the event shows, "
            f"got {promise['epsilon']} for {probability:.4g} against {other:.4g}"
        )
    trials = 16
    while not power_is_enough(trials, probability, other, **promise):
        # steps of 2 %: but for ripples of the counts, power rises with trials
        trials = math.ceil(1.02 * trials)
    return trials


def dkw_distance(n: int, *, error: float = FALSE_ALARM) -> float:
    """Return how far n samples' empirical CDF may stray from the true one.

    The largest distance exceeds sqrt(ln(2 / error) / (2 n)) with probability at most
    ``error``, whatever the distribution (Massart). Twice this distance is therefore
    always detected, with probability at least 1 - error.
    """
    at_least(1, n=n)
    within("(0, 1)", error=error)
    return math.sqrt(math.log(2 / error) / (2 * n))

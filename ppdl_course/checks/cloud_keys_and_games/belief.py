"""Check of chapter 8 on beliefs: Bayes' rule on alarms that may be false."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.remote import mapped
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_none,
)


def check_update_belief(
    update_belief: Callable[..., Any], *, seed: int | None = None
) -> None:
    """Check Bayes' rule on alarms: both signals, sure detectors, sure beliefs."""
    with drawn_inputs(seed) as rng:
        n = 80
        pi, attack, hit = (rng.uniform(0.05, 0.95, n) for _ in range(3))
        false = rng.uniform(0.01, 0.9, n) * hit
        pi[0], attack[1], hit[2], attack[3], hit[3] = 0, 1, 1, 1, 1
        false[3] = 0.25
        tiny = slice(4, 10)
        pi[tiny], false[tiny] = 10.0 ** -np.arange(2, 8), 1e-3
        same = slice(10, 14)
        false[same] = hit[same]
        sure = np.column_stack([pi, attack, hit, false])[14:30].copy()
        sure[:, 3] = 0
        rows = np.column_stack([pi, attack, hit, false])
    for alarm in (True, False):
        for table, what in (
            (rows, "" if alarm else "without an alarm, "),
            (sure, "with no false alarms, "),
        ):
            _beliefs(update_belief, table, alarm, what)
    certain = [(1.0, 0.3, 0.8, 0.1, alarm) for alarm in (True, False)]
    for row, got in zip(certain, mapped(update_belief, certain), strict=True):
        belief = require_array(got, shape=(), what="update_belief(...)")
        require(
            bool(abs(belief - 1) < 1e-9),
            f"a belief of 1 becomes {float(belief):.4g} (alarm = {row[-1]}): no signal "
            "changes what is certain.",
        )


def _beliefs(
    update: Callable[..., Any], table: np.ndarray, alarm: bool, what: str
) -> None:
    calls = [(*map(float, row), alarm) for row in table]
    got = np.array(
        [
            float(require_array(value, shape=(), what="update_belief(...)"))
            for value in mapped(update, calls)
        ]
    )
    pi, a, hit, false = table.T
    mine = a * hit + (1 - a) * false  # of a malicious user's round
    if not alarm:
        mine, hit, false, a = 1 - mine, 1 - hit, 1 - false, a

    def bayes(of_bad: np.ndarray, of_good: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.nan_to_num(pi * of_bad / (pi * of_bad + (1 - pi) * of_good))

    right = bayes(mine, false)
    with np.errstate(invalid="ignore", divide="ignore"):
        mistakes = {
            "the rounds in which a malicious user behaves are missing: then an alarm "
            "can only be a false one.": bayes(a * hit, false),
            "the attack rate is missing: a malicious user does not attack in every "
            "round.": bayes(hit, false),
            "the posterior is not divided by how likely the signal is.": pi * mine,
            "how likely the signal is, is left out for the honest: divide by both "
            "cases.": np.nan_to_num(pi * mine / mine),
            "this is how likely the signal is, not the belief after it.": (
                pi * mine + (1 - pi) * false
            ),
            "this is the likelihood for a malicious user: Bayes' rule goes on.": mine,
            "this is the probability of honest, not of malicious.": 1 - right,
            "these are odds: probabilities are odds / (1 + odds).": np.nan_to_num(
                pi * mine / ((1 - pi) * false)
            ),
            "alarm and no alarm are exchanged.": bayes(1 - mine, 1 - false),
            "the belief is as it was: no alarm tells something, too."
            if not alarm
            else "the belief is as it was.": pi + 0 * right,
            "an alarm makes the belief 1: false alarms come, too.": 0 * right + 1,
            "an alarm makes each belief above 0 a 1: false alarms come, too.": (
                np.where(pi > 0, 1.0, 0.0)
            ),
            "no alarm makes the belief 0: attacks are missed, or not made.": 0 * right,
            "the prior is missing: yours is one half.": mine / (mine + false),
            "the prior of honest is missing: it is 1 - pi.": pi
            * mine
            / (pi * mine + false),
            "the attack rate is applied to the honest as well.": bayes(
                mine, a * hit + (1 - a) * false if alarm else mine
            ),
            "a missed attack is forgotten: without an alarm, a malicious user has "
            "behaved, or attacked unseen."
            if not alarm
            else "a malicious user's alarms are counted without those of an attack.": (
                bayes((1 - a) * false, false)
            ),
            "the weight of the rounds without an attack is missing: 1 - attack.": bayes(
                np.minimum(a * hit + false, 1)
                if alarm
                else 1 - a * (1 - hit) - (1 - false),
                false,
            ),
            "the belief after no alarm is not one minus the belief after an alarm.": (
                right if alarm else 1 - _after_alarm(table)
            ),
            "the belief is rounded.": right.round(2),
            "hit and false_alarm are exchanged.": bayes(a * false + (1 - a) * hit, hit),
            "the belief is kept away from 0 and 1: an honest rule reaches both.": (
                np.clip(right, 0.01, 0.99)
            ),
        }
    if np.allclose(got, right, rtol=1e-7, atol=1e-12):
        return
    require_none(
        (
            message
            for message, wrong in mistakes.items()
            if np.allclose(got, wrong, rtol=1e-6, atol=1e-9)
            and not np.allclose(wrong, right, rtol=1e-7, atol=1e-12)
        ),
        what,
    )
    require_close(got, right, what=f"{what}the belief", rtol=1e-7)
    tiny = np.argmax(np.abs(got - right) / np.maximum(right, 1e-12))
    require(
        False,
        f"{what}a belief of {pi[tiny]:.1g} becomes {got[tiny]:.4g}, and it should be "
        f"{right[tiny]:.4g}: small beliefs must not be rounded.",
    )


def _after_alarm(table: np.ndarray) -> np.ndarray:
    """Return the right belief after an alarm; 0 where none is possible."""
    pi, a, hit, false = table.T
    bad, good = pi * (a * hit + (1 - a) * false), (1 - pi) * false
    return np.divide(bad, bad + good, out=np.zeros_like(pi), where=bad + good > 0)

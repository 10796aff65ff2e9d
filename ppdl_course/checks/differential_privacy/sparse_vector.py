"""Visible check of chapter 15: the sparse vector.

It fails a right answer with probability at most 1e-6 (``FALSE_FAIL``): half of it for
the mistakes it knows (:mod:`ppdl_course.checks.evidence`), half for exact binomial
intervals, which need no mistake in mind.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import stats

from ppdl_course.checks.differential_privacy.choice_laws import fit
from ppdl_course.checks.differential_privacy.release_answers import releases
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.evidence import Evidence
from ppdl_course.checks.noise import (
    FALSE_FAIL,
    index,
    require_from_rng,
    require_share,
)
from ppdl_course.checks.verdict import (
    Mistake,
    on_other_data,
    require,
)

ROUNDS = 80
"""Rounds at most, of 200 calls for each short stream and 100 for the long one."""
THRESHOLD, EPSILON = 5.0, 2.0
BAR, NOISE = 2 / EPSILON, 4 / EPSILON
FAR = [THRESHOLD - 9.0] * 20
"""Each of these passes once in a hundred times, so the scale of the noise shows."""
STREAMS = [([4.0, 5.0, 4.0], 200), ([5.0, 4.0, 5.0], 200), (FAR, 100)]
"""Streams of answers, each with its calls in a round."""


@statistical(
    power=0.99,
    against=(
        "no noise",
        "seed reused",
        "a generator of its own",
        "half the noise",
        "93 % of the noise",
        "half the noise on the answers",
        "no noise on the threshold",
        "no noise on the answers",
        "a new threshold for each answer",
        "scales exchanged",
        "one noise for all answers",
    ),
)
@on_other_data
def check_above_threshold(
    above_threshold: Callable[..., int | None],
    *,
    rounds: int = ROUNDS,
    false_fail: float = FALSE_FAIL,
    seed: int = 2017,
) -> None:
    """Check the law of the first yes on two short streams and one that is far below.

    The law is had by integration (:func:`first_yes_law`).
    """
    rng = np.random.default_rng(seed)
    _require_far_answers(above_threshold, rng)
    require_from_rng(lambda twin: _stops(above_threshold, STREAMS[0][0], 80, twin))
    right = [first_yes_law(stream, BAR, NOISE) for stream, _ in STREAMS]
    wrong = wrong_first_yes([stream for stream, _ in STREAMS])
    counts = [np.zeros(len(law)) for law in right]
    evidence = Evidence(false_fail / 2)
    for _ in range(rounds):
        fresh = []
        for stream, calls in STREAMS:
            stops = _stops(above_threshold, stream, calls, rng)
            fresh.append(np.bincount(stops, minlength=len(stream) + 1))
        _require_varied(fresh[0])
        for total, new in zip(counts, fresh, strict=True):
            total += new
        gained = [
            sum(
                float(new @ (np.log(np.maximum(other, 1e-12)) - np.log(law)))
                for new, law, other in zip(fresh, right, laws, strict=True)
            )
            for _, laws in wrong
        ]
        evidence.add(gained)
        if evidence.settled:
            break
    message = (
        "the first yes does not come as often as with threshold noise of scale "
        "2 / epsilon and answer noise of scale 4 / epsilon."
    )
    found = [wrong[i] for i in evidence.likely]
    message = " Or: ".join(m for m, laws in found if fit(counts, laws)) or message
    if evidence.accuses:
        seen, due = (row[0] for row in (counts, right))
        shares = ", ".join(f"{share:.3f}" for share in seen / seen.sum())
        wanted = ", ".join(f"{share:.3f}" for share in due)
        raise Mistake(f"{message} Seen: {shares} of the time, right: {wanted}.")
    for total, law in zip(counts, right, strict=True):
        for hits, probability in zip(total, law, strict=True):
            require_share(
                int(hits),
                int(total.sum()),
                float(probability),
                error=false_fail / 2 / rounds / sum(map(len, right)),
                message=message,
            )
    _require_none(above_threshold, rng)


def _require_far_answers(
    above_threshold: Callable[..., int | None], rng: np.random.Generator
) -> None:
    for length in (0, 1, 7, 300):
        far = [-1e6] * length
        got = above_threshold([*far, 1e6], threshold=0.0, epsilon=1.0, rng=rng)
        require(
            length > 0 or got is not None,
            f"of 1 answers only the last passes by far, but got {got!r}. Is index 0 "
            "lost? Where a truth value is asked for (or, if) it counts as False. Look "
            "at every answer of the stream, however long.",
        )
        require(
            got is not None and _stop(got, length + 1) == length,
            f"of {length + 1} answers only the last passes by far, but got {got!r}. "
            "Look at every answer of the stream, however long.",
        )


def _require_none(
    above_threshold: Callable[..., int | None], rng: np.random.Generator
) -> None:
    for length in (7, 1, 0):
        far = [-1e6] * length
        got = above_threshold(far, threshold=0.0, epsilon=1.0, rng=rng)
        require(
            got is None or _stop(got, max(length, 1)) is None,
            f"none of {length} answers passes, by far, but got {got!r}. Return None "
            "when no answer passed.",
        )


def _require_varied(counts: np.ndarray) -> None:
    require(
        np.count_nonzero(counts) > 1,
        "the same reply every time: no noise, or a seed reused.",
    )
    require(
        counts[-1] > 0,
        "it never says that all were below. Return None when no answer passed.",
    )


def _stops(
    answer: Callable[..., int | None],
    stream: list[float],
    times: int,
    rng: np.random.Generator,
) -> list[int]:
    """Return where each call stopped; the length of the stream for None."""
    mechanism = {"threshold": THRESHOLD, "epsilon": EPSILON, "rng": rng}
    got = releases(answer, times, {"answers": stream}, **mechanism)
    length = len(stream)
    return [length if one is None else _stop(one, length) for one in got]


def _stop(got: object, length: int) -> int:
    require(
        isinstance(got, int | np.integer | np.ndarray)
        and not isinstance(got, bool)
        and np.size(got) == 1
        and index(got) in range(length),
        f"return the index of the first yes, or None; got {got!r}. A noisy answer "
        "beside it would spend more than epsilon.",
    )
    return index(got)


def wrong_first_yes(
    streams: Sequence[list[float]],
) -> list[tuple[str, list[np.ndarray]]]:
    """Return what the usual mistakes lead to: a message, and a law for each stream."""
    scales = {
        "the threshold needs noise of its own, drawn once.": (1e-9, NOISE),
        "half the noise on the answers: between neighbours threshold and answer "
        "move apart by 2.": (BAR, NOISE / 2),
        "half the noise: each of the two parts may spend epsilon / 2 only.": (
            BAR / 2,
            NOISE / 2,
        ),
        "the scales are exchanged: 2 / epsilon belongs to the threshold, 4 / epsilon "
        "to the answers.": (NOISE, BAR),
        "the answers need fresh noise too, one by one.": (BAR, 1e-9),
        "no noise at all.": (1e-9, 1e-9),
        "both scales are 4 / epsilon: the threshold's is 2 / epsilon.": (NOISE, NOISE),
        "the threshold's noise has half its scale, 2 / epsilon.": (BAR / 2, NOISE),
        "the threshold's noise has another scale than 2 / epsilon.": (1.5 * BAR, NOISE),
        "the answers' noise has a quarter of its scale, 4 / epsilon.": (BAR, NOISE / 4),
        "the threshold's noise is 1 / epsilon and the answers' 1 / epsilon: each may "
        "spend epsilon / 2 only, and threshold and answer move apart by 2.": (
            BAR / 2,
            NOISE / 4,
        ),
        "twice the noise it takes.": (2 * BAR, 2 * NOISE),
        "twice the noise on the answers.": (BAR, 2 * NOISE),
        "too little noise, by some per cent, or tails that are cut off.": (
            0.93 * BAR,
            0.93 * NOISE,
        ),
        "too much noise, by some per cent.": (1.07 * BAR, 1.07 * NOISE),
        "the scales are multiplied by epsilon, not divided.": (
            BAR * EPSILON**2,
            NOISE * EPSILON**2,
        ),
    }
    wrong = [
        (message, [first_yes_law(stream, *pair) for stream in streams])
        for message, pair in scales.items()
    ]
    normal = "normal noise, or tails that are cut off: Laplace noise is asked for."
    for times in (1, 2**0.5):
        pair = BAR * times, NOISE * times, stats.norm
        wrong.append((normal, [first_yes_law(stream, *pair) for stream in streams]))
    last, anew, once = [], [], []
    for stream in streams:
        law = first_yes_law(stream[::-1], BAR, NOISE)
        last.append(np.array([*law[-2::-1], law[-1]]))
        anew.append(_independent([first_yes_law([a], BAR, NOISE)[0] for a in stream]))
        once.append(_one_noise(stream))
    alike = "one noise for all answers: draw it afresh for each."
    again = "the threshold's noise is drawn anew for each answer: once is asked."
    return [
        *wrong,
        ("this is the last yes: stop at the first one.", last),
        (again, anew),
        (alike, once),
    ]


def _independent(yes: list[float]) -> np.ndarray:
    """Return the law of the first yes if every answer has its own threshold."""
    alive, law = 1.0, []
    for probability in yes:
        law.append(alive * probability)
        alive *= 1 - probability
    return np.array([*law, alive])


def _one_noise(stream: list[float]) -> np.ndarray:
    """Return the law of the first yes if all answers share one noise."""
    passed = np.array([first_yes_law([answer], BAR, NOISE)[0] for answer in stream])
    best = np.maximum.accumulate(passed)
    return np.array([*np.diff(best, prepend=0), 1 - best[-1]])


def first_yes_law(
    answers: list[float],
    threshold_scale: float,
    answer_scale: float,
    law: Any = stats.laplace,
) -> np.ndarray:
    """Return P[first yes at i] and last P[none], by integrating over the threshold.

    Args:
        answers: The stream; the threshold is ``THRESHOLD``.
        threshold_scale: Of the threshold's noise.
        answer_scale: Of the answers' noise.
        law: Of both, one of scipy's distributions.
    """
    bar = THRESHOLD + threshold_scale * law.ppf((np.arange(4000) + 0.5) / 4000)
    alive, yes = np.ones_like(bar), []
    for answer in answers:
        no = law.cdf((bar - answer) / answer_scale)
        yes.append(float(np.mean(alive * (1 - no))))
        alive = alive * no
    return np.array([*yes, float(np.mean(alive))])

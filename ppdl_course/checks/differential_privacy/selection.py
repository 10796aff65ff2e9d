"""Visible checks of chapter 15: the exponential mechanism and the sparse vector.

Statistical checks fail a right answer with probability at most 1e-6 (``FALSE_FAIL``,
split among their comparisons); see :mod:`ppdl_course.checks.noise`.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.differential_privacy.release_answers import releases
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.noise import FALSE_FAIL, RUNS, index, require_share
from ppdl_course.checks.verdict import Mistake, require
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.selection import Exponential


@statistical(
    power=0.99,
    against=(
        "always the best",
        "seed reused",
        "without the 2",
        "sensitivity ignored",
        "half the epsilon",
        "the maximum after Laplace noise",
    ),
)
def check_exponential_choice(
    exponential_choice: Callable[..., int],
    *,
    runs: int = RUNS,
    false_fail: float = FALSE_FAIL,
    seed: int = 2007,
) -> None:
    """Check how often each candidate is chosen.

    Three settings of three candidates and one of two, exact binomial intervals with
    error ``false_fail`` / 11 each; a probability off by 0.05 is found with
    probability at least 1 - 1e-6. So is, by the last setting with twice the runs, the
    maximum after Laplace noise.
    """
    for utilities, sensitivity, epsilon, times in (
        ([3.0, 1.0, 0.0], 1.0, 1.0, runs),
        ([10.0, 4.0, 7.0], 5.0, 1.0, runs),
        ([5000.0, 5001.0, 4999.0], 1.0, 1.0, runs),
        ([0.0, 7.0], 1.0, 1.0, 2 * runs),
    ):
        rng = np.random.default_rng(seed)
        setting = utilities, sensitivity, epsilon, times
        chosen = _choices(exponential_choice, *setting, rng)
        count = len(utilities)
        require(
            bool(np.all((chosen >= 0) & (chosen < count))),
            f"the answer must be an index from 0 to {count - 1}, got {chosen[:5]}.",
        )
        require(
            len(np.unique(chosen)) > 1,
            "the same candidate every time: no noise, or a seed reused.",
        )
        right = Exponential(
            epsilon=epsilon,
            sensitivity=sensitivity,
            neighbours=Neighbours.REPLACE,
        ).probabilities(utilities)
        top = int(np.argmax(right))
        share = np.mean(chosen == top)
        message = "P[r] must be proportional to exp(epsilon u(r) / (2 sensitivity))."
        if share > right[top] + 0.05:
            message = (
                "the best is chosen too often, so the choice tells too much: between "
                "neighbours one utility may rise while another falls. " + message
            )
        if np.abs(np.bincount(chosen, minlength=count) / times - 1 / count).max() < (
            0.02
        ):
            message = "every candidate is as likely: the utilities have no influence."
        if share < min(right) + 0.02:
            message = "the best is chosen least often: is the sign right? " + message
        if count == 2 and abs(share - NOISY_MAX) < 0.006:
            message = "this is the maximum after Laplace noise, another law. " + message
        for candidate, probability in enumerate(right):
            require_share(
                int(np.sum(chosen == candidate)),
                times,
                float(probability),
                error=false_fail / 11,
                message=message,
            )


NOISY_MAX = 1 - math.exp(-3.5) * (1 + 3.5 / 2) / 2
"""P[the better of two wins by Laplace noise of scale b], if it leads by 3.5 b."""


def _choices(answer, utilities, sensitivity, epsilon, times, rng) -> np.ndarray:
    mechanism = {"sensitivity": sensitivity, "epsilon": epsilon, "rng": rng}
    utilities = np.array(utilities)
    try:
        with np.errstate(all="ignore"):
            got = releases(answer, times, {"utilities": utilities}, **mechanism)
    except (ValueError, OverflowError) as error:
        if utilities.max() < 1000 or "size" in str(error):
            raise
        raise Mistake(
            f"utilities around 5000: {error}. exp(2500) overflows; take the same "
            "number off all utilities first."
        ) from None
    return np.array([index(one) for one in got])


@statistical(
    power=0.99,
    against=(
        "no noise",
        "seed reused",
        "half the noise",
        "half the noise on the answers",
        "no noise on the threshold",
        "no noise on the answers",
        "a new threshold for each answer",
    ),
)
def check_above_threshold(
    above_threshold: Callable[..., int | None],
    *,
    runs: int = RUNS,
    false_fail: float = FALSE_FAIL,
    seed: int = 2017,
) -> None:
    """Check the law of the first yes on two streams, and that it keeps epsilon.

    Two streams of 12,000 runs; four exact binomial intervals each, with error
    ``false_fail`` / 8, against the law by integration (:func:`first_yes_law`).
    """
    epsilon, threshold = 2.0, 5.0
    for length in (1, 7):
        far = [-1e6] * length
        rng = np.random.default_rng(seed)
        got = above_threshold([*far, 1e6], threshold=0.0, epsilon=1.0, rng=rng)
        require(
            got is not None and _stop(got, length + 1) == length,
            f"of {length + 1} answers only the last passes by far, but got {got!r}. "
            "Look at every answer of the stream, however long.",
        )
    for stream in ([4.0, 5.0, 4.0], [5.0, 4.0, 5.0]):
        got = releases(
            above_threshold,
            runs,
            {"answers": stream},
            threshold=threshold,
            epsilon=epsilon,
            rng=np.random.default_rng(seed),
        )
        stops = [3 if one is None else _stop(one, 3) for one in got]
        counts = np.bincount(stops, minlength=4)
        require(
            np.count_nonzero(counts) > 1,
            "the same reply every time: no noise, or a seed reused.",
        )
        require(
            counts[3] > 0,
            "it never says that all were below. Return None when no answer passed.",
        )
        law = first_yes_law(stream, threshold, 2 / epsilon, 4 / epsilon)
        message = (
            "the first yes does not come as often as with threshold noise of scale "
            "2 / epsilon and answer noise of scale 4 / epsilon."
        )
        redrawn = [
            float(first_yes_law([answer], threshold, 2 / epsilon, 4 / epsilon)[0])
            for answer in stream
        ]
        for mistake, scales in {
            "the threshold needs noise of its own, drawn once.": (1e-9, 4 / epsilon),
            "half the noise on the answers: between neighbours threshold and answer "
            "move apart by 2.": (2 / epsilon, 2 / epsilon),
            "half the noise: each of the two parts may spend epsilon / 2 only.": (
                1 / epsilon,
                2 / epsilon,
            ),
            "the answers need fresh noise too, one by one.": (2 / epsilon, 1e-9),
        }.items():
            wrong = first_yes_law(stream, threshold, *scales)
            if np.abs(counts / runs - wrong).max() < 0.015:
                message = mistake
        last = first_yes_law(stream[::-1], threshold, 2 / epsilon, 4 / epsilon)
        if np.abs(counts / runs - [*last[2::-1], last[3]]).max() < 0.015:
            message = "this is the last yes: stop at the first one."
        if np.abs(counts / runs - _independent(redrawn)).max() < 0.015:
            message = (
                "the threshold's noise is drawn anew for each answer: once is asked."
            )
        for hits, probability in zip(counts, law, strict=True):
            require_share(
                int(hits),
                runs,
                float(probability),
                error=false_fail / 8,
                message=message,
            )


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


def _independent(yes: list[float]) -> np.ndarray:
    """Return the law of the first yes if every answer has its own threshold."""
    alive, law = 1.0, []
    for probability in yes:
        law.append(alive * probability)
        alive *= 1 - probability
    return np.array([*law, alive])


def first_yes_law(
    answers: list[float], threshold: float, threshold_scale: float, answer_scale: float
) -> np.ndarray:
    """Return P[first yes at i] and last P[none], by integrating over the threshold."""
    quantiles = (np.arange(4000) + 0.5) / 4000
    sign = np.where(quantiles < 0.5, 1, -1)
    noise = sign * np.log(2 * np.minimum(quantiles, 1 - quantiles))
    bar = threshold + threshold_scale * noise
    alive, law = np.ones_like(bar), []
    for answer in answers:
        z = (bar - answer) / answer_scale
        no = np.where(z < 0, np.exp(np.minimum(z, 0)) / 2, 1 - np.exp(-np.abs(z)) / 2)
        law.append(float(np.mean(alive * (1 - no))))
        alive = alive * no
    return np.array([*law, float(np.mean(alive))])

"""Visible checks of chapter 15: the exponential mechanism and the sparse vector.

Statistical checks fail a right answer with probability at most 1e-6 (``FALSE_FAIL``,
split among their comparisons); see :mod:`ppdl_course.checks.dp_noise`.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.dp_noise import FALSE_FAIL, RUNS, number, require_share
from ppdl_course.checks.verdict import require
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.selection import Exponential


def check_exponential_choice(exponential_choice: Callable[..., int]) -> None:
    """Check how often each candidate is chosen.

    Three settings of three candidates, error 1e-6 / 9 each; a probability off by 0.05
    is found with probability at least 1 - 1e-6.
    """
    for utilities, sensitivity, epsilon in (
        ([3.0, 1.0, 0.0], 1.0, 1.0),
        ([10.0, 4.0, 7.0], 5.0, 1.0),
        ([5000.0, 5001.0, 4999.0], 1.0, 1.0),
    ):
        rng = np.random.default_rng(2007)
        with np.errstate(all="ignore"):
            chosen = np.array(
                [
                    number(
                        exponential_choice(
                            np.array(utilities),
                            sensitivity=sensitivity,
                            epsilon=epsilon,
                            rng=rng,
                        ),
                        "the index",
                    )
                    for _ in range(RUNS)
                ]
            )
        require(
            bool(np.all(np.isin(chosen, (0, 1, 2)))),
            f"the answer must be an index 0, 1 or 2, got {chosen[:5]}.",
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
        for index, probability in enumerate(right):
            require_share(
                int(np.sum(chosen == index)),
                RUNS,
                float(probability),
                error=FALSE_FAIL / 9,
                message=message,
            )


def check_above_threshold(above_threshold: Callable[..., int | None]) -> None:
    """Check the law of the first yes on two streams, and that it keeps epsilon.

    Two streams of 12,000 runs; four comparisons each with error 1e-6 / 8, against the
    law by numerical integration (:func:`first_yes_law`).
    """
    epsilon, threshold = 2.0, 5.0
    for stream in ([4.0, 5.0, 4.0], [5.0, 4.0, 5.0]):
        rng, stops = np.random.default_rng(2017), []
        for _ in range(RUNS):
            got = above_threshold(stream, threshold=threshold, epsilon=epsilon, rng=rng)
            require(
                got is None or (number(got, "the index") in (0, 1, 2)),
                f"return the index of the first yes, or None; got {got!r}. A noisy "
                "answer beside it would spend more than epsilon.",
            )
            stops.append(3 if got is None else int(got))
        seen = np.bincount(stops, minlength=4)
        require(np.count_nonzero(seen) > 1, "no noise: the same reply every time.")
        require(
            seen[3] > 0,
            "it never says that all were below. Return None when no answer passed.",
        )
        law = first_yes_law(stream, threshold, 2 / epsilon, 4 / epsilon)
        message = (
            "the first yes does not come as often as with threshold noise of scale "
            "2 / epsilon and answer noise of scale 4 / epsilon."
        )
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
            if np.abs(seen / RUNS - wrong).max() < 0.015:
                message = mistake
        for hits, probability in zip(seen, law, strict=True):
            require_share(
                int(hits),
                RUNS,
                float(probability),
                error=FALSE_FAIL / 8,
                message=message,
            )


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

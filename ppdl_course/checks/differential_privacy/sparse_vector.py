"""Visible check of chapter 15: the sparse vector.

A cell calls it twice: with a fixed seed, and with one drawn anew. One call fails a
right answer with probability at most 1e-6 / 2 (``ONE_CALL``), whatever inputs it drew:
half of it for the mistakes it knows (:mod:`ppdl_course.checks.evidence`), half for
exact binomial intervals, which need no mistake in mind.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ppdl_course.checks.differential_privacy.choice_laws import fit
from ppdl_course.checks.differential_privacy.release_answers import releases
from ppdl_course.checks.differential_privacy.sparse_laws import (
    first_yes_law,
    wrong_first_yes,
)
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.evidence import Evidence
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import (
    ONE_CALL,
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
"""Rounds at most, of 100 to 200 calls for each stream."""
GENERAL = (
    "the first yes does not come as often as with threshold noise of scale "
    "2 / epsilon and answer noise of scale 4 / epsilon, drawn as the task says."
)


class Stream(NamedTuple):
    """Answers, and what they are compared with.

    Attributes:
        answers: Numbers, whole or not.
        threshold: A number.
        epsilon: The budget.
        calls: In each round.
    """

    answers: list[float]
    threshold: float
    epsilon: float
    calls: int

    @property
    def above(self) -> list[float]:
        """How far each answer is above the threshold, in 1 / epsilon."""
        return [(answer - self.threshold) * self.epsilon for answer in self.answers]

    def __str__(self) -> str:
        some = ", ".join(f"{answer:.5g}" for answer in self.answers[:6])
        more = ", ..." if len(self.answers) > 6 else ""
        return (
            f"answers {some}{more}, threshold {self.threshold:.5g}, epsilon "
            f"{self.epsilon:.3g}"
        )


def _streams(rng: np.random.Generator) -> list[Stream]:
    """Draw streams: three answers near the threshold, several, whole ones, far ones.

    Each of the far ones passes once in a hundred times, so the scale of the noise
    shows. The second has its largest answer at last, and two that tie.
    """
    near, low = rng.uniform(1, 3, size=2), rng.uniform(-3, -1, size=4)
    whole = rng.permutation([-2, 0, 1, int(rng.integers(-4, 3))])
    far = [-rng.uniform(17, 19)] * int(rng.integers(15, 26))
    rough = int(rng.integers(-40, 40))
    return [
        _stream(rng, [-near[0], rng.uniform(-0.5, 0.5), -near[1]], 200),
        _stream(rng, [0.0, *low, 0.0, rng.uniform(1, 2)], 150),
        Stream((whole + rough).tolist(), rough, float(rng.uniform(1.3, 2.5)), 100),
        _stream(rng, far, 150),
    ]


def _stream(rng: np.random.Generator, above: list[float], calls: int) -> Stream:
    # far from 1, where leaving epsilon out does not show
    epsilon = float(np.exp(rng.choice([-1, 1]) * rng.uniform(0.4, 1.4)))
    threshold = float(rng.choice([-1, 1]) * np.exp(rng.uniform(-1, 7)))
    answers = [threshold + float(each) / epsilon for each in above]
    return Stream(answers, threshold, epsilon, calls)


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
@drawn_anew
def check_above_threshold(
    above_threshold: Callable[..., int | None],
    *,
    rounds: int = ROUNDS,
    false_fail: float = ONE_CALL,
    seed: int = 2017,
) -> None:
    """Check the law of the first yes on streams that are drawn once (:func:`_streams`).

    The law is had by integration (:func:`first_yes_law`).
    """
    rng = np.random.default_rng(seed)
    _require_far_answers(above_threshold, rng)
    streams = _streams(rng)
    require_from_rng(
        lambda twin: _stops(above_threshold, streams[0]._replace(calls=80), twin)
    )
    above = [stream.above for stream in streams]
    right = [first_yes_law(each) for each in above]
    wrong = wrong_first_yes(above, [stream.epsilon for stream in streams])
    counts = [np.zeros(len(law)) for law in right]
    evidence = Evidence(false_fail / 2)
    for _ in range(rounds):
        fresh = []
        for stream in streams:
            stops = _stops(above_threshold, stream, rng)
            fresh.append(np.bincount(stops, minlength=len(stream.answers) + 1))
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
    if evidence.accuses:
        found = [wrong[i] for i in evidence.likely]
        fitting = [message for message, laws in found if fit(counts, laws)]
        _complain(streams, counts, right, " Or: ".join(fitting) or GENERAL)
    for stream, total, law in zip(streams, counts, right, strict=True):
        for hits, probability in zip(total, law, strict=True):
            require_share(
                int(hits),
                int(total.sum()),
                float(probability),
                error=false_fail / 2 / rounds / sum(map(len, right)),
                message=f"{stream}: {GENERAL}",
            )
    _require_none(above_threshold, rng)


def _complain(streams: list[Stream], counts: list, right: list, message: str) -> None:
    """Raise a message, with the stream on which the answer is furthest from right."""
    gaps = [
        np.abs(total / total.sum() - law).max()
        for total, law in zip(counts, right, strict=True)
    ]
    told = int(np.argmax(gaps))
    seen, due = counts[told][:6] / counts[told].sum(), right[told][:6]
    shares = ", ".join(f"{share:.3f}" for share in seen)
    wanted = ", ".join(f"{share:.3f}" for share in due)
    raise Mistake(
        f"{message} Seen: {shares} of the time, right: {wanted} (first yes at 0, 1, "
        f"...; {streams[told]})."
    )


def _require_far_answers(
    above_threshold: Callable[..., int | None], rng: np.random.Generator
) -> None:
    for length in (0, 1, int(rng.integers(2, 30)), int(rng.integers(100, 400))):
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
    for length in (int(rng.integers(2, 30)), 1, 0):
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
    answer: Callable[..., int | None], stream: Stream, rng: np.random.Generator
) -> list[int]:
    """Return where each call stopped; the length of the stream for None."""
    mechanism = {"threshold": stream.threshold, "epsilon": stream.epsilon, "rng": rng}
    got = releases(answer, stream.calls, {"answers": stream.answers}, **mechanism)
    length = len(stream.answers)
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

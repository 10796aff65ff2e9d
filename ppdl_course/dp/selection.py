"""Mechanisms that release a choice: exponential, report-noisy-max, sparse vector.

    exponential        P[r] proportional to exp(epsilon * u(r) / (2 * sensitivity))
    report noisy max   argmax of u(r) + Lap(2 * sensitivity / epsilon)
    sparse vector      is f_i(D) + noise above threshold + noise? Stop at the c-th yes.

The released thing is an index or a yes, never the noisy number it was chosen by:
publishing that too would spend more than epsilon. ``monotone`` says that between
neighbours all answers move in the same direction (counts, under ADD_REMOVE); the same
promise then needs half the noise. Chapter 15.

Source: McSherry, Talwar, "Mechanism Design via Differential Privacy", FOCS 2007;
Dwork, Roth, "The Algorithmic Foundations of Differential Privacy", 2014, sections 3.3
and 3.6; the right sparse vector after Lyu, Su, Li, "Understanding the Sparse Vector
Technique for Differential Privacy", VLDB 2017, Algorithm 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ppdl_course.arguments import at_least, finite, positive
from ppdl_course.dp.definition import Guarantee, Neighbours, real_answer, relation


@dataclass(frozen=True, kw_only=True)
class _Selection:
    """What the mechanisms of this module have in common.

    Attributes:
        epsilon: Bound on the privacy loss of the whole release, in nats. > 0.
        sensitivity: Largest change of a single answer or utility. > 0.
        neighbours: The relation that the sensitivity was computed for.
        monotone: Whether all answers move the same way between neighbours.

    Raises:
        ValueError: If epsilon or sensitivity is not positive and finite, or
            ``monotone`` is claimed under REPLACE, where one count rises as another
            falls.
    """

    epsilon: float
    sensitivity: float
    neighbours: Neighbours
    monotone: bool = False

    def __post_init__(self) -> None:
        positive(epsilon=self.epsilon, sensitivity=self.sensitivity)
        relation(self.neighbours)
        if self.monotone and self.neighbours is Neighbours.REPLACE:
            raise ValueError("monotone must be False under REPLACE, got True")
        positive(scale=self._scale)  # the quotient may leave float64

    @property
    def guarantee(self) -> Guarantee:
        """What the release promises."""
        return Guarantee(epsilon=self.epsilon, neighbours=self.neighbours)

    @property
    def _factor(self) -> int:
        return 1 if self.monotone else 2

    @property
    def _scale(self) -> float:
        return self._factor * self.sensitivity / self.epsilon


@dataclass(frozen=True, kw_only=True)
class Exponential(_Selection):
    """The exponential mechanism over a finite list of candidates."""

    def probabilities(self, utilities: ArrayLike) -> np.ndarray:
        """Return the probability of each candidate, float64 of shape (k,)."""
        utilities = _scores(utilities)
        # differences to the best, which cannot all leave float64 as products may
        with np.errstate(over="ignore"):
            return special.softmax((utilities - utilities.max()) / self._scale)

    def choose(self, utilities: ArrayLike, *, rng: np.random.Generator) -> int:
        """Return the index of the chosen candidate."""
        chances = self.probabilities(utilities)
        return int(rng.choice(len(chances), p=chances))


@dataclass(frozen=True, kw_only=True)
class ReportNoisyMax(_Selection):
    """The index of the largest answer after fresh Laplace noise on each."""

    def choose(self, answers: ArrayLike, *, rng: np.random.Generator) -> int:
        """Return the index of the winner; the noisy answers are thrown away."""
        answers = _scores(answers)
        noise = rng.laplace(scale=self._scale, size=len(answers))
        return int(np.argmax(answers + noise))


@dataclass(frozen=True, kw_only=True)
class SparseVector(_Selection):
    """Answers "above the threshold?" to a stream, and pays for the yeses only.

    Attributes:
        threshold: The public threshold, in the answers' units.
        max_positives: How often it says yes before it stops. >= 1.
    """

    threshold: float
    max_positives: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least(1, max_positives=self.max_positives)
        finite(threshold=self.threshold)
        positive(answer_scale=self.answer_scale)

    @property
    def threshold_scale(self) -> float:
        """Laplace scale of the threshold's one noise: half the budget goes there."""
        return 2 * self.sensitivity / self.epsilon

    @property
    def answer_scale(self) -> float:
        """Laplace scale of each answer's fresh noise: the other half, for c yeses."""
        return self._factor * self.max_positives * self.threshold_scale

    def run(self, answers: ArrayLike, *, rng: np.random.Generator) -> np.ndarray:
        """Return bool replies to the answers in turn, up to the last allowed yes.

        Its length is itself released: it is shorter than ``answers`` if the session
        was stopped.
        """
        answers = _scores(answers)
        # one noise for the threshold, a fresh one for each answer: a new threshold for
        # each answer would have to be paid for, noes included
        threshold = self.threshold + rng.laplace(scale=self.threshold_scale)
        noisy = answers + rng.laplace(scale=self.answer_scale, size=len(answers))
        above = noisy >= threshold
        # replies after the last allowed yes are not released, though they were computed
        stops = np.flatnonzero(above.cumsum() == self.max_positives)
        return above[: stops[0] + 1] if len(stops) else above


def _scores(values: ArrayLike) -> np.ndarray:
    values = real_answer(answers=values)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(
            f"answers must be a non-empty vector, got shape {values.shape}"
        )
    return values

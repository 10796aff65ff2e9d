r"""Noise drawn once, on coefficients that move: presence shows in every trial.

Private auto-encoders train through hidden values h = f(W x) and put noise, once, on the
coefficients of a loss that holds them, such as

    lambda(W) = sum_x (1/2 - x) h(x)'        + eta,      eta drawn once

and argue as for the functional mechanism: one noise, so steps are free. But W changes
from step to step, and eta does not. Whoever sees the coefficients of two steps and
knows all records but one takes the difference,

    lambda(W_1) - lambda(W_2) - (the same of the known records)

in which eta is gone: what is left is exactly 0, or exactly what the one record gives.
Mended either by new noise each step, whose epsilon adds up, or by coefficients that
hold no trained weight (:mod:`ppdl_course.dp.functional`). Chapter 17.

The adversary: sees the noisy coefficients of two training steps and the weights; knows
every record but the target's. Source: ours; the construction is that of deep private
auto-encoders (Phan, Wang, Wu, Dou, "Differential Privacy Preservation for Deep
Auto-Encoders", AAAI 2016), from its description.
"""

from dataclasses import dataclass, field

import numpy as np

from ppdl_course.arguments import array_of, positive, real_matrix
from ppdl_course.nn.activations import sigmoid


def coefficient(x: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Return the linear coefficients sum (1/2 - x) sigmoid(W x)', (d, hidden).

    Args:
        x: Records with entries in [0, 1], (n, d).
        W: The encoder's weights, (hidden, d).
    """
    return (0.5 - x).T @ sigmoid(x @ W.T)


@dataclass
class MovingObjective:
    """A trainer who answers with noisy coefficients for the weights of each step.

    Args:
        x: The records, entries in [0, 1], float64 (n, d).
        hidden: Units.
        epsilon: What the trainer states for the whole training.
        rng: Draws the noise.
        fresh: Draw new noise each step (the mend; epsilon adds up) or once.

    Attributes:
        steps: How many were answered.
    """

    x: np.ndarray
    hidden: int
    epsilon: float
    rng: np.random.Generator
    fresh: bool = False
    steps: int = 0
    _noise: np.ndarray | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        positive(epsilon=self.epsilon)
        self.x = real_matrix(np.shape(self.x)[-1], np.dtype(float), x=self.x)
        if not np.all((self.x >= 0) & (self.x <= 1)):
            raise ValueError("x must have entries in [0, 1]")

    @property
    def scale(self) -> float:
        """Laplace scale: a record moves d * hidden entries by at most 1/2."""
        return self.x.shape[1] * self.hidden / 2 / self.epsilon

    @property
    def spent(self) -> float:
        """What the answers cost together, by composition, if each had new noise."""
        return self.epsilon * self.steps

    def answer(self, W: np.ndarray) -> np.ndarray:
        """Return the noisy coefficients for the weights of one step."""
        array_of((self.hidden, self.x.shape[1]), float, W=W)
        exact = coefficient(self.x, W)
        if self._noise is None or self.fresh:
            self._noise = self.rng.laplace(scale=self.scale, size=exact.shape)
        self.steps += 1
        return exact + self._noise


def is_present(
    answers: tuple[np.ndarray, np.ndarray],
    weights: tuple[np.ndarray, np.ndarray],
    known: np.ndarray,
    target: np.ndarray,
) -> bool:
    """Return whether two answers speak for the target's presence.

    Args:
        answers: Noisy coefficients of two steps.
        weights: The W of each.
        known: All records but the target's, (n, d).
        target: The record in question, (d,).
    """
    left = answers[0] - answers[1]
    left = left - (coefficient(known, weights[0]) - coefficient(known, weights[1]))
    one = target[np.newaxis]
    trace = coefficient(one, weights[0]) - coefficient(one, weights[1])
    return bool(np.linalg.norm(left - trace) < np.linalg.norm(left))

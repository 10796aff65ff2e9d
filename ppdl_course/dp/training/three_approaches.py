r"""Three places where a deep network's training can be given its noise.

    records     before training: each record is clipped and gets Gaussian noise, each
                label goes through randomised response; then plain training
    gradients   during training: every step's clipped sum gets Gaussian noise (DP-SGD)
    weights     after training: one network for each of m disjoint parts of the
                records; how far each moved is clipped to R, averaged, and noised

All three promise the same under the same relation, REPLACE, in the relaxed sense
(epsilon, delta) that Gaussian noise needs. What differs is what the noise must hide:

    records     a whole record, 2 B, and nothing is averaged before the noise
    gradients   2 C in a sum over all n records, but once a step
    weights     2 R / m in an average, once; m is smaller than n, and each part smaller

Records: the trainer need not be trusted. Gradients and weights: the trainer sees all
records. Who sees the released weights learns no more than the promise says; of the
recipe and the number of records nothing is hidden.

**Built from a description.** The survey says of [42] that it modifies differential
privacy and gives three approaches for deep networks. The paper could not be identified;
these three are ours after that sentence, each with its own source:

Source: the survey on [42]; records: Warner, JASA 60, 1965, and Balle, Wang, ICML 2018;
gradients: Abadi et al., CCS 2016; weights: Nissim, Raskhodnikova, Smith, "Smooth
Sensitivity and Sampling in Private Data Analysis", STOC 2007 (sample and aggregate).
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least, positive, within
from ppdl_course.dp.accountants.subsampled_gaussian import noise_multiplier_for
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.mechanisms import Gaussian
from ppdl_course.dp.training.clipping import clipped_rows
from ppdl_course.dp.training.dp_sgd import train_private
from ppdl_course.nn import Network

REPLACE = Neighbours.REPLACE


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What the three approaches share: gradient descent on all records at once.

    Attributes:
        rate: Learning rate, > 0.
        steps: >= 1.
        max_grad_norm: Clipping norm C of each record's gradient, > 0.
        max_record_norm: Norm B that "records" clips each input to, > 0.
        parts: Into how many parts, m, "weights" divides the records.
        max_move: Norm R that "weights" clips each network's way to, > 0.
    """

    rate: float
    steps: int
    max_grad_norm: float = 1.0
    max_record_norm: float = 4.0
    parts: int = 10
    max_move: float = 3.0

    def fit(
        self,
        network: Network,
        x: np.ndarray,
        y: np.ndarray,
        *,
        noise_multiplier: float = 0.0,
        rng: np.random.Generator,
    ) -> None:
        """Train in place; ``noise_multiplier`` is in units of C."""
        train_private(
            network,
            x,
            y,
            rate=self.rate,
            steps=self.steps,
            sample_rate=1.0,
            noise_multiplier=noise_multiplier,
            max_grad_norm=self.max_grad_norm,
            rng=rng,
        )


def noisy_labels(
    y: np.ndarray, *, classes: int, epsilon: float, rng: np.random.Generator
) -> np.ndarray:
    """Return each label, kept with probability e^eps / (e^eps + classes - 1).

    Otherwise one of the other classes, each as likely: randomised response.
    """
    positive(epsilon=epsilon)
    at_least(2, classes=classes)
    keep = 1 / (1 + (classes - 1) * math.exp(-epsilon))
    other = (y + rng.integers(1, classes, size=len(y))) % classes
    return np.where(rng.random(len(y)) < keep, y, other)


def train_on_noisy_records(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    *,
    epsilon: float,
    delta: float,
    recipe: Recipe,
    rng: np.random.Generator,
) -> None:
    """Train in place on records that were noised one by one.

    Half of epsilon goes to the inputs, half to the labels; delta to the inputs.
    """
    _promise(epsilon, delta)
    x = clipped_rows(x, recipe.max_record_norm)
    if math.isfinite(epsilon):
        mechanism = Gaussian.analytic(
            epsilon=epsilon / 2,
            delta=delta,
            sensitivity=2 * recipe.max_record_norm,
            neighbours=REPLACE,
        )
        x = mechanism.release(x, rng=rng)
        classes = network.sizes[-1]
        y = noisy_labels(y, classes=classes, epsilon=epsilon / 2, rng=rng)
    recipe.fit(network, x, y, rng=rng)


def train_with_noisy_gradients(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    *,
    epsilon: float,
    delta: float,
    recipe: Recipe,
    rng: np.random.Generator,
) -> None:
    """Train in place with noise on every step's sum."""
    _promise(epsilon, delta)
    noise = 0.0
    if math.isfinite(epsilon):
        noise = REPLACE.changes * _noise_multiplier(epsilon, delta, recipe.steps)
    recipe.fit(network, x, y, noise_multiplier=noise, rng=rng)


def train_then_noise_weights(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    *,
    epsilon: float,
    delta: float,
    recipe: Recipe,
    rng: np.random.Generator,
) -> None:
    """Train one network for each part in the clear, and noise the mean way they went.

    Raises:
        ValueError: If there are fewer records than parts.
    """
    _promise(epsilon, delta)
    at_least(1, parts=recipe.parts)
    if len(x) < recipe.parts:
        raise ValueError(f"parts must be at most {len(x)} records, got {recipe.parts}")
    moves = []
    # A record's part must not depend on the others: deal them out by position.
    for part in range(recipe.parts):
        one = network.copy()
        recipe.fit(one, x[part :: recipe.parts], y[part :: recipe.parts], rng=rng)
        moves.append(one.flat - network.flat)
    mean = clipped_rows(np.stack(moves), recipe.max_move).mean(axis=0)
    if math.isfinite(epsilon):
        mechanism = Gaussian.analytic(
            epsilon=epsilon,
            delta=delta,
            sensitivity=2 * recipe.max_move / recipe.parts,
            neighbours=REPLACE,
        )
        mean = mechanism.release(mean, rng=rng)
    network.flat += mean


APPROACHES: dict[str, Callable[..., None]] = {
    "records": train_on_noisy_records,
    "gradients": train_with_noisy_gradients,
    "weights": train_then_noise_weights,
}


@functools.cache
def _noise_multiplier(epsilon: float, delta: float, steps: int) -> float:
    """In units of the sensitivity 2 C."""
    return noise_multiplier_for(
        epsilon=epsilon,
        delta=delta,
        sample_rate=1.0,
        steps=steps,
        neighbours=REPLACE,
    )


def _promise(epsilon: float, delta: float) -> None:
    within("(0, 1)", delta=delta)
    if not epsilon > 0:  # infinity stands for no noise
        raise ValueError(f"epsilon must be positive, got {epsilon}")

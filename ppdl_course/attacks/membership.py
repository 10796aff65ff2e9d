r"""Membership inference: was this person's file among those the model learned from?

Two adversaries, both of whom hold a person's file and may query the model:

    loss threshold   score = -loss(model, file)                        (Yeom et al.)
    shadow models    train models like it on random halves of a pool of files, half of
                     them with this file in; compare the model's confidence with both
                     score = log N(c; mu_in, s_in) - log N(c; mu_out, s_out)
                                                                     (Carlini et al.)

with the confidence c = log p_y - log(1 - p_y). To be among the training files of a
model for prison sentences is a fact about a person: that there is a file.

A good score separates some people with near certainty; an average over all (AUC, or
accuracy) hides them. So the true-positive rate at a low false-positive rate is shown.

Source: Shokri, Stronati, Song, Shmatikov, "Membership Inference Attacks Against Machine
Learning Models", IEEE S&P 2017 (shadow models); Yeom, Giacomelli, Fredrikson, Jha,
"Privacy Risk in Machine Learning", CSF 2018 (threshold, overfitting); Carlini, Chien,
Nasr, Song, Terzis, Tramèr, "Membership Inference Attacks From First Principles", IEEE
S&P 2022 (the ratio, the low false-positive rate).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least, within
from ppdl_course.nn import CrossEntropy, Network, softmax, train

Trainer = Callable[[np.ndarray, np.ndarray, np.random.Generator], Network]
"""``trainer(x, y, rng)`` returns a trained network; the adversary knows how."""


@dataclass(frozen=True)
class ROC:
    """How a score tells members from others.

    Attributes:
        false_positives: False-positive rate at each threshold, rising from 0 to 1.
        true_positives: True-positive rate at the same thresholds.
    """

    false_positives: np.ndarray
    true_positives: np.ndarray

    @property
    def auc(self) -> float:
        """Area under the curve: 0.5 is guessing, 1 is certainty."""
        return float(np.trapezoid(self.true_positives, self.false_positives))

    def at(self, rate: float) -> float:
        """Return the true-positive rate at a false-positive rate of at most ``rate``.

        Raises:
            ValueError: If ``rate`` lies outside [0, 1].
        """
        within("[0, 1]", rate=rate)
        return float(self.true_positives[self.false_positives <= rate].max())


def roc(members: np.ndarray, others: np.ndarray) -> ROC:
    """Return the curve of "score >= threshold means member", for every threshold.

    Args:
        members: Scores of members, higher means more likely one, shape (n,).
        others: Scores of non-members, shape (m,).

    Raises:
        ValueError: If either is empty or a score is not a number.
    """
    members, others = np.asarray(members, float), np.asarray(others, float)
    if not members.size or not others.size:
        raise ValueError("members and others must have scores, got none")
    if np.isnan(members).any() or np.isnan(others).any():
        raise ValueError("members and others must be numbers, got NaN")
    cuts = np.unique(np.concatenate([members, others]))
    above = [
        1 - np.searchsorted(np.sort(s), cuts, "left") / s.size
        for s in (others, members)
    ]
    # From above all scores, where nobody is accused, down to the lowest one.
    return ROC(*(np.insert(rate[::-1], 0, 0.0) for rate in above))


def loss_scores(network: Network, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return minus the loss of each file, shape (n,): high for members."""
    return -network.losses(x, y, CrossEntropy())


def confidence(network: Network, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return log p_y - log(1 - p_y) of each file, shape (n,), at most 30 in size."""
    p = softmax(network.forward(x))[np.arange(len(x)), y]
    tiny = np.exp(-30.0)
    return np.log(np.maximum(p, tiny)) - np.log(np.maximum(1 - p, tiny))


@dataclass(frozen=True)
class Shadows:
    """Models that the adversary trained, and what each had seen.

    Attributes:
        confidences: Of each shadow model on each file of the pool, shape (k, n).
        inside: Whether that file was in its training half, bool of shape (k, n).
    """

    confidences: np.ndarray
    inside: np.ndarray

    def scores(self, observed: np.ndarray) -> np.ndarray:
        """Return the log likelihood ratio "member : not" of each file, shape (n,).

        Args:
            observed: The attacked model's confidence on each file, shape (n,).
        """
        inside = np.where(self.inside, self.confidences, np.nan)
        outside = np.where(self.inside, np.nan, self.confidences)
        # One spread for all files: few shadows a file make a poor one of its own.
        spread_in, spread_out = (
            np.sqrt(np.nanvar(group, axis=0).mean()) for group in (inside, outside)
        )
        z_in = (observed - np.nanmean(inside, axis=0)) / spread_in
        z_out = (observed - np.nanmean(outside, axis=0)) / spread_out
        return np.log(spread_out / spread_in) + (z_out**2 - z_in**2) / 2


def train_shadows(
    trainer: Trainer,
    x: np.ndarray,
    y: np.ndarray,
    *,
    count: int,
    rng: np.random.Generator,
) -> Shadows:
    """Train ``count`` shadow models on random halves of a pool of files.

    Each half comes with its complement, so every file is inside exactly half of them.

    Args:
        trainer: The target's own recipe.
        x: The pool, shape (n, inputs); the attacked files are in it.
        y: Labels, shape (n,).
        count: How many; even, at least 4.
        rng: Draws the halves and drives the training.

    Raises:
        ValueError: If ``count`` is odd or below 4.
    """
    at_least(1, count=count)
    if count % 2 or count < 4:
        raise ValueError(f"count must be even and at least 4, got {count}")
    confidences, inside = [], []
    for _ in range(count // 2):
        half = np.zeros(len(x), dtype=bool)
        half[rng.permutation(len(x))[: len(x) // 2]] = True
        for rows in (half, ~half):
            confidences.append(confidence(trainer(x[rows], y[rows], rng), x, y))
            inside.append(rows)
    return Shadows(np.stack(confidences), np.stack(inside))


def overfitting_trainer(*, epochs: int, hidden: int = 32, rate: float = 0.1) -> Trainer:
    """Return a recipe that trains one hidden layer for so many epochs, and no less."""

    def trainer(x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> Network:
        network = Network([x.shape[1], hidden, int(y.max()) + 1], "relu", rng=rng)
        train(
            network,
            x,
            y,
            rate=rate,
            momentum=0.9,
            epochs=epochs,
            batch_size=32,
            rng=rng,
        )
        return network

    return trainer

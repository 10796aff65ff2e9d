r"""Unreliable participants: five ways to combine their models, one of them private.

Each round the server sends W; participant i trains on its own records and returns W_i;
the server combines. Some participants' labels are wrong. The server holds m validation
records and scores each model by how many of them it gets right, u_i.

    mean          of all W_i
    SecProbe      draw K of them without replacement by the exponential mechanism,
                  P(i) ~ exp(e2/K u_i / 2) each draw, average those
    median        of each weight
    trimmed mean  of each weight, without the ``bad`` largest and smallest
    multi-Krum    average of the K models nearest to their neighbours

**Whose budget.** A validation record changes every u_i by at most 1 (in counts; 1/m in
accuracy), so a selection costs the *validation records* e2, each round again. It does
nothing for the participants' own records: these need a promise of their own, in how
they train. Median, trimmed mean and multi-Krum look at no validation record and cost
nothing, but they must be told how many are bad.

**Why masked sums exclude it.** All of these but the mean need single models. A server
that sees only a sum (:mod:`ppdl_course.federated.masking`) cannot select.

What helps against what, measured in chapter 17: labels wrong *in concert* cost the mean
nine points, which selection wins back; labels wrong at random cancel in the mean, and
there is no gain to be had.

Source: [48] L. Zhao, Q. Wang, Q. Zou, Y. Zhang, Y. Chen, "Privacy-Preserving
Collaborative Deep Learning with Unreliable Participants", IEEE TIFS 15, 2020 (the
selection's details are our reconstruction); P. Blanchard et al., "Machine Learning with
Adversaries: Byzantine Tolerant Gradient Descent", NeurIPS 2017 (Krum); D. Yin et al.,
"Byzantine-Robust Distributed Learning", ICML 2018 (median, trimmed mean).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ppdl_course.arguments import at_least, between, non_negative, real_matrix
from ppdl_course.dp.definition import Guarantee, Neighbours
from ppdl_course.dp.selection import Exponential

Rule = Literal["mean", "secprobe", "median", "trimmed mean", "multi-krum"]
RULES: tuple[Rule, ...] = ("mean", "secprobe", "median", "trimmed mean", "multi-krum")


def select(
    scores: np.ndarray, *, count: int, epsilon: float, rng: np.random.Generator
) -> list[int]:
    """Draw participants without replacement, epsilon-private for the validation set.

    Args:
        scores: u_i, right answers among the validation records, whole numbers (n,).
        count: K, how many to draw, 1..n. Each draw has epsilon / K.
        epsilon: e2 of the whole selection; 0 draws uniformly.
        rng: Draws.

    Returns:
        Indices in the order of the draws.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    scores = np.asarray(scores)
    if scores.ndim != 1 or scores.dtype.kind not in "iu":
        raise ValueError(
            f"scores must be whole numbers (n,), got {scores.dtype} {scores.shape}"
        )
    between(1, len(scores), count=count)
    non_negative(epsilon=epsilon)
    left, chosen = list(range(len(scores))), []
    for _ in range(count):
        if epsilon == 0:
            place = int(rng.integers(len(left)))
        else:
            draw = Exponential(
                epsilon=epsilon / count,
                sensitivity=1,
                neighbours=Neighbours.ADD_REMOVE,
            )
            place = draw.choose(scores[left], rng=rng)
        chosen.append(left.pop(place))
    return chosen


def median(models: np.ndarray) -> np.ndarray:
    """Return the median of each weight, from models (n, p)."""
    return np.median(models, axis=0)


def trimmed_mean(models: np.ndarray, *, bad: int) -> np.ndarray:
    """Return the mean of each weight without its ``bad`` largest and smallest."""
    between(0, (len(models) - 1) // 2, bad=bad)
    return np.sort(models, axis=0)[bad : len(models) - bad].mean(axis=0)


def krum_scores(models: np.ndarray, *, bad: int) -> np.ndarray:
    """Return each model's squared distance to its n - bad - 2 nearest others, added."""
    n = len(models)
    between(0, n - 3, bad=bad)
    size = (models**2).sum(axis=1)
    distance = np.maximum(size[:, None] + size - 2 * models @ models.T, 0)
    np.fill_diagonal(distance, 0)
    return np.sort(distance, axis=1)[:, 1 : n - bad - 1].sum(axis=1)


def multi_krum(models: np.ndarray, *, bad: int, count: int) -> np.ndarray:
    """Return the mean of the ``count`` models with the least Krum scores."""
    between(1, len(models), count=count)
    nearest = np.argsort(krum_scores(models, bad=bad), kind="stable")[:count]
    return models[nearest].mean(axis=0)


@dataclass(frozen=True, kw_only=True)
class Aggregator:
    """How a server combines models.

    Attributes:
        rule: One of ``RULES``.
        count: K of SecProbe and multi-Krum.
        bad: How many bad ones the trimmed mean and multi-Krum reckon with.
        epsilon: e2 of one round's selection, SecProbe only.
    """

    rule: Rule
    count: int = 10
    bad: int = 6
    epsilon: float = 8.0

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"rule must be one of {RULES}, got {self.rule!r}")
        at_least(1, count=self.count)
        at_least(0, bad=self.bad)
        non_negative(epsilon=self.epsilon)

    def combine(
        self, models: np.ndarray, scores: np.ndarray, *, rng: np.random.Generator
    ) -> np.ndarray:
        """Return the combined weights (p,) of models (n, p)."""
        models = real_matrix(np.shape(models)[-1], np.dtype(float), models=models)
        if self.rule == "secprobe":
            chosen = select(scores, count=self.count, epsilon=self.epsilon, rng=rng)
            return models[chosen].mean(axis=0)
        if self.rule == "median":
            return median(models)
        if self.rule == "trimmed mean":
            return trimmed_mean(models, bad=self.bad)
        if self.rule == "multi-krum":
            return multi_krum(models, bad=self.bad, count=self.count)
        return models.mean(axis=0)

    def cost(self, rounds: int) -> Guarantee:
        """Return what so many rounds cost the validation records: they compose."""
        at_least(1, rounds=rounds)
        spent = rounds * self.epsilon if self.rule == "secprobe" else 0.0
        return Guarantee(epsilon=spent, neighbours=Neighbours.ADD_REMOVE)


Train = Callable[[np.ndarray, int], np.ndarray]
Score = Callable[[np.ndarray], int]


def train_with(
    aggregator: Aggregator,
    start: np.ndarray,
    train: Train,
    score: Score,
    *,
    participants: int,
    rounds: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Play ``rounds`` of training; return the weights (p,).

    Args:
        aggregator: The server's rule.
        start: The first weights (p,).
        train: ``train(weights, i)`` is what participant i returns.
        score: Right answers of weights among the server's validation records.
        participants: How many.
        rounds: How many, >= 1.
        rng: Draws the selections.
    """
    at_least(1, participants=participants, rounds=rounds)
    weights = start
    for _ in range(rounds):
        models = np.stack([train(weights, i) for i in range(participants)])
        scores = np.array([score(model) for model in models], dtype=np.int64)
        weights = aggregator.combine(models, scores, rng=rng)
    return weights


@dataclass(frozen=True, eq=False)
class SoftmaxTask:
    """Softmax regression on records dealt to participants, some with wrong labels.

    Attributes:
        parts: Each participant's records with a leading 1, (n_i, 1 + d), and labels.
        validation: The server's.
        classes: How many.
    """

    parts: Sequence[tuple[np.ndarray, np.ndarray]]
    validation: tuple[np.ndarray, np.ndarray]
    classes: int

    @classmethod
    def deal(
        cls,
        x: np.ndarray,
        y: np.ndarray,
        *,
        participants: int = 20,
        bad: int = 6,
        wrong: Literal["in concert", "at random"] = "in concert",
        validation: int = 200,
        rng: np.random.Generator,
    ) -> "SoftmaxTask":
        """Deal records; the labels of the first ``bad`` participants are made wrong.

        ``in concert``: all say the next class. ``at random``: any class.

        Raises:
            ValueError: If an argument is out of its bound.
        """
        between(0, participants, bad=bad)
        between(1, len(x) - participants, validation=validation)
        if wrong not in ("in concert", "at random"):
            raise ValueError(f"wrong must be in concert or at random, got {wrong!r}")
        x, classes = np.c_[np.ones(len(x)), x], int(y.max()) + 1
        order = rng.permutation(len(x))
        held, rest = order[:validation], order[validation:]
        parts = []
        for i in range(participants):
            rows = rest[i::participants]
            labels = y[rows]
            if i < bad and wrong == "in concert":
                labels = (labels + 1) % classes
            elif i < bad:
                labels = rng.integers(0, classes, len(rows))
            parts.append((x[rows], labels))
        return cls(parts, (x[held], y[held]), classes)

    @property
    def start(self) -> np.ndarray:
        """All weights 0, (classes * (1 + d),)."""
        return np.zeros(self.classes * self.parts[0][0].shape[1])

    def train(
        self, weights: np.ndarray, i: int, *, steps: int = 12, rate: float = 0.5
    ) -> np.ndarray:
        """Return participant i's weights after full-batch gradient descent."""
        x, y = self.parts[i]
        W = weights.reshape(self.classes, -1).copy()
        rows = np.arange(len(y))
        for _ in range(steps):
            z = x @ W.T
            p = np.exp(z - z.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            p[rows, y] -= 1
            W -= rate * (p.T @ x) / len(y)
        return W.ravel()

    def score(self, weights: np.ndarray) -> int:
        """Return how many validation records the weights get right."""
        x, y = self.validation
        return int((self.predict(weights, x) == y).sum())

    def predict(self, weights: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return the class of rows with a leading 1."""
        return (x @ weights.reshape(self.classes, -1).T).argmax(axis=1)

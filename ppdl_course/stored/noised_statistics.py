"""Models of private statistics, and unreliable participants, run by run.

Digits, for each number of records, features, epsilon: the functional mechanism with
Laplace and with Gaussian noise, naive Bayes with and without variances. And softmax
regression of 20 participants, a share of whom have wrong labels, by each rule of
``federated.unreliable``. ``python -m ppdl_course.stored.noised_statistics`` runs all
again from their seeds and writes ``noised_statistics.json`` beside this module; a test
runs some of them and compares.
"""

from fractions import Fraction

import numpy as np

from ppdl_course.data import load_digits_split
from ppdl_course.dp.discrete import discrete_laplace
from ppdl_course.dp.functional import into_ball, release_statistics
from ppdl_course.dp.naive_bayes import Budget, Statistics
from ppdl_course.federated.unreliable import (
    RULES,
    Aggregator,
    Rule,
    SoftmaxTask,
    train_with,
)
from ppdl_course.stored.files import read_json, write_json

MODELS = (
    "functional, Laplace",
    "functional, Gaussian",
    "naive Bayes, means",
    "naive Bayes, full",
)
EPSILONS = (0.5, 1, 2, 4, 8)
RECORDS = (150, 350, 700, 1347)
FEATURES = (16, 64)
SEEDS = (1, 2, 3)
DELTA = 1e-5
BAD = (0, 2, 4, 6, 8)
"""Of 20 participants."""
KINDS = ("in concert", "at random")
FILES = ("noised_statistics.json",)


def pixels(images: np.ndarray, features: int) -> np.ndarray:
    """Return 8x8 images as they are, or the means of squares of four pixels."""
    if features == 64:
        return images
    return images.reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4)).reshape(-1, 16)


def accuracy(
    model: str, epsilon: float, records: int, features: int, seed: int
) -> float:
    """Train one private model of digits; return its test accuracy to four places."""
    digits, rng = load_digits_split(), np.random.default_rng(seed)
    rows = rng.permutation(len(digits.X_train))[:records]
    x, y = pixels(digits.X_train[rows], features), digits.y_train[rows]
    test = pixels(digits.X_test, features)
    if model.startswith("functional"):
        radius = 4.2 * (features / 64) ** 0.5
        delta = DELTA if model.endswith("Gaussian") else 0.0
        noisy = release_statistics(
            into_ball(x - 0.3, radius),
            np.eye(10)[y],
            epsilon=epsilon,
            delta=delta,
            rng=rng,
        )
        scores = into_ball(test - 0.3, radius) @ noisy.softmax().T
        labels = scores.argmax(axis=1)
    else:
        full = model.endswith("full")
        budget = Budget(epsilon=Fraction(epsilon), features=features, full=full)
        exact = Statistics.of(x, y, classes=10, full=full)
        noise = [
            discrete_laplace(scale.limit_denominator(2**10), size=10, rng=rng)
            for scale in budget.columns(budget.scales)
        ]
        noisy = Statistics(exact.numbers + np.stack(noise, axis=1), features)
        labels = noisy.fit(tuple(map(float, budget.scales))).predict(test)
    return round(float((labels == digits.y_test).mean()), 4)


def together(rule: Rule, bad: int, kind: str, seed: int) -> float:
    """Train 20 participants, ``bad`` of them with wrong labels; return the accuracy."""
    digits, rng = load_digits_split(), np.random.default_rng(seed)
    task = SoftmaxTask.deal(
        digits.X_train, digits.y_train, bad=bad, wrong=kind, rng=rng
    )
    weights = train_with(
        Aggregator(rule=rule, bad=bad),
        task.start,
        task.train,
        task.score,
        participants=20,
        rounds=5,
        rng=rng,
    )
    test = np.c_[np.ones(len(digits.X_test)), digits.X_test]
    right = task.predict(weights, test) == digits.y_test
    return round(float(right.mean()), 4)


def load_model_runs() -> dict[tuple[str, float, int, int], tuple[float, ...]]:
    """Return (model, epsilon, records, features) -> an accuracy a seed."""
    return {tuple(row[:4]): tuple(row[4]) for row in read_json(*FILES)["models"]}


def load_participant_runs() -> dict[tuple[str, int, str], tuple[float, ...]]:
    """Return (rule, bad, kind) -> an accuracy a seed."""
    return {tuple(row[:3]): tuple(row[3]) for row in read_json(*FILES)["participants"]}


def make() -> None:
    """Run every setting and store the accuracies."""
    models = [
        [name, e, n, d, [accuracy(name, e, n, d, seed) for seed in SEEDS]]
        for name in MODELS
        for e in EPSILONS
        for n in RECORDS
        for d in FEATURES
    ]
    participants = [
        [rule, bad, kind, [together(rule, bad, kind, seed) for seed in SEEDS]]
        for rule in RULES
        for bad in BAD
        for kind in KINDS
    ]
    write_json(*FILES, {"models": models, "participants": participants})


if __name__ == "__main__":
    make()

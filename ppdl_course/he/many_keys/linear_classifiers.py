r"""Naive Bayes and hyperplanes in integers: what is learnt from sums, and the twin.

Both are learnt from nothing but sums over the records of each class c,

    N_c = number of records,    S_cj = sum of x_j,    x_j in {0, 1}

and both score a record by integers, score_c = b_c + sum_j W_cj x_j:

    naive Bayes   p_cj = (S_cj + 1) / (N_c + 2), prior N_c / N
                  W = log p/(1-p),  b = log prior + sum_j log(1-p);   label = argmax
    hyperplane    between the means m = S_c / N_c of a class and m' of the rest:
                  w = m - m',  b = -w (m + m')/2;                     label = sign

times a power of two as large as the plaintext modulus allows, rounded once. So a
protocol that computes these scores modulo t gives them exactly, and they are compared
bit for bit.

Sources: C. Manning, P. Raghavan, H. Schütze, "Introduction to Information Retrieval",
2008, section 13.3 (Bernoulli model) and 14.2 (Rocchio: between two means).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least, between, class_labels

MOST_BITS = 20
"""Largest scale: floats then round to these integers without doubt."""


@dataclass(frozen=True)
class ClassSums:
    """What both classifiers are learnt from.

    Attributes:
        counts: Records a class, int64 (classes,).
        sums: Records of the class with the feature, int64 (classes, features).

    Raises:
        ValueError: If shapes disagree, or a sum is negative or above its count.
    """

    counts: np.ndarray
    sums: np.ndarray

    def __post_init__(self) -> None:
        if self.sums.ndim != 2 or self.counts.shape != self.sums.shape[:1]:
            raise ValueError(
                f"sums must be (classes, features) for {self.counts.shape} counts, "
                f"got {self.sums.shape}"
            )
        if (self.sums < 0).any() or (self.sums > self.counts[:, None]).any():
            raise ValueError(
                f"sums must be in 0..counts, got {self.sums.min()} to "
                f"{self.sums.max()}: records were not 0 and 1, or did not decrypt"
            )

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray, classes: int) -> "ClassSums":
        """Return the sums of records in the clear.

        Args:
            x: Zeros and ones, integers (records, features).
            y: Labels, integers (records,) in 0 .. classes - 1.
            classes: Number of classes, at least 2.

        Raises:
            ValueError: If an entry, a label or a shape is another.
        """
        at_least(2, classes=classes)
        binary(x=x)
        y = class_labels(len(x), classes, y=y)
        belongs = (y[:, None] == np.arange(classes)).astype(np.int64)
        return cls(belongs.sum(axis=0), belongs.T @ x.astype(np.int64))


@dataclass(frozen=True)
class LinearClassifier:
    """Integer scores of records of zeros and ones.

    Attributes:
        weights: int64 (scores, features).
        bias: int64 (scores,).
        scale_bits: Scores are 2**scale_bits times the real ones.
    """

    weights: np.ndarray
    bias: np.ndarray
    scale_bits: int

    @property
    def largest(self) -> int:
        """The largest |score| that any record can get."""
        high = self.bias + np.maximum(self.weights, 0).sum(axis=1)
        low = self.bias + np.minimum(self.weights, 0).sum(axis=1)
        return int(np.maximum(np.abs(high), np.abs(low)).max())

    def scores(self, x: np.ndarray) -> np.ndarray:
        """Return the exact scores of records in the clear, int64 (records, scores)."""
        binary(x=x)
        return x.astype(np.int64) @ self.weights.T + self.bias

    def labels(self, scores: np.ndarray) -> np.ndarray:
        """Return the argmax, or for a single score whether it is positive (1 or 0)."""
        if len(self.bias) == 1:
            return (scores[:, 0] > 0).astype(np.int64)
        return scores.argmax(axis=1)


def naive_bayes(sums: ClassSums, *, limit: int) -> LinearClassifier:
    """Return the naive Bayes classifier whose scores stay within +-``limit``.

    Raises:
        ValueError: If a class has no record, or not even scale 1 fits ``limit``.
    """
    empty = sums.counts < 1
    if empty.any():
        raise ValueError(f"counts must be positive, got 0 for class {empty.argmax()}")
    p = (sums.sums + 1) / (sums.counts[:, None] + 2)
    prior = np.log(sums.counts / sums.counts.sum())
    return _scaled(np.log(p / (1 - p)), prior + np.log(1 - p).sum(axis=1), limit)


def hyperplane(sums: ClassSums, wanted: int, *, limit: int) -> LinearClassifier:
    """Return the plane between the mean of class ``wanted`` and that of all others.

    The scores stay within +-``limit``; positive means ``wanted``.

    Raises:
        ValueError: If there is no such class, one side is empty, or scale 1 does not
            fit ``limit``.
    """
    between(0, len(sums.counts) - 1, wanted=wanted)
    inside, outside = sums.counts[wanted], sums.counts.sum() - sums.counts[wanted]
    if not inside or not outside:
        raise ValueError(
            f"counts must be positive on both sides, got {inside} and {outside}"
        )
    mean = sums.sums[wanted] / inside
    rest = (sums.sums.sum(axis=0) - sums.sums[wanted]) / outside
    w = mean - rest
    return _scaled(w[None], np.array([-w @ (mean + rest) / 2]), limit)


def binary(**records: np.ndarray) -> None:
    """Refuse what is not a matrix of integers that are 0 or 1, a row at least."""
    ((name, x),) = records.items()
    if not isinstance(x, np.ndarray) or x.ndim != 2 or not x.size:
        got = getattr(x, "shape", type(x).__name__)
        raise ValueError(f"{name} must be a matrix (records, features), got {got}")
    if x.dtype.kind not in "iu":
        raise ValueError(f"{name} must be integers 0 and 1, got {x.dtype}")
    if x.min() < 0 or x.max() > 1:
        raise ValueError(f"{name} must be 0 or 1, got {x.min()} to {x.max()}")


def read_classifier(
    scores_of: Callable[[np.ndarray], np.ndarray], features: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return (weights, bias) from the scores of ``features`` + 1 records.

    What any user can do: scores are linear, so the record without features gives the
    bias, and each record with one feature a column of weights.

    Args:
        scores_of: Asks for the scores of integer records and returns them.
        features: Number of features.
    """
    questions = np.vstack([np.zeros(features, np.int64), np.eye(features, dtype=int)])
    scores = scores_of(questions)
    return (scores[1:] - scores[0]).T, scores[0]


def _scaled(weights: np.ndarray, bias: np.ndarray, limit: int) -> LinearClassifier:
    at_least(1, limit=limit)
    for bits in range(MOST_BITS, -1, -1):
        scale = math.ldexp(1.0, bits)
        W, b = (np.rint(scale * v).astype(np.int64) for v in (weights, bias))
        classifier = LinearClassifier(W, b, bits)
        if classifier.largest <= limit:
            return classifier
    raise ValueError(
        f"limit must be at least {classifier.largest} for these sums, got {limit}: "
        "take a larger plaintext modulus"
    )

"""What a garbled network gives away although nothing was broken (chapter 7).

Garbling hides values. It does not hide what both parties must know to build the
circuit, nor what somebody decides to decode:

    published                    what it tells                              attack
    dictionary D                 training samples, as they are        ``read_samples``
    basis U of its span          who is in the dictionary                 ``in_span``
    pattern of a pruned network  what the training data were like      ``PatternGuess``
    labels of a hidden layer     weights and biases of that layer       ``solve_layer``

The first three are DeepSecure's own preprocessing, the last is a mistake that is easy
to make: the garbler holds the colours of every wire and can decode any layer whose
labels it is sent. For a ReLU unit that was positive, output = w x + b is one linear
equation; as many samples as a unit has weights, and one more, give the unit away.

Sources: the property attack follows G. Ateniese et al., "Hacking Smart Machines with
Smarter Ones", 2015, with the pattern in place of the weights; solving layers: F. Tramer
et al., "Stealing Machine Learning Models via Prediction APIs", USENIX Security 2016.
"""

from collections.abc import Sequence

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.learning.garbled.projection import residual


def read_samples(columns: np.ndarray, *, levels: int) -> np.ndarray:
    """Return the training samples that stand in a published dictionary.

    A column is a sample divided by its length. If its entries were k / levels with
    integers k, the right length is the one that makes all of them integers again.

    Args:
        columns: D, shape ``(d, l)``.
        levels: Largest k that a sample may hold, 16 for the digits.

    Returns:
        Integers k, int64 ``(l, d)``; a sample whose entries have a common factor comes
        out divided by it. Rows of -1 where no length fits.
    """
    at_least(1, levels=levels)
    found = np.full(columns.T.shape, -1, np.int64)
    for row, column in zip(found, columns.T, strict=True):
        for top in range(1, levels + 1):
            scaled = column * (top / np.abs(column).max())
            if np.abs(scaled - np.rint(scaled)).max() < 1e-6:
                row[:] = np.rint(scaled)
                break
    return found


def in_span(basis: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Guess which rows of ``x`` are in the dictionary behind a published basis.

    Args:
        basis: U, shape ``(d, l)``, or W = U U^T, which has the same span.
        x: Candidates, shape ``(n, d)``.

    Returns:
        bool ``(n,)``: the residual is 0 up to rounding.
    """
    u, s, _ = np.linalg.svd(np.asarray(basis, float), full_matrices=False)
    return residual(u[:, s > 1e-9 * s[0]], x) < 1e-7


def usage(masks: Sequence[np.ndarray]) -> np.ndarray:
    """Return how many units look at each input, as a share: the pattern in short."""
    return np.asarray(masks[0], float).mean(axis=0)


class PatternGuess:
    """Guesses a property of the training data from the pattern alone.

    The attacker trains networks of its own on data of its own, with and without the
    property, prunes them as the owner does, and keeps the mean usage of each kind.

    Args:
        patterns: Usage of each shadow network, shape ``(n, inputs)``.
        labels: Whether its data had the property, bool ``(n,)``.

    Raises:
        ValueError: If one of the two kinds is missing.
    """

    def __init__(self, patterns: np.ndarray, labels: np.ndarray) -> None:
        patterns, labels = np.asarray(patterns, float), np.asarray(labels, bool)
        if labels.all() or not labels.any():
            raise ValueError("labels must hold both kinds, got one")
        means = np.array([patterns[labels == kind].mean(axis=0) for kind in (0, 1)])
        spread = np.mean(
            [patterns[labels == kind].var(axis=0) for kind in (0, 1)], axis=0
        )
        # the direction in which the kinds differ most for their spread; a few shadow
        # networks know no correlations, so each input stands for itself
        self.direction = (means[1] - means[0]) / (spread + 1 / patterns.shape[1])
        self.threshold = float(means.mean(axis=0) @ self.direction)

    def score(self, pattern: np.ndarray) -> np.ndarray:
        """Return how much a pattern ``(..., inputs)`` speaks for the property."""
        return np.asarray(pattern, float) @ self.direction - self.threshold

    def __call__(self, pattern: np.ndarray) -> np.ndarray:
        """Return the guess for each pattern, bool."""
        return self.score(pattern) > 0


def solve_layer(x: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return a ReLU layer from the client's samples and the layer's decoded outputs.

    Args:
        x: What entered the layer, shape ``(n, inputs)``.
        outputs: What left it, real numbers, shape ``(n, units)``.

    Returns:
        ``(units, 1 + inputs)``, column 0 the biases; NaN for a unit that was positive
        too seldom.
    """
    x, outputs = np.asarray(x, float), np.asarray(outputs, float)
    nodes = np.column_stack([np.ones(len(x)), x])
    solved = np.full((outputs.shape[1], nodes.shape[1]), np.nan)
    for unit, z in enumerate(outputs.T):
        on = z > 0
        if np.linalg.matrix_rank(nodes[on]) == nodes.shape[1]:
            solved[unit] = np.linalg.lstsq(nodes[on], z[on], rcond=None)[0]
    return solved

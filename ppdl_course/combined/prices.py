"""What a network in words gets right, and what it costs: for the sliders of chapter 7.

Nothing is garbled here: the price follows from the public shape, the labels from the
plain twin, which agrees with the garbled network bit for bit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import within
from ppdl_course.data import Split
from ppdl_course.law.records import LawCases
from ppdl_course.mpc.circuits.gate_table import BYTES_A_GATE
from ppdl_course.mpc.learning.garbled import pruning
from ppdl_course.mpc.learning.garbled.layers import Format
from ppdl_course.mpc.learning.garbled.word_network import WordNetwork
from ppdl_course.nn import Network, accuracy

FORMATS = tuple(
    (width, fraction)
    for width in (6, 8, 10, 12, 16)
    for fraction in (1, 2, 3, 4, 6, 8, 12)
    if fraction <= width - 2
)
"""Bits of a word, bits after the point."""
EPOCHS, RATE, SEED = 10, 0.02, 7


@dataclass(frozen=True)
class Priced:
    """A network, what it gets right, and what it costs.

    Attributes:
        accuracy: Share of the test data that it labels rightly.
        and_gates: AND gates of one evaluation.
    """

    accuracy: float
    and_gates: int

    @property
    def megabytes(self) -> float:
        """Megabytes (10^6 bytes) of garbled tables of one evaluation."""
        return self.and_gates * BYTES_A_GATE / 1e6


def priced(words: WordNetwork, x: np.ndarray, y: np.ndarray) -> Priced:
    """Return what a network in words gets right on rows ``x``, and its AND gates."""
    return Priced(words.accuracy(x, y), words.shape.and_gates)


def of_formats(
    network: Network,
    data: Split | LawCases,
    formats: Iterable[tuple[int, int]] = FORMATS,
) -> dict[tuple[int, int], Priced]:
    """Return the price of a network in several kinds of words.

    Args:
        network: Trained, in floating point.
        data: Training rows, by which layers are scaled to fit the words, and test rows.
        formats: (bits of a word, fraction bits).

    Returns:
        What fits, by format: a weight or a sum that does not is no entry.
    """
    table = {}
    for width, fraction in formats:
        try:
            words = WordNetwork.of(
                network, form=Format.of(width, fraction), sample=data.X_train
            )
            table[width, fraction] = priced(words, data.X_test, data.y_test)
        except ValueError:
            continue  # the words are too short for a number of this network
    return table


def counts(network: Network, share: float) -> list[int]:
    """Return how many weights each unit keeps of each layer, at least one.

    Raises:
        ValueError: If ``share`` is not in (0, 1].
    """
    within("(0, 1]", share=share)
    return [max(1, round(share * inputs)) for inputs in network.sizes[:-1]]


def of_pruned(
    network: Network, data: Split | LawCases, shares: Sequence[float]
) -> tuple[dict[float, Priced], dict[float, float]]:
    """Return the price of a network with fewer and fewer weights.

    Args:
        network: Trained, in floating point.
        data: Training rows to retrain on, and test rows.
        shares: Shares of the weights that are kept.

    Returns:
        By share: the retrained network in words of 16 bits; and the accuracy before
        retraining, in floating point.
    """
    after, before = {}, {}
    for share in shares:
        keep = counts(network, share)
        bare = network.copy()
        pruning.apply(bare, pruning.masks_of(bare, keep))
        before[share] = accuracy(bare, data.X_test, data.y_test)
        words = pruned_words(network, data, keep)
        after[share] = priced(words, data.X_test, data.y_test)
    return after, before


def pruned_words(
    network: Network, data: Split | LawCases, keep: Sequence[int]
) -> WordNetwork:
    """Return a network pruned to ``keep`` weights a unit and retrained, in words."""
    rng = np.random.default_rng(SEED)
    recipe = {"rate": RATE, "epochs": EPOCHS, "rng": rng}
    pruned, masks = pruning.prune(
        network, data.X_train, data.y_train, keep=keep, **recipe
    )
    return WordNetwork.of(pruned, masks=masks, sample=data.X_train)

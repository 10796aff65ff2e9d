"""The activations that a garbled network can use, each with the function it stands for.

    >>> sorted(ACTIVATIONS)[:3]
    ['identity', 'relu', 'sigmoid']

ReLU is exact. The others are off by a known amount (``exhaustive.worst_error``); the
plain twin of a network reads their outputs from a table of all words, so that it gives
the circuit's answer bit for bit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ppdl_course.mpc.circuits import cordic, public_tables, straight_pieces
from ppdl_course.mpc.circuits.arithmetic import relu
from ppdl_course.mpc.circuits.builder import Builder, Word
from ppdl_course.mpc.circuits.exhaustive import (
    Operation,
    all_outputs,
    circuit_of,
    worst_error,
)
from ppdl_course.nn.activations import sigmoid


@dataclass(frozen=True)
class GarbledActivation:
    """An activation as a circuit.

    Attributes:
        name: Its key in ``ACTIVATIONS``.
        operation: Builds it on one word; ReLU and identity on words of any width.
        real: The function it stands for.
        any_width: Whether it takes words of other than 16 bits, 12 after the point.
    """

    name: str
    operation: Operation
    real: Callable[[np.ndarray], np.ndarray]
    any_width: bool = False

    @property
    def and_gates(self) -> int:
        """AND gates on a word of 16 bits."""
        return circuit_of(self.operation).and_gates

    def worst_error(self) -> float:
        """Return the largest error over all 65,536 words with 12 fraction bits."""
        return worst_error(self.operation, self.real)

    def plain(self, words: np.ndarray) -> np.ndarray:
        """Return what the circuit gives for signed words, int64, without a circuit.

        Raises:
            ValueError: If the activation is by a table and a word has over 16 bits.
        """
        words = np.asarray(words, np.int64)
        if self.any_width:
            return self.real(words)
        if (np.abs(2 * words + 1) > 1 << 16).any():
            raise ValueError(f"words must have 16 bits, got {words.max()}")
        return _table(self.operation)[words + (1 << 15)]


@lru_cache(maxsize=16)
def _table(operation: Operation) -> np.ndarray:
    return all_outputs(circuit_of(operation))


def _identity(b: Builder, x: Word) -> Word:
    return list(x)


def _real_relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def _real_identity(x: np.ndarray) -> np.ndarray:
    return np.array(x)


ACTIVATIONS = {
    a.name: a
    for a in (
        GarbledActivation("identity", _identity, _real_identity, any_width=True),
        GarbledActivation("relu", relu, _real_relu, any_width=True),
        GarbledActivation("sigmoid", straight_pieces.sigmoid, sigmoid),
        GarbledActivation("tanh", straight_pieces.tanh, np.tanh),
        GarbledActivation("sigmoid by table", public_tables.sigmoid_by_table, sigmoid),
        GarbledActivation("tanh by table", public_tables.tanh_by_table, np.tanh),
        GarbledActivation("sigmoid by CORDIC", cordic.sigmoid_by_cordic, sigmoid),
        GarbledActivation("tanh by CORDIC", cordic.tanh_by_cordic, np.tanh),
    )
}


def activation(name: str) -> GarbledActivation:
    """Return the activation of that name.

    Raises:
        ValueError: If there is none.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {sorted(ACTIVATIONS)}: {name!r}")
    return ACTIVATIONS[name]

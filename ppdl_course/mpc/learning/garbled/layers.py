"""A layer of a network as a few circuits that both parties can build (chapter 7).

    dot_circuit      inputs x, weights w -> column sums of at most 64 terms, an instance
                     for each unit and block of terms
    low_circuit      inputs x -> for a dense layer: what the columns left out
    finish_circuit   sums, offset -> added, rounded, activation

What is wired to what is public: the sizes, the activation, and which weights there are
(the *pattern*, see ``pruning``). The weights and offsets are the model owner's.

Left-out columns. A column sum leaves out bits x_i w_j 2^(i + j) with i + j < d. Their
best linear guess is x_i / 2 + w_j / 2 - 1/4. The part with w is a number of the owner's
and goes into the offset. The part with x is the same for all units of a dense layer:
one small circuit counts it. This brings the error of a sum of 64 terms from about one
unit to less than half of one. A pruned layer has no common sum; there x_i is taken for
1/2.

One routing serves three readings: labels for the garbler (zero labels), labels for the
evaluator, bits for a test. ``run`` says what to do with a circuit and its inputs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ppdl_course.mpc.circuits.circuit import Circuit
from ppdl_course.mpc.learning.garbled.unit_circuits import (
    dot_circuit,
    finish_circuit,
    low_circuit,
)
from ppdl_course.mpc.learning.garbled.words import Format, Values

TERMS = 64
"""Most terms of one column sum: longer sums would only make wires live longer."""

Run = Callable[[Circuit, np.ndarray], np.ndarray]
"""Takes a circuit and values ``(inputs, instances, ...)``, returns its outputs'."""


@dataclass(frozen=True)
class Group:
    """Column sums with equally many terms, which share one circuit.

    Attributes:
        units: Whose sum each is, shape ``(sums,)``.
        inputs: Which inputs are its terms, shape ``(sums, terms)``.
        links: The same as places in the list of weights.
    """

    units: np.ndarray
    inputs: np.ndarray
    links: np.ndarray


@dataclass(frozen=True, eq=False)
class Layer:
    """The public side of one layer.

    Attributes:
        mask: Which weights there are, bool ``(outputs, inputs)``.
        activation: Name, see ``circuits.activations``.
        format: The words.
        arriving: How its inputs arrive.
    """

    mask: np.ndarray
    activation: str
    format: Format
    arriving: Values

    @property
    def outputs(self) -> int:
        """Number of units."""
        return len(self.mask)

    @property
    def links(self) -> int:
        """Number of weights; they are counted row by row."""
        return int(self.mask.sum())

    @cached_property
    def shared(self) -> bool:
        """Whether all units have the same terms, so that the low columns are shared."""
        return self.format.drop >= 2 and bool(self.mask.all())

    @cached_property
    def groups(self) -> list[Group]:
        """The column sums, those with equally many terms together."""
        place = np.cumsum(self.mask).reshape(self.mask.shape) - 1
        found: dict[int, list[tuple[int, np.ndarray]]] = {}
        for unit, row in enumerate(self.mask):
            terms = np.flatnonzero(row)
            for part in _parts(terms):
                found.setdefault(len(part), []).append((unit, part))
        groups = []
        for _, sums in sorted(found.items()):
            units = np.array([unit for unit, _ in sums])
            inputs = np.array([part for _, part in sums])
            groups.append(Group(units, inputs, place[units[:, None], inputs]))
        return groups

    @property
    def leaving(self) -> Values:
        """How its outputs leave."""
        return finish_circuit(self.format, 1, 0, self.activation)[1]

    def circuits(self) -> list[tuple[Circuit, int]]:
        """Return every circuit of the layer with its number of instances."""
        found = [
            (
                dot_circuit(self.format, group.inputs.shape[1], self.arriving),
                len(group.units),
            )
            for group in self.groups
        ]
        if self.shared:
            found.append((self._low(), 1))
        for parts, units in self._finishing():
            found.append((self.finish(parts), len(units)))
        return found

    @property
    def and_gates(self) -> int:
        """AND gates of the whole layer, for one sample."""
        return sum(circuit.and_gates * n for circuit, n in self.circuits())

    def compute(
        self, run: Run, x: np.ndarray, w: np.ndarray, offset: np.ndarray
    ) -> np.ndarray:
        """Run the layer for one sample.

        Args:
            run: Garbles, evaluates or computes one circuit.
            x: Shape ``(inputs, arriving.bits, ...)``.
            w: Shape ``(links, width, ...)``.
            offset: Shape ``(outputs, part_bits, ...)``.

        Returns:
            Shape ``(outputs, leaving.bits, ...)``.
        """
        sums: list[list[np.ndarray]] = [[] for _ in range(self.outputs)]
        for group in self.groups:
            count, terms = group.inputs.shape
            wires = [_flat(x[group.inputs], 3), _flat(w[group.links], 3)]
            circuit = dot_circuit(self.format, terms, self.arriving)
            out = run(circuit, np.concatenate(wires, axis=1).swapaxes(0, 1))
            for k in range(count):
                sums[group.units[k]].append(out[:, k])
        common = []
        if self.shared:
            low = x[:, : self.format.drop]
            common = [run(self._low(), _flat(low[None], 3).swapaxes(0, 1))[:, 0]]
        y = None
        for parts, units in self._finishing():
            rows = [np.concatenate([*sums[u], *common, offset[u]]) for u in units]
            out = run(self.finish(parts), np.stack(rows, axis=1))
            if y is None:
                y = np.empty((self.outputs, len(out), *out.shape[2:]), out.dtype)
            y[units] = out.swapaxes(0, 1)
        return y

    def _finishing(self) -> list[tuple[int, np.ndarray]]:
        """Return the units by how many column sums they have."""
        parts = np.array([len(_parts(np.flatnonzero(row))) for row in self.mask])
        return [(int(n), np.flatnonzero(parts == n)) for n in np.unique(parts)]

    def _low(self) -> Circuit:
        bits = min(self.format.drop, self.arriving.bits)
        return low_circuit(self.format.drop, self.mask.shape[1], bits)

    def finish(self, parts: int = 1) -> Circuit:
        """Return the circuit that adds ``parts`` sums and an offset, and activates."""
        low = self._low().outputs[0] if self.shared else 0
        return finish_circuit(self.format, parts, low, self.activation)[0]


def _parts(terms: np.ndarray) -> list[np.ndarray]:
    blocks = -(-len(terms) // TERMS)
    return np.array_split(terms, blocks) if blocks else []


def _flat(values: np.ndarray, axes: int) -> np.ndarray:
    """Join axes 1 .. axes - 1, so that a sum's wires stand in one axis."""
    return values.reshape(len(values), -1, *values.shape[axes:])

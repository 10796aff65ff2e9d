"""A layer of a network as a few circuits that both parties can build (chapter 7).

    inputs x, weights w    column sums of at most 64 terms, one instance for each
                           unit and block of terms                      ``_dot``
    inputs x               for a dense layer: what the columns left out  ``_low``
    sums, offset           added, rounded, activation                    ``_finish``

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
from functools import cached_property, lru_cache

import numpy as np

from ppdl_course.arguments import at_least, between
from ppdl_course.mpc.circuits.activations import activation as activation_of
from ppdl_course.mpc.circuits.arithmetic import argmax_by_rounds
from ppdl_course.mpc.circuits.builder import ZERO, Builder, Word
from ppdl_course.mpc.circuits.circuit import Circuit
from ppdl_course.mpc.circuits.dot_product import (
    FRACTION_BITS,
    WIDTH,
    column_sum,
    default_drop,
    dot_columns,
)

TERMS = 64
"""Most terms of one column sum: longer sums would only make wires live longer."""

Run = Callable[[Circuit, np.ndarray], np.ndarray]
"""Takes a circuit and values ``(inputs, instances, ...)``, returns its outputs'."""


@dataclass(frozen=True)
class Format:
    """The words of a network.

    Attributes:
        width: Bits of a word, sign included.
        fraction_bits: f, bits after the point.
        drop: d, low columns of a product that are left out.

    Raises:
        ValueError: If ``fraction_bits`` is not in 0 .. width - 1, or ``drop`` not in
            0 .. fraction_bits.
    """

    width: int = WIDTH
    fraction_bits: int = FRACTION_BITS
    drop: int = default_drop(FRACTION_BITS)

    def __post_init__(self) -> None:
        between(2, 31, width=self.width)
        between(0, self.width - 1, fraction_bits=self.fraction_bits)
        between(0, self.fraction_bits, drop=self.drop)

    @classmethod
    def of(cls, width: int = WIDTH, fraction_bits: int = FRACTION_BITS) -> "Format":
        """Return a format that leaves out all but three of the low columns."""
        between(0, width - 1, fraction_bits=fraction_bits)
        return cls(width, fraction_bits, default_drop(fraction_bits))

    @property
    def part_bits(self) -> int:
        """Bits of a sum before it is rounded: columns d .. width + f - 1."""
        return self.width + self.fraction_bits - self.drop

    @property
    def largest(self) -> float:
        """The largest number that a word holds."""
        return ((1 << (self.width - 1)) - 1) / 2.0**self.fraction_bits

    def words(self, numbers: np.ndarray, name: str) -> np.ndarray:
        """Return round(2^f number) as int64.

        Raises:
            ValueError: If a number is NaN or does not fit.
        """
        numbers = np.asarray(numbers, np.float64)
        scaled = np.rint(numbers * 2**self.fraction_bits)
        half = 1 << (self.width - 1)
        bad = ~((scaled >= -half) & (scaled < half))
        if bad.any():
            raise ValueError(
                f"{name} must be within -{half / 2**self.fraction_bits:g} .. "
                f"{self.largest:g} with {self.fraction_bits} fraction bits of "
                f"{self.width}, got {numbers[bad][0]:g}"
            )
        return scaled.astype(np.int64)


@dataclass(frozen=True)
class Values:
    """How values arrive: as words whose highest bits may be known.

    Attributes:
        bits: Wires of a value.
        signed: Whether the highest is a sign; otherwise the value is not negative.
    """

    bits: int
    signed: bool

    def word(self, wires: Word) -> Word:
        """Return a signed word."""
        return list(wires) if self.signed else [*wires, ZERO]


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
        return _finish(self.format, 1, 0, self.activation)[1]

    def circuits(self) -> list[tuple[Circuit, int]]:
        """Return every circuit of the layer with its number of instances."""
        found = [
            (_dot(self.format, group.inputs.shape[1], self.arriving), len(group.units))
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
            circuit = _dot(self.format, terms, self.arriving)
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
        return _low(self.format.drop, self.mask.shape[1], bits)

    def finish(self, parts: int = 1) -> Circuit:
        """Return the circuit that adds ``parts`` sums and an offset, and activates."""
        low = self._low().outputs[0] if self.shared else 0
        return _finish(self.format, parts, low, self.activation)[0]


def low_guess(x: np.ndarray, drop: int) -> np.ndarray:
    """Return what ``_low`` gives for words x, in plain integers, in units of 2^drop.

    Args:
        x: int64 words, shape ``(n, inputs)``.
        drop: d, at least 2.

    Returns:
        int64, shape ``(n,)``.
    """
    at_least(2, drop=drop)
    bits = x[..., None] >> np.arange(drop) & 1
    total = (
        (bits[..., :-1].sum(axis=(1, 2)) * 2 + bits[..., -1].sum(axis=1)) << drop >> 2
    )
    return total >> drop


def argmax_circuit(count: int, values: Values) -> Circuit:
    """Return the circuit of the place of the largest of ``count`` values."""
    return _argmax(count, values)


@lru_cache(maxsize=64)
def _argmax(count: int, values: Values) -> Circuit:
    b = Builder()
    wires = b.input(count * values.bits)
    words = [values.word(word) for word in _cut(wires, values.bits)]
    return b.build(argmax_by_rounds(b, words))


@lru_cache(maxsize=64)
def _dot(form: Format, terms: int, arriving: Values) -> Circuit:
    """Return the circuit of one column sum, columns d and up."""
    b = Builder()
    x, w = b.input(terms * arriving.bits), b.input(terms * form.width)
    xs = [arriving.word(word) for word in _cut(x, arriving.bits)]
    columns = form.width + form.fraction_bits
    total = dot_columns(b, xs, _cut(w, form.width), columns=columns, drop=form.drop)
    return b.build(total)


@lru_cache(maxsize=64)
def _low(drop: int, inputs: int, bits: int) -> Circuit:
    """Return the circuit that counts the low bits of all inputs.

    Bit i < d - 1 of an input is worth 2^(d - 1), bit d - 1 half of that: half of the
    sum of the places 2^i .. 2^(d - 1) that it may be carried to, nearly.
    """
    b = Builder()
    wires = b.input(inputs * bits)
    columns: list[list[int]] = [[] for _ in range(drop + (inputs * drop).bit_length())]
    for word in _cut(wires, bits):
        for i, wire in enumerate(word):
            columns[drop - 1 if i < drop - 1 else drop - 2].append(wire)
    return b.build(column_sum(b, columns)[drop:])


@lru_cache(maxsize=64)
def _finish(
    form: Format, parts: int, low: int, activation: str
) -> tuple[Circuit, Values]:
    """Return the circuit of sum and activation, and how its output leaves."""
    b = Builder()
    n = form.part_bits
    words = [b.input(n) for _ in range(parts)]
    words += [b.input(low)] if low else []
    words.append(b.input(n))
    columns = [[word[k] for word in words if k < len(word)] for k in range(n)]
    total = column_sum(b, columns)[form.fraction_bits - form.drop :]
    chosen = activation_of(activation)
    if not chosen.any_width and (form.width, form.fraction_bits) != (16, 12):
        raise ValueError(
            f"activation {activation!r} takes words of 16 bits, 12 of them after the "
            f"point, got {form.width} and {form.fraction_bits}"
        )
    out = chosen.operation(b, total)
    signed = out[-1] != ZERO
    while len(out) > 1 and (out[-1] == ZERO or (signed and out[-1] == out[-2])):
        out = out[:-1]  # what is known, or a copy of the sign, need not be carried
    return b.build(out), Values(len(out), signed)


def _parts(terms: np.ndarray) -> list[np.ndarray]:
    blocks = -(-len(terms) // TERMS)
    return np.array_split(terms, blocks) if blocks else []


def _cut(wires: Word, width: int) -> list[Word]:
    return [wires[k : k + width] for k in range(0, len(wires), width)]


def _flat(values: np.ndarray, axes: int) -> np.ndarray:
    """Join axes 1 .. axes - 1, so that a sum's wires stand in one axis."""
    return values.reshape(len(values), -1, *values.shape[axes:])

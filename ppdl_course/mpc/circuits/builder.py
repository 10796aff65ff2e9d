"""A builder of circuits: wires go in, wires come out, gates are remembered.

    b = Builder()
    x, y = b.input(32), b.input(32)          # words: lists of wires, lowest bit first
    circuit = b.build(less_than(b, x, y))    # see ``arithmetic``

The builder simplifies as it goes, since an AND gate costs 32 bytes on the network later
and a moment of thought here: constants are folded, a gate asked for twice is built
once, and gates that no output needs are dropped by :meth:`Builder.build`.
"""

from collections.abc import Sequence

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.circuits.circuit import AND, EQ, EQW, INV, XOR, Circuit

# Below every wire's number, and in this order: sorting puts constants first.
ZERO, ONE = -2, -1
"""The two constants; they may stand wherever a wire may."""

Word = list[int]
"""Wires of a value, lowest bit first; the last is the sign in two's complement."""


class Builder:
    """Collects the gates of one circuit.

    All inputs are declared before the first gate. A wire is an int; ``ZERO`` and
    ``ONE`` are constants.
    """

    def __init__(self) -> None:
        self._inputs: list[int] = []
        self._gates: list[tuple[int, int, int]] = []
        self._known: dict[tuple[int, int, int], int] = {}

    def input(self, width: int) -> Word:
        """Declare an input value of ``width`` bits and return its wires.

        Raises:
            ValueError: If ``width`` is below 1 or a gate was built already.
        """
        at_least(1, width=width)
        if self._gates:
            raise ValueError("input must be called before the first gate is built")
        first = sum(self._inputs)
        self._inputs.append(width)
        return list(range(first, first + width))

    def xor(self, v: int, w: int) -> int:
        """Return a wire that is 1 if exactly one of ``v`` and ``w`` is."""
        v, w = sorted((v, w))  # so that (v, w) and (w, v) are one gate
        if v == w:
            return ZERO
        if v == ZERO:
            return w
        if v == ONE:
            return self.inv(w)
        return self._gate(XOR, v, w)

    def and_(self, v: int, w: int) -> int:
        """Return a wire that is 1 if both ``v`` and ``w`` are."""
        v, w = sorted((v, w))
        if v in (ZERO, w):
            return v
        return w if v == ONE else self._gate(AND, v, w)

    def inv(self, v: int) -> int:
        """Return a wire that is 1 if ``v`` is 0."""
        if v in (ZERO, ONE):
            return ONE if v == ZERO else ZERO
        # the inverse of an inverse is the wire before it: no gate
        gate = self._gates[v - self._first] if v >= self._first else None
        if gate is not None and gate[0] == INV:
            return gate[1]
        return self._gate(INV, v, 0)

    def or_(self, v: int, w: int) -> int:
        """Return a wire that is 1 if ``v`` or ``w`` is: one AND gate."""
        return self.inv(self.and_(self.inv(v), self.inv(w)))

    def select(self, bit: int, one: int, zero: int) -> int:
        """Return ``one`` if ``bit`` is 1, else ``zero``: one AND gate, not two."""
        return self.xor(self.and_(bit, self.xor(one, zero)), zero)

    def build(self, *outputs: Sequence[int] | int) -> Circuit:
        """Return the circuit with these output values, without gates nobody needs.

        Args:
            outputs: Words; a single wire counts as a word of one bit.

        Raises:
            ValueError: If an output is empty or not a wire of this builder.
        """
        words = [[word] if isinstance(word, int) else list(word) for word in outputs]
        flat = [wire for word in words for wire in word]
        if not words or not all(words):
            raise ValueError("outputs must have at least one wire each")
        bad = [wire for wire in flat if not ZERO <= wire < self._first + self._size]
        if bad:
            raise ValueError(f"outputs must be wires of this builder, got {bad[0]}")
        keep = self._needed(flat)
        # A gate's own wire can be an output once; a copy serves inputs and repeats.
        last = {w: k for k, w in enumerate(flat) if w >= self._first}
        inner = [w for w in keep if w not in last]
        number = {w: self._first + k for k, w in enumerate(inner)}
        copies = [k for k, w in enumerate(flat) if last.get(w) != k]
        base = self._first + len(keep) + len(copies) - len(flat)
        number |= {w: base + k for w, k in last.items()}
        number |= {w: w for w in range(self._first)}
        rows = [
            (op, number[a], number[b] if op in (XOR, AND) else 0, number[wire])
            for wire in keep
            for op, a, b in [self._gates[wire - self._first]]
        ]
        rows += [
            (EQ, flat[k] == ONE, 0, base + k)
            if flat[k] in (ZERO, ONE)
            else (EQW, number[flat[k]], 0, base + k)
            for k in copies
        ]
        columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
        return Circuit(tuple(self._inputs), tuple(map(len, words)), *columns)

    @property
    def _first(self) -> int:
        return sum(self._inputs)

    @property
    def _size(self) -> int:
        return len(self._gates)

    def _gate(self, op: int, a: int, b: int) -> int:
        gate = (op, a, b)
        if gate not in self._known:
            for wire in (a, b):
                if not 0 <= wire < self._first + self._size:
                    raise ValueError(f"wire must be of this builder, got {wire}")
            self._known[gate] = self._first + self._size
            self._gates.append(gate)
        return self._known[gate]

    def _needed(self, outputs: list[int]) -> list[int]:
        """Return the gates' wires that an output depends on, in order."""
        needed = set(outputs)
        for wire in range(self._first + self._size - 1, self._first - 1, -1):
            if wire in needed:
                op, a, b = self._gates[wire - self._first]
                needed |= {a} if op == INV else {a, b}
        return sorted(wire for wire in needed if wire >= self._first)

"""Yao's garbled circuits, gate by gate: the frame that the five schemes fit into.

    Garbler                                                  Evaluator
    two random labels for each wire,
    one for 0, one for 1
    rows of each gate           ---- tables, output hashes -->
    labels of its own bits      ---- labels ----------------->
                                <--- oblivious transfer ----->  labels of its own bits
                                                             opens each gate: one label
                                                             for each wire, no bits
                                                             output labels -> bits

What the evaluator sees is one random label for each wire and rows it can open one of:
nothing about the garbler's bits but what the output tells. The security is passive: a
garbler may garble another circuit than agreed, and a garbled circuit must never be
evaluated on two inputs (chapter 5 does both).

A *scheme* says how one gate is garbled and opened. Labels are arrays ``(n, 2)`` of n
independent instances (see ``label_hash``), so that each scheme can be timed without
timing Python. ``batched`` is the version for real use.

Source: Yao, How to Generate and Exchange Secrets, FOCS 1986 (the idea; garbling was in
the talk); Lindell and Pinkas, A Proof of Security of Yao's Protocol for Two-Party
Computation, J. Cryptology 2009.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ppdl_course.mpc.circuits.circuit import AND, EQ, EQW, INV, XOR, Circuit, as_bits
from ppdl_course.mpc.label_hash import LABEL_BYTES, LabelHash, colour

Labels = np.ndarray
Pair = tuple[Labels, Labels]
"""The labels of 0 and of 1 on one wire."""

TokenBytes = Callable[[int], bytes]
TRUTH = {AND: (0, 0, 0, 1), XOR: (0, 1, 1, 0)}
"""Output of a gate for the inputs 00, 01, 10, 11."""

# Above every tweak of a gate: those are below 16 times the number of gates.
_OUTPUT_TWEAK = 1 << 63


class GarbageError(ValueError):
    """A label or a row that no honest garbler made."""


class Scheme(Protocol):
    """How one gate is garbled and opened."""

    name: str
    rows: dict[int, int]
    row_bytes: int

    def offset(self, instances: int, token_bytes: TokenBytes) -> Labels | None:
        """Return R, one for each instance; ``None`` where labels are unrelated."""

    def fresh(self, offset: Labels | None, instances: int, token: TokenBytes) -> Pair:
        """Return a fresh pair of labels."""

    def garble(
        self,
        op: int,
        a: Pair,
        b: Pair,
        gate: int,
        hash_: LabelHash,
        offset: Labels | None,
        token: TokenBytes,
    ) -> tuple[np.ndarray, Pair]:
        """Return the rows, shape ``(rows, n, words)``, and the output's labels."""

    def open(
        self, op: int, a: Labels, b: Labels, rows: np.ndarray, gate: int, h: LabelHash
    ) -> Labels:
        """Return the output's label, given one label of each input."""


@dataclass
class Garbled:
    """What the garbler sends besides input labels: all of it may be seen.

    Attributes:
        key: Public key of the hash.
        rows: For each gate that has any, by number, its rows ``(rows, n, words)``.
        constants: Label of each constant wire, by gate.
        outputs: Hashes of both labels of each output, ``(outputs, 2, n, 2)``.
    """

    key: bytes
    rows: dict[int, np.ndarray] = field(default_factory=dict)
    constants: dict[int, Labels] = field(default_factory=dict)
    outputs: np.ndarray | None = None

    @property
    def table_bytes(self) -> int:
        """Bytes of all rows of one instance."""
        return sum(rows.nbytes // rows.shape[1] for rows in self.rows.values())


class Garbler:
    """Knows both labels of every wire; never learns the evaluator's bits.

    Attributes:
        circuit: What was garbled.
        pairs: The labels of 0 and 1 of each wire; secret.
        offset: R of the scheme, or ``None``; secret.
        garbled: What the evaluator gets.
    """

    def __init__(
        self,
        circuit: Circuit,
        scheme: Scheme,
        instances: int = 1,
        *,
        token_bytes: TokenBytes = secrets.token_bytes,
    ) -> None:
        self.circuit, self.scheme, self.instances = circuit, scheme, instances
        self.garbled = Garbled(token_bytes(LABEL_BYTES))
        hash_ = LabelHash(self.garbled.key)
        self.offset = scheme.offset(instances, token_bytes)
        self.pairs: list[Pair] = [
            scheme.fresh(self.offset, instances, token_bytes)
            for _ in range(sum(circuit.inputs))
        ]
        self.pairs += [self.pairs[0]] * circuit.gates
        for gate, (op, a, b, out) in enumerate(circuit.rows()):
            if op in (XOR, AND):
                rows, self.pairs[out] = scheme.garble(
                    op,
                    self.pairs[a],
                    self.pairs[b],
                    gate,
                    hash_,
                    self.offset,
                    token_bytes,
                )
                if len(rows):
                    self.garbled.rows[gate] = rows
            elif op == EQ:
                self.pairs[out] = scheme.fresh(self.offset, instances, token_bytes)
                self.garbled.constants[gate] = self.pairs[out][a]
            else:  # INV sends nothing: the labels of 0 and 1 change their meaning
                self.pairs[out] = self.pairs[a][::-1] if op == INV else self.pairs[a]
        outputs = np.array(self.pairs[circuit.wires - sum(circuit.outputs) :])
        self.garbled.outputs = _hash_outputs(hash_, outputs)

    def labels(self, first: int, bits: np.ndarray) -> np.ndarray:
        """Return the labels that stand for ``bits`` on the wires from ``first`` on.

        Args:
            first: Number of an input wire.
            bits: Shape ``(wires, n)``.

        Returns:
            Shape ``(wires, n, 2)``.
        """
        chosen = as_bits(bits, len(bits), "bits")[..., None]
        pairs = np.array(self.pairs[first : first + len(bits)])
        return np.where(chosen, pairs[:, 1], pairs[:, 0])


class Evaluator:
    """Holds one label for each wire and never learns which bit it stands for.

    Attributes:
        active: The label of each wire, once evaluated.
    """

    def __init__(self, circuit: Circuit, scheme: Scheme, garbled: Garbled) -> None:
        self.circuit, self.scheme, self.garbled = circuit, scheme, garbled
        self.active: list[Labels] = []

    def evaluate(self, labels: np.ndarray) -> np.ndarray:
        """Open gate after gate; return the output labels ``(outputs, n, 2)``.

        Raises:
            GarbageError: If a scheme that can tell finds a gate it cannot open.
        """
        hash_ = LabelHash(self.garbled.key)
        circuit = self.circuit
        self.active = [*labels] + [labels[0]] * circuit.gates
        none = np.empty((0, labels.shape[1], 2), np.uint64)
        for gate, (op, a, b, out) in enumerate(circuit.rows()):
            if op in (XOR, AND):
                rows = self.garbled.rows.get(gate, none)
                self.active[out] = self.scheme.open(
                    op, self.active[a], self.active[b], rows, gate, hash_
                )
            elif op == EQ:
                self.active[out] = self.garbled.constants[gate]
            else:
                assert op in (INV, EQW)
                self.active[out] = self.active[a]
        return np.array(self.active[circuit.wires - sum(circuit.outputs) :])

    def decode(self, labels: np.ndarray) -> np.ndarray:
        """Return the output bits, bool ``(outputs, n)``.

        Raises:
            GarbageError: If a label is neither of the two that the garbler hashed.
        """
        twice = np.stack([labels, labels], axis=1)  # beside the hashes of 0 and of 1
        hashes = _hash_outputs(LabelHash(self.garbled.key), twice)
        match = (hashes == self.garbled.outputs).all(axis=-1)
        bad = np.argwhere(match.sum(axis=1) != 1)
        if len(bad):
            raise GarbageError(
                f"output {bad[0][0]} of instance {bad[0][1]} has a label that is "
                "neither the one of 0 nor the one of 1"
            )
        return match[:, 1]


def _hash_outputs(hash_: LabelHash, labels: np.ndarray) -> np.ndarray:
    """Hash labels ``(outputs, 2, n, 2)``, each output under a tweak of its own."""
    numbers = np.arange(len(labels), dtype=np.uint64) + np.uint64(_OUTPUT_TWEAK)
    return hash_(labels, numbers[:, None, None])


def random_labels(instances: int, token_bytes: TokenBytes) -> Labels:
    """Return fresh random labels, shape ``(instances, 2)``."""
    data = token_bytes(instances * LABEL_BYTES)
    return np.frombuffer(data, np.uint64).reshape(instances, 2).copy()


def pick(bits: np.ndarray, pair: Pair) -> Labels:
    """Return the label of 1 where the bit is 1, else the label of 0."""
    return np.where(np.asarray(bits, bool)[:, None], pair[1], pair[0])


def coloured(pair: Pair, wanted: int) -> tuple[Labels, np.ndarray]:
    """Return the label of each wire whose colour is ``wanted``, and its bit."""
    bit = colour(pair[0]) != bool(wanted)
    return pick(bit, pair), bit


def pad(hash_: LabelHash, a: Labels, b: Labels, tweak: np.ndarray | int) -> Labels:
    """Return H(a, 2t) xor H(b, 2t + 1): needs both labels, differs for each use t.

    Two tweaks, since a gate may read the same wire twice: H(a, t) xor H(a, t) is 0.
    """
    doubled = 2 * np.asarray(tweak, dtype=np.uint64)
    return hash_(a, doubled) ^ hash_(b, doubled + np.uint64(1))

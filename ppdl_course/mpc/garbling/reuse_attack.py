"""Attack: an evaluator who runs one garbled circuit on two inputs reads the other's.

Two runs with different bits on one wire give both labels of it, and their XOR is R, the
offset of every wire (free XOR). With R the evaluator has both labels of each wire, and
only lacks which is which. An AND gate tells: of its four input combinations three open
to the label of 0 and one, both bits 1, to the label of 1. That is the odd one out. So
the bits on all inputs of AND gates are known, XOR gates are linear equations between
them, and solving these gives the garbler's input bits.

The same happens if oblivious transfer gives away both labels, or if labels are reused
in a second circuit. The only defence is to garble afresh for each evaluation.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.mpc.circuits.circuit import AND, EQ, EQW, INV, XOR
from ppdl_course.mpc.garbling.gate_by_gate import Evaluator, Labels
from ppdl_course.mpc.garbling.half_gates import HalfGates
from ppdl_course.mpc.label_hash import LabelHash


def offset_from_two_runs(first: np.ndarray, second: np.ndarray) -> Labels | None:
    """Return R from the labels of the same wires in two runs, ``(wires, 1, 2)`` each.

    ``None`` if no wire changed: then nothing was learned.
    """
    changed = np.flatnonzero((first != second).any(axis=(1, 2)))
    return first[changed[0]] ^ second[changed[0]] if len(changed) else None


def odd_one_out(
    a: Labels, b: Labels, offset: Labels, open_gate: Callable[[Labels, Labels], Labels]
) -> tuple[int, int]:
    """Return the bits that the labels ``a`` and ``b`` of an AND gate stand for.

    Args:
        a: Label of the left input that the evaluator holds, shape ``(1, 2)``.
        b: Label of the right input.
        offset: R.
        open_gate: Opens the gate for any two labels.
    """
    combinations = [(i, j) for i in (0, 1) for j in (0, 1)]
    opened = [
        open_gate(a ^ offset if i else a, b ^ offset if j else b).tobytes()
        for i, j in combinations
    ]
    i, j = next(
        c
        for c, label in zip(combinations, opened, strict=True)
        if opened.count(label) == 1
    )
    return 1 - i, 1 - j  # flipping by i and j made both bits 1


def read_inputs(evaluator: Evaluator, offset: Labels) -> list[int | None]:
    """Return the bit of each input wire in the evaluator's last run, if it follows.

    Args:
        evaluator: Has evaluated one instance of a circuit garbled by half gates.
        offset: R.
    """
    circuit, garbled = evaluator.circuit, evaluator.garbled
    scheme, hash_ = HalfGates(), LabelHash(garbled.key)
    inputs = sum(circuit.inputs)
    one = 1 << inputs  # the constant, beside a bit for each input wire
    # each wire as a sum of input bits, modulo 2: one integer holds the coefficients
    wire = [1 << k for k in range(inputs)] + [0] * circuit.gates
    equations: list[int] = []
    for gate, (op, a, b, out) in enumerate(circuit.rows()):
        if op == AND:
            bits = odd_one_out(
                evaluator.active[a],
                evaluator.active[b],
                offset,
                lambda x, y, g=gate: scheme.open_and(x, y, garbled.rows[g], g, hash_),
            )
            for w, bit in zip((a, b), bits, strict=True):
                equations.append(wire[w] ^ (one if bit else 0))
            wire[out] = one if all(bits) else 0
        elif op == XOR:
            wire[out] = wire[a] ^ wire[b]
        else:
            wire[out] = {INV: wire[a] ^ one, EQ: one * a, EQW: wire[a]}[op]
    return _solve(equations, inputs)


def _solve(equations: list[int], inputs: int) -> list[int | None]:
    """Solve linear equations modulo 2; bit ``inputs`` of each is its constant."""
    pivots: dict[int, int] = {}
    low = (1 << inputs) - 1
    # Gauss and Jordan: a pivot's bit stands in no other pivot's row
    for row in equations:
        for k, pivot in pivots.items():
            if row >> k & 1:
                row ^= pivot
        if row & low:
            k = (row & low).bit_length() - 1
            for other in pivots:
                if pivots[other] >> k & 1:
                    pivots[other] ^= row
            pivots[k] = row
    return [
        pivots[k] >> inputs & 1 if pivots.get(k, 0) & low == 1 << k else None
        for k in range(inputs)
    ]

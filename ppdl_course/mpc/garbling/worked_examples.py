"""Small garbled circuits whose insides chapters 5 and 7 show: a gate, an adder, a unit.

Here garbler and evaluator meet in one function, which no protocol may do: it is how a
figure can show both desks.
"""

import numpy as np

from ppdl_course.mpc.circuits.builder import ZERO, Builder
from ppdl_course.mpc.circuits.circuit import AND, Circuit
from ppdl_course.mpc.garbling.gate_by_gate import Evaluator, Garbler, Scheme
from ppdl_course.mpc.garbling.half_gates import HalfGates
from ppdl_course.mpc.garbling.point_and_permute import PointPermute

AND_CIRCUIT = Circuit((1, 1), (1,), *np.array([[AND], [0], [1], [2]]))
"""One AND gate between one bit of each party."""


def garbled_and(scheme: Scheme | None = None, instances: int = 1) -> Garbler:
    """Return the garbler of one AND gate, by default with point-and-permute."""
    return Garbler(AND_CIRCUIT, scheme or PointPermute(), instances)


def evaluator_view(scheme: Scheme, x: int, y: int, runs: int) -> np.ndarray:
    """Return what the evaluator sees of an AND gate in many independent runs.

    Returns:
        Bits of its labels and of all rows, bool ``(runs, bits)``.
    """
    garbler = garbled_and(scheme, runs)
    evaluator = Evaluator(AND_CIRCUIT, scheme, garbler.garbled)
    evaluator.evaluate(garbler.labels(0, np.array([[x] * runs, [y] * runs])))
    parts = [np.array(evaluator.active), *garbler.garbled.rows.values()]
    view = np.concatenate([p.swapaxes(0, 1).reshape(runs, -1) for p in parts], axis=1)
    return np.unpackbits(view.view(np.uint8), axis=1, bitorder="little").astype(bool)


def garbled_adder(
    x: np.ndarray, y: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Garble and evaluate an adder; return bits and labels of its wires.

    Args:
        x: Bits, lowest first, shape ``(n,)``.
        y: As many bits.

    Returns:
        For each of ``x``, ``y``, ``sum``, ``carry``: bits ``(n,)`` and labels
        ``(n, 2)``.
    """
    n = len(x)
    circuit = _adder(n)
    bits = np.concatenate([x, y])[:, None]
    scheme = HalfGates()
    garbler = Garbler(circuit, scheme)
    evaluator = Evaluator(circuit, scheme, garbler.garbled)
    inputs = garbler.labels(0, bits)
    labels = np.concatenate([inputs, evaluator.evaluate(inputs)])[:, 0]
    values = np.concatenate([bits, circuit.evaluate(bits)])[:, 0]
    names = ("x", "y", "sum", "carry")
    parts = {name: slice(k * n, (k + 1) * n) for k, name in enumerate(names)}
    return (
        {name: values[part] for name, part in parts.items()},
        {name: labels[part] for name, part in parts.items()},
    )


def _adder(n: int) -> Circuit:
    b = Builder()
    x, y = b.input(n), b.input(n)
    carry, sums, carries = ZERO, [], []
    for left, right in zip(x, y, strict=True):
        left_carry = b.xor(left, carry)
        sums.append(b.xor(left_carry, right))
        # as in ``arithmetic``, but here every carry is an output
        carry = b.xor(carry, b.and_(left_carry, b.xor(right, carry)))
        carries.append(carry)
    return b.build(sums, carries)


def garbled_wires(circuit: Circuit, bits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Garble and evaluate any small circuit; return what each of its wires carries.

    Args:
        circuit: Garbled gate by gate: some hundred gates.
        bits: All input bits, shape ``(inputs,)``.

    Returns:
        Bits, bool ``(wires,)``, which nobody holds; and the evaluator's labels, uint64
        ``(wires, 2)``.
    """
    scheme = HalfGates()
    garbler = Garbler(circuit, scheme)
    evaluator = Evaluator(circuit, scheme, garbler.garbled)
    evaluator.evaluate(garbler.labels(0, np.asarray(bits)[:, None]))
    active = np.array(evaluator.active)[:, 0]
    ones = np.array([pair[1] for pair in garbler.pairs])[:, 0]
    return (active == ones).all(axis=1), active

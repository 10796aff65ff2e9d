"""The plan of a circuit: layers of gates that can run at once, and slots for wires.

Gate by gate, Python costs more than the cryptography. A plan turns a circuit into a
few hundred steps, each a whole array of gates that do not depend on each other:

- all AND gates with the same number of AND gates before them are one step;
- between two such steps the XOR gates run in as many steps as their chains are long;
- ``INV`` is an XOR with the constant one, whose wire has slot 0; ``EQW`` is no gate;
- for many instances, which need no arrays of gates, XOR gates may instead run one by
  one in the circuit's order, where wires are read soon after they were written;
- a wire's slot is given to another wire once the last gate that reads it has run, so
  memory follows the widest layer and not the length of the circuit.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ppdl_course.mpc.circuits.circuit import AND, EQ, EQW, INV, XOR, Circuit

ONE_SLOT = 0


@dataclass(frozen=True)
class Step:
    """Gates that run at once; arrays of slots, dtype intp, one entry for each gate.

    In a plan that is ``one_by_one``, XOR gates run in their order and not at once.
    """

    is_and: bool
    left: np.ndarray
    right: np.ndarray
    out: np.ndarray


@dataclass(frozen=True)
class Plan:
    """A circuit ready to be garbled or evaluated by layers.

    Attributes:
        slots: Wires that are alive at once, at most, and the constant one.
        inputs: Slot of each input wire, before the first step.
        outputs: Slot of each output wire, after the last step.
        steps: What to run, in order.
        and_gates: Number of AND gates; their numbers, 0 .. and_gates - 1 in the
            order of the steps, are the tweaks.
        and_layers: Number of AND steps: the circuit's AND depth.
        one_by_one: Whether the XOR gates of a step must run in their order.
    """

    slots: int
    inputs: np.ndarray
    outputs: np.ndarray
    steps: tuple[Step, ...]
    and_gates: int
    and_layers: int
    one_by_one: bool


def plan(circuit: Circuit, *, one_by_one: bool = False) -> Plan:
    """Return the plan of a circuit; the last few are remembered.

    Args:
        circuit: Any.
        one_by_one: Whether XOR gates run one by one; AND gates have the same steps
            and numbers either way.
    """
    return _plan(circuit, one_by_one)


@lru_cache(maxsize=32)  # a Circuit hashes by identity and cannot change
def _plan(circuit: Circuit, one_by_one: bool) -> Plan:
    """Give each wire of the layers a slot for as long as it is read.

    Linear scan over the layers: a layer's outputs take free slots, then the
    slots of the wires that nobody reads any more become free.
    """
    layers, alias = _layers(circuit, one_by_one)
    first_output = circuit.wires - sum(circuit.outputs)
    outputs = [alias[w] for w in range(first_output, circuit.wires)]
    pinned = {ONE_SLOT, *outputs}
    last_use: dict[int, int] = {}
    for k, (_, gates) in enumerate(layers):
        for left, right, _ in gates:
            last_use[left] = last_use[right] = k
    dying = defaultdict(list)
    for wire, k in last_use.items():
        if wire not in pinned:
            dying[k].append(wire)
    slot = {wire: wire for wire in range(1 + sum(circuit.inputs))}
    free: list[int] = []  # last in, first out: what was used last is in the cache
    slots, steps = len(slot), []
    run: list[tuple[int, int, int]] = []  # slots of the gates since the last step
    for k, (is_and, gates) in enumerate(layers):
        # A step runs in chunks, and the last one may read what the first would have
        # written over; but one gate alone may write over its own input.
        alone = one_by_one and not is_and
        if alone:
            free += [slot[wire] for wire in dying[k]]
        for _, _, out in gates:
            if free:
                slot[out] = free.pop()
            else:
                slot[out], slots = slots, slots + 1
        if not alone:
            free += [slot[wire] for wire in dying[k]]
        # wire by wire: a difference of sets would go through all of ``last_use``
        unread = [w for _, _, w in gates if w not in last_use and w not in pinned]
        free += [slot[wire] for wire in unread]
        run += [(slot[left], slot[right], slot[out]) for left, right, out in gates]
        if not alone or k + 1 == len(layers) or layers[k + 1][0]:
            columns = np.array(run, np.intp).T
            steps.append(Step(is_and, *map(np.ascontiguousarray, columns)))
            run = []
    and_steps = [step for step in steps if step.is_and]
    return Plan(
        slots,
        np.arange(1, 1 + sum(circuit.inputs)),
        np.array([slot[w] for w in outputs], np.intp),
        tuple(steps),
        sum(len(step.out) for step in and_steps),
        len(and_steps),
        one_by_one,
    )


Gates = list[tuple[int, int, int]]
"""Left input, right input and output of each gate, as wires."""


def _layers(
    circuit: Circuit, one_by_one: bool
) -> tuple[list[tuple[bool, Gates]], list[int]]:
    """Sort the gates into layers that depend on earlier layers only.

    Args:
        circuit: Any.
        one_by_one: Whether each XOR gate is a layer of its own.

    Returns:
        For each layer whether it is of AND gates, and its gates; then for each wire of
        the circuit the wire that stands for it there, where 0 is the constant one.
    """
    alias = list(range(1, circuit.wires + 1))
    depth = [(0, 0)] * (circuit.wires + 1)  # AND gates before it, XORs since
    layers: defaultdict[tuple[int, int], Gates] = defaultdict(list)
    for number, (op, a, b, out) in enumerate(circuit.rows(), 1):
        if op == EQW or (op == EQ and a == 1):
            alias[out] = alias[a] if op == EQW else ONE_SLOT
            continue
        wire = alias[out]
        if op == EQ:  # the constant zero is one xor one
            left = right = ONE_SLOT
        else:
            left, right = alias[a], ONE_SLOT if op == INV else alias[b]
        if op == AND:
            layer = (max(depth[left][0], depth[right][0]) + 1, 0)
        else:
            assert op in (XOR, INV, EQ)
            # pairs compare AND depth first: XORs count only since the last AND
            ands, xors = max(depth[left], depth[right])
            layer = (ands, number if one_by_one else xors + 1)
        depth[wire] = layer
        layers[layer].append((left, right, wire))
    return [(layer[1] == 0, layers[layer]) for layer in sorted(layers)], alias

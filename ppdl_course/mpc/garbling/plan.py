"""In which order to garble: layers of gates that can run at once, and where wires live.

Gate by gate, Python costs more than the cryptography. A plan turns a circuit into a
few hundred steps, each a whole array of gates that do not depend on each other:

- all AND gates with the same number of AND gates before them are one step;
- between two such steps the XOR gates run in as many steps as their chains are long;
- ``INV`` is an XOR with the constant one, whose wire has slot 0; ``EQW`` is no gate;
- a wire's slot is given to another wire once the last gate that reads it has run, so
  memory follows the widest layer and not the length of the circuit.
"""

import heapq
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ppdl_course.mpc.circuits.circuit import AND, EQ, EQW, INV, XOR, Circuit

ONE_SLOT = 0


@dataclass(frozen=True)
class Step:
    """Gates that run at once; arrays of slots, dtype intp, one entry for each gate."""

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
    """

    slots: int
    inputs: np.ndarray
    outputs: np.ndarray
    steps: tuple[Step, ...]
    and_gates: int
    and_layers: int


def plan(circuit: Circuit) -> Plan:
    """Return the plan of a circuit; the one of the last few circuits is remembered."""
    return _plan(circuit)


@lru_cache(maxsize=8)  # a Circuit hashes by identity and cannot change
def _plan(circuit: Circuit) -> Plan:
    layers, name = _layers(circuit)
    count = circuit.wires
    first_output = count - sum(circuit.outputs)
    outputs = [name[w] for w in range(first_output, count)]
    keep = {ONE_SLOT, *outputs}
    last_use: dict[int, int] = {}
    for k, (_, gates) in enumerate(layers):
        for left, right, out in gates:
            last_use[left] = last_use[right] = k
            last_use.setdefault(out, k)  # nobody reads it: free at once
    dying = defaultdict(list)
    for wire, k in last_use.items():
        if wire not in keep:
            dying[k].append(wire)
    slot = {wire: wire for wire in range(1 + sum(circuit.inputs))}
    free: list[int] = []
    slots, steps = len(slot), []
    for k, (is_and, gates) in enumerate(layers):
        for _, _, out in gates:
            if free:
                slot[out] = heapq.heappop(free)
            else:
                slot[out], slots = slots, slots + 1
        columns = np.array([[slot[w] for w in gate] for gate in gates], np.intp).T
        steps.append(Step(is_and, *map(np.ascontiguousarray, columns)))
        for wire in dying[k]:
            heapq.heappush(free, slot[wire])
    ands = [step for step in steps if step.is_and]
    return Plan(
        slots,
        np.arange(1, 1 + sum(circuit.inputs)),
        np.array([slot[w] for w in outputs], np.intp),
        tuple(steps),
        sum(len(step.out) for step in ands),
        len(ands),
    )


Gates = list[tuple[int, int, int]]


def _layers(circuit: Circuit) -> tuple[list[tuple[bool, Gates]], list[int]]:
    """Return the layers over renamed wires (0 is the constant one), and the names."""
    name = list(range(1, circuit.wires + 1))
    depth = [(0, 0)] * (circuit.wires + 1)  # AND gates before it, XORs since
    layers: defaultdict[tuple[int, int], Gates] = defaultdict(list)
    for op, a, b, out in circuit.rows():
        if op == EQW or (op == EQ and a == 1):
            name[out] = name[a] if op == EQW else ONE_SLOT
            continue
        wire = name[out]
        if op == EQ:
            left = right = ONE_SLOT
        else:
            left, right = name[a], ONE_SLOT if op == INV else name[b]
        if op == AND:
            place = (max(depth[left][0], depth[right][0]) + 1, 0)
        else:
            assert op in (XOR, INV, EQ)
            ands, xors = max(depth[left], depth[right])
            place = (ands, xors + 1)
        depth[wire] = place
        layers[place].append((left, right, wire))
    order = sorted(layers)
    return [(place[1] == 0, layers[place]) for place in order], name

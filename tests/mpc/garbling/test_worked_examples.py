"""What the figures of garbled wires rest on."""

import numpy as np

from ppdl_course.mpc.circuits.arithmetic import multiply
from ppdl_course.mpc.circuits.circuit import to_bits
from ppdl_course.mpc.circuits.library import two_inputs
from ppdl_course.mpc.garbling.worked_examples import garbled_wires

CIRCUIT = two_inputs(3, multiply)


def test_every_wire_carries_its_bit():
    for x in range(8):
        for y in range(8):
            given = np.concatenate([to_bits(n - 8 * (n > 3), 3) for n in (x, y)])
            bits, _ = garbled_wires(CIRCUIT, given)
            assert np.array_equal(bits[:6], given)
            assert np.array_equal(bits[-3:], CIRCUIT.evaluate(given))
            for op, a, b, out in CIRCUIT.rows():
                if op in (0, 1):  # XOR, AND
                    assert bits[out] == (bits[a] & bits[b] if op else bits[a] ^ bits[b])


def test_labels_are_drawn_afresh():
    given = np.array([1, 0, 1, 1, 1, 0], bool)
    (first, labels), (second, others) = (garbled_wires(CIRCUIT, given) for _ in "12")
    assert np.array_equal(first, second)
    assert not (labels == others).all(axis=1).any()

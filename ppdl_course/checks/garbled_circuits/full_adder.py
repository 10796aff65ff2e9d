"""Check of chapter 5's full adder: its table, and what it costs."""

from collections.abc import Callable, Iterable

import numpy as np

from ppdl_course.checks.verdict import Mistake, require, require_none
from ppdl_course.mpc.circuits.builder import Builder


def check_full_adder(full_adder: Callable[..., object]) -> None:
    """Check the truth table on all eight inputs, then the number of AND gates."""
    b = Builder()
    x, y, carry = b.input(1)[0], b.input(1)[0], b.input(1)[0]
    result = full_adder(b, x, y, carry)
    result = list(result) if isinstance(result, Iterable) else []
    require(len(result) == 2, "full_adder must return two wires: (sum, carry out).")
    for wire in result:
        is_wire = isinstance(wire, int | np.integer) and not isinstance(wire, bool)
        require(is_wire, f"a wire is an int that b.xor or b.and_ gave, not {wire!r}.")
    try:
        circuit = b.build([int(result[0])], [int(result[1])])
    except ValueError:
        raise Mistake(
            f"{result} are not both wires of b. x and y are numbers of wires, "
            "not bits: Python's ^ and & do nothing to the circuit, b.xor and b.and_ do."
        ) from None
    inputs = [(i, j, c) for i in (0, 1) for j in (0, 1) for c in (0, 1)]
    got = [circuit.compute(*bits) for bits in inputs]
    right = [((sum(bits)) & 1, sum(bits) >> 1) for bits in inputs]
    if got != right:
        swapped = [(c, s) for s, c in got] == right
        require(not swapped, "sum and carry are swapped: return (sum, carry out).")
        lost = [s for s, _ in got] == [i ^ j for i, j, _ in inputs]
        require(not lost, "the carry that comes in does not reach the sum.")
        half = [c for _, c in got] == [i & j for i, j, _ in inputs]
        require(not half, "the carry out is x AND y: the carry that comes in is lost.")
        carries = [c for _, c in got]
        usual = {
            "the carry out is 1 as soon as one bit is 1: at least two must be.": (
                [int(any(bits)) for bits in inputs]
            ),
            "the carry out is 1 only if all three bits are 1: two are enough.": (
                [int(all(bits)) for bits in inputs]
            ),
            "the two cases of the carry out are turned round: try x = y = 1 without "
            "a carry.": [x if x != y else c for x, y, c in inputs],
            "the carry out is inverted: it is 0 where it should be 1.": (
                [1 - c for _, c in right]
            ),
            "the carry out is 1 where x and y both differ from the carry: that AND "
            "says when the carry changes. XOR it with the carry.": (
                [(x ^ c) & (y ^ c) for x, y, c in inputs]
            ),
            "the carry out is (x XOR y) OR the old carry: it takes both of these, or "
            "both x and y.": [(x ^ y) | c for x, y, c in inputs],
            "the carry out is x OR y: one of them alone needs the old carry.": (
                [x | y for x, y, _ in inputs]
            ),
            "the carry out is x XOR y, which is a part of the sum.": (
                [x ^ y for x, y, _ in inputs]
            ),
            "the carry out is (x XOR y) AND the old carry: with x = y = 1 it is 1, "
            "too.": [(x ^ y) & c for x, y, c in inputs],
            "the carry out is the sum once more.": [s for s, _ in right],
            "the carry out is the carry that comes in: x and y do not reach it.": (
                [c for _, _, c in inputs]
            ),
            "the carry out is 1 whenever the old carry is: with x = y = 0 it ends.": (
                [x & y | c for x, y, c in inputs]
            ),
            "the AND of the differences from the carry is XORed with y or x: it says "
            "when the carry changes, so XOR it with the carry.": (
                [(x ^ c) & (y ^ c) ^ y for x, y, c in inputs]
            ),
        }
        require_none(message for message, other in usual.items() if carries == other)
        sums = [s for s, _ in got]
        usual = {
            "y is missing in the sum.": [x ^ c for x, _, c in inputs],
            "x is missing in the sum.": [y ^ c for _, y, c in inputs],
            "the sum is inverted.": [1 - s for s, _ in right],
        }
        require_none(message for message, other in usual.items() if sums == other)
        ors = (
            [int(any(bits)) for bits in inputs],
            [(x ^ y) | c for x, y, c in inputs],
            [(x | y) ^ c for x, y, c in inputs],
        )
        require(
            [s for s, _ in got] not in ors,
            "an OR made the sum: two bits that are 1 add up to the sum bit 0.",
        )
        k = next(k for k in range(8) if got[k] != right[k])
        raise Mistake(
            f"wrong for x, y, carry = {inputs[k]}: you give sum, carry = {got[k]}."
        )
    require(
        circuit.and_gates <= 1,
        f"right, but with {circuit.and_gates} AND gates. Each costs 32 bytes; XOR is "
        "free. One AND is enough.",
    )

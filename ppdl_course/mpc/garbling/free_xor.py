"""Free XOR: one secret offset R for all wires makes XOR gates cost nothing.

    label of 1 = label of 0 xor R        on every wire, the lowest bit of R is 1
    XOR gate:    C_0 = A_0 xor B_0;      the evaluator XORs the two labels it has

For bits i, j: (A_0 xor iR) xor (B_0 xor jR) = C_0 xor (i xor j) R. AND gates keep the
three rows of row reduction. Both labels of one wire give away R, and with R every bit.
The hash must stay random when its inputs differ by R and the rows hold R as well:
*circular correlation robustness* (see ``label_hash``).

Cost: 48 bytes for an AND gate, nothing for XOR.

Source: Kolesnikov and Schneider: Improved Garbled Circuit: Free XOR Gates and
Applications. ICALP 2008.
"""

import numpy as np

from ppdl_course.mpc.circuits.circuit import AND, XOR
from ppdl_course.mpc.garbling.gate_by_gate import (
    Labels,
    Pair,
    TokenBytes,
    random_labels,
)
from ppdl_course.mpc.garbling.row_reduction import RowReduction
from ppdl_course.mpc.label_hash import LabelHash


class FreeXor(RowReduction):
    """No rows for XOR, three for AND."""

    name = "free XOR"
    rows = {AND: 3, XOR: 0}  # noqa: RUF012 - a constant of the scheme

    def offset(self, instances: int, token_bytes: TokenBytes) -> Labels:
        """Return R: random, its colour bit 1 so that partners differ in colour."""
        offset = random_labels(instances, token_bytes)
        offset[:, 0] |= np.uint64(1)
        return offset

    def fresh(self, offset: Labels, instances: int, token: TokenBytes) -> Pair:
        """Return a random label and the same xor R."""
        zero = random_labels(instances, token)
        return zero, zero ^ offset

    def partner(self, label: Labels, offset: Labels, token: TokenBytes) -> Labels:
        """Return the other label of a wire."""
        return label ^ offset

    def garble(
        self,
        op: int,
        a: Pair,
        b: Pair,
        gate: int,
        hash_: LabelHash,
        offset: Labels,
        token: TokenBytes,
    ) -> tuple[np.ndarray, Pair]:
        """Return no rows for XOR, three for AND, and the output pair."""
        if op == AND:
            return self.garble_and(a, b, gate, hash_, offset, token)
        zero = a[0] ^ b[0]
        return np.empty((0, len(zero), 2), np.uint64), (zero, zero ^ offset)

    def garble_and(
        self,
        a: Pair,
        b: Pair,
        gate: int,
        hash_: LabelHash,
        offset: Labels,
        token: TokenBytes,
    ) -> tuple[np.ndarray, Pair]:
        """Return the rows of an AND gate and its output pair."""
        return super().garble(AND, a, b, gate, hash_, offset, token)

    def open(
        self, op: int, a: Labels, b: Labels, rows: np.ndarray, gate: int, h: LabelHash
    ) -> Labels:
        """XOR the labels of an XOR gate; open the row of an AND gate."""
        return a ^ b if op == XOR else self.open_and(a, b, rows, gate, h)

    def open_and(
        self, a: Labels, b: Labels, rows: np.ndarray, gate: int, h: LabelHash
    ) -> Labels:
        """Return the output label of an AND gate."""
        return super().open(AND, a, b, rows, gate, h)

"""Row reduction: choose one output label so that the first row is zero, and skip it.

An output label may be anything random. So the garbler takes for it the pad of row 0:

    C_v = pad(row 0)      with v the output bit that belongs to row 0's colours

and the row, pad xor label, is all zero. It is not sent. (Called GRR3: three rows.)

Cost: 3 rows of 16 bytes for every gate.

Source: Naor, Pinkas, Sumner: Privacy Preserving Auctions and Mechanism Design. ACM
Conference on Electronic Commerce 1999.
"""

import numpy as np

from ppdl_course.mpc.circuits.circuit import AND, XOR
from ppdl_course.mpc.garbling.gate_by_gate import Labels, Pair, TokenBytes, pad, pick
from ppdl_course.mpc.garbling.point_and_permute import (
    PointPermute,
    other,
    row_number,
    row_pad,
)
from ppdl_course.mpc.label_hash import LabelHash


class RowReduction(PointPermute):
    """Three rows, sorted by colour; the first is always zero."""

    name = "row reduction"
    rows = {AND: 3, XOR: 3}  # noqa: RUF012 - a constant of the scheme

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
        """Return the rows for the colours 01, 10, 11 and the output pair."""
        first, value = row_pad(op, a, b, gate, 0, hash_)
        partner = self.partner(first, offset, token)
        out = pick(value, (first, partner)), pick(value, (partner, first))
        rows = [
            row ^ pick(bit, out)
            for row, bit in (row_pad(op, a, b, gate, k, hash_) for k in (1, 2, 3))
        ]
        return np.array(rows), out

    def partner(
        self, label: Labels, offset: Labels | None, token: TokenBytes
    ) -> Labels:
        """Return the other label of a wire, given one: random, the other colour."""
        return other(label, token)

    def open(
        self, op: int, a: Labels, b: Labels, rows: np.ndarray, gate: int, h: LabelHash
    ) -> Labels:
        """Open the row that the two colours point to; row 0 is zero."""
        row = row_number(a, b)
        # row 0 put back, so that colours are indices: adding zero opens it
        full = np.concatenate([np.zeros_like(rows[:1]), rows])
        return full[row, np.arange(len(a))] ^ pad(h, a, b, 4 * gate + row)

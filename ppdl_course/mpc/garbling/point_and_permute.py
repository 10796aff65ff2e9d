"""Point-and-permute: a colour bit on each label says which row to open.

The lowest bit of a label is its colour. The two labels of a wire have different
colours, and which of them is coloured 1 is a coin toss. Rows are sorted by the colours
of the inputs, so that the evaluator opens one row and needs no zeros to recognise it.
The colours are public and, because of the toss, say nothing about the bits.

Cost: 4 rows of 16 bytes for every gate; 8 hashes to garble, 2 to evaluate.

Source: Beaver, Micali, Rogaway: The Round Complexity of Secure Protocols. STOC 1990.
"""

import numpy as np

from ppdl_course.mpc.circuits.circuit import AND, XOR
from ppdl_course.mpc.garbling.gate_by_gate import (
    TRUTH,
    Labels,
    Pair,
    TokenBytes,
    coloured,
    pad,
    pick,
    random_labels,
)
from ppdl_course.mpc.label_hash import LabelHash, colour


class PointPermute:
    """Four rows, sorted by colour."""

    name = "point-and-permute"
    rows = {AND: 4, XOR: 4}  # noqa: RUF012 - a constant of the scheme
    row_bytes = 16

    def offset(self, instances: int, token_bytes: TokenBytes) -> None:
        """Return nothing: the two labels of a wire differ in colour, else unrelated."""

    def fresh(self, offset: None, instances: int, token: TokenBytes) -> Pair:
        """Return two random labels of different colours."""
        zero = random_labels(instances, token)
        return zero, other(zero, token)

    def garble(
        self,
        op: int,
        a: Pair,
        b: Pair,
        gate: int,
        hash_: LabelHash,
        offset: None,
        token: TokenBytes,
    ) -> tuple[np.ndarray, Pair]:
        """Return the rows for the colours 00, 01, 10, 11 and a fresh output pair."""
        out = self.fresh(None, len(a[0]), token)
        rows = [
            row ^ pick(bit, out)
            for row, bit in (row_pad(op, a, b, gate, k, hash_) for k in range(4))
        ]
        return np.array(rows), out

    def open(
        self, op: int, a: Labels, b: Labels, rows: np.ndarray, gate: int, h: LabelHash
    ) -> Labels:
        """Open the row that the two colours point to."""
        row = row_number(a, b)
        return rows[row, np.arange(len(a))] ^ pad(h, a, b, 4 * gate + row)


def other(label: Labels, token: TokenBytes) -> Labels:
    """Return random labels of the other colour."""
    fresh = random_labels(len(label), token)
    # flips the lowest bit exactly where it equals the other label's
    fresh[:, 0] ^= (fresh[:, 0] ^ label[:, 0] ^ np.uint64(1)) & np.uint64(1)
    return fresh


def row_number(a: Labels, b: Labels) -> np.ndarray:
    """Return the row that two labels point to: 2 colour(a) + colour(b)."""
    return 2 * colour(a).astype(int) + colour(b)


def row_pad(
    op: int, a: Pair, b: Pair, gate: int, row: int, hash_: LabelHash
) -> tuple[Labels, np.ndarray]:
    """Return the pad of one row and the output bit that belongs to it."""
    left, i = coloured(a, row >> 1)
    right, j = coloured(b, row & 1)
    value = np.array(TRUTH[op])[2 * i + j]
    return pad(hash_, left, right, 4 * gate + row), value

"""Classical garbling: four rows for each gate, shuffled; the evaluator tries them all.

    row = pad(A_i, B_j) xor (C_{g(i,j)} , 0^128)          for the four i, j, shuffled

A row that opens to 16 zero bytes behind the label is the right one; another does so
with probability 2^-128. Without the zeros the evaluator could not tell; without the
shuffle the place of the row that opens would be the inputs themselves.

Cost: 4 rows of 32 bytes for every gate, XOR as well; 16 hashes to garble, and to
evaluate 4 for each row tried.

Source: Yao, FOCS 1986; as described by Lindell and Pinkas, A Proof of Security of Yao's
Protocol for Two-Party Computation, J. Cryptology 2009.
"""

import numpy as np

from ppdl_course.mpc.circuits.circuit import AND, XOR
from ppdl_course.mpc.garbling.gate_by_gate import (
    TRUTH,
    GarbageError,
    Labels,
    Pair,
    TokenBytes,
    pad,
    random_labels,
)
from ppdl_course.mpc.label_hash import LabelHash


class Classical:
    """Yao's four shuffled rows."""

    name = "classical, four rows"
    rows = {AND: 4, XOR: 4}  # noqa: RUF012 - a constant of the scheme
    row_bytes = 32

    def offset(self, instances: int, token_bytes: TokenBytes) -> None:
        """Return nothing: the two labels of a wire are unrelated."""

    def fresh(self, offset: None, instances: int, token: TokenBytes) -> Pair:
        """Return two unrelated random labels."""
        return random_labels(instances, token), random_labels(instances, token)

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
        """Return four rows in random order and a fresh output pair."""
        instances = len(a[0])
        out = self.fresh(None, instances, token)
        # 64 random bits each: two equal ones, 2^-62, only make one order likelier.
        draws = np.frombuffer(token(32 * instances), np.uint64).reshape(instances, 4)
        order = np.argsort(draws, axis=1)
        rows = np.empty((4, instances, 4), np.uint64)
        for k, value in enumerate(TRUTH[op]):
            position = order[:, k]
            row = _pads(hash_, a[k >> 1], b[k & 1], gate, position)
            row[:, :2] ^= out[value]
            rows[position, np.arange(instances)] = row
        return rows, out

    def open(
        self, op: int, a: Labels, b: Labels, rows: np.ndarray, gate: int, h: LabelHash
    ) -> Labels:
        """Try every row; return the label of the one that opens to zeros.

        Raises:
            GarbageError: If not exactly one row opens.
        """
        label, opened = np.zeros_like(a), np.zeros(len(a), int)
        for position in range(4):
            plain = rows[position] ^ _pads(h, a, b, gate, np.array(position))
            hit = ~plain[:, 2:].any(axis=1)
            opened += hit
            label[hit] = plain[hit, :2]
        if (opened != 1).any():
            bad = int(np.argmax(opened != 1))
            raise GarbageError(
                f"gate {gate}, instance {bad}: {opened[bad]} rows open, not one"
            )
        return label


def _pads(
    hash_: LabelHash, a: Labels, b: Labels, gate: int, position: np.ndarray
) -> np.ndarray:
    """Return 32 bytes for a row: a pad for the label and one for the zeros."""
    tweak = 8 * gate + 2 * position
    return np.concatenate([pad(hash_, a, b, tweak + k) for k in (0, 1)], axis=-1)

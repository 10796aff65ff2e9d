"""Half gates: an AND gate in two rows, each the AND with a bit that one party knows.

Let q be the colour of B_0, a coin the garbler tossed. For input bits i, j the evaluator
sees the colour j xor q of its label of B. Then

    i AND j  =  (i AND q)  xor  (i AND (j xor q))
                 garbler knows q   evaluator knows j xor q

and each half costs one row, since one party knows a factor; the XOR is free.

    TG = H(A_0, 2g) xor H(A_1, 2g) xor q R          garbler's half
    TE = H(B_0, 2g+1) xor H(B_1, 2g+1) xor A_0      evaluator's half
    evaluator, colours s of A and t of B:
    C  = H(A, 2g) xor s TG  xor  H(B, 2g+1) xor t (TE xor A)

Cost: 32 bytes for an AND gate, nothing for XOR; 4 hashes to garble, 2 to evaluate. The
authors prove that no scheme of a natural (linear) class does with less; Rosulek and Roy
(CRYPTO 2021) leave that class and reach about 24 bytes and 5 bits.

Source: Zahur, Rosulek, Evans: Two Halves Make a Whole. EUROCRYPT 2015.
"""

import numpy as np

from ppdl_course.mpc.circuits.circuit import AND, XOR
from ppdl_course.mpc.garbling.free_xor import FreeXor
from ppdl_course.mpc.garbling.scheme import Labels, Pair, TokenBytes
from ppdl_course.mpc.label_hash import LabelHash, colour, where


class HalfGates(FreeXor):
    """No rows for XOR, two for AND."""

    name = "half gates"
    rows = {AND: 2, XOR: 0}  # noqa: RUF012 - a constant of the scheme

    def garble_and(
        self,
        a: Pair,
        b: Pair,
        gate: int,
        hash_: LabelHash,
        offset: Labels,
        token: TokenBytes,
    ) -> tuple[np.ndarray, Pair]:
        """Return the two rows of an AND gate and its output pair."""
        p, q = colour(a[0]), colour(b[0])
        a0, a1 = (hash_(label, 2 * gate) for label in a)
        b0, b1 = (hash_(label, 2 * gate + 1) for label in b)
        garbler = a0 ^ a1 ^ where(q, offset)
        evaluator = b0 ^ b1 ^ a[0]
        zero = a0 ^ where(p, garbler) ^ b0 ^ where(q, evaluator ^ a[0])
        return np.array([garbler, evaluator]), (zero, zero ^ offset)

    def open_and(
        self, a: Labels, b: Labels, rows: np.ndarray, gate: int, h: LabelHash
    ) -> Labels:
        """Return the output label of an AND gate."""
        left = h(a, 2 * gate) ^ where(colour(a), rows[0])
        return left ^ h(b, 2 * gate + 1) ^ where(colour(b), rows[1] ^ a)

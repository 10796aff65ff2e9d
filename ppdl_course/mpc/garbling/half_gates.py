"""Half gates: an AND gate in two rows, each the AND with a bit that one party knows.

Let q be the colour of B0, a coin the garbler tossed. For input bits i, j the evaluator
sees the colour j xor q of its label of B. Then

    i AND j  =  (i AND q)  xor  (i AND (j xor q))
                 garbler knows q   evaluator knows j xor q

and each half costs one row, since one party knows a factor; the XOR is free.

    p, q the colours of A0, B0;  A1 = A0 xor R,  B1 = B0 xor R
    TG = H(A0, 2g) xor H(A1, 2g) xor q R            garbler's half
    TE = H(B0, 2g+1) xor H(B1, 2g+1) xor A0         evaluator's half
    C0 = H(A0, 2g) xor p TG  xor  H(B0, 2g+1) xor q (TE xor A0)
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
from ppdl_course.mpc.garbling.gate_by_gate import Labels, Pair, TokenBytes
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
        (A0, A1), (B0, B1), R = a, b, offset
        p, q = colour(A0), colour(B0)
        HA0, HA1 = hash_(A0, 2 * gate), hash_(A1, 2 * gate)
        HB0, HB1 = hash_(B0, 2 * gate + 1), hash_(B1, 2 * gate + 1)
        TG = HA0 ^ HA1 ^ where(q, R)
        TE = HB0 ^ HB1 ^ A0
        # the evaluator's formula, on the labels of 0: so it gets C0 or C0 xor R
        C0 = HA0 ^ where(p, TG) ^ HB0 ^ where(q, TE ^ A0)
        return np.array([TG, TE]), (C0, C0 ^ R)

    def open_and(
        self, a: Labels, b: Labels, rows: np.ndarray, gate: int, h: LabelHash
    ) -> Labels:
        """Return the output label of an AND gate."""
        (TG, TE), s, t = rows, colour(a), colour(b)
        HA, HB = h(a, 2 * gate), h(b, 2 * gate + 1)
        return HA ^ where(s, TG) ^ HB ^ where(t, TE ^ a)

"""The consistency hole of OT extension: a receiver whose columns disagree learns s.

Honest columns all hide the same bits r. This receiver uses r in every column but flips
bit i of column i, for each i < 128. The sender's rows j < 128 become

    q_j = t_j  xor  r_j s  xor  s_j e_j          (e_j: only bit j is set)

If the receiver knows string x_j of one of the first 128 pairs (r = 0), it tries both
values of s_j in e_j xor H(t_j xor s_j e_j, j) and keeps the one that gives x_j. 128
rows give s, and with s both strings of every other pair. In a garbled circuit these are
both labels of every input wire: R, and with R every bit of the garbler.

Found by the authors of the extension themselves (Ishai, Kilian, Nissim, Petrank, CRYPTO
2003), who call for a check. The cheap one is Keller, Orsini, Scholl, CRYPTO 2015: the
sender asks for a random linear combination of the rows.
"""

import numpy as np

from ppdl_course.mpc.label_hash import LabelHash
from ppdl_course.mpc.transfer.ot_extension import SECURITY, ExtensionReceiver


class DishonestReceiver(ExtensionReceiver):
    """Follows the protocol but for one flipped bit in each column; all choices are 0.

    Args:
        cheat: Whether to flip them.
    """

    def __init__(self, *, cheat: bool = True) -> None:
        super().__init__()
        self._cheat = cheat
        self._t = np.zeros((0, 2), np.uint64)

    def extend(self, choices: np.ndarray) -> np.ndarray:
        """Return columns of which column i has bit i flipped."""
        columns = super().extend(choices)
        self._t = self._waiting[-1][1]
        if self._cheat:
            columns ^= np.packbits(
                np.eye(SECURITY, columns.shape[1] * 8, dtype=bool),
                axis=1,
                bitorder="little",
            )
        return columns

    def recover_s(
        self, encrypted: np.ndarray, known: np.ndarray, hash_: LabelHash
    ) -> np.ndarray:
        """Return s, bool ``(128,)``, from the first 128 pairs.

        Args:
            encrypted: The sender's answer, ``(2, m, 2)``, m > 128.
            known: The strings for bit 0 of the first 128 pairs, ``(128, 2)``.
            hash_: H.
        """
        tweaks = np.arange(SECURITY, dtype=np.uint64)
        guess = encrypted[0, :SECURITY] ^ hash_(self._t[:SECURITY], tweaks)
        return (guess != known).any(axis=1)  # s_j = 0 leaves t_j as the key of row j

    def both_strings(
        self, encrypted: np.ndarray, s: np.ndarray, hash_: LabelHash
    ) -> np.ndarray:
        """Return both strings of all pairs but the first 128, ``(2, m - 128, 2)``."""
        rows = self._t[SECURITY:]
        tweaks = np.arange(SECURITY, SECURITY + len(rows), dtype=np.uint64)
        word = np.packbits(s, bitorder="little").view(np.uint64)
        pads = np.stack([hash_(rows, tweaks), hash_(rows ^ word, tweaks)])
        return encrypted[:, SECURITY:] ^ pads

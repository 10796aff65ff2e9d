"""Products of one party's matrix and the other's, by oblivious transfer.

    A holds U (m x k), B holds V (k x n); they get shares of U V modulo 2^64

    for each number V[j, c] and each of its bits b:  one correlated transfer
        A's row of words     2^b U[:, j]
        B's bit              bit b of V[j, c]
    the shares, added up over j and b, are shares of column c

One transfer serves a whole column of U, so that a product costs 64 / m transfers and 6
bytes for each bit (words of 8 bytes, and of 4 for b >= 32, where half of the word has
gone). For one column of V that is the best way; with hundreds, see ``rlwe``.

Source: P. Mohassel, Y. Zhang, "SecureML", IEEE S&P 2017, section V-A, vectorised.
"""

from collections.abc import Iterator

import numpy as np

from ppdl_course.arguments import array_of
from ppdl_course.mpc.transfer.correlated import CorrelatedReceiver, CorrelatedSender

Words = np.ndarray
_WORDS = 1 << 18
"""Words of pads made at a time: they stay near the processor."""


def send_product(sender: CorrelatedSender, u: Words, columns: int) -> Words:
    """Play A; return its share of U V, uint64 ``(m, columns)``."""
    array_of((len(u), u.shape[1]), np.uint64, u=u)
    total = np.zeros((columns, len(u)), np.uint64)
    for low, dtype, c, part in _parts(*u.shape, columns):
        shifts = np.arange(32, dtype=dtype)[None, :, None]
        rows = u.T[part].astype(dtype)[:, None, :] << shifts
        share = sender.send(rows.reshape(-1, len(u)))
        total[c] += share.sum(0, dtype=np.uint64) << np.uint64(low)
    return np.ascontiguousarray(total.T)


def receive_product(receiver: CorrelatedReceiver, v: Words, rows: int) -> Words:
    """Play B; return its share of U V, uint64 ``(rows, n)``."""
    array_of((len(v), v.shape[1]), np.uint64, v=v)
    total = np.zeros((v.shape[1], rows), np.uint64)
    for low, dtype, c, part in _parts(rows, *v.shape):
        places = np.arange(low, low + 32, dtype=np.uint64)
        bits = (v[part, c, None] >> places & np.uint64(1)).astype(bool).reshape(-1)
        share = receiver.receive(bits, rows, dtype)
        total[c] += share.sum(0, dtype=np.uint64) << np.uint64(low)
    return np.ascontiguousarray(total.T)


def _parts(m: int, k: int, n: int) -> Iterator[tuple[int, type, int, slice]]:
    """Yield the lowest bit, the dtype, the column and the rows of V of each call."""
    step = max(1, _WORDS // (32 * m))
    for c in range(n):
        for low, dtype in ((0, np.uint64), (32, np.uint32)):
            for j in range(0, k, step):
                yield low, dtype, c, slice(j, min(j + step, k))

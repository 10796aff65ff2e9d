"""Words modulo 2^64 that must be 64 fair coins each: how chapter 6 counts them."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from ppdl_course.checks.verdict import Mistake, require

WORD = 64
"""Bits of a word."""


def require_fair_bits(
    words: np.ndarray, steps: Sequence[int], error: float, what: str
) -> None:
    """Require that each bit of uint64 words is a fair coin, also beside others.

    Two of n words are equal with probability below n^2 / 2^65, which is nothing.

    Args:
        words: Shape (n,).
        steps: How far apart the words are whose bits are compared.
        error: Chance of failing a right answer, at each of 64 (1 + steps) comparisons.
        what: Whose words they are, at the beginning of a sentence.
    """
    bits = np.unpackbits(words.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    ones = bits.sum(axis=0, dtype=np.int64)
    _require_coins(ones, len(bits), len(bits) - 1, what)
    different = len(np.unique(words))
    require(
        # a few pairs come of draws of few bits, which the count of bits names better
        different > 0.75 * len(words),
        f"{what}: only {different} of {len(words)} words are different, and uniform "
        "ones do not come twice. Entries share a mask, or have none.",
    )
    for step in steps:
        differ = (bits[step:] ^ bits[:-step]).sum(axis=0, dtype=np.int64)
        n = len(bits) - step
        require(
            bool(np.maximum(differ, n - differ).max() <= _most(n, error)),
            f"{what}: a word follows from the one {step} before; whoever knows one "
            "entry reads the other. Draw a mask for each word.",
        )
    _require_coins(ones, len(bits), _most(len(bits), error), what)


def _require_coins(ones: np.ndarray, n: int, most: int, what: str) -> None:
    """Require that no bit comes up more than ``most`` times in n words, either way."""
    unfair = np.flatnonzero(np.maximum(ones, n - ones) > most)
    if len(unfair):
        k = int(unfair[-1])
        raise Mistake(
            f"{what} is not uniform: bit {k} is 1 in {ones[k]} of {n} words, half of "
            f"them would be fair ({len(unfair)} of 64 bits are off). A mask is a fresh "
            "draw from all of 0..2^64-1."
        )


def _most(n: int, error: float) -> int:
    """Return how often either side of a fair coin may come up in n tosses."""
    return int(stats.binom.isf(error / 2, n, 0.5))

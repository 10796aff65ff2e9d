"""Fixed-point numbers modulo 2^64, and their truncation on shares.

    encode(x) = round(2^f x) modulo 2^64          f = 13 fraction bits
    a product has 2 f of them; dividing by 2^f brings it back. On shares s0 + s1 = x:

        server 0:  floor(s0 / 2^f)                 each server alone, no message
        server 1:  2^64 - floor((2^64 - s1) / 2^f)

For 0 <= x < 2^l the sum is floor(x / 2^f) or one more, *unless* s0 + s1 wrapped around
in the other direction than the signs suppose: with probability |x| / 2^64 over s0 the
result is off by 2^(64 - f), which is 2^51. The paper bounds it by 2^(l + 1 - 64).

Source: P. Mohassel, Y. Zhang, "SecureML", IEEE S&P 2017, section IV-A and theorem 1.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import between

RING_BITS = 64
FRACTION_BITS = 13
COMPARED_BITS = 32
"""Bits that a comparison looks at: |encoded| < 2^31."""

Words = np.ndarray


@dataclass(frozen=True)
class FixedPoint:
    """How numbers are written as integers.

    Attributes:
        fraction_bits: f, 1 to 30.
        compared_bits: Numbers that are compared lie below 2^(compared_bits - 1).

    Raises:
        ValueError: If the fraction alone fills the compared bits, or a product of two
            such numbers would not fit into the ring.
    """

    fraction_bits: int = FRACTION_BITS
    compared_bits: int = COMPARED_BITS

    def __post_init__(self) -> None:
        between(2, RING_BITS, compared_bits=self.compared_bits)
        most = min(self.compared_bits - 2, RING_BITS // 2 - 2)
        between(1, most, fraction_bits=self.fraction_bits)

    @property
    def bound(self) -> float:
        """Numbers must be smaller than this in size to be compared."""
        return 2.0 ** (self.compared_bits - 1 - self.fraction_bits)

    def encode(self, x: np.ndarray, *, name: str = "x") -> Words:
        """Return numbers as words, uint64 of the same shape.

        Raises:
            ValueError: If a number is not finite or not below :attr:`bound`.
        """
        x = np.asarray(x, np.float64)
        worst = np.abs(x).max(initial=0.0)
        if not worst < self.bound:  # NaN fails as well
            raise ValueError(
                f"{name} must be finite and below {self.bound:g} in size "
                f"({self.fraction_bits} fraction bits), got {worst:g}"
            )
        return np.rint(x * 2.0**self.fraction_bits).astype(np.int64).view(np.uint64)

    def decode(self, words: Words, *, products: int = 0) -> np.ndarray:
        """Return the numbers, float64; ``products`` not truncated yet add f bits."""
        bits = self.fraction_bits * (1 + products)
        return np.asarray(words, np.uint64).view(np.int64) / 2.0**bits


def truncate(share: Words, bits: int, party: int) -> Words:
    """Return a share of x / 2^bits from one of x.

    Args:
        share: uint64.
        bits: How many to drop, 0 to 63.
        party: 0 or 1: the two do different things.
    """
    between(0, 1, party=party)
    between(0, RING_BITS - 1, bits=bits)
    if party == 0:
        return share >> np.uint64(bits)
    return np.uint64(0) - ((np.uint64(0) - share) >> np.uint64(bits))


def truncate_plain(
    x: np.ndarray, bits: int, rng: np.random.Generator | None = None
) -> np.ndarray:
    """Return what truncation makes of plain integers: the twin of :func:`truncate`.

    Args:
        x: int64.
        bits: How many to drop.
        rng: With it x is cut into random shares first, so that the result is off by
            a unit, or wrong, as often as on shares; without, the floor.
    """
    if rng is None:
        return x >> bits
    words = np.asarray(x).view(np.uint64)
    first = rng.integers(0, 2**64, words.shape, np.uint64)
    total = truncate(first, bits, 0) + truncate(words - first, bits, 1)
    return total.view(np.int64)


def failure_probability(size: float) -> float:
    """Return how likely the truncation of an integer |x| = ``size`` goes wrong."""
    return min(1.0, abs(size) / 2.0**RING_BITS)


def expected_failures(size: float, count: int) -> float:
    """Return how many of ``count`` truncations go wrong, all of the given size."""
    return count * failure_probability(size)

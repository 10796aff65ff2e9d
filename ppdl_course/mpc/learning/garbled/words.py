"""The words of a network: fixed point, and how values stand on wires (chapter 7).

A number v is the integer round(2^f v) in two's complement; a word of n bits holds it if
it lies within -2^(n - 1) .. 2^(n - 1) - 1. Between layers only the bits that are not
known anyway are carried: ReLU leaves no sign, a sigmoid nothing above the point.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.mpc.circuits.builder import ZERO, Word
from ppdl_course.mpc.circuits.dot_product import FRACTION_BITS, WIDTH, default_drop


@dataclass(frozen=True)
class Format:
    """The words of a network.

    Attributes:
        width: Bits of a word, sign included.
        fraction_bits: f, bits after the point.
        drop: d, low columns of a product that are left out.

    Raises:
        ValueError: If ``fraction_bits`` is not in 0 .. width - 1, or ``drop`` not in
            0 .. fraction_bits.
    """

    width: int = WIDTH
    fraction_bits: int = FRACTION_BITS
    drop: int = default_drop(FRACTION_BITS)

    def __post_init__(self) -> None:
        between(2, 31, width=self.width)
        between(0, self.width - 1, fraction_bits=self.fraction_bits)
        between(0, self.fraction_bits, drop=self.drop)

    @classmethod
    def of(cls, width: int = WIDTH, fraction_bits: int = FRACTION_BITS) -> "Format":
        """Return a format that leaves out all but three of the low columns."""
        between(0, width - 1, fraction_bits=fraction_bits)
        return cls(width, fraction_bits, default_drop(fraction_bits))

    @property
    def part_bits(self) -> int:
        """Bits of a sum before it is rounded: columns d .. width + f - 1."""
        return self.width + self.fraction_bits - self.drop

    @property
    def largest(self) -> float:
        """The largest number that a word holds."""
        return ((1 << (self.width - 1)) - 1) / 2.0**self.fraction_bits

    def words(self, numbers: np.ndarray, name: str) -> np.ndarray:
        """Return round(2^f number) as int64.

        Raises:
            ValueError: If a number is NaN or does not fit.
        """
        numbers = np.asarray(numbers, np.float64)
        scaled = np.rint(numbers * 2**self.fraction_bits)
        half = 1 << (self.width - 1)
        bad = ~((scaled >= -half) & (scaled < half))
        if bad.any():
            raise ValueError(
                f"{name} must be within -{half / 2**self.fraction_bits:g} .. "
                f"{self.largest:g} with {self.fraction_bits} fraction bits of "
                f"{self.width}, got {numbers[bad][0]:g}"
            )
        return scaled.astype(np.int64)


@dataclass(frozen=True)
class Values:
    """How values arrive: as words whose highest bits may be known.

    Attributes:
        bits: Wires of a value.
        signed: Whether the highest is a sign; otherwise the value is not negative.
    """

    bits: int
    signed: bool

    def word(self, wires: Word) -> Word:
        """Return a signed word."""
        return list(wires) if self.signed else [*wires, ZERO]


def to_wires(words: np.ndarray, bits: int) -> np.ndarray:
    """Return words as bits, bool ``(..., bits)``, lowest first."""
    between(1, 63, bits=bits)
    return (np.asarray(words, np.int64)[..., None] >> np.arange(bits) & 1).astype(bool)


def from_wires(bits: np.ndarray, *, signed: bool) -> np.ndarray:
    """Return words, int64, from bits ``(..., n)``, lowest first."""
    places = 1 << np.arange(bits.shape[-1], dtype=np.int64)
    if signed:
        places[-1] = -places[-1]
    return bits.astype(np.int64) @ places

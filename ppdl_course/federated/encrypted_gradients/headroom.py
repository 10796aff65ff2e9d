r"""Whole numbers for encrypted sums: how fine, how large, and how many may be added.

    integer = round(2^f value),   |integer| < 2^(v-1),   sums of up to 2^pad of them

Each sum is then below 2^(v - 1 + pad): it fits a slot of v + pad bits with its sign,
for certain, up to the 2^pad-th summand; one more at the worst case does not, and would
carry into the next slot. Who adds counts, and refuses before.

Source: the paddings of L. Phong, Y. Aono, T. Hayashi, L. Wang, S. Moriai, "Privacy-
Preserving Deep Learning via Additively Homomorphic Encryption", IEEE TIFS 13(5), 2018:
32 bits of value and 15 of padding.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import between


@dataclass(frozen=True)
class Headroom:
    """How values become integers that can be added.

    Attributes:
        fraction_bits: f, bits after the binary point.
        value_bits: v, bits of an integer with its sign.
        pad_bits: log2 of how many may be added.

    Raises:
        ValueError: If a length is out of range; v + pad is at most 52, so that a sum is
            exact in a float.
    """

    fraction_bits: int = 20
    value_bits: int = 32
    pad_bits: int = 15

    def __post_init__(self) -> None:
        between(2, 52, value_bits=self.value_bits)
        between(0, 52 - self.value_bits, pad_bits=self.pad_bits)
        between(0, self.value_bits - 1, fraction_bits=self.fraction_bits)

    @property
    def largest(self) -> int:
        """The largest size of an integer."""
        return 2 ** (self.value_bits - 1) - 1

    @property
    def summands(self) -> int:
        """How many integers may be added."""
        return 2**self.pad_bits

    @property
    def slot_bits(self) -> int:
        """Bits that hold every allowed sum with its sign."""
        return self.value_bits + self.pad_bits

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return the nearest integers, int64, of a vector of floats.

        Raises:
            ValueError: If it is no nonempty vector, or a value is not finite or too
                large: sums could carry.
        """
        values = np.asarray(values, np.float64)
        if values.ndim != 1 or not len(values):
            raise ValueError(f"values must be a nonempty vector, got {values.shape}")
        scaled = np.rint(values * 2.0**self.fraction_bits)
        worst = np.abs(scaled).max()
        if not worst <= self.largest:  # NaN fails too
            bound = self.largest / 2**self.fraction_bits
            raise ValueError(
                f"values must be within +-{bound:g}, or a sum of {self.summands} could "
                f"carry; got {worst / 2**self.fraction_bits:g}: clip, or lower "
                "fraction_bits"
            )
        return scaled.astype(np.int64)

    def decode(self, integers: np.ndarray) -> np.ndarray:
        """Return the floats of integers or of their sums, exactly."""
        return integers.astype(np.float64) / 2.0**self.fraction_bits

    def require_summands(self, count: int) -> None:
        """Raise ValueError if so many integers could carry."""
        if count > self.summands:
            raise ValueError(
                f"summands must be at most 2^{self.pad_bits} = {self.summands}, got "
                f"{count}: encrypt the sum anew first"
            )

    def require_integers(self, **integers: np.ndarray) -> None:
        """Refuse what is not a nonempty vector int64 within +-:attr:`largest`."""
        ((name, value),) = integers.items()
        good = isinstance(value, np.ndarray) and value.dtype == np.int64
        if not good or value.ndim != 1 or not len(value):
            got = getattr(value, "dtype", type(value).__name__)
            raise ValueError(f"{name} must be a nonempty vector of int64, got {got}")
        worst = max(int(value.max()), -int(value.min()))
        if worst > self.largest:
            raise ValueError(f"{name} must be within +-{self.largest}, got {worst}")

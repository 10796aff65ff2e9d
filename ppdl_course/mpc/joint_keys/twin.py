"""The plain twin: the same step on whole numbers that everybody can read.

:class:`Open` stands for ``sealed.Sealed`` and :class:`Twin` for the two servers. With
its bounds the twin says, before anything is encrypted, whether a plan fits a modulus,
and it checks that no value breaks a bound.
"""

from typing import Any

import numpy as np

from ppdl_course.mpc.joint_keys.residues import (
    Integers,
    OutOfBoundsError,
    integers,
    largest,
)
from ppdl_course.publickey.fixed_point import shown


class Open:
    """An array of Python's integers with the bound that its ciphertexts would carry.

    Attributes:
        values: The numbers, dtype object.
        bound: No value is larger in size.

    Raises:
        ValueError: If a value is no integer.
        OutOfBoundsError: If one is larger than the bound.
    """

    def __init__(self, values: object, bound: int) -> None:
        self.values, self.bound = integers(values), bound
        if largest(self.values) > bound:
            raise OutOfBoundsError(
                f"values must be at most {shown(bound)} in size, got "
                f"{shown(largest(self.values))}"
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.values.shape

    @property
    def T(self) -> "Open":
        """The transpose."""
        return Open(self.values.T, self.bound)

    def __getitem__(self, index: Any) -> "Open":
        """Return entries, chosen as numpy does."""
        return Open(self.values[index], self.bound)

    def __add__(self, other: "Open | int | Integers") -> "Open":
        """Add values or public integers."""
        if isinstance(other, Open):
            return Open(self.values + other.values, self.bound + other.bound)
        other = integers(other)
        return Open(self.values + other, self.bound + largest(other))

    def __neg__(self) -> "Open":
        """Return the values with the other sign."""
        return Open(-self.values, self.bound)

    def __sub__(self, other: "Open | int | Integers") -> "Open":
        """Subtract values or public integers."""
        return self + (-other if isinstance(other, Open) else -integers(other))

    def scale(self, factors: int | Integers) -> "Open":
        """Multiply by public integers, entry by entry."""
        factors = integers(factors)
        return Open(self.values * factors, self.bound * largest(factors))

    def total(self) -> "Open":
        """Return the sum over the first axis."""
        return Open(self.values.sum(0), len(self.values) * self.bound)

    def join(self, *others: "Open") -> "Open":
        """Return this array followed by others along the first axis."""
        parts = (self, *others)
        values = np.concatenate([part.values for part in parts])
        return Open(values, max(part.bound for part in parts))

    def ravel(self) -> "Open":
        """Return the same entries in one row."""
        return Open(self.values.ravel(), self.bound)

    def reshape(self, *shape: int) -> "Open":
        """Return the same entries in another shape."""
        return Open(self.values.reshape(*shape), self.bound)

    def within(self, bound: int) -> "Open":
        """Return the same values with a bound that is known from elsewhere."""
        return Open(self.values, bound)


class Twin:
    """Both servers at once, on open values.

    Attributes:
        largest_bound: Largest bound of a result so far: N must be above twice that.
        widest: Bits of the widest value truncated: N must have hiding_bits + 3 more.
    """

    def __init__(self) -> None:
        self.largest_bound = 0
        self.widest = 0

    def multiply(self, a: Open, b: Open) -> Open:
        """Return the products entry by entry."""
        return self._seen(Open(a.values * b.values, a.bound * b.bound))

    def matmul(self, a: Open, b: Open) -> Open:
        """Return the matrix product."""
        bound = a.shape[1] * a.bound * b.bound
        return self._seen(Open(a.values @ b.values, bound))

    def truncate(self, a: Open, bits: int) -> Open:
        """Return floor(x / 2^bits); Python's shift rounds down for negatives too."""
        self.widest = max(self.widest, a.bound.bit_length(), bits)
        return self._seen(Open(a.values >> bits, (a.bound >> bits) + 1))

    def negative(self, a: Open) -> Open:
        """Return 1 where a < 0, else 0."""
        self.widest = max(self.widest, a.bound.bit_length())
        return Open(a.values < 0, 1)

    def less_than(self, a: Open, b: Open) -> Open:
        """Return 1 where a < b, else 0."""
        return self.negative(a - b)

    def all_zero(self, a: Open) -> bool:
        """Return whether all values are 0."""
        return not np.any(a.values)

    def bits_needed(self, hiding_bits: int) -> int:
        """Return how many bits N must have for what was computed so far."""
        products = self.largest_bound.bit_length() + 1
        return max(products, self.widest + hiding_bits + 2) + 1

    def _seen(self, result: Open) -> Open:
        self.largest_bound = max(self.largest_bound, result.bound)
        return result

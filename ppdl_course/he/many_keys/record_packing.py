r"""Where records lie in polynomials: class by place, so that a sum is one coefficient.

A block of ``capacity`` coefficients holds one feature of the records of one class:

    coefficient (f classes + c) capacity + i  =  feature f of the i-th record of class c

as many features to a polynomial as fit. A further feature, the last, is 1 for every
record: its sums are the numbers of records. Which place is taken says the class, and is
encrypted with it. The sums over all blocks are one product with a known polynomial,

    m(X) (1 + X^-1 + ... + X^-(capacity - 1)),   sum of a block at its first coefficient

which makes noise grow ``capacity`` times at most. Only sums are wanted, so places of
several owners may coincide: their polynomials are just added.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least, class_labels
from ppdl_course.he.many_keys.linear_classifiers import ClassSums, binary


@dataclass(frozen=True)
class Packing:
    """Sizes that all owners agree on.

    Attributes:
        n: Ring degree.
        features: Features of a record.
        classes: Number of classes, at least 2.
        capacity: Most records of one class that one owner may upload.

    Raises:
        ValueError: If a size is below its least, or one feature does not fit.
    """

    n: int
    features: int
    classes: int
    capacity: int

    def __post_init__(self) -> None:
        at_least(2, classes=self.classes, n=self.n)
        at_least(1, features=self.features, capacity=self.capacity)
        if self.classes * self.capacity > self.n:
            raise ValueError(
                f"classes * capacity must be at most n = {self.n}, got "
                f"{self.classes * self.capacity}"
            )

    @property
    def polynomials(self) -> int:
        """How many polynomials hold the features and the column of ones."""
        return -(-(self.features + 1) // self._together)

    @property
    def _together(self) -> int:
        return self.n // (self.classes * self.capacity)

    def pack(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the polynomials of an owner's records, int64 (polynomials, n).

        Args:
            x: Zeros and ones, integers (records, features).
            y: Labels, integers (records,).

        Raises:
            ValueError: If an entry, a label or a shape is another, or a class has more
                records than its capacity.
        """
        binary(x=x)
        if x.shape[1] != self.features:
            raise ValueError(f"x must have {self.features} features, got {x.shape[1]}")
        y = class_labels(len(x), self.classes, y=y)
        largest = int(np.bincount(y).max())
        if largest > self.capacity:
            raise ValueError(
                f"capacity must be at least the records of a class, {largest}, got "
                f"{self.capacity}"
            )
        blocks = self._blocks()
        columns = np.column_stack([x, np.ones(len(x), np.int64)]).T
        for c in range(self.classes):
            mine = columns[:, y == c]
            blocks[: len(columns), c, : mine.shape[1]] = mine
        return self._polynomials(blocks)

    def window(self) -> np.ndarray:
        """Return 1 + X^-1 + ... + X^-(capacity - 1), int64 (n,)."""
        window = np.zeros(self.n, np.int64)
        window[0] = 1
        window[self.n - self.capacity + 1 :] = -1  # X^-i is -X^(n-i)
        return window

    def places(self) -> np.ndarray:
        """Return where the sums stand after the window, bool (polynomials, n)."""
        blocks = self._blocks()
        blocks[: self.features + 1, :, 0] = 1
        return self._polynomials(blocks).astype(bool)

    def read(self, summed: np.ndarray) -> ClassSums:
        """Return the sums from decrypted polynomials, integers (polynomials, n).

        Raises:
            ValueError: If they are no sums of zeros and ones.
        """
        used = self._together * self.classes * self.capacity
        blocks = summed[:, :used].reshape(-1, self.classes, self.capacity)
        table = blocks[: self.features + 1, :, 0].T
        return ClassSums(table[:, -1], table[:, :-1])

    def _blocks(self) -> np.ndarray:
        count = self.polynomials * self._together
        return np.zeros((count, self.classes, self.capacity), np.int64)

    def _polynomials(self, blocks: np.ndarray) -> np.ndarray:
        rows = blocks.reshape(self.polynomials, -1)
        return np.pad(rows, ((0, 0), (0, self.n - rows.shape[1])))

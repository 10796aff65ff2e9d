"""DeepSecure's own table of gates, and its benchmarks recomputed from it (chapter 7).

The paper counts XOR and non-XOR gates of each operation on 16-bit words; a non-XOR gate
is two ciphertexts of 16 bytes. A dense layer of m inputs and n outputs takes

    397 m n - 16 n XOR,   228 m n - 16 n non-XOR          (its row A(1 x m) B(m x n))

so that a network's price is arithmetic. Two of the paper's four benchmarks:

    B2  784-300-100-10, sigmoid        6.23e7 non-XOR      1,990 MB
    B3  617-50-26, tanh                7.5e6  non-XOR        241 MB

Source: B. D. Rouhani, M. S. Riazi, F. Koushanfar, "DeepSecure: Scalable
Provably-Secure Deep Learning", DAC 2018; arXiv 1705.08963, its tables of gate counts
and of benchmarks. The last layer of B2 and B3 has a softmax, which the paper leaves to
the order of the scores; it is counted as comparisons here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

BYTES_A_GATE = 32
"""Half gates: two ciphertexts of 16 bytes for each non-XOR gate."""


@dataclass(frozen=True)
class Gates:
    """Counts of gates.

    Attributes:
        xor: Free in garbling.
        non_xor: AND, OR and the like: 32 bytes each.
    """

    xor: int
    non_xor: int

    def __add__(self, other: "Gates") -> "Gates":
        return Gates(self.xor + other.xor, self.non_xor + other.non_xor)

    def __mul__(self, times: int) -> "Gates":
        return Gates(self.xor * times, self.non_xor * times)

    @property
    def megabytes(self) -> float:
        """Megabytes (10^6 bytes) of garbled tables."""
        return self.non_xor * BYTES_A_GATE / 1e6


PAPER = {
    "add": Gates(16, 16),
    "multiply": Gates(381, 212),
    "relu": Gates(30, 15),
    "sigmoid": Gates(8447, 3932),
    "tanh": Gates(8415, 3900),
}
"""The paper's rows; sigmoid and tanh are those by CORDIC."""


def dense(inputs: int, outputs: int) -> Gates:
    """Return the gates of a dense layer: products and all additions but one.

    >>> dense(1, 1) == PAPER["multiply"]
    True
    """
    terms = inputs * outputs
    return PAPER["multiply"] * terms + PAPER["add"] * (terms - outputs)


def network(sizes: Sequence[int], activation: str) -> Gates:
    """Return the gates of a fully connected network, its last layer without activation.

    Args:
        sizes: Units of each layer, from inputs to outputs.
        activation: A row of ``PAPER``, for each hidden unit.
    """
    total = Gates(0, 0)
    for layer, (m, n) in enumerate(pairwise(sizes), 1):
        total += dense(m, n)
        if layer < len(sizes) - 1:
            total += PAPER[activation] * n
    return total


BENCHMARKS = {
    "B2": ((784, 300, 100, 10), "sigmoid", 1990.0),
    "B3": ((617, 50, 26), "tanh", 241.0),
}
"""Sizes, activation, and the megabytes that the paper prints."""

"""The plain twin: the same training on plain fixed-point integers.

It says what the private one must come to, and whether a plan keeps its bounds:

    every product that is truncated      fails with probability |x| / 2^64; summed up
    every number that is compared        must be below 2^31 in size, or signs are wrong
    every product                        must be below 2^63 in size, or it wraps

Truncation on shares is the floor or one more, so that it is right *on average*; the
floor alone is too low by half a unit each time, and over many steps the weights drift.
With ``rng`` the twin rounds at random in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.mpc.learning.fixed_point import (
    RING_BITS,
    FixedPoint,
    truncate_plain,
)
from ppdl_course.mpc.learning.network import NetworkPlan
from ppdl_course.mpc.learning.regression import RegressionPlan
from ppdl_course.mpc.sharing.ring_product import ring_product

Numbers = np.ndarray


class OutOfBoundsError(ValueError):
    """A number of the run breaks a bound on which the shares rely."""


@dataclass
class Plain:
    """Arithmetic of the servers on plain int64 numbers.

    Args:
        fixed: How numbers are written.
        rng: Rounds as shares do; ``None`` takes the floor.

    Attributes:
        failures: Expected number of failed truncations so far.
        largest: Largest product so far, in size.
        compared: Largest number compared so far, in size.
    """

    fixed: FixedPoint = field(default_factory=FixedPoint)
    rng: np.random.Generator | None = None
    failures: float = 0.0
    largest: float = 0.0
    compared: float = 0.0

    def encode(self, x: np.ndarray) -> Numbers:
        """Return numbers as int64."""
        return self.fixed.encode(x).view(np.int64)

    def decode(self, x: Numbers) -> np.ndarray:
        """Return int64 as float64 numbers."""
        return x / 2.0**self.fixed.fraction_bits

    def product(self, a: Numbers, b: Numbers, bits: int | None = None) -> Numbers:
        """Return A B / 2^bits, with f bits by default.

        Raises:
            OutOfBoundsError: If an entry may leave the ring.
        """
        reach = (np.abs(a).astype(float) @ np.abs(b).astype(float)).max(initial=0)
        if reach >= 2.0 ** (RING_BITS - 1):
            raise OutOfBoundsError(
                f"a product must be below 2^63 in size, it may be {reach:.3g}"
            )
        words = ring_product(*(np.asarray(m).view(np.uint64) for m in (a, b)))
        return self.truncate(words.view(np.int64), bits)

    def truncate(self, x: Numbers, bits: int | None = None) -> Numbers:
        """Drop bits, and count how likely that would have failed on shares."""
        size = np.abs(x).astype(float)
        self.failures += size.sum() / 2.0**RING_BITS
        self.largest = max(self.largest, size.max(initial=0))
        bits = self.fixed.fraction_bits if bits is None else bits
        return truncate_plain(x, bits, self.rng)

    def positive(self, x: Numbers) -> np.ndarray:
        """Return x >= 0, bool.

        Raises:
            OutOfBoundsError: If a number is too large to compare on shares.
        """
        size = float(np.abs(x).max(initial=0))
        self.compared = max(self.compared, size)
        if size >= 2.0 ** (self.fixed.compared_bits - 1):
            raise OutOfBoundsError(
                f"a compared number must be below {self.fixed.bound:g} in size, got "
                f"{size / 2.0**self.fixed.fraction_bits:g}"
            )
        return x >= 0

    def piecewise(self, u: Numbers) -> Numbers:
        """Return 0, u + 1/2 or 1 in fixed point."""
        half = 1 << (self.fixed.fraction_bits - 1)
        upper, lower = u + half, u - half
        return upper * self.positive(upper) - lower * self.positive(lower)

    def softmax(self, u: Numbers) -> Numbers:
        """Return ReLU(u_i) / sum ReLU(u_j), rounded down; equal where none is > 0."""
        parts = u * self.positive(u)
        total = parts.sum(1, keepdims=True)
        bits, classes = self.fixed.fraction_bits, u.shape[1]
        shares = (parts << bits) // np.maximum(total, 1)
        return np.where(total > 0, shares, (1 << bits) // classes)


def train(
    plain: Plain, plan: RegressionPlan, x: np.ndarray, y: np.ndarray, w: np.ndarray
) -> Numbers:
    """Return the weights that plain fixed-point training comes to.

    Args:
        plain: Fixed point and rounding; holds the counts afterwards.
        plan: As on the servers.
        x: The data, float ``(rows, features)``.
        y: The labels, ``(rows, outputs)``.
        w: The first weights, ``(features, outputs)``.

    Returns:
        int64, shape ``(features, outputs)``; ``plain.decode`` gives numbers.

    Raises:
        OutOfBoundsError: If the run breaks a bound of the shares.
    """
    x, y, w = (plain.encode(value) for value in (x, y, w))
    bits = plain.fixed.fraction_bits + plan.rate_bits
    for batch in plan.schedule:
        rows = list(batch)
        u = plain.product(x[rows], w)
        p = plain.piecewise(u) if plan.activation == "piecewise" else u
        w = w - plain.product(x[rows].T, p - y[rows], bits)
    return w


def train_network(
    plain: Plain,
    plan: NetworkPlan,
    x: np.ndarray,
    y: np.ndarray,
    weights: Sequence[np.ndarray],
) -> list[Numbers]:
    """Return the weights that plain training of a network comes to.

    Args and errors as for :func:`train`; ``y`` has a column for each class.
    """
    x, y = plain.encode(x), plain.encode(y)
    w = [plain.encode(value) for value in weights]
    bits = plain.fixed.fraction_bits + plan.rate_bits
    for batch in plan.schedule:
        rows = list(batch)
        inputs, gates = [x[rows]], []
        for matrix in w[:-1]:
            z = plain.product(inputs[-1], matrix)
            gates.append(plain.positive(z))
            inputs.append(z * gates[-1])
        z = plain.product(inputs[-1], w[-1])
        d = (plain.softmax(z) if plan.output == "softmax" else z) - y[rows]
        new = list(w)
        for k in range(len(w) - 1, -1, -1):
            new[k] = w[k] - plain.product(inputs[k].T, d, bits)
            if k:
                d = plain.product(d, w[k].T) * gates[k - 1]
        w = new
    return w


def scores(weights: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    """Return a network's scores, shape ``(n, classes)``, for weights as numbers."""
    for w in weights[:-1]:
        x = np.maximum(x @ w, 0)
    return x @ weights[-1]


def predict(w: np.ndarray, x: np.ndarray, *, threshold: float = 0.5) -> np.ndarray:
    """Return labels from weights as numbers: int64 ``(n,)``.

    With one output 1 where x w > ``threshold``; with more the place of the largest.
    """
    scores = x @ w
    if w.shape[1] > 1:
        return scores.argmax(1)
    return (scores[:, 0] > threshold).astype(np.int64)

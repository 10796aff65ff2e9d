"""Training in fixed point modulo 2^l for any l up to 64, to see what a ring must hold.

The same steps as ``twin``, but nothing is refused. A number that does not fit wraps, a
truncation that fails is off by 2^(l - f), and both are counted, because on shares
nobody would notice either:

    overflow     a product x with |x| >= 2^(l - 1)
    failure      s0 uniform, s1 = x - s0; both truncate; the sum is off by over a unit

Not protected: everything is in the clear here; shares are drawn to see them fail.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.mpc.learning.regression import RegressionPlan


@dataclass
class SmallRing:
    """Integers modulo 2^l, as int64 around 0, with counts of what goes wrong.

    Args:
        bits: l, 8 to 64.
        rng: Draws the shares; of statistics, nothing is secret here.

    Attributes:
        overflows: Products that left the ring so far.
        failures: Truncations that failed so far.
        truncations: Truncations so far.
    """

    bits: int
    rng: np.random.Generator
    overflows: int = 0
    failures: int = 0
    truncations: int = 0

    def __post_init__(self) -> None:
        between(8, 64, bits=self.bits)

    def centred(self, x: np.ndarray) -> np.ndarray:
        """Return int64 modulo 2^l, between -2^(l - 1) and 2^(l - 1) - 1."""
        shift = 64 - self.bits
        return (x << shift) >> shift

    def product(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return A B modulo 2^l; counts the entries that do not fit."""
        size = np.abs(a.astype(float) @ b.astype(float))
        self.overflows += int(np.sum(size >= 2.0 ** (self.bits - 1)))
        return self.centred(a @ b)

    def truncate(self, x: np.ndarray, bits: int) -> np.ndarray:
        """Return what two servers make of x / 2^bits on fresh shares."""
        mask = np.uint64(2**self.bits - 1)
        words = x.view(np.uint64)
        first = self.rng.integers(0, 2**64, x.shape, np.uint64) & mask
        turned = (first - words) & mask  # minus server 1's share
        y = (first >> np.uint64(bits)) - (turned >> np.uint64(bits))
        y = self.centred(y.view(np.int64))
        self.truncations += x.size
        self.failures += int(np.sum(np.abs(y - x / 2.0**bits) > 1))
        return y


def train(
    ring: SmallRing,
    plan: RegressionPlan,
    fraction_bits: int,
    x: np.ndarray,
    y: np.ndarray,
) -> np.ndarray:
    """Return the weights of piecewise logistic regression in a ring, as numbers.

    Args:
        ring: Holds the counts afterwards.
        plan: Batches and rate; weights begin at 0.
        fraction_bits: f, at least 1; f and the rate's bits together below l.
        x: The data, float ``(rows, features)``.
        y: The labels, ``(rows, 1)``.

    Returns:
        float64 ``(features, 1)``.
    """
    between(1, ring.bits - 1 - plan.rate_bits, fraction_bits=fraction_bits)
    scale, half = 2.0**fraction_bits, 1 << (fraction_bits - 1)
    words, labels = (ring.centred(np.rint(v * scale).astype(np.int64)) for v in (x, y))
    w = np.zeros((x.shape[1], 1), np.int64)
    for batch in plan.schedule:
        rows = list(batch)
        u = ring.truncate(ring.product(words[rows], w), fraction_bits)
        p = np.clip(u + half, 0, 2 * half)
        step = ring.product(words[rows].T, p - labels[rows])
        w = ring.centred(w - ring.truncate(step, fraction_bits + plan.rate_bits))
    return w / scale

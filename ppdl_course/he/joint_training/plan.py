"""What is trained, in whole numbers: sizes, scales, bounds, and the plain twin.

    X = round(2^x_bits x), |x| <= 1, a column of 2^x_bits for the bias;   y in {0, 1}
    W at scale 2^w_bits;    Z = X W at scale S = 2^(x_bits + w_bits)
    E = 48 S^3 (q(z) - y) = 24 S^3 + Z (12 S^2 - Z^2) - 48 S^3 y
    U = X^T E,     W <- W - floor((U + r) / 2^k),     r uniform in [0, 2^k)

with q(z) = 1/2 + z/4 - z^3/48, the sigmoid's Taylor polynomial of degree 3, and k the
whole number for which the step is nearest to the wanted rate. The offset r makes the
rounding stochastic: unbiased, so that small steps are not lost; who is given the same
offsets gets the same weights, bit for bit.

One neuron, full-batch gradient descent on the cross entropy of q. A choice of the
course: the paper trains a network by back-propagation with the same polynomial.

Sources: P. Li, J. Li, Z. Huang, T. Li, C.-Z. Gao, S.-M. Yiu, K. Chen, "Multi-key
privacy-preserving deep learning in cloud computing", FGCS 74, 2017; stochastic
rounding: S. Gupta, A. Agrawal, K. Gopalakrishnan, P. Narayanan, "Deep Learning with
Limited Numerical Precision", ICML 2015.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

import numpy as np

from ppdl_course.arguments import at_least, between, positive, real_matrix, within
from ppdl_course.he.lattice.ring import ntt_primes
from ppdl_course.he.lattice.rlwe import Parameters

PLAIN_BITS = 30
"""Bits of each plaintext modulus of BGV."""

CHAIN_BITS = 24
"""Bits of a prime of the ciphertext modulus: two for each product, see ``levels``."""

PRODUCTS = 4
"""Products one after the other in a step: Z, Z^2, Z (12 S^2 - Z^2), X E."""

LARGEST_WEIGHT = 64
"""No weight may grow beyond; the twin refuses, the cloud cannot see."""


@dataclass(frozen=True)
class Plan:
    """Public sizes of a training run.

    Attributes:
        features: Columns of x, the bias not counted.
        rows: Records of all owners together.
        steps: Steps of gradient descent.
        rate: Learning rate that is wanted; see :attr:`actual_rate`.
        x_bits: x is rounded to multiples of 2**-x_bits.
        w_bits: Weights are multiples of 2**-w_bits.
        largest_z: Bound on abs(z), within which q resembles the sigmoid.
        hiding: A mask is 2**hiding times what it hides: what an eye sees of the blinded
            number has statistical distance 2**-hiding from what says nothing.
        ring_degree: n of BGV, a power of two, at least ``rows``. With the moduli here
            128 bits of security need 16,384: smaller ones are toys, INSECURE.

    Raises:
        ValueError: If a size is out of range, or the rate cannot be reached.
    """

    features: int
    rows: int
    steps: int = 8
    rate: float = 1.0
    x_bits: int = 3
    w_bits: int = 6
    largest_z: float = 4.0
    hiding: int = 40
    ring_degree: int = 512

    def __post_init__(self) -> None:
        at_least(1, features=self.features, rows=self.rows, steps=self.steps)
        positive(rate=self.rate)
        within("[1, 16]", largest_z=self.largest_z)
        between(0, 8, x_bits=self.x_bits)
        between(1, 16, w_bits=self.w_bits)
        between(1, 48, hiding=self.hiding)
        if self.ring_degree < 16 or self.ring_degree & (self.ring_degree - 1):
            raise ValueError(
                f"ring_degree must be a power of two >= 16, got {self.ring_degree}"
            )
        between(1, self.ring_degree, rows=self.rows)
        if self.dropped_bits < 1:
            raise ValueError(f"rate must be smaller for these bits, got {self.rate}")

    @property
    def scale(self) -> int:
        """S, the scale of Z."""
        return 2 ** (self.x_bits + self.w_bits)

    @property
    def _step_scale(self) -> float:
        """Rate for k = 0."""
        return 48 * self.rows * self.scale**3 * 2.0 ** (self.x_bits - self.w_bits)

    @property
    def dropped_bits(self) -> int:
        """The k bits that a step rounds away."""
        return round(math.log2(self._step_scale / self.rate))

    @property
    def actual_rate(self) -> float:
        """The learning rate: the nearest to ``rate`` that k makes possible."""
        return self._step_scale / 2**self.dropped_bits

    @property
    def update_bound(self) -> int:
        """Largest size of an entry of U, rounded up to a multiple of 2^k."""
        z = Fraction(self.largest_z)
        # q - y is 1/2 and an odd cubic, which is largest at 2, 1/3, or at the end
        error = Fraction(1, 2) + max(Fraction(1, 3), abs(z / 4 - z**3 / 48))
        bound = math.ceil(48 * self.scale**3 * error * self.rows * 2**self.x_bits)
        return -(-bound >> self.dropped_bits) << self.dropped_bits

    @property
    def largest_weight(self) -> int:
        """Largest size of an integer weight."""
        return LARGEST_WEIGHT * 2**self.w_bits

    @cached_property
    def plain_primes(self) -> tuple[int, ...]:
        """Plaintext moduli t: their product T holds any blinded number."""
        need = 2 * self.update_bound * (2**self.hiding + 1)
        count = -(-need.bit_length() // (PLAIN_BITS - 1))
        return tuple(ntt_primes(self.ring_degree, PLAIN_BITS, count))

    @cached_property
    def plain_modulus(self) -> int:
        """T, the product of the plaintext moduli."""
        return math.prod(self.plain_primes)

    @property
    def last_level(self) -> int:
        """Primes left after a step: room for the flood of ``residues``."""
        return 1 + -(-(self.hiding + PLAIN_BITS + 20 - 31) // CHAIN_BITS)

    def parameters(self, t: int) -> Parameters:
        """Return BGV's sizes for one plaintext modulus."""
        return _parameters(self.ring_degree, self.last_level + 2 * PRODUCTS, t)

    def encode(self, x: np.ndarray) -> np.ndarray:
        """Return records as integers with the bias column last, int64 (n, features+1).

        Raises:
            ValueError: If the shape is another, or an entry is beyond +-1.
        """
        x = real_matrix(self.features, np.float64, x=x)
        if np.abs(x).max() > 1:
            raise ValueError(f"x must be within +-1, got {np.abs(x).max()} in size")
        whole = np.hstack([x, np.ones((len(x), 1))])
        return np.rint(whole * 2**self.x_bits).astype(np.int64)

    def decode(self, weights: Sequence[int]) -> np.ndarray:
        """Return integer weights as numbers, float64 (features + 1,), bias last."""
        return np.array([int(w) for w in weights], dtype=np.float64) / 2**self.w_bits


@cache
def _parameters(n: int, levels: int, t: int) -> Parameters:
    """Search the primes once."""
    return Parameters.of_size(n, levels=levels, bits=CHAIN_BITS, t=t)


def labels(y: np.ndarray, rows: int) -> np.ndarray:
    """Return ``y`` as int64; ValueError unless it is ``rows`` entries, each 0 or 1."""
    y = np.asarray(y)
    if y.shape != (rows,) or not np.isin(y, (0, 1)).all():
        raise ValueError(f"y must be {rows} labels, each 0 or 1, got shape {y.shape}")
    return y.astype(np.int64)


def update(plan: Plan, x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return U for integer weights: exact, object (features + 1,).

    Args:
        plan: The sizes.
        x: Encoded records, (rows, features + 1).
        y: Labels, (rows,).
        w: Integer weights, (features + 1,).

    Raises:
        ValueError: If a z or a weight leaves its bound: the encrypted run would wrap.
    """
    x, w, s = x.astype(object), np.asarray(w, dtype=object), plan.scale
    z = x @ w
    if max(map(abs, z)) > plan.largest_z * s:
        raise ValueError(
            f"z must stay within +-{plan.largest_z}, got {max(map(abs, z)) / s:.2f}: "
            "lower the rate or the steps"
        )
    if max(map(abs, w)) > plan.largest_weight:
        raise ValueError(f"weights must stay within +-{LARGEST_WEIGHT}")
    error = 24 * s**3 + z * (12 * s**2 - z * z) - 48 * s**3 * y.astype(object)
    return x.T @ error


def plain_training(
    plan: Plan, x: np.ndarray, y: np.ndarray, offsets: Sequence[Sequence[int]]
) -> list[np.ndarray]:
    """Train in the clear: the twin of the encrypted run.

    Args:
        plan: The sizes.
        x: Encoded records, (rows, features + 1).
        y: Labels, (rows,).
        offsets: For each step and weight the r of its rounding, in [0, 2^k).

    Returns:
        Integer weights before the first step (zeros) and after each, object arrays.

    Raises:
        ValueError: If shapes or offsets are out of range, or training leaves the bounds
            of the plan.
    """
    if x.shape != (plan.rows, plan.features + 1):
        raise ValueError(
            f"x must have shape {(plan.rows, plan.features + 1)}, got {x.shape}"
        )
    y = labels(y, plan.rows)
    w = np.zeros(plan.features + 1, dtype=object)
    path = [w]
    for drawn in offsets:
        if any(not 0 <= r < 2**plan.dropped_bits for r in drawn):
            raise ValueError(f"offsets must be in [0, 2**{plan.dropped_bits})")
        steps = update(plan, x, y, w) + np.array(drawn, dtype=object)
        w = w - (steps >> plan.dropped_bits)  # Python's shift rounds down
        path.append(w)
    return path

"""Exact samplers of the discrete Laplace and discrete Gaussian distributions.

    discrete Laplace    P[y] proportional to exp(-|y| / scale)
    discrete Gaussian   P[y] proportional to exp(-y^2 / (2 sigma^2)),   y a whole number

Parameters are fractions, every decision compares two integers, and no floating-point
number is ever formed: given uniform bits, the law of the output is *exactly* the stated
one, and nothing is left for the attack of :mod:`ppdl_course.dp.audits.floating_point`.

The building block is a coin that shows heads with probability exp(-n/d): for n <= d
toss coins of probability n/(d k), k = 1, 2, ..., up to the first tails; its k is odd
with just that probability (von Neumann's trick). All coins of an array are tossed
together, and those still undecided go into the next round.

Not protected: a ``numpy`` generator is not unpredictable to somebody who has seen
enough of its output, and the time a draw takes depends on the draw. Chapter 15.

Source: Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy",
NeurIPS 2020, Algorithms 1 to 3; Ghosh, Roughgarden, Sundararajan, "Universally
Utility-Maximizing Privacy Mechanisms", STOC 2009 (the geometric mechanism).
"""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from ppdl_course.arguments import at_least, between
from ppdl_course.dp.definition import Guarantee, Neighbours, relation

_LIMIT = 2**56  # bound on denominators: leaves room for k <= 127 in d * k < 2^63


def bernoulli_exp(
    numerators: np.ndarray, denominator: int, *, rng: np.random.Generator
) -> np.ndarray:
    """Toss coins that show heads with probability exp(-numerator / denominator).

    Args:
        numerators: Integers >= 0 of any integer type (object, for those beyond 64
            bits), shape (n,).
        denominator: In [1, 2^56].
        rng: Source of the uniform integers.

    Returns:
        Bool, shape (n,).

    Raises:
        ValueError: If a numerator or the denominator is out of range.
    """
    between(1, _LIMIT, denominator=denominator)
    denominator = operator.index(denominator)
    numerators = np.asarray(numerators)
    if numerators.dtype.kind not in "iuO":
        raise ValueError(f"numerators must be whole numbers, got {numerators.dtype}")
    if len(numerators) and numerators.min() < 0:
        raise ValueError(f"numerators must be >= 0, got {numerators.min()}")
    if numerators.dtype != object:
        # narrower types could not hold the products below, nor int64 the largest uint64
        large = len(numerators) > 0 and int(numerators.max()) >= 2**63
        numerators = numerators.astype(object if large else np.int64)
    whole_part = numerators // denominator
    rest = (numerators - whole_part * denominator).astype(np.int64)
    heads = _bernoulli_exp_below_one(rest, denominator, rng)
    alive = np.flatnonzero(heads & (whole_part > 0))
    rounds = 0
    while len(alive):  # a coin of exp(-1) for each whole unit
        still = _bernoulli_exp_minus_one(len(alive), rng)
        heads[alive[~still]] = False
        rounds += 1
        alive = alive[still]
        alive = alive[whole_part[alive] > rounds]
    return heads


def discrete_laplace(
    scale: int | Fraction, *, size: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw ``size`` exact samples, int64, with P[y] proportional to exp(-|y|/scale).

    Args:
        scale: Positive whole number or Fraction, with numerator and denominator at
            most 2^30. A float is refused: write the fraction that is meant.
        size: How many. >= 0.
        rng: Source of the uniform integers.

    Raises:
        ValueError: If scale or size is out of range.
    """
    t, s = _ratio(scale=scale)
    at_least(0, size=size)
    # the last number only sizes the batches: a wrong guess costs time, not exactness
    return _draw(size, lambda n: _laplace_batch(n, t, s, rng), 0.35 / min(1, t / s))


def discrete_gaussian(
    variance: int | Fraction, *, size: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw ``size`` exact samples, int64, with P[y] proportional to exp(-y^2 / 2v).

    Args:
        variance: The parameter v = sigma^2, a positive whole number or Fraction, with
            2 a b t^2 <= 2^56 for v = a/b and t = floor(sqrt(v)) + 1; no float.
        size: How many. >= 0.
        rng: Source of the uniform integers.

    Raises:
        ValueError: If variance or size is out of range.
    """
    a, b = _ratio(variance=variance)
    at_least(0, size=size)
    t = math.isqrt(a // b) + 1
    denominator = 2 * a * b * t * t
    if denominator > _LIMIT:
        raise ValueError(
            f"variance must be a simpler fraction (2 a b t^2 <= 2^56), got {a}/{b}"
        )
    largest = (math.isqrt(2**63 - 1) - a) // (b * t)  # whose square still fits int64

    def batch(n: int) -> np.ndarray:
        y = _laplace_batch(n, t, 1, rng)
        distance = np.abs(y)
        if len(y) and distance.max() > largest:
            distance = distance.astype(object)  # whole numbers of any size
        kept = bernoulli_exp((distance * (b * t) - a) ** 2, denominator, rng=rng)
        return y[kept]

    return _draw(size, batch, 0.25)


@dataclass(frozen=True, kw_only=True)
class DiscreteLaplace:
    """The Laplace mechanism for whole-number answers, exact and epsilon-DP.

    Attributes:
        epsilon: Privacy loss in nats, a positive whole number or Fraction.
        sensitivity: L1 sensitivity of the answer, a whole number >= 1.
        neighbours: The relation that the sensitivity was computed for.

    Raises:
        ValueError: If an argument is out of range, or sensitivity / epsilon has a
            numerator or denominator over 2^30.
    """

    epsilon: int | Fraction
    sensitivity: int
    neighbours: Neighbours

    def __post_init__(self) -> None:
        _ratio(epsilon=self.epsilon)
        at_least(1, sensitivity=self.sensitivity)
        _ratio(scale=self.scale)
        relation(self.neighbours)

    @property
    def scale(self) -> Fraction:
        """Scale of the noise: sensitivity / epsilon."""
        # a numpy integer would stay one inside the fraction, and wrap
        return operator.index(self.sensitivity) / Fraction(
            *_ratio(epsilon=self.epsilon)
        )

    @property
    def guarantee(self) -> Guarantee:
        """What the release promises."""
        return Guarantee(epsilon=float(self.epsilon), neighbours=self.neighbours)

    def release(self, answer: ArrayLike, *, rng: np.random.Generator) -> np.ndarray:
        """Return the whole-number answer with noise, int64 in the answer's shape.

        Raises:
            ValueError: If the answer's type is no integer type, or an entry is not in
                -2^62..2^62, where noise cannot take it out of int64: the scale is at
                most 2^30, and noise beyond 2^62 has probability under exp(-2^32).
        """
        answer = np.asarray(answer)
        if not np.issubdtype(answer.dtype, np.integer):
            raise ValueError(f"answer must be whole numbers, got {answer.dtype}")
        for end in (int(answer.min()), int(answer.max())) if answer.size else ():
            if abs(end) > 2**62:
                raise ValueError(f"answer must lie in -2^62..2^62, got {end}")
        answer = answer.astype(np.int64)  # with uint64, numpy would go on in float64
        noise = discrete_laplace(self.scale, size=answer.size, rng=rng)
        return answer + noise.reshape(answer.shape)


def _bernoulli_exp_below_one(
    numerators: np.ndarray, denominator: int, rng: np.random.Generator
) -> np.ndarray:
    odd = np.ones(len(numerators), dtype=bool)
    alive = np.arange(len(numerators))
    k = 1
    while len(alive):
        draws = rng.integers(0, denominator * k, size=len(alive))
        alive = alive[draws < numerators[alive]]
        k += 1
        # a coin drops out at its first tails: after an odd k it shows heads
        odd[alive] ^= True
    return odd


def _bernoulli_exp_minus_one(n: int, rng: np.random.Generator) -> np.ndarray:
    return _bernoulli_exp_below_one(np.ones(n, dtype=np.int64), 1, rng)


def _laplace_batch(n: int, t: int, s: int, rng: np.random.Generator) -> np.ndarray:
    """Try n times for a sample of scale t/s; return those that succeeded."""
    u = rng.integers(0, t, size=n)
    u = u[_bernoulli_exp_below_one(u, t, rng)]
    v = np.zeros(len(u), dtype=np.int64)
    alive = np.arange(len(u))
    while len(alive):
        alive = alive[_bernoulli_exp_minus_one(len(alive), rng)]
        # v is geometric and u below t: u + t v is exponential on the integers
        v[alive] += 1
    size = (u + t * v) // s
    minus = rng.integers(0, 2, size=len(u)).astype(bool)
    keep = ~(minus & (size == 0))  # else zero would come twice
    return np.where(minus, -size, size)[keep]


def _draw(size: int, batch: Callable[[int], np.ndarray], success: float) -> np.ndarray:
    """Call ``batch`` (tries -> samples that succeeded) until there are ``size``."""
    parts, missing = [np.empty(0, dtype=np.int64)], size
    while missing > 0:
        # samples are independent, so cutting some off biases nothing
        part = batch(int(missing / success) + 16)[:missing]
        parts.append(part)
        missing -= len(part)
    return np.concatenate(parts)


def _ratio(**argument: int | Fraction) -> tuple[int, int]:
    ((name, value),) = argument.items()
    if not isinstance(value, int | Fraction) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{name} must be a positive int or Fraction, got {value!r}")
    a, b = (operator.index(part) for part in Fraction(value).as_integer_ratio())
    if max(a, b) > 2**30:
        raise ValueError(f"{name} must have parts of at most 2^30, got {a}/{b}")
    return a, b

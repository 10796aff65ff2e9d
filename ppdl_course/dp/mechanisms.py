"""Mechanisms that add noise to an answer: Laplace, Gaussian, randomised response.

    Laplace     f(D) + Lap(b)^d,       b = sensitivity / epsilon       (L1 sensitivity)
    Gaussian    f(D) + N(0, sigma^2)^d                                 (L2 sensitivity)
    randomised  each person's bit, kept with probability e^eps / (1 + e^eps)

A mechanism is a frozen object: its parameters, what it promises (``guarantee``), and
``release``, which needs a random generator. Sensitivity is the largest change of the
whole answer between neighbours, under the relation the mechanism names.

Not protected: noise computed in floating point leaks through its low-order bits
(:mod:`ppdl_course.dp.audits.floating_point`); a real release takes an exact sampler
(:mod:`ppdl_course.dp.discrete`) and an unpredictable generator. Chapter 15.

Source: Dwork, McSherry, Nissim, Smith, TCC 2006 (Laplace); Dwork, Kenthapadi,
McSherry, Mironov, Naor, "Our Data, Ourselves", EUROCRYPT 2006 (Gaussian); Balle, Wang,
"Improving the Gaussian Mechanism for Differential Privacy", ICML 2018 (analytic);
Warner, "Randomized Response", Journal of the American Statistical Association 60, 1965.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from ppdl_course.arguments import non_negative, positive, within
from ppdl_course.dp.definition import Guarantee, Neighbours, real_answer, relation


@dataclass(frozen=True, kw_only=True)
class Laplace:
    """The Laplace mechanism, epsilon-differentially private.

    Attributes:
        epsilon: Bound on the privacy loss, in nats. > 0.
        sensitivity: L1 sensitivity of the whole answer, in its units. > 0.
        neighbours: The relation that the sensitivity was computed for.

    Raises:
        ValueError: If epsilon, sensitivity or their quotient is not positive and
            finite.
    """

    epsilon: float
    sensitivity: float
    neighbours: Neighbours

    def __post_init__(self) -> None:
        positive(epsilon=self.epsilon, sensitivity=self.sensitivity)
        positive(scale=self.scale)  # the quotient may leave float64
        relation(self.neighbours)

    @property
    def scale(self) -> float:
        """Scale b of the noise, in the answer's units; its deviation is sqrt(2) b."""
        return self.sensitivity / self.epsilon

    @property
    def guarantee(self) -> Guarantee:
        """What the release promises."""
        return Guarantee(epsilon=self.epsilon, neighbours=self.neighbours)

    def release(self, answer: ArrayLike, *, rng: np.random.Generator) -> np.ndarray:
        """Return the answer with noise, float64 in the answer's shape."""
        answer = real_answer(answer=answer)
        return answer + rng.laplace(scale=self.scale, size=answer.shape)

    def log_density(self, x: ArrayLike, *, centre: float) -> np.ndarray:
        """Return the log density of a single released number at ``x``."""
        x = np.asarray(x, dtype=np.float64)
        return -np.abs(x - centre) / self.scale - math.log(2 * self.scale)

    def best_power(self, false_alarm: ArrayLike) -> np.ndarray:
        """Return the best test's hit rate at each false-alarm rate in [0, 1].

        The test tells answers ``sensitivity`` apart from one release; the curve is the
        adversary's ROC. Its two straight ends have slopes e^eps and e^-eps.
        """
        rate = _rates(false_alarm)
        with np.errstate(divide="ignore"):  # log 0 is -inf, and so it should be
            log_low = self.epsilon + np.log(rate)  # e^eps itself may be beyond float64
        low = np.exp(np.minimum(log_low, 0))
        curved = 1 - np.exp(-np.maximum(log_low, math.log(0.5))) / 4
        high = 1 - (1 - rate) * math.exp(-self.epsilon)
        below = log_low < math.log(0.5)
        return np.where(below, low, np.where(rate < 0.5, curved, high))


@dataclass(frozen=True, kw_only=True)
class Gaussian:
    """The Gaussian mechanism: (epsilon, delta) for a whole curve of pairs.

    Attributes:
        sigma: Standard deviation of the noise, in the answer's units. > 0. Between
            1e-8 and 1e9 sensitivities, else the curve leaves float64.
        sensitivity: L2 sensitivity of the whole answer, in its units. > 0.
        neighbours: The relation that the sensitivity was computed for.

    Raises:
        ValueError: If sigma or sensitivity is not positive and finite, or their
            quotient is out of range.
    """

    sigma: float
    sensitivity: float
    neighbours: Neighbours

    def __post_init__(self) -> None:
        positive(sigma=self.sigma, sensitivity=self.sensitivity)
        within("[1e-8, 1e9]", noise_multiplier=self.noise_multiplier)
        relation(self.neighbours)

    @classmethod
    def analytic(
        cls, *, epsilon: float, delta: float, sensitivity: float, neighbours: Neighbours
    ) -> Self:
        """Return the mechanism with the least sigma for (epsilon, delta).

        Any epsilon > 0. Solves Balle and Wang's Theorem 8 for sigma.
        """
        positive(epsilon=epsilon, sensitivity=sensitivity)
        within("(0, 1)", delta=delta)

        def excess(log_sigma: float) -> float:
            return _log_delta(epsilon, math.exp(-log_sigma)) - math.log(delta)

        # delta falls as sigma grows: widen until the bracket holds the root
        low, high = -1.0, 1.0
        while excess(low) < 0:
            low -= 1
        while excess(high) > 0:
            high += 1
        multiplier = math.exp(optimize.brentq(excess, low, high, xtol=1e-12))
        return cls(
            sigma=multiplier * (1 + 1e-11) * sensitivity,  # on the safe side
            sensitivity=sensitivity,
            neighbours=neighbours,
        )

    @classmethod
    def classic(
        cls, *, epsilon: float, delta: float, sensitivity: float, neighbours: Neighbours
    ) -> Self:
        """Return sigma = sensitivity * sqrt(2 ln(1.25 / delta)) / epsilon.

        Its proof needs epsilon < 1 (Dwork, Roth, "The Algorithmic Foundations of
        Differential Privacy", 2014, Theorem A.1). The formula goes on a while beyond
        its proof: it first promises too much at epsilon 5.0 for delta 0.3, at 8.4 for
        1e-5 and at 9.6 for 1e-9.

        Raises:
            ValueError: If epsilon >= 1, where nothing is proved.
        """
        within("(0, 1)", epsilon=epsilon, delta=delta)
        sigma = sensitivity * math.sqrt(2 * math.log(1.25 / delta)) / epsilon
        return cls(sigma=sigma, sensitivity=sensitivity, neighbours=neighbours)

    @property
    def noise_multiplier(self) -> float:
        """Sigma in units of the sensitivity."""
        return self.sigma / self.sensitivity

    @property
    def rho(self) -> float:
        """Its zero-concentrated DP, in nats: sensitivity^2 / (2 sigma^2)."""
        return 0.5 / self.noise_multiplier**2

    def delta(self, epsilon: float) -> float:
        """Return the least delta it promises beside ``epsilon`` (exact)."""
        non_negative(epsilon=epsilon)
        return math.exp(_log_delta(epsilon, 1 / self.noise_multiplier))

    def guarantee(self, *, delta: float) -> Guarantee:
        """Return the least epsilon it promises beside ``delta``."""
        within("(0, 1)", delta=delta)
        step, target = 1 / self.noise_multiplier, math.log(delta)
        if _log_delta(0.0, step) <= target:
            return Guarantee(epsilon=0.0, delta=delta, neighbours=self.neighbours)
        high = 1.0
        while _log_delta(high, step) > target:
            high *= 2
        epsilon = optimize.brentq(lambda e: _log_delta(e, step) - target, 0.0, high)
        return Guarantee(epsilon=epsilon, delta=delta, neighbours=self.neighbours)

    def release(self, answer: ArrayLike, *, rng: np.random.Generator) -> np.ndarray:
        """Return the answer with noise, float64 in the answer's shape."""
        answer = real_answer(answer=answer)
        return answer + rng.normal(scale=self.sigma, size=answer.shape)

    def log_density(self, x: ArrayLike, *, centre: float) -> np.ndarray:
        """Return the log density of a single released number at ``x``."""
        z = (np.asarray(x, dtype=np.float64) - centre) / self.sigma
        return -0.5 * z**2 - math.log(self.sigma * math.sqrt(2 * math.pi))

    def best_power(self, false_alarm: ArrayLike) -> np.ndarray:
        """Return the best test's hit rate at each false-alarm rate in [0, 1]."""
        shift = 1 / self.noise_multiplier
        return special.ndtr(special.ndtri(_rates(false_alarm)) + shift)


@dataclass(frozen=True, kw_only=True)
class RandomisedResponse:
    """Each person flips coins over their own yes or no: the local model.

    Nobody needs to be trusted: the collector sees reports only. Neighbours replace one
    person's bit, so the relation is always REPLACE.

    Attributes:
        epsilon: Bound on the privacy loss of each person, in nats. > 0.
    """

    neighbours: ClassVar[Neighbours] = Neighbours.REPLACE

    epsilon: float

    def __post_init__(self) -> None:
        positive(epsilon=self.epsilon)

    @property
    def truth_probability(self) -> float:
        """Probability that a report is the true bit: e^eps / (1 + e^eps)."""
        return 1 / (1 + math.exp(-self.epsilon))

    @property
    def guarantee(self) -> Guarantee:
        """What each person's report promises them."""
        return Guarantee(epsilon=self.epsilon, neighbours=self.neighbours)

    def release(self, bits: ArrayLike, *, rng: np.random.Generator) -> np.ndarray:
        """Return one report per person, bool in the shape of ``bits``.

        Raises:
            ValueError: If an entry is neither 0 nor 1.
        """
        bits = np.asarray(bits)
        if not np.all((bits == 0) | (bits == 1)):
            raise ValueError(f"bits must be 0 or 1, got {np.unique(bits)[:5]}")
        # a report is a lie with probability 1 - p, whatever the bit; p is rounded down,
        # since at 1, from epsilon 37 on, nobody would ever lie
        lies = rng.random(bits.shape) >= np.nextafter(self.truth_probability, 0)
        return bits.astype(bool) ^ lies

    def estimate(self, reports: ArrayLike) -> float:
        """Return the unbiased estimate of the share of true ones (may leave [0, 1])."""
        # E[report] = (1 - p) + (2 p - 1) share, solved for the share
        return float(0.5 + (np.mean(reports) - 0.5) / math.tanh(self.epsilon / 2))


def _log_delta(epsilon: float, step: float) -> float:
    """Log of delta(epsilon) for two unit Gaussians ``step`` apart (Balle, Wang)."""
    high = special.log_ndtr(step / 2 - epsilon / step)
    if high == -math.inf:  # an epsilon so large that delta is 0 even as a logarithm
        return -math.inf
    low = epsilon + special.log_ndtr(-step / 2 - epsilon / step)
    # log(e^high - e^low) without cancellation; equal terms would give log 0
    return float(high + np.log(-np.expm1(min(low - high, -1e-300))))


def _rates(false_alarm: ArrayLike) -> np.ndarray:
    rate = np.asarray(false_alarm, dtype=np.float64)
    if not np.all((rate >= 0) & (rate <= 1)):
        raise ValueError(f"false_alarm must be in [0, 1], got {rate}")
    return rate

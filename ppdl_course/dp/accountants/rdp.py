"""Renyi differential privacy of the Poisson-subsampled Gaussian mechanism.

RDP of order alpha bounds the Renyi divergence of the two output distributions,

    D_alpha(P || Q) = log E_Q[(P/Q)^alpha] / (alpha - 1)     [nats].

Divergences of the steps of a composition simply add up, order by order; at the end the
best order is turned into (epsilon, delta). For sampling rate q and noise multiplier s
the worst pair is P = (1-q) N(0, s^2) + q N(1, s^2) against Q = N(0, s^2):

    E_Q[(P/Q)^a] = sum_k C(a,k) (1-q)^(a-k) q^k exp((k^2 - k) / (2 s^2))

for whole a; for other orders the expectation is integrated by the trapezoidal rule,
which converges geometrically for an analytic function that decays at both ends.

Relation: ADD_REMOVE (see :mod:`ppdl_course.dp.accountants.subsampled_gaussian`).
Chapters 15 and 16.

Source: Mironov, "Renyi Differential Privacy", CSF 2017; Mironov, Talwar, Zhang, "Renyi
Differential Privacy of the Sampled Gaussian Mechanism", arXiv 1908.10530; conversion:
Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy", NeurIPS
2020, Proposition 12.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from ppdl_course.arguments import positive, within

_FRACTIONAL = np.setdiff1d(np.round(np.arange(1.1, 10.95, 0.1), 1), np.arange(2, 11))
_WHOLE = np.concatenate([np.arange(2, 64), [80, 96, 128, 192, 256, 512, 1024]])

ORDERS = np.concatenate([_FRACTIONAL, _WHOLE])
"""Orders tried, float64 of shape (k,): those under 11 in tenths, whole ones above."""


class OrderWarning(UserWarning):
    """The best order is the first or the last of those tried."""


def subsampled_gaussian(*, noise_multiplier: float, sample_rate: float) -> np.ndarray:
    """Return the divergence of one step at each of ``ORDERS``.

    Args:
        noise_multiplier: Noise deviation over the clipping norm. > 0.
        sample_rate: Probability q in (0, 1] that a record takes part.

    Returns:
        Nats, float64 of shape ``ORDERS.shape``. Orders beyond float64 are ``inf``.

    Raises:
        ValueError: If an argument is out of range.
    """
    positive(noise_multiplier=noise_multiplier)
    within("(0, 1]", sample_rate=sample_rate)
    if sample_rate == 1:
        return ORDERS / (2 * noise_multiplier**2)
    log_moments = np.concatenate(
        [
            _log_moment(_FRACTIONAL, noise_multiplier, sample_rate),
            log_moment_by_binomials(_WHOLE, noise_multiplier, sample_rate),
        ]
    )
    return log_moments / (ORDERS - 1)


def mixture(parts: Sequence[tuple[float, np.ndarray]]) -> np.ndarray:
    """Return the divergences when a public coin, the same in both worlds, chooses.

    The moments E_Q[(P/Q)^alpha] of the parts are averaged.

    Args:
        parts: Each with its probability and its divergences, shape ``ORDERS.shape``.
    """
    if len(parts) == 1:
        return parts[0][1]
    terms = [math.log(chance) + (ORDERS - 1) * curve for chance, curve in parts]
    return np.logaddexp.reduce(terms) / (ORDERS - 1)


def _log_moment(
    orders: np.ndarray, noise_multiplier: float, sample_rate: float
) -> np.ndarray:
    """Return log E_Q[(P/Q)^a] of fractional orders, or a bound as good as equal.

    The integral needs s^-2 points. The bound is Minkowski's inequality for the sum
    (1-q) + q N(1, s^2)/N(0, s^2) in the norm of order a; one term rules if s is small.
    """
    s, q = noise_multiplier, sample_rate
    growth = (orders - 1) / (2 * s * s)
    bound = orders * np.logaddexp(math.log1p(-q), math.log(q) + growth)
    # else the other term is under e^-40 of the large one
    wanted = (
        np.arange(len(orders))
        if s >= 1 / 3
        else np.flatnonzero(math.log(q) + growth < 40)
    )
    few = len(orders) if s >= 1 / 3 else 4  # at a time, to bound the memory
    for i in range(0, len(wanted), few):
        part = wanted[i : i + few]
        bound[part] = log_moment_by_quadrature(orders[part], s, q)
    return bound


def log_moment_by_binomials(
    orders: np.ndarray, noise_multiplier: float, sample_rate: float
) -> np.ndarray:
    """Return log E_Q[(P/Q)^a] for whole orders, by the finite sum.

    The binomial weights sum to one, so the moment minus one is the same sum with
    exp(...) - 1 in each term: all terms are positive, and nothing cancels.
    """
    # the terms k = 0 and 1 give exp(0) - 1 = 0, so the sum begins at 2
    a = np.asarray(orders, dtype=np.int64)[:, None]
    k = np.arange(2, a.max() + 1)[None, :]
    inside = k <= a
    rest = np.where(inside, a - k, 0)
    log_choose = _LOG_FACTORIAL[a] - _LOG_FACTORIAL[k] - _LOG_FACTORIAL[rest]
    growth = (k * k - k) / (2 * noise_multiplier**2)
    log_terms = (
        log_choose
        + rest * math.log1p(-sample_rate)
        + k * math.log(sample_rate)
        + growth
        + np.log(-np.expm1(-growth))
    )
    return np.logaddexp(0, _log_sum_exp(np.where(inside, log_terms, -np.inf)))


def log_moment_by_quadrature(
    orders: np.ndarray, noise_multiplier: float, sample_rate: float
) -> np.ndarray:
    """Return log E_Q[(P/Q)^a] for any orders > 1, by the trapezoidal rule.

    Since E_Q[P/Q] = 1, the moment minus one is the mean of r^a - 1 - a (r - 1), which
    is nowhere negative: again nothing cancels.
    """
    s = noise_multiplier
    step = min(s / 6, s * s / 2)  # the nearest singularity is pi s^2 off the real axis
    # the peaks lie in 0..a; 12 deviations further the integrand is 1e-31 of them
    z = np.arange(-12 * s, max(orders) + 12 * s + step, step)
    x = (2 * z - 1) / (2 * s * s)
    log_r = np.where(
        # expm1 would overflow for large x, where 1 - q no longer matters beside q e^x
        x < 30,
        np.log1p(sample_rate * np.expm1(np.minimum(x, 30))),
        np.logaddexp(math.log1p(-sample_rate), math.log(sample_rate) + x),
    )
    log_weight = math.log(step / (s * math.sqrt(2 * np.pi))) - z * z / (2 * s * s)
    a = np.asarray(orders, dtype=np.float64)[:, None]
    power = a * log_r
    small = np.expm1(np.minimum(power, 1)) - a * np.expm1(np.minimum(log_r, 1))
    if max(orders) * np.abs(log_r).max() < 1e-4:
        # near r = 1 the two cancel: the first terms of their series
        small = log_r * log_r * ((a * a - a) / 2 + (a**3 - a) / 6 * log_r)
    bounded = np.maximum(log_r, 1 / a)  # r^a (1 + large), where power > 1
    large = (a - 1) * np.exp(-a * bounded) - a * np.exp((1 - a) * bounded)
    with np.errstate(divide="ignore"):  # r = 1 gives log 0
        log_excess = np.where(
            power <= 1, np.log(np.maximum(small, 0)), power + np.log1p(large)
        )
    return np.logaddexp(0, _log_sum_exp(log_excess + log_weight))


def epsilon(rdp: np.ndarray, *, delta: float) -> float:
    """Return the least epsilon that the divergences ``rdp`` at ``ORDERS`` give.

    Args:
        rdp: Divergence of the whole composition at each order, in nats.
        delta: In (0, 1).
    """
    return epsilon_and_order(rdp, delta=delta)[0]


def epsilon_and_order(rdp: np.ndarray, *, delta: float) -> tuple[float, float]:
    """Return epsilon, and the order at which the minimum was found."""
    within("(0, 1)", delta=delta)
    rdp = np.asarray(rdp, dtype=np.float64)
    if rdp.shape != ORDERS.shape or not np.all(rdp >= 0):  # NaN is not >= 0
        raise ValueError(f"rdp must be >= 0 of shape {ORDERS.shape}, got {rdp.shape}")
    candidates = (
        rdp + np.log1p(-1 / ORDERS) - (math.log(delta) + np.log(ORDERS)) / (ORDERS - 1)
    )
    best = int(np.argmin(candidates))
    return max(0.0, float(candidates[best])), float(ORDERS[best])


_LOG_FACTORIAL = special.gammaln(np.arange(_WHOLE.max() + 1) + 1.0)


def _log_sum_exp(terms: np.ndarray) -> np.ndarray:
    top = terms.max(axis=1, keepdims=True)
    with np.errstate(under="ignore"):
        return top[:, 0] + np.log(np.exp(terms - top).sum(axis=1))

"""Privacy-loss distributions of many steps, by the fast Fourier transform.

The loss of a composition is the sum of the losses, so its distribution is a
convolution: n steps are one n-th power in the Fourier domain.

Rounding in a transform is even over the grid, and steps multiply it: a small delta
would drown. So the masses are tilted first, p(l) exp(t l - K), with t chosen to put the
middle near where delta is decided, and tilted back at the end. A bound on what rounding
can have taken away, here and in each step's masses, is added: epsilon stays an upper
bound for every delta from 1e-12 on.

Source: Koskela, Jälkö, Honkela, "Computing Tight Differential Privacy Guarantees Using
FFT", AISTATS 2020; the bound on the transform: Higham, "Accuracy and Stability of
Numerical Algorithms", 2002, Theorem 24.2. Chapters 15 and 16.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy import fft

from ppdl_course.arguments import at_least
from ppdl_course.dp.accountants.pld import UNIT, PrivacyLoss

_MOST_POINTS = 2**21  # of a composed loss


def compose(
    parts: Sequence[tuple[PrivacyLoss, int]],
    *,
    tail: float,
    delta: float | None = None,
    epsilon: float | None = None,
) -> PrivacyLoss:
    """Return the loss of running each part so many times, independently.

    Its masses are bounds from above, sharp about the given point of the curve.

    Args:
        parts: Losses on one mesh, each with its number of steps >= 1.
        tail: Probability given up as infinite loss, at most.
        delta: The delta at which epsilon will be asked for, or
        epsilon: the epsilon at which delta will be.

    Raises:
        ValueError: If there is no part, the meshes differ, or steps is not >= 1.
    """
    meshes = {loss.mesh for loss, _ in parts}
    if len(meshes) != 1:
        raise ValueError(f"mesh must be the same in all parts, got {sorted(meshes)}")
    for _, steps in parts:
        at_least(1, steps=steps)
    mesh = meshes.pop()
    if len(parts) == 1 and parts[0][1] == 1:
        return parts[0][0]
    t, high = _tilt(parts, tail, delta, epsilon)
    tilted = [(_tilted(loss, t), steps) for loss, steps in parts]
    log_total = math.fsum(n * log_sum for (_, log_sum), n in tilted)
    low, top = _range([(loss, n) for (loss, _), n in tilted])
    low, high = min(low, high), max(top, high)
    low = max(low, high - _MOST_POINTS + 1)
    # what lies below the window wraps to places where it is too much, not too little;
    # what lies above has P-mass below ``tail``, which is counted as infinite loss too
    size = fft.next_fast_len(high - low + 1, real=True)
    masses, error = _convolved([(loss, n) for (loss, _), n in tilted], size, t)
    masses = np.maximum(np.roll(masses, -low), 0) + error
    exponents = log_total - t * mesh * np.arange(low, low + size)
    rounding = 8 * UNIT * (1 + abs(log_total) + np.abs(exponents))
    masses *= np.exp(np.minimum(exponents, 700)) * (1 + rounding)
    infinite = math.fsum(n * loss.infinite for loss, n in parts)
    return PrivacyLoss(np.minimum(masses, 1), low, mesh, min(1.0, infinite + tail))


def _convolved(
    parts: Sequence[tuple[PrivacyLoss, int]], size: int, t: float
) -> tuple[np.ndarray, float]:
    """Return the masses of the sum on a circle, and a bound on the error of each.

    A transform errs by at most about 4 log2(size) roundings of the sum of its input; a
    power n of a value v by n times the error of v, relative to v, and of its logarithm.
    """
    transform_error = 4 * math.log2(size) * UNIT
    product = np.ones(size // 2 + 1, dtype=np.complex128)
    log_bound, relative = np.zeros(len(product)), np.full(len(product), transform_error)
    for loss, steps in parts:
        slots = (np.arange(len(loss.masses)) + loss.start) % size
        values = fft.rfft(np.bincount(slots, loss.masses, minlength=size))
        product *= _power(values, steps)
        # tilting rounded each mass too
        tilting = 4 * UNIT * (2 + float(np.sum(np.abs(t * loss.losses) * loss.masses)))
        error = transform_error + tilting
        modulus = np.abs(values) + error
        log_bound += steps * np.log(modulus)
        relative += steps * (error / modulus + 16 * UNIT)
    # each value but the first stands for two of the whole circle
    errors = np.exp(np.minimum(log_bound, 0)) * np.expm1(np.minimum(relative, 700))
    return fft.irfft(product, size), (2 * float(np.sum(errors)) + 1e-30) / size


def _power(values: np.ndarray, exponent: int) -> np.ndarray:
    """Raise complex numbers of modulus <= 1 to a power; those under 1e-35 become 0."""
    powers = np.zeros_like(values)
    large = np.abs(values) > 10.0 ** (-35 / exponent)
    # not values ** exponent, whose algorithm, and so its error, is numpy's to change
    powers[large] = np.exp(exponent * np.log(values[large]))
    return powers


def _tilt(
    parts: Sequence[tuple[PrivacyLoss, int]],
    tail: float,
    delta: float | None,
    epsilon: float | None,
) -> tuple[float, int]:
    """Return the best tilt, and the grid index above which the sum has mass < tail.

    By Chernoff's bound P[sum > u] <= exp(K(t) - t u) for every t > 0, where K is the
    log moment generating function of the sum. The best t for the wanted point is found
    by golden section on its logarithm: the exponent has one valley.
    """
    seen: list[tuple[float, float]] = []

    def exponent(log_t: float) -> float:
        t = math.exp(log_t)
        seen.append((t, math.fsum(n * _log_mgf(loss, t) for loss, n in parts)))
        k = seen[-1][1]
        return k - t * epsilon if delta is None else (k - math.log(delta)) / t

    mesh = parts[0][0].mesh
    spread = math.sqrt(sum(n * _variance(loss) for loss, n in parts))
    surprise = -math.log(tail if delta is None else delta)
    normal = math.log(math.sqrt(2 * surprise + 1) / max(spread, mesh))
    exponent(normal)  # for the bound on the mass above, which may want another t
    # sums with one rare large loss want a far smaller t than near Gaussian ones
    low, high = normal - 9, normal + 2
    golden = (math.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = exponent(left), exponent(right)
    while high - low > 0.4:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = exponent(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = exponent(right)
    top = sum(n * (loss.start + len(loss.masses) - 1) for loss, n in parts)
    bound = min((k - math.log(tail)) / t for t, k in seen)
    # a little less tilt: at the best one a rare large loss may begin to weigh most
    return 0.6 * math.exp((low + high) / 2), min(top, math.ceil(bound / mesh))


def _tilted(loss: PrivacyLoss, t: float) -> tuple[PrivacyLoss, float]:
    """Return the masses p(l) exp(t l - K), which add up to 1, and K."""
    log_sum = _log_mgf(loss, t)
    masses = loss.masses * np.exp(np.minimum(t * loss.losses - log_sum, 700))
    return PrivacyLoss(masses, loss.start, loss.mesh, 0.0), log_sum


def _range(parts: Sequence[tuple[PrivacyLoss, int]]) -> tuple[int, int]:
    """Return grid indices outside which the sum has mass under 1e-10 (Chernoff)."""
    mesh = parts[0][0].mesh
    lowest = sum(n * loss.start for loss, n in parts)
    highest = sum(n * (loss.start + len(loss.masses) - 1) for loss, n in parts)
    spread = math.sqrt(sum(n * _variance(loss) for loss, n in parts))
    surprise = -math.log(1e-10)
    normal = math.sqrt(2 * surprise) / max(spread, mesh)
    for t in normal * np.array([2, 1, 0.4, 0.1, 0.01]):
        up = (math.fsum(n * _log_mgf(loss, t) for loss, n in parts) + surprise) / t
        down = (math.fsum(n * _log_mgf(loss, -t) for loss, n in parts) + surprise) / t
        highest = min(highest, math.ceil(up / mesh))
        lowest = max(lowest, math.floor(-down / mesh))
    return lowest, highest


def _log_mgf(loss: PrivacyLoss, t: float) -> float:
    exponents = t * loss.losses
    top = max(exponents[0], exponents[-1])
    mean = float(np.sum(np.exp(exponents - top) * loss.masses))
    if mean < 1e-200:  # the ends hold too little mass: look where the product is large
        positive = loss.masses > 0
        logs = exponents[positive] + np.log(loss.masses[positive])
        top = float(logs.max())
        mean = float(np.sum(np.exp(logs - top)))
    return top + math.log(mean)


def _variance(loss: PrivacyLoss) -> float:
    mean = float(np.sum(loss.losses * loss.masses))
    return float(np.sum((loss.losses - mean) ** 2 * loss.masses))

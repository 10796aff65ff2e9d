"""The privacy-loss distribution (PLD), composed by the fast Fourier transform.

The privacy loss of an output x is L = ln P(x)/Q(x), with x drawn from P, and

    delta(eps) = P[L = inf] + E[max(0, 1 - exp(eps - L))],

and the loss of a composition is the sum of the losses, so its distribution is a
convolution: n steps are one n-th power in the Fourier domain.

On a grid of mesh h each interval's mass moves to its two end points in the one way that
keeps both its P-mass and its Q-mass. The result is a worse pair than the true one (so
epsilon errs upwards), and the error shrinks with h^2. Mass above the grid counts as
infinite loss. (No BLAS here: its threads wait for each other on a busy machine.)

Rounding in a transform is even over the grid, and steps multiply it: a small delta
would drown. So the masses are tilted first, p(l) exp(t l - K), with t chosen to put the
middle near where delta is decided, and tilted back at the end. A bound on what rounding
can have taken away, here and in each step's masses, is added: epsilon stays an upper
bound for every delta from 1e-12 on.

Source: Sommer, Meiser, Mohammadi, "Privacy Loss Classes", PoPETs 2019; Koskela, Jälkö,
Honkela, "Computing Tight Differential Privacy Guarantees Using FFT", AISTATS 2020;
the end points after Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, "Connect the Dots",
PoPETs 2022; the bound on the transform: Higham, "Accuracy and Stability of Numerical
Algorithms", 2002, Theorem 24.2. Chapters 15 and 16.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import fft, special

from ppdl_course.arguments import at_least, within

SMALLEST_DELTA = 1e-12
"""The smallest delta that is taken."""

_MOST_POINTS = 2**21  # of a composed loss

_UNIT = 2.0**-53  # the largest relative error of one rounded operation


@dataclass(frozen=True)
class PrivacyLoss:
    """Masses of the privacy loss on an even grid, and at infinity.

    Attributes:
        masses: P-masses, float64 of shape (m,).
        start: Grid index of the first mass: its loss is ``start * mesh``.
        mesh: Grid spacing, in nats.
        infinite: P-mass at infinite loss.
    """

    masses: np.ndarray
    start: int
    mesh: float
    infinite: float

    @property
    def losses(self) -> np.ndarray:
        """The loss of each mass, in nats."""
        return self.mesh * np.arange(self.start, self.start + len(self.masses))

    def delta(self, epsilon: float) -> float:
        """Return the least delta beside ``epsilon``."""
        gap = np.minimum(epsilon - self.losses, 0)
        return self.infinite - float(np.sum(np.expm1(gap) * self.masses))

    def epsilon(self, delta: float) -> float:
        """Return the least epsilon >= 0 beside ``delta``, exact on this grid.

        Raises:
            ValueError: If delta is outside [1e-12, 1), or not above the mass at
                infinity, where no epsilon is enough.
        """
        within(f"[{SMALLEST_DELTA}, 1)", delta=delta)
        if self.infinite >= delta:
            raise ValueError(f"delta must exceed {self.infinite:.3g}, got {delta}")
        if self.delta(0.0) <= delta:
            return 0.0
        delta *= 1 - 1e-10  # more than the sums below lose by rounding
        losses = self.losses
        # P[L > eps + ln 2] / 2 <= delta(eps) <= P[L > eps]: the answer lies in between
        above = self.infinite + self.masses[::-1].cumsum()[::-1]
        surely = int(np.count_nonzero(above > 2 * delta)) - 2
        low = max(0, surely - math.ceil(math.log(2) / self.mesh))
        high = min(int(np.count_nonzero(above > delta)), len(losses) - 1)
        if losses[low] < 0:
            low = max(low, -self.start)
        if (at_low := self._delta_at(low)) <= delta:
            return max(0.0, float(losses[low]))
        at_high = self._delta_at(high)
        while high - low > 1:
            middle = (low + high) // 2
            at_middle = self._delta_at(middle)
            if at_middle > delta:
                low, at_low = middle, at_middle
            else:
                high, at_high = middle, at_middle
        if self.mesh > 30:
            return max(0.0, float(losses[high]))
        # between two grid points delta(eps) is linear in exp(eps)
        share = (at_low - delta) / (at_low - at_high)
        return max(0.0, float(losses[low]) + math.log1p(math.expm1(self.mesh) * share))

    def _delta_at(self, index: int) -> float:
        """Return delta beside the loss of one grid point."""
        gaps = self.mesh * np.arange(len(self.masses) - index)
        return self.infinite - float(np.sum(np.expm1(-gaps) * self.masses[index:]))


def subsampled_gaussian(
    *,
    noise_multiplier: float,
    sample_rate: float,
    removal: bool,
    mesh: float,
    tail: float,
) -> PrivacyLoss:
    """Return the loss of one step of the Poisson-subsampled Gaussian.

    Args:
        noise_multiplier: Noise deviation over the clipping norm. > 0.
        sample_rate: Probability that a record takes part, in (0, 1].
        removal: True: P has the record, Q does not; False: the other way round.
        mesh: Grid spacing, in nats.
        tail: Probability given up as infinite loss, at most.
    """
    s, q = noise_multiplier, sample_rate
    reach = -special.ndtri(tail) * s
    low, high = np.floor(loss_at(np.array([-reach, 1 + reach]), s, q) / mesh)
    # the loss of adding is minus the loss of removing: the grid is mirrored
    if not removal:
        low, high = -high - 1, -low - 1
    grid = np.arange(low, high + 2)
    edges = mesh * grid
    if removal:
        z = outcome_at(edges, s, q)
        without, shifted = _masses(z / s), _masses((z - 1) / s)
        p, other = (1 - q) * without + q * shifted, without
    else:
        z = -outcome_at(-edges, s, q)
        without, shifted = _masses(z / s), _masses((z + 1) / s)
        p, other = without, (1 - q) * without + q * shifted
    # inner[i] lies between edges[i] and edges[i + 1]; 0 and -1 are the two tails
    (p, p_error), (other, other_error) = p, other
    inner, q_inner = p[1:-1] + p_error[1:-1], other[1:-1]
    # beyond a loss of 700 the Q-mass underflows: all mass goes right, the safe side
    tilt = np.exp(np.minimum(edges[:-1], 700))
    # what rounding the masses and the edges can hide goes right as well
    slack = p_error[1:-1] + tilt * other_error[1:-1]
    slack += 8 * _UNIT * (1 + np.abs(edges[:-1])) * inner
    right = (inner - tilt * q_inner + slack) / -math.expm1(-mesh)
    right = np.clip(right, 0, inner)
    masses = np.zeros(len(grid))
    masses[1:] += right
    masses[:-1] += inner - right
    masses[0] += p[0] + p_error[0]
    return PrivacyLoss(masses, int(low), mesh, float(p[-1] + p_error[-1]))


def loss_at(z: np.ndarray, noise_multiplier: float, sample_rate: float) -> np.ndarray:
    """Return ln of the mixture over N(0, s^2) at outcome ``z``."""
    x = (2 * z - 1) / (2 * noise_multiplier**2)
    if sample_rate == 1:
        return x
    return np.logaddexp(math.log1p(-sample_rate), math.log(sample_rate) + x)


def outcome_at(
    loss: np.ndarray, noise_multiplier: float, sample_rate: float
) -> np.ndarray:
    """Return the outcome z with that loss: the inverse of :func:`loss_at`.

    It is -inf where the loss is at or below ln(1 - q), which no outcome reaches.
    """
    s, q = noise_multiplier, sample_rate
    if q == 1:
        return 0.5 + s**2 * loss
    with np.errstate(divide="ignore"):
        x = np.minimum(-loss, 700)  # such losses are far below ln(1 - q) anyway
        rest = np.maximum(q * np.exp(x) - np.expm1(x), 0)  # 1 - (1-q) e^-loss
        return 0.5 + s**2 * (loss + np.log(rest / q))


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
    rounding = 8 * _UNIT * (1 + abs(log_total) + np.abs(exponents))
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
    transform_error = 4 * math.log2(size) * _UNIT
    product = np.ones(size // 2 + 1, dtype=np.complex128)
    log_bound, relative = np.zeros(len(product)), np.full(len(product), transform_error)
    for loss, steps in parts:
        slots = (np.arange(len(loss.masses)) + loss.start) % size
        values = fft.rfft(np.bincount(slots, loss.masses, minlength=size))
        product *= _power(values, steps)
        # tilting rounded each mass too
        tilting = 4 * _UNIT * (2 + float(np.sum(np.abs(t * loss.losses) * loss.masses)))
        error = transform_error + tilting
        modulus = np.abs(values) + error
        log_bound += steps * np.log(modulus)
        relative += steps * (error / modulus + 16 * _UNIT)
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


def _masses(edges: np.ndarray) -> np.ndarray:
    """Return N(0, 1) masses below, between and above rising edges, and their errors.

    Float64 of shape (2, k + 1): masses, and bounds on what rounding did to each.
    """
    below, above = special.ndtr(edges), special.ndtr(-edges)
    right = edges[:-1] > 0
    inner = np.where(right, above[:-1] - above[1:], below[1:] - below[:-1])
    # an edge x has a relative error, which moves its tail by x^2 times as much
    error = (8 + 2 * np.minimum(edges**2, 1e3)) * _UNIT
    error *= np.minimum(below, above)
    masses = np.concatenate([below[:1], inner, above[-1:]])
    errors = np.concatenate([error[:1], error[:-1] + error[1:], error[-1:]])
    return np.stack([masses, errors])

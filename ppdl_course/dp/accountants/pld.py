"""The privacy-loss distribution (PLD), composed by the fast Fourier transform.

The privacy loss of an output x is L = ln P(x)/Q(x), with x drawn from P, and

    delta(eps) = P[L = inf] + E[max(0, 1 - exp(eps - L))],

and the loss of a composition is the sum of the losses, so its distribution is a
convolution: n steps are one n-th power in the Fourier domain.

On a grid of mesh h each interval's mass moves to its two end points in the one way that
keeps both its P-mass and its Q-mass. The result is a worse pair than the true one (so
epsilon errs upwards), and the error shrinks with h^2. Mass above the grid counts as
infinite loss. (No BLAS here: its threads wait for each other on a busy machine.)
Rounding in the transform limits delta to 1e-12 and more.

Source: Sommer, Meiser, Mohammadi, "Privacy Loss Classes", PoPETs 2019; Koskela, Jälkö,
Honkela, "Computing Tight Differential Privacy Guarantees Using FFT", AISTATS 2020;
the end points after Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, "Connect the Dots",
PoPETs 2022. Chapters 15 and 16.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import fft, special

from ppdl_course.arguments import at_least, within

_TAIL = 1e-14  # probability given up (as infinite loss) at each cut


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
        within("[1e-12, 1)", delta=delta)
        if self.infinite >= delta:
            raise ValueError(f"delta must exceed {self.infinite:.3g}, got {delta}")
        if self.delta(0.0) <= delta:
            return 0.0
        # P[L > eps + ln 2] / 2 <= delta(eps) <= P[L > eps]: nothing far below matters
        above = self.infinite + self.masses[::-1].cumsum()[::-1]
        surely = int(np.count_nonzero(above > 2 * delta)) - 2
        first = max(0, -self.start, surely - math.ceil(math.log(2) / self.mesh))
        losses, above = self.losses[first:], above[first:]
        ratios = np.exp(losses[0] - losses)  # relative to the first: no underflow
        tilted = (self.masses[first:] * ratios)[::-1].cumsum()[::-1]
        at_grid = above - tilted / np.maximum(ratios, 1e-300)
        i = int(np.argmax(at_grid <= delta))  # delta(eps) falls; epsilon is below this
        return max(0.0, losses[0] + math.log((above[i] - delta) / tilted[i]))


def subsampled_gaussian(
    *, noise_multiplier: float, sample_rate: float, removal: bool, mesh: float
) -> PrivacyLoss:
    """Return the loss of one step of the Poisson-subsampled Gaussian.

    Args:
        noise_multiplier: Noise deviation over the clipping norm. > 0.
        sample_rate: Probability that a record takes part, in (0, 1].
        removal: True: P has the record, Q does not; False: the other way round.
        mesh: Grid spacing, in nats.
    """
    s, q = noise_multiplier, sample_rate
    # each step gives this much up, and there may be thousands
    reach = -special.ndtri(_TAIL * 1e-3) * s
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
    inner, q_inner = p[1:-1], other[1:-1]
    # beyond a loss of 700 the Q-mass underflows: all mass goes right, the safe side
    right = (inner - np.exp(np.minimum(edges[:-1], 700)) * q_inner) / -math.expm1(-mesh)
    right = np.clip(right, 0, inner)  # outside only by rounding
    masses = np.zeros(len(grid))
    masses[1:] += right
    masses[:-1] += inner - right
    masses[0] += p[0]
    return PrivacyLoss(masses, int(low), mesh, float(p[-1]))


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


def compose(parts: Sequence[tuple[PrivacyLoss, int]]) -> PrivacyLoss:
    """Return the loss of running each part so many times, independently.

    Args:
        parts: Losses on one mesh, each with its number of steps >= 1.

    Raises:
        ValueError: If there is no part, the meshes differ, or steps is not >= 1.
    """
    meshes = {loss.mesh for loss, _ in parts}
    if len(meshes) != 1:
        raise ValueError(f"mesh must be the same in all parts, got {sorted(meshes)}")
    mesh = meshes.pop()
    low, high = _window(parts)
    # the window bounds the sum, so what wraps around the circle has mass below _TAIL
    size = fft.next_fast_len(high - low + 1, real=True)
    product, finite = 1.0, 1.0
    for loss, steps in parts:
        at_least(1, steps=steps)
        slots = (np.arange(len(loss.masses)) + loss.start) % size
        wrapped = np.bincount(slots, loss.masses, minlength=size)
        product = product * _power(fft.rfft(wrapped), steps)
        finite *= (1 - loss.infinite) ** steps
    masses = np.roll(fft.irfft(product, size), -low)
    return PrivacyLoss(np.maximum(masses, 0), low, mesh, 1 - finite + _TAIL)


def _power(values: np.ndarray, exponent: int) -> np.ndarray:
    """Raise complex numbers of modulus <= 1 to a power; those under 1e-35 become 0."""
    powers = np.zeros_like(values)
    large = np.abs(values) > 10.0 ** (-35 / exponent)
    powers[large] = values[large] ** exponent
    return powers


def _window(parts: Sequence[tuple[PrivacyLoss, int]]) -> tuple[int, int]:
    """Return grid indices outside which the composed loss has mass below _TAIL.

    By Chernoff's bound P[sum > u] <= exp(K(t) - t u) for every t > 0, where K is the
    log moment generating function of the sum; likewise below.
    """
    spread = math.sqrt(sum(n * _variance(loss) for loss, n in parts))
    surprise = -math.log(_TAIL)
    highest = sum(n * (loss.start + len(loss.masses) - 1) for loss, n in parts)
    lowest = sum(n * loss.start for loss, n in parts)
    mesh = parts[0][0].mesh
    # near Gaussian sums want the first t; sums with one rare large loss the others
    normal = math.sqrt(2 * surprise) / max(spread, mesh)
    for t in (normal, 0.4 * normal, 20.0, 6.0, 2.0, 0.5):
        up = (sum(n * _log_mgf(loss, t) for loss, n in parts) + surprise) / t
        down = (sum(n * _log_mgf(loss, -t) for loss, n in parts) + surprise) / t
        highest = min(highest, math.ceil(up / mesh))
        lowest = max(lowest, math.floor(-down / mesh))
    return lowest, max(highest, lowest)


def _log_mgf(loss: PrivacyLoss, t: float) -> float:
    exponents = t * loss.losses
    top = max(exponents[0], exponents[-1])
    mean = float(np.sum(np.exp(exponents - top) * loss.masses))
    return top + math.log(max(mean, 1e-300))  # an underflow is bounded from above


def _variance(loss: PrivacyLoss) -> float:
    mean = float(np.sum(loss.losses * loss.masses))
    return float(np.sum((loss.losses - mean) ** 2 * loss.masses))


def _masses(edges: np.ndarray) -> np.ndarray:
    """Return N(0, 1) masses below, between and above rising edges, (k + 1,)."""
    below, above = special.ndtr(edges), special.ndtr(-edges)
    inner = np.where(edges[:-1] > 0, above[:-1] - above[1:], below[1:] - below[:-1])
    return np.concatenate([below[:1], inner, above[-1:]])

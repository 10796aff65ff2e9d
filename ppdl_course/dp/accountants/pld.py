"""The privacy-loss distribution (PLD) of one step, on a grid.

The privacy loss of an output x is L = ln P(x)/Q(x), with x drawn from P, and

    delta(eps) = P[L = inf] + E[max(0, 1 - exp(eps - L))],

and the loss of a composition is the sum of the losses (:mod:`composed_pld`).

On a grid of mesh h each interval's mass moves to its two end points in the one way that
keeps both its P-mass and its Q-mass. The result is a worse pair than the true one (so
epsilon errs upwards), and the error shrinks with h^2. Mass above the grid counts as
infinite loss. (No BLAS here: its threads wait for each other on a busy machine.)

Source: Sommer, Meiser, Mohammadi, "Privacy Loss Classes", PoPETs 2019; Koskela, Jälkö,
Honkela, "Computing Tight Differential Privacy Guarantees Using FFT", AISTATS 2020;
the end points after Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, "Connect the Dots",
PoPETs 2022. Chapters 15 and 16.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from ppdl_course.arguments import within

SMALLEST_DELTA = 1e-12
"""The smallest delta that is taken."""

UNIT = 2.0**-53  # the largest relative error of one rounded operation


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
    slack += 8 * UNIT * (1 + np.abs(edges[:-1])) * inner
    right = (inner - tilt * q_inner + slack) / -math.expm1(-mesh)
    right = np.clip(right, 0, inner)
    masses = np.zeros(len(grid))
    masses[1:] += right
    masses[:-1] += inner - right
    masses[0] += p[0] + p_error[0]
    return PrivacyLoss(masses, int(low), mesh, float(p[-1] + p_error[-1]))


def mixture(parts: Sequence[tuple[float, PrivacyLoss]]) -> PrivacyLoss:
    """Return the loss when a public coin, the same in both worlds, chooses the part.

    Args:
        parts: Each with its probability; losses on one mesh.
    """
    if len(parts) == 1:
        return parts[0][1]
    start = min(loss.start for _, loss in parts)
    end = max(loss.start + len(loss.masses) for _, loss in parts)
    masses = np.zeros(end - start)
    for chance, loss in parts:
        place = loss.start - start
        masses[place : place + len(loss.masses)] += chance * loss.masses
    infinite = math.fsum(chance * loss.infinite for chance, loss in parts)
    return PrivacyLoss(masses, start, parts[0][1].mesh, infinite)


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


def _masses(edges: np.ndarray) -> np.ndarray:
    """Return N(0, 1) masses below, between and above rising edges, and their errors.

    Float64 of shape (2, k + 1): masses, and bounds on what rounding did to each.
    """
    below, above = special.ndtr(edges), special.ndtr(-edges)
    right = edges[:-1] > 0
    inner = np.where(right, above[:-1] - above[1:], below[1:] - below[:-1])
    # an edge x has a relative error, which moves its tail by x^2 times as much
    error = (8 + 2 * np.minimum(edges**2, 1e3)) * UNIT
    error *= np.minimum(below, above)
    masses = np.concatenate([below[:1], inner, above[-1:]])
    errors = np.concatenate([error[:1], error[:-1] + error[1:], error[-1:]])
    return np.stack([masses, errors])

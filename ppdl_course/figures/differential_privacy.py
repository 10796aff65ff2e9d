"""Figures of chapter 15: neighbouring densities, clipping, calibration, audits."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.mechanisms import Gaussian, Laplace
from ppdl_course.figures.picture import BLACK, BLUE, VERMILION, Picture


def neighbour_densities(
    *, epsilon: float, mechanism: str = "Laplace", delta: float = 1e-3
) -> Picture:
    """Draw a count's two neighbouring densities, their log ratio, and the best test.

    Args:
        epsilon: Privacy loss, in nats. > 0.
        mechanism: ``"Laplace"``, or ``"Gaussian"`` calibrated to (epsilon, delta).
        delta: Used by the Gaussian only, in (0, 1).

    Returns:
        Three axes: the densities of the released count without and with one party, the
        log of their ratio between lines at +-epsilon, and the ROC of the adversary's
        best test beside that of guessing.

    Raises:
        ValueError: If a parameter is out of range.
    """
    if mechanism not in ("Laplace", "Gaussian"):
        raise ValueError(f"mechanism must be Laplace or Gaussian, got {mechanism!r}")
    common = {"sensitivity": 1.0, "neighbours": Neighbours.ADD_REMOVE}
    noise: Laplace | Gaussian
    if mechanism == "Laplace":
        noise = Laplace(epsilon=epsilon, **common)
        width = noise.scale
    else:
        noise = Gaussian.analytic(epsilon=epsilon, delta=delta, **common)
        width = noise.sigma
    x = np.linspace(0.5 - 5 * width - 1, 0.5 + 5 * width + 1, 801)
    logs = [noise.log_density(x, centre=centre) for centre in (0.0, 1.0)]
    ratio = logs[1] - logs[0]

    picture = wide(0.34)
    left, middle, right = (picture.add_subplot(1, 3, i) for i in (1, 2, 3))
    for log_p, label in zip(logs, ("without", "with the party"), strict=True):
        left.plot(x, np.exp(log_p), label=label)
    left.set(xlabel="released - true count without", ylabel="density")
    left.set_ylim(top=1.35 * np.exp(max(log_p.max() for log_p in logs)))
    left.legend(fontsize=8, loc="upper left")

    middle.plot(x, ratio, color=BLACK)
    for bound in (-epsilon, epsilon):
        middle.axhline(bound, color=VERMILION, linestyle="--")
    middle.text(x[0], epsilon, "ε", color=VERMILION, va="bottom")
    middle.set(xlabel="released - true count without", ylabel="log ratio [nats]")
    middle.set_ylim(-1.6 * epsilon, 1.6 * epsilon)
    ticks = (-epsilon, 0.0, epsilon)
    middle.set_yticks(ticks, [f"{tick:.3g}" for tick in ticks])

    power, advantage = _roc(right, noise)
    picture.suptitle(
        f"{mechanism}, ε = {epsilon:.3g}, noise deviation {_std(noise):.3g}"
    )
    picture.alt = (
        f"{mechanism} noise for epsilon {epsilon:.3g}: two densities one apart; their "
        f"log ratio reaches {np.abs(ratio).max():.3g}; the best test hits {power:.0%} "
        f"at 10 % false alarms and is right {0.5 + advantage / 2:.0%} of the time."
    )
    return picture


def wide(wspace: float) -> Picture:
    """Return a picture with fixed margins: sliders need no search for them."""
    picture = Picture(figsize=(9.6, 3.4))
    picture.set_layout_engine(None)
    picture.subplots_adjust(0.09, 0.15, 0.985, 0.86, wspace=wspace)
    return picture


def _roc(ax: Axes, noise: Laplace | Gaussian) -> tuple[float, float]:
    alarm = np.linspace(0, 1, 401)
    power = noise.best_power(alarm)
    ax.plot(alarm, power, label="best test")
    ax.plot(alarm, alarm, label="guessing", color=BLACK, linestyle=":")
    best = int(np.argmax(power - alarm))
    ax.plot(alarm[best], power[best], "o", color=BLUE)
    advantage = float(power[best] - alarm[best])
    ax.set(
        xlabel="false-alarm rate",
        ylabel="hit rate",
        title=f"right {0.5 + advantage / 2:.1%} of the time",
    )
    ax.legend(fontsize=8, loc="lower right")
    return float(noise.best_power(0.1)), advantage


def _std(noise: Laplace | Gaussian) -> float:
    return math.sqrt(2) * noise.scale if isinstance(noise, Laplace) else noise.sigma


def clipping_errors(
    amounts: np.ndarray, *, bounds: Sequence[float], epsilon: float
) -> Picture:
    """Draw what a total of amounts loses to clipping, and the noise that it gets.

    Args:
        amounts: Shape (n,), not negative, in crowns.
        bounds: Where each amount is cut, > 0.
        epsilon: Privacy loss of the total, in nats; the relation is ADD_REMOVE.

    Raises:
        ValueError: If epsilon or a bound is not positive.
    """
    lost = [amounts.sum() - np.minimum(amounts, bound).sum() for bound in bounds]
    noise = [
        Laplace(
            epsilon=epsilon, sensitivity=bound, neighbours=Neighbours.ADD_REMOVE
        ).scale
        for bound in bounds
    ]
    picture = Picture(figsize=(6.0, 3.0))
    ax = picture.add_subplot()
    ax.plot(bounds, lost, label="lost to clipping")
    ax.plot(bounds, noise, label=f"noise at epsilon {epsilon:g}")
    ax.axhline(amounts.sum(), color=BLACK, linestyle=":", label="true total")
    ax.set(xscale="log", yscale="symlog", ylim=(0, 10 * amounts.sum()))
    ax.set(xlabel="bound of one amount (crowns)", ylabel="error of the total (crowns)")
    ax.legend(fontsize=8, loc="lower left")
    best = int(np.argmin(np.add(lost, noise)))
    ends = ", ".join(
        f"{lost[i]:.3g} lost and {noise[i]:.3g} noise at {bounds[i]:.3g}"
        for i in (0, best, -1)
    )
    picture.alt = f"Errors of a total of {amounts.sum():.4g}, by bound: {ends}."
    return picture


def classic_and_exact(epsilons: np.ndarray, deltas: Sequence[float]) -> Picture:
    """Draw what the classic Gaussian formula wastes, and where it promises too much.

    Args:
        epsilons: Privacy losses in nats, rising, below and above 1.
        deltas: A curve each, in (0, 1).

    Returns:
        The classic sigma over the exact one, for each epsilon; under 1 is too little.
    """
    picture = Picture(figsize=(6.4, 3.4))
    ax = picture.subplots()
    common = {"sensitivity": 1, "neighbours": Neighbours.ADD_REMOVE}
    crossings = []
    for delta in deltas:
        exact = [
            Gaussian.analytic(epsilon=e, delta=delta, **common).sigma for e in epsilons
        ]
        ratio = math.sqrt(2 * math.log(1.25 / delta)) / epsilons / np.array(exact)
        ax.plot(epsilons, ratio, label=f"δ = {delta:g}")
        fails = epsilons[ratio < 1]
        if len(fails):
            ax.plot(fails[0], 1, "o", color=BLACK, markersize=4)
        first = f"at {fails[0]:.1f}" if len(fails) else "nowhere here"
        crossings.append(f"δ {delta:g}: {first}")
    ax.axhline(1, color=BLACK, linewidth=0.8)
    ax.axvline(1, color=BLACK, linestyle=":")
    ax.text(1.04, 2.9, "the proof ends", va="top", fontsize=8)
    ax.set(xscale="log", xlabel="ε [nats]", ylabel="classic sigma over exact sigma")
    ax.set_ylim(0.5, 3)  # for large delta the waste at small epsilon is far above
    ax.legend(fontsize=8)
    picture.alt = (
        "Noise of the classic formula over the exact one, against epsilon; the proof "
        f"ends at 1. First too little: {'; '.join(crossings)}."
    )
    return picture


def audit_verdicts(
    names: Sequence[str], bounds: Sequence[float], *, promise: float
) -> Picture:
    """Draw measured lower bounds on epsilon against the promise, one bar each.

    Args:
        names: Of the mechanisms.
        bounds: Their audits' lower bounds, in nats, shape (k,).
        promise: The epsilon all of them claim.
    """
    picture = Picture(figsize=(7.2, 0.6 + 0.4 * len(names)))
    ax = picture.add_subplot()
    place = np.arange(len(names))[::-1]
    for y, bound in zip(place, bounds, strict=True):
        guilty = bound > promise
        ax.barh(
            y,
            bound,
            0.6,
            color=VERMILION if guilty else BLUE,
            hatch="//" if guilty else None,
        )
        # the promise's line, where it meets a number, passes behind it
        behind = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        ax.annotate(
            f"{bound:.2f}",
            (bound, y),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            bbox=behind,
        )
    ax.axvline(promise, color=BLACK, linestyle="--")
    ax.text(promise, -0.95, " promised", fontsize=9, va="bottom")
    ax.set_yticks(place, names)
    ax.set_xlim(0, 1.15 * max(*bounds, promise))
    ax.set(xlabel="lower bound on epsilon [nats], hatched: refuted", ylim=(-1, None))
    picture.alt = (
        f"Audited lower bounds against a promise of {promise:g}: "
        + "; ".join(
            f"{name} {bound:.2f}{' (refuted)' if bound > promise else ''}"
            for name, bound in zip(names, bounds, strict=True)
        )
    )
    return picture

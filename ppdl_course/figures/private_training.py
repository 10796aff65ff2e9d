"""Figures of chapter 16: clipping, accuracy against epsilon, attacks."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import NullFormatter, PercentFormatter

from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    epsilon_by_pld,
)
from ppdl_course.dp.definition import Neighbours
from ppdl_course.figures.picture import BLACK, BLUE, VERMILION, Picture, counted, styled
from ppdl_course.stored.private_training import (
    BATCHES,
    CLIPS,
    DELTA,
    EPOCHS,
    NOISE,
    PrivateRuns,
)

_MARKERS = "osD^vPX"
_CHOSEN = {
    "markerfacecolor": "none",
    "markeredgecolor": VERMILION,
    "markeredgewidth": 2,
}


def norm_histogram(norms: Mapping[str, np.ndarray], *, max_grad_norm: float) -> Picture:
    """Draw how long the records' gradients are, and where they are cut.

    Args:
        norms: Name -> norm of each record's gradient, shape (n,); two at most.
        max_grad_norm: The clipping norm C.
    """
    picture = Picture(figsize=(6.4, 3.0))
    ax = picture.subplots()
    top = max(float(v.max()) for v in norms.values())
    bins = np.linspace(0, top, 40)
    alts = []
    for (name, values), color in styled(norms.items(), (BLUE, VERMILION)):
        ax.hist(values, bins, histtype="step", linewidth=1.8, color=color, label=name)
        longer = np.mean(values > max_grad_norm)
        alts.append(f"{name}: median {np.median(values):.2f}, {longer:.0%} above C")
    ax.axvline(
        max_grad_norm, color=BLACK, linestyle="--", label=f"C = {max_grad_norm:g}"
    )
    ax.set(xlabel="norm of one record's gradient", ylabel="records")
    ax.legend()
    ax.grid(alpha=0.3)
    picture.alt = f"Gradient norms. {'; '.join(alts)}. C is {max_grad_norm:g}."
    return picture


def accuracy_by_epsilon(
    curves: Mapping[str, Mapping[float, Sequence[float]]],
    *,
    levels: Mapping[str, float] | None = None,
    xlabel: str = "epsilon (nats)",
) -> Picture:
    """Draw test accuracy against epsilon: the mean and a 95 % interval over seeds.

    Args:
        curves: Name -> x -> one accuracy for each seed; seven at most.
        levels: Name -> accuracy drawn as a horizontal line; three at most.
        xlabel: What stands on the horizontal axis, if it is not epsilon.
    """
    picture = Picture(figsize=(6.8, 3.6))
    ax = picture.subplots()
    alts = []
    for (name, runs), marker in styled(curves.items(), _MARKERS):
        x = sorted(runs)
        mean = [np.mean(runs[e]) for e in x]
        error = [interval(runs[e]) for e in x]
        ax.errorbar(x, mean, error, marker=marker, capsize=3, markersize=5, label=name)
        values = ", ".join(f"{m:.1%} at {e:g}" for e, m in zip(x, mean, strict=True))
        alts.append(f"{name}: {values}")
    for (name, level), style in styled(
        (levels or {}).items(), ((0, (4, 2)), (0, (1, 2)), "-.")
    ):
        ax.axhline(level, color=BLACK, linewidth=1, linestyle=style, label=name)
        alts.append(f"{name} {level:.1%}")
    ax.set_xscale("log")
    ax.set(xlabel=xlabel, ylabel="test accuracy")
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    places = sorted({e for runs in curves.values() for e in runs})
    if len(places) <= 8:
        ax.set_xticks(places, [f"{e:g}" for e in places])
    else:
        ax.xaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_minor_formatter(NullFormatter())
    bottom, top = ax.get_ylim()
    ax.set_ylim(max(0.0, bottom), min(1.01, top))  # an interval may leave [0, 1]
    ax.legend(fontsize=8)
    ax.grid(alpha=0.3)
    picture.alt = f"Mean test accuracy by {xlabel}. {'; '.join(alts)}."
    return picture


def interval(runs: Sequence[float]) -> float:
    """Return half the width of a 95 % t interval for the mean; 0 for one run."""
    from scipy import stats

    if len(runs) < 2:
        return 0.0
    spread = np.std(runs, ddof=1) / np.sqrt(len(runs))
    return float(stats.t.ppf(0.975, len(runs) - 1) * spread)


def attack_drop(
    attacks: Mapping[str, tuple[float, float, float]], *, names: tuple[str, str]
) -> Picture:
    """Draw each attack's success against two models, and what guessing gives.

    Args:
        attacks: Name with unit -> (first model, second model, blind guess).
        names: Of the two models.
    """
    picture = Picture(figsize=(2.6 * len(attacks), 3.0))
    alts = []
    panels = picture.subplots(1, len(attacks), squeeze=False)[0]
    for ax, (name, (first, second, guess)) in zip(panels, attacks.items(), strict=True):
        bars = ax.bar([0, 1], [first, second], color=[VERMILION, BLUE], width=0.6)
        bars[1].set_hatch("//")
        ax.axhline(guess, color=BLACK, linestyle="--", linewidth=1)
        values = zip(names, (first, second), strict=True)
        ax.set_xticks([0, 1], [f"{one}\n{value:.2f}" for one, value in values])
        ax.set(ylabel=name)
        ax.margins(y=0.15)
        alts.append(
            f"{name}: {first:.2f} for {names[0]}, {second:.2f} for {names[1]}, "
            f"{guess:.2f} by guessing"
        )
    picture.alt = f"Success of attacks. {'; '.join(alts)}. Dashed: guessing."
    return picture


def epsilon_of(
    noise_multiplier: float, batch: float, epochs: Sequence[float], *, records: int
) -> list[float]:
    """Return epsilon after each number of epochs, at the runs' delta."""
    rate = min(1.0, batch / records)
    return [
        epsilon_by_pld(
            [
                SubsampledGaussian(
                    noise_multiplier=noise_multiplier,
                    sample_rate=rate,
                    steps=max(1, round(e * records / batch)),
                    neighbours=Neighbours.ADD_REMOVE,
                )
            ],
            delta=DELTA,
        )
        for e in epochs
    ]


def training_settings(
    task: str, noise: float, clip: float, batch: int, epochs: int, *, runs: PrivateRuns
) -> Picture:
    """Draw what a setting of DP-SGD costs, and how right it was when it was run.

    Args:
        task: "law cases" or "digits".
        noise: Noise multiplier.
        clip: Clipping norm.
        batch: Expected batch size.
        epochs: Passes over the records.
        runs: From ``ppdl_course.stored.private_training.load_private_runs``.

    Raises:
        ValueError: If the setting was not run.
    """
    chosen = runs.accuracies(task, noise, clip, batch, epochs)
    cost = epsilon_of(noise, batch, EPOCHS, records=runs.records[task])
    epsilon = cost[EPOCHS.index(epochs)]
    picture = Picture(figsize=(7.4, 3.2), layout="none")
    picture.subplots_adjust(left=0.09, right=0.98, bottom=0.16, top=0.82, wspace=0.28)
    left, right = picture.subplots(1, 2)
    left.plot(EPOCHS, cost, marker="o", color=BLUE)
    left.plot(epochs, epsilon, "o", markersize=11, **_CHOSEN)
    left.set(xlabel="epochs", ylabel=f"epsilon at delta {DELTA:g} (nats)")
    # all settings fit: under a slider the curve moves, and the axis stands still
    left.set(xscale="log", yscale="log", ylim=(0.02, 200))
    left.set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    left.set_xticks(EPOCHS, EPOCHS)
    left.minorticks_off()
    means = [np.mean(runs.accuracies(task, noise, c, batch, epochs)) for c in CLIPS]
    right.plot(CLIPS, means, marker="o", color=BLUE)
    right.plot([clip] * len(chosen), chosen, "x", color=BLACK)
    right.plot(clip, np.mean(chosen), "o", markersize=11, **_CHOSEN)
    right.set(xlabel="clipping norm C", ylabel="test accuracy", xscale="log")
    right.set(ylim=(0, 1))
    right.set_xticks(CLIPS, [f"{c:g}" for c in CLIPS])
    right.minorticks_off()
    right.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    for ax in (left, right):
        ax.grid(alpha=0.3)
    picture.suptitle(
        f"{task}: epsilon {epsilon:.2f}, test accuracy {np.mean(chosen):.1%}"
    )
    by_clip = ", ".join(f"{c:g}: {m:.1%}" for c, m in zip(CLIPS, means, strict=True))
    by_epochs = ", ".join(f"{e}: {c:.2f}" for e, c in zip(EPOCHS, cost, strict=True))
    picture.alt = (
        f"{task}, noise multiplier {noise:g}, clipping norm {clip:g}, expected batch "
        f"{batch}, {counted(epochs, 'epoch')}: epsilon {epsilon:.2f}, mean test "
        f"accuracy {np.mean(chosen):.1%} over {len(chosen)} seeds. Epsilon by epochs: "
        f"{by_epochs}. Accuracy by clipping norm: {by_clip}."
    )
    return picture


SETTINGS = {"noise": NOISE, "clip": CLIPS, "batch": BATCHES, "epochs": EPOCHS}

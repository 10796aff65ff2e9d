"""Figures of chapter 3, second half: membership, maps, the GAN attack, the summary."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm
from matplotlib.ticker import PercentFormatter

from ppdl_course.attacks.heat_map import CITY
from ppdl_course.attacks.membership import ROC
from ppdl_course.figures.picture import BLACK, BLUE, VERMILION, Picture

_GREY = "#9A9A9A"
LOWEST = 1e-3


def roc_curves(curves: Mapping[str, ROC], *, rate: float = 0.01) -> Picture:
    """Draw ROC curves on logarithmic axes, with the rate at a low false-positive rate.

    Args:
        curves: Name of the attack -> its curve.
        rate: The false-positive rate that the alternative text tells.
    """
    picture = Picture(figsize=(5.8, 3.9))
    ax = picture.subplots()
    alts = []
    for name, curve in curves.items():
        ax.step(
            np.maximum(curve.false_positives, LOWEST),
            np.maximum(curve.true_positives, LOWEST),
            where="post",
            label=f"{name}: AUC {curve.auc:.2f}",
        )
        alts.append(f"{name}: AUC {curve.auc:.2f}, {curve.at(rate):.1%} at {rate:.0%}")
    ax.plot([LOWEST, 1], [LOWEST, 1], color=_GREY, linewidth=1, linestyle="-")
    ax.axvline(rate, color=_GREY, linewidth=0.8, linestyle=":")
    ax.annotate(f" {rate:.0%}", (rate, 0.55), fontsize=9)
    ax.set(
        xscale="log",
        yscale="log",
        xlim=(LOWEST, 1),
        ylim=(LOWEST, 1.1),
        xlabel="false-positive rate",
        ylabel="true-positive rate",
    )
    ax.legend(loc="lower right", fontsize=9)
    ax.grid(alpha=0.3)
    picture.alt = (
        f"ROC curves, both axes logarithmic. True-positive rates at a false-positive "
        f"rate of {rate:.0%}. {'; '.join(alts)}. Grey diagonal: guessing."
    )
    return picture


def overfitting(epochs: Sequence[int], lines: Mapping[str, Sequence[float]]) -> Picture:
    """Draw shares or areas in [0, 1] against the epochs of training.

    Args:
        epochs: Epochs of each run.
        lines: Name -> value for each run.
    """
    picture = Picture(figsize=(6.2, 3.4))
    ax = picture.subplots()
    alts = []
    for name, values in lines.items():
        ax.plot(range(len(epochs)), values, marker="o", label=name)
        alts.append(f"{name} " + ", ".join(f"{value:.2f}" for value in values))
    ax.set_xticks(range(len(epochs)), epochs)
    ax.set(xlabel="epochs of training", ylabel="share, or area", ylim=(-0.02, 1.02))
    ax.legend(fontsize=9)
    ax.grid(alpha=0.3)
    picture.alt = f"At {', '.join(map(str, epochs))} epochs: {'; '.join(alts)}."
    return picture


def heat_maps(maps: Mapping[str, np.ndarray]) -> Picture:
    """Draw released heat maps beside each other on one scale, brighter for more.

    Args:
        maps: Title -> counts, shape (side, side); those below 1 are drawn black.
    """
    picture = Picture(figsize=(2.2 * len(maps) + 0.8, 2.8))
    panels = picture.subplots(1, len(maps), squeeze=False)[0]
    scale = LogNorm(1, max(2, *(np.max(counts) for counts in maps.values())))
    colours = colormaps["inferno"].with_extremes(under="black")
    for ax, (title, counts) in zip(panels, maps.items(), strict=True):
        shown = ax.imshow(
            np.maximum(counts, 0.1), norm=scale, cmap=colours, origin="lower"
        )
        ax.plot([-0.5, CITY.stop - 0.5], [CITY.stop - 0.5] * 2, color="w", lw=0.6)
        ax.plot([CITY.stop - 0.5] * 2, [-0.5, CITY.stop - 0.5], color="w", lw=0.6)
        ax.set_title(title, fontsize=10)
        ax.set(xticks=[], yticks=[], xlabel="west to east (cells)")
    panels[0].set_ylabel("south to north (cells)")
    bar = picture.colorbar(shown, ax=panels, shrink=0.8)
    bar.set_label("released count (log scale)")
    picture.alt = (
        f"Heat maps of the same region: {'; '.join(maps)}. The city is the square at "
        "the lower left. The fence of the site is a bright rectangle at the upper "
        "right where it is given away."
    )
    return picture


def image_rows(rows: Mapping[str, np.ndarray], columns: Sequence[str]) -> Picture:
    """Draw rows of 8x8 images.

    Args:
        rows: Title of the row -> images, shape (n, 64), as many in every row.
        columns: A title for each column.
    """
    picture = Picture(figsize=(1.6 + 0.85 * len(columns), 0.4 + 0.9 * len(rows)))
    panels = picture.subplots(len(rows), len(columns), squeeze=False)
    for r, (name, images) in enumerate(rows.items()):
        for c, title in enumerate(columns):
            ax = panels[r, c]
            ax.imshow(images[c].reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
            if r == 0:
                ax.set_title(title, fontsize=9)
        panels[r, 0].set_ylabel(
            name, fontsize=9, rotation=0, ha="right", va="center", labelpad=6
        )
    picture.alt = (
        f"Rows of 8x8 images: {'; '.join(rows)}. Columns: {', '.join(columns)}."
    )
    return picture


def attack_and_control(rows: Mapping[str, tuple[float, float]]) -> Picture:
    """Draw the success of every attack beside that of its control, in [0, 1].

    Args:
        rows: Attack, and what counts as success -> (attack, control).
    """
    picture = Picture(figsize=(7.6, 0.9 + 0.42 * len(rows)))
    ax = picture.subplots()
    for i, (attack, control) in enumerate(rows.values()):
        ax.plot([control, attack], [i, i], color=_GREY, linewidth=1, linestyle="-")
        ax.plot(attack, i, "o", color=VERMILION, label="attack" if i == 0 else None)
        ax.plot(control, i, "s", color=BLUE, label="control" if i == 0 else None)
    ax.axvline(0, color=BLACK, linewidth=0.6)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(xlim=(-0.04, 1.04), ylim=(len(rows) - 0.5, -0.5), xlabel="success")
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.legend(loc="center right", fontsize=9)
    ax.grid(alpha=0.3)
    alts = "; ".join(
        f"{name}: {a:.0%} against {c:.0%}" for name, (a, c) in rows.items()
    )
    picture.alt = f"Success of each attack against its control. {alts}."
    return picture

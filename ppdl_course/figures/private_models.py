"""Figures of chapter 17: relevance of pixels, and noise that follows it."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import PercentFormatter

from ppdl_course.figures.picture import BLACK, BLUE, ORANGE, VERMILION, Picture
from ppdl_course.stored.private_models import EPSILONS, EQUAL, SHARES, Runs


def relevance_maps(maps: Mapping[str, np.ndarray]) -> Picture:
    """Draw numbers for the pixels of a square sheet, a panel each.

    Args:
        maps: Title -> values, shape (side * side,).
    """
    picture = Picture(figsize=(3.1 * len(maps), 2.9))
    alts = []
    panels = picture.subplots(1, len(maps), squeeze=False)[0]
    for ax, (title, values) in zip(panels, maps.items(), strict=True):
        side = round(np.sqrt(len(values)))
        image = ax.imshow(values.reshape(side, side), cmap="cividis")
        picture.colorbar(image, ax=ax, shrink=0.85)
        ax.set_title(title, fontsize=9)
        ax.set(xlabel="pixel column", ylabel="pixel row")
        square = values.reshape(side, side)
        inner = np.zeros((side, side), dtype=bool)
        edge = (side - 8) // 2
        inner[edge : edge + 8, edge : edge + 8] = True
        alts.append(
            f"{title}: mean {square[inner].mean():.2f} in the middle"
            + (f", {square[~inner].mean():.2f} at the border" if edge else "")
        )
    picture.alt = f"Maps of {side} by {side} pixels. {'; '.join(alts)}."
    return picture


def noise_by_relevance(
    side: int, epsilon: float, share: float, *, runs: Runs
) -> Picture:
    """Draw what noise by relevance gains over equal noise at the same epsilon.

    Args:
        side: Of a sheet, in pixels; 8 is the bare digit.
        epsilon: The whole budget, in nats.
        share: Part of it for the relevances.
        runs: From ``ppdl_course.stored.private_models.load_noise_runs``.

    Raises:
        ValueError: If the setting was not run.
    """
    if (side, epsilon, share) not in runs or share == EQUAL:
        raise ValueError(
            f"side, epsilon, share must have been run, got {side}, {epsilon}, {share}"
        )

    def mean(at_epsilon: float, at_share: float) -> float:
        return float(np.mean(runs[side, at_epsilon, at_share]))

    chosen, equal = mean(epsilon, share), mean(epsilon, EQUAL)
    # A fixed layout: finding one costs half of a redraw.
    picture = Picture(figsize=(7.2, 3.2), layout="none")
    picture.subplots_adjust(left=0.1, right=0.98, bottom=0.17, top=0.86, wspace=0.27)
    left, right = picture.subplots(1, 2)
    spots = np.arange(len(EPSILONS))
    for at, name, color, style in (
        (share, f"by relevance, {share:g} of it", BLUE, "o-"),
        (EQUAL, "equal noise", ORANGE, "s--"),
    ):
        left.plot(
            spots, [mean(e, at) for e in EPSILONS], style, color=color, label=name
        )
    left.set(xlabel="epsilon (nats)", ylabel="test accuracy", ylim=(0, 1))
    left.set_xticks(spots, EPSILONS)
    left.legend(fontsize=8, loc="lower right")
    places = np.arange(len(SHARES))
    right.plot(places, [mean(epsilon, h) for h in SHARES], "o-", color=BLUE)
    right.axhline(equal, color=ORANGE, linestyle="--")
    at = SHARES.index(share)
    right.plot(
        [at] * len(runs[side, epsilon, share]),
        runs[side, epsilon, share],
        "x",
        color=BLACK,
    )
    right.set(xlabel="share of epsilon for the relevances", ylim=(0, 1))
    right.set_xticks(places, [f"{h:g}" for h in SHARES])
    for ax, spot in ((left, EPSILONS.index(epsilon)), (right, at)):
        ax.plot(
            spot,
            chosen,
            "o",
            color="none",
            markeredgecolor=VERMILION,
            markeredgewidth=2,
            markersize=11,
        )
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.grid(alpha=0.3)
    picture.suptitle(
        f"{side} by {side} pixels, epsilon {epsilon:g}: {chosen:.1%} by relevance, "
        f"{equal:.1%} equal",
        fontsize=10,
    )
    by_share = ", ".join(f"{h:g}: {mean(epsilon, h):.1%}" for h in SHARES)
    picture.alt = (
        f"Sheets of {side} by {side} pixels at epsilon {epsilon:g}: mean test accuracy "
        f"{chosen:.1%} with noise by relevance (a share of {share:g} for it), "
        f"{equal:.1%} with equal noise. By share: {by_share}."
    )
    return picture

"""Figures of chapter 17: private models side by side, missing shares, wrong labels."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import PercentFormatter

from ppdl_course.arguments import between
from ppdl_course.dp.shares import epsilon_of_shares
from ppdl_course.figures.picture import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    VERMILION,
    Picture,
    styled,
)
from ppdl_course.stored.noised_statistics import BAD, EPSILONS, MODELS

_STYLES = (
    (BLUE, "o-"),
    (ORANGE, "s--"),
    (GREEN, "^-."),
    (VERMILION, "D:"),
    (PURPLE, "v-"),
)
MOVED = 128
"""What a record moves one sum of naive Bayes by."""


def model_accuracies(
    epsilon: float, records: int, features: int, *, runs: Mapping
) -> Picture:
    """Draw the accuracy of four private models of digits by epsilon.

    Args:
        epsilon: Which one to mark.
        records: How many records they learned from.
        features: 16 (means of four pixels) or 64.
        runs: From ``stored.noised_statistics.load_model_runs``.

    Raises:
        ValueError: If the setting was not run.
    """
    if (MODELS[0], epsilon, records, features) not in runs:
        raise ValueError(
            "epsilon, records, features must have been run, got "
            f"{epsilon}, {records}, {features}"
        )
    picture = Picture(figsize=(6.8, 3.4), layout="none")
    picture.subplots_adjust(left=0.13, right=0.68, bottom=0.15, top=0.9)
    ax, spots, told = picture.subplots(), np.arange(len(EPSILONS)), []
    for name, (color, style) in styled(MODELS, _STYLES):
        means = [np.mean(runs[name, e, records, features]) for e in EPSILONS]
        ax.plot(spots, means, style, color=color, label=name)
        told.append(f"{name} {means[EPSILONS.index(epsilon)]:.1%}")
    ax.axvline(EPSILONS.index(epsilon), color="0.7", zorder=0)
    ax.set(xlabel="epsilon (nats)", ylabel="test accuracy", ylim=(0, 1))
    ax.set_xticks(spots, [f"{e:g}" for e in EPSILONS])
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.02, 1))
    ax.set_title(f"{records:,} records of {features} features", fontsize=10)
    picture.alt = (
        f"Test accuracy by epsilon for {records} records of {features} features. At "
        f"epsilon {epsilon:g}: {', '.join(told)}."
    )
    return picture


def missing_shares(promised: float, owners: int, present: int) -> Picture:
    """Draw the epsilon that is left for each number of shares that were added.

    Args:
        promised: Epsilon of one number with all shares, in nats.
        owners: How many shares were planned, 2..20.
        present: How many to mark, 1..owners.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    between(2, 20, owners=owners)
    if present > owners:
        raise ValueError(
            f"shares added must be at most the {owners} planned, got {present}"
        )
    counts = np.arange(1, owners + 1)
    left = [
        epsilon_of_shares(MOVED / promised, honest=owners, present=int(j), moved=MOVED)
        for j in counts
    ]
    naive = promised * owners / counts
    picture = Picture(figsize=(6.4, 3.4), layout="none")
    picture.subplots_adjust(left=0.13, right=0.97, bottom=0.15, top=0.9)
    ax = picture.subplots()
    ax.plot(counts / owners, left, "o-", color=BLUE, label="real epsilon")
    ax.plot(
        counts / owners, naive, "--", color=ORANGE, label="if it went by the number"
    )
    ax.axhline(promised, color=GREEN, linestyle=":", label="promised")
    at = left[present - 1]
    ax.plot(
        present / owners,
        at,
        "o",
        color="none",
        markeredgecolor=VERMILION,
        markeredgewidth=2,
        markersize=11,
    )
    ax.set(
        xlabel="share of owners who added their noise",
        ylabel="epsilon (nats)",
        xlim=(0, 1.03),
        ylim=(0.05, 60),
        yscale="log",
    )
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8, loc="upper right")
    ax.set_title(
        f"{present} of {owners} shares: epsilon {at:.2f} instead of {promised:g}",
        fontsize=10,
    )
    picture.alt = (
        f"With {present} of {owners} shares a number's epsilon is {at:.2f}, promised "
        f"was {promised:g}; {naive[present - 1]:.2f} if it went by the number of "
        f"shares. With one share {left[0]:.2f}."
    )
    return picture


def unreliable_accuracies(bad: int, kind: str, *, runs: Mapping) -> Picture:
    """Draw the accuracy of five rules by how many participants have wrong labels.

    Args:
        bad: How many of 20 to mark.
        kind: "in concert" or "at random".
        runs: From ``stored.noised_statistics.load_participant_runs``.

    Raises:
        ValueError: If the setting was not run.
    """
    rules = list(dict.fromkeys(rule for rule, *_ in runs))
    if (rules[0], bad, kind) not in runs:
        raise ValueError(f"bad, kind must have been run, got {bad}, {kind!r}")
    picture = Picture(figsize=(6.8, 3.4), layout="none")
    picture.subplots_adjust(left=0.13, right=0.74, bottom=0.15, top=0.9)
    ax, told = picture.subplots(), []
    for rule, (color, style) in styled(rules, _STYLES):
        means = [np.mean(runs[rule, k, kind]) for k in BAD]
        ax.plot(BAD, means, style, color=color, label=rule)
        told.append(f"{rule} {means[BAD.index(bad)]:.1%}")
    ax.axvline(bad, color="0.7", zorder=0)
    ax.set(
        xlabel="participants with wrong labels, of 20",
        ylabel="test accuracy",
        ylim=(0.4, 1),
        xticks=BAD,
    )
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.02, 1))
    ax.set_title(f"labels wrong {kind}", fontsize=10)
    picture.alt = (
        f"Test accuracy by participants with labels wrong {kind}. With {bad} of 20: "
        f"{', '.join(told)}."
    )
    return picture


def models_side_by_side(accuracies: Mapping[str, float], *, epsilon: float) -> Picture:
    """Draw the accuracy of several models at one epsilon as bars.

    Args:
        accuracies: Name -> test accuracy.
        epsilon: The budget of each, in nats.
    """
    picture = Picture(figsize=(6.4, 0.6 + 0.42 * len(accuracies)))
    ax = picture.subplots()
    names = list(accuracies)[::-1]
    values = [float(accuracies[name]) for name in names]
    ax.barh(names, values, color=BLUE)
    for place, value in enumerate(values):
        ax.text(value + 0.01, place, f"{value:.1%}", va="center", fontsize=8)
    ax.set(xlim=(0, 1.1), xlabel=f"test accuracy at epsilon {epsilon:g}")
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(alpha=0.3, axis="x")
    ax.set_ylabel("model")
    listed = ", ".join(f"{name} {value:.1%}" for name, value in accuracies.items())
    picture.alt = f"Test accuracy at epsilon {epsilon:g}: {listed}."
    return picture

"""Figures of chapter 6: failing truncation, small rings, activations, what it costs."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from ppdl_course.figures.picture import BLUE, GREEN, ORANGE, VERMILION, Picture, counted

MOST_WRONG = 1e5
"""Where the bars of :func:`small_ring` end."""


def word_bits(views: Mapping[str, np.ndarray], *, runs: int, bound: float) -> Picture:
    """Draw how often each bit of a server's words is 1.

    Args:
        views: Name of a matrix -> frequency of 1 in each of 64 bits.
        runs: Words behind each frequency.
        bound: Half the width of the band in which a fair coin stays.
    """
    picture = Picture(figsize=(7.2, 3.0))
    ax = picture.add_subplot()
    ax.axhspan(0.5 - bound, 0.5 + bound, color="#e8e8e8", label="fair coins")
    for (name, values), mark in zip(views.items(), "o+x", strict=False):
        ax.plot(values, mark, markersize=4, linestyle="none", label=name)
    ax.set(xlabel="bit of a word", ylabel="how often it is 1", ylim=(-0.05, 1.05))
    ax.legend(fontsize=8, loc="upper right")
    worst = {name: float(np.abs(v - 0.5).max()) for name, v in views.items()}
    picture.alt = f"Frequency of 1 in each bit of {runs:,} words: " + ", ".join(
        f"{name} at most {value:.3f} from one half" for name, value in worst.items()
    )
    return picture


def truncation_failures(
    bits: Sequence[int], failed: Sequence[int], runs: int, *, plan: float
) -> Picture:
    """Draw how often truncation fails against the size of the number.

    Args:
        bits: Logarithms of the sizes |x|, to base 2.
        failed: Failures among ``runs`` truncations at each size.
        runs: Truncations of each size.
        plan: Logarithm of the largest product of a real run, marked.
    """
    picture = Picture(figsize=(7.2, 3.4))
    ax = picture.add_subplot()
    line = np.linspace(min(*bits, plan) - 1, 63, 50)
    ax.plot(line, 2.0 ** (line - 64), color=BLUE, label="|x| / 2^64")
    rates = np.array(failed) / runs
    seen = rates > 0
    ax.plot(np.array(bits)[seen], rates[seen], "o", color=VERMILION, label="measured")
    ax.axvline(plan, color=GREEN, linestyle="--", label="largest product of a training")
    ax.set(
        xlabel="bits of |x|",
        ylabel="share of truncations that fail",
        yscale="log",
    )
    ax.legend(fontsize=8, loc="lower right")
    shown = ", ".join(
        f"2^{b}: {counted(int(n), 'failure')}"
        for b, n in zip(bits, failed, strict=True)
    )
    picture.alt = (
        f"Failures of {runs:,} truncations by size: {shown}. The line |x| / 2^64 goes "
        f"through them; the training's largest product has {plan:.0f} bits."
    )
    return picture


def small_ring(
    runs: Mapping[tuple[int, int], tuple[float, int, int]],
    exact: float,
    fraction_bits: int,
    ring_bits: int,
) -> Picture:
    """Draw accuracy against fraction bits in one ring, and what went wrong.

    Args:
        runs: (ring bits, fraction bits) -> accuracy, overflows, failed truncations.
        exact: Accuracy in floating point.
        fraction_bits: The setting to mark.
        ring_bits: Which ring.

    Raises:
        ValueError: If ``runs`` lacks the setting.
    """
    rows = {f: row for (ring, f), row in sorted(runs.items()) if ring == ring_bits}
    if fraction_bits not in rows:
        raise ValueError(
            f"fraction_bits must be one of {list(rows)} in a ring of {ring_bits} bits, "
            f"got {fraction_bits}"
        )
    accuracy, overflows, failures = rows[fraction_bits]
    picture = Picture(figsize=(7.4, 3.2), layout="none")
    picture.subplots_adjust(left=0.09, right=0.98, top=0.95, bottom=0.17, wspace=0.36)
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    left.plot(list(rows), [100 * row[0] for row in rows.values()], "o-", markersize=4)
    left.axhline(100 * exact, color=GREEN, linestyle="--", label="floating point")
    left.plot([fraction_bits], [100 * accuracy], "s", color=VERMILION, markersize=9)
    every = [f for _, f in runs]
    left.set(
        xlabel="fraction bits",
        ylabel="right on test cases (%)",
        xlim=(min(every) - 1, max(every) + 1),
        ylim=(35, 75),
    )
    left.legend(fontsize=8, loc="lower left")
    bars = right.barh(
        ["failed\ntruncations", "overflows"],
        [np.log10(1 + failures), np.log10(1 + overflows)],
        color=[ORANGE, VERMILION],
    )
    right.bar_label(bars, [f" {failures:,}", f" {overflows:,}"], fontsize=9)
    right.set(xlabel="in one training", xlim=(0, np.log10(MOST_WRONG) + 0.6))
    ticks = (0, 10, 100, 1000, 10_000, 100_000)
    right.set_xticks(np.log10(1 + np.array(ticks)), [f"{n:,}" for n in ticks], size=8)
    picture.alt = (
        f"Ring of {ring_bits} bits, {counted(fraction_bits, 'fraction bit')}: "
        f"{accuracy:.1%} right (floating point {exact:.1%}), "
        f"{counted(overflows, 'overflow')}, "
        f"{counted(failures, 'failed truncation')}."
    )
    return picture


def activations(
    curves: Mapping[str, np.ndarray],
    points: np.ndarray,
    accuracy: Mapping[str, float],
    *,
    majority: float,
) -> Picture:
    """Draw stand-ins for the sigmoid, and how well each learns.

    Args:
        curves: Name -> values at the points.
        points: Shape (n,).
        accuracy: Name -> share of test rows that are right.
        majority: The share that the larger class alone would give.
    """
    picture = Picture(figsize=(8.2, 3.6))
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    for name, values in curves.items():
        left.plot(points, values, label=name)
    left.set(xlabel="u", ylabel="activation", ylim=(-0.6, 1.6))
    left.legend(fontsize=8, loc="lower right")
    names = list(accuracy)
    bars = right.barh(names, [100 * v for v in accuracy.values()], color=BLUE)
    right.bar_label(bars, fmt="%.1f", fontsize=8, padding=2)
    right.axvline(100 * majority, color=VERMILION, linestyle="--")
    right.set(xlabel="right on test digits (%); dashed: majority", xlim=(0, 115))
    right.invert_yaxis()
    shown = ", ".join(f"{name} {value:.1%}" for name, value in accuracy.items())
    picture.alt = f"Right on test digits: {shown}; majority {majority:.1%}."
    return picture


def pieces_trade(
    rows: Mapping[int, tuple[np.ndarray, Mapping[str, float], float]],
    points: np.ndarray,
    sigmoid: np.ndarray,
    pieces: int,
) -> Picture:
    """Draw a stand-in with some number of pieces, its accuracy and its cost.

    Args:
        rows: Pieces -> values at the points, accuracy by data set, bytes a number.
        points: Shape (n,).
        sigmoid: Values of the sigmoid there.
        pieces: The one to show.

    Raises:
        ValueError: If ``rows`` lacks it.
    """
    if pieces not in rows:
        raise ValueError(f"pieces must be one of {list(rows)}, got {pieces}")
    values, accuracy, size = rows[pieces]
    picture = Picture(figsize=(8.2, 3.0), layout="none")
    picture.subplots_adjust(left=0.07, right=0.98, top=0.95, bottom=0.18, wspace=0.3)
    left, middle, right = (picture.add_subplot(1, 3, k) for k in (1, 2, 3))
    left.plot(points, sigmoid, label="sigmoid")
    left.plot(points, values, label=counted(pieces, "piece"))
    left.set(xlabel="u", ylabel="activation", ylim=(-0.1, 1.1))
    left.legend(fontsize=8, loc="upper left")
    shown = list(rows)
    for name, mark in zip(accuracy, "osD", strict=False):
        heights = [100 * rows[p][1][name] for p in shown]
        middle.plot(shown, heights, marker=mark, label=name)
    middle.set(xlabel="pieces", ylabel="right on test rows (%)", ylim=(45, 102))
    middle.legend(fontsize=8, loc="lower right")
    right.plot(shown, [rows[p][2] for p in shown], "o-")
    right.set(xlabel="pieces", ylabel="bytes a number", ylim=(0, None))
    for ax in (middle, right):
        ax.axvline(pieces, color=VERMILION, linestyle="--")
    of = ", ".join(f"{value:.1%} of {name}" for name, value in accuracy.items())
    picture.alt = (
        f"{counted(pieces, 'piece')}: right on {of}; {size:,.0f} bytes for each number."
    )
    return picture


def step_costs(
    parts: Mapping[str, tuple[float, float, int]],
) -> Picture:
    """Draw what runs of this chapter cost: seconds, bytes, rounds.

    Args:
        parts: Name -> seconds, megabytes, rounds.
    """
    picture = Picture(figsize=(8.6, 3.0))
    names = list(parts)
    axes = picture.subplots(1, 3, sharey=True)
    units = ("seconds", "megabytes opened", "rounds")
    for k, (ax, unit) in enumerate(zip(axes, units, strict=True)):
        _bars(ax, names, [parts[name][k] for name in names], unit)
    axes[0].invert_yaxis()
    picture.alt = "Cost of this chapter's runs. " + "; ".join(
        f"{name}: {s:.2f} s, {mb:.2f} MB, {rounds:,} rounds"
        for name, (s, mb, rounds) in parts.items()
    )
    return picture


def _bars(ax: Axes, names: list[str], values: list[float], unit: str) -> None:
    bars = ax.barh(names, values, color=BLUE)
    ax.bar_label(bars, fmt="%.3g", fontsize=8, padding=2)
    ax.set_xlabel(unit)
    ax.margins(x=0.2)


def triple_costs(
    laws: Mapping[str, tuple[tuple[float, float], tuple[float, float]]],
    measured: Mapping[str, Sequence[tuple[int, float, float]]],
    columns: int,
    *,
    most: int,
) -> Picture:
    """Draw bytes and seconds of one product against the columns of its right factor.

    Args:
        laws: Method -> (constant, for each column) of the bytes, and of the seconds.
        measured: Method -> (columns, bytes, seconds) of each run, drawn as points.
        columns: The number to mark.
        most: Where the axes end.
    """
    picture = Picture(figsize=(8.0, 3.2), layout="none")
    picture.subplots_adjust(left=0.09, right=0.98, top=0.95, bottom=0.17, wspace=0.28)
    axes = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    along = 2.0 ** np.arange(0, np.log2(most) + 0.1)
    here: dict[str, tuple[float, float]] = {}
    for k, (ax, unit) in enumerate(zip(axes, ("megabytes", "seconds"), strict=True)):
        scale = 1e-6 if k == 0 else 1.0
        for name, mark in zip(laws, "osD", strict=False):
            constant, each = laws[name][k]
            (line,) = ax.plot(along, scale * (constant + each * along), label=name)
            points = [(run[0], scale * run[1 + k]) for run in measured[name]]
            ax.plot(*zip(*points, strict=True), mark, color=line.get_color())
        ax.axvline(columns, color=ORANGE, linestyle=":")
        ax.set(xscale="log", yscale="log", xlabel="columns", ylabel=unit)
    axes[0].legend(fontsize=8)
    for name, ((b, b_each), (s, s_each)) in laws.items():
        here[name] = (b + b_each * columns) / 1e6, s + s_each * columns
    picture.alt = f"{counted(columns, 'column')}: " + "; ".join(
        f"{name} {mb:,.2f} MB, {s:,.2f} s" for name, (mb, s) in here.items()
    )
    return picture

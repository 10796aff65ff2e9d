"""Figures of chapter 7: a unit's wires, what bits and pruning cost, what they leak."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from ppdl_course.combined.prices import Priced
from ppdl_course.figures.picture import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    VERMILION,
    YELLOW,
    Picture,
    counted,
)
from ppdl_course.mpc.circuits.circuit import AND, EQ, INV, XOR, Circuit
from ppdl_course.mpc.label_hash import as_bytes, colour

_FAINT = "#8a8a8a"
_MARKS = {
    AND: ("s", "AND"),
    XOR: ("o", "XOR"),
    INV: ("v", "NOT"),
    EQ: ("P", "constant"),
}


def unit_wires(
    circuit: Circuit,
    bits: np.ndarray,
    labels: np.ndarray,
    *,
    clear: bool,
    names: Sequence[str] = (),
) -> Picture:
    """Draw a circuit with what is on its wires: gates by depth, inputs at the left.

    Args:
        circuit: Some hundred gates at most.
        bits: What each wire stands for, bool ``(wires,)``.
        labels: The evaluator's label of each wire, uint64 ``(wires, 2)``.
        clear: Show the bits, or what the evaluator sees.
        names: Of the input values, to stand beside their wires.
    """
    picture = Picture(figsize=(8, 3.8), layout="none")
    ax = picture.add_axes((0.01, 0.02, 0.98, 0.86))
    ax.set_axis_off()
    x, y = _places(circuit)
    shown = bits if clear else colour(labels).astype(bool)
    _draw_lines(ax, circuit, x, y, shown, clear=clear)
    kinds = np.full(circuit.wires, -1)
    kinds[circuit.out] = circuit.op
    for kind, (mark, name) in {-1: ("D", "input"), **_MARKS}.items():
        here = kinds == kind
        face = np.where(shown[here], VERMILION if clear else YELLOW, "white")
        ax.scatter(
            x[here],
            y[here],
            s=26,
            marker=mark,
            c=face,
            edgecolors=BLACK,
            linewidths=0.6,
        )
        ax.scatter([], [], marker=mark, c="white", edgecolors=BLACK, label=name)
    first = 0
    for name, width in zip(names, circuit.inputs, strict=False):
        middle = y[first : first + width].mean()
        ax.text(-0.3, middle, name, ha="right", va="center")
        first += width
    ax.legend(loc="upper right", fontsize=8, ncols=5, frameon=False)
    ands = counted(circuit.and_gates, "AND gate")
    outputs = slice(circuit.wires - circuit.outputs[0], circuit.wires)
    if clear:
        ax.set_title(f"In the clear: filled marks carry a 1; {ands}")
        word = "".join(str(int(bit)) for bit in bits[outputs][::-1])
        picture.alt = (
            f"A unit of {ands} with the bits on its wires: {int(bits.sum())} of "
            f"{circuit.wires} wires carry a 1, the output is {word}."
        )
    else:
        ax.set_title(f"The evaluator's view: filled marks have colour 1; {ands}")
        begin = ", ".join(as_bytes(label)[:2].hex() for label in labels[outputs][:3])
        picture.alt = (
            f"The same unit as the evaluator sees it: {int(shown.sum())} of "
            f"{circuit.wires} labels have colour 1, the output's begin with {begin}. "
            "No bit can be read."
        )
    return picture


def _places(circuit: Circuit) -> tuple[np.ndarray, np.ndarray]:
    """Return a place for each wire: depth to the right, within a depth downwards."""
    depth = np.zeros(circuit.wires, int)
    for op, a, b, out in circuit.rows():
        if op != EQ:  # a constant stands among the inputs
            depth[out] = 1 + max(depth[a], depth[b] if op in (XOR, AND) else 0)
    y = np.zeros(circuit.wires)
    for level in range(depth.max() + 1):
        here = np.flatnonzero(depth == level)
        y[here] = -(np.arange(len(here)) + 0.5) / len(here)
    return depth.astype(float), y


def _draw_lines(
    ax: Axes,
    circuit: Circuit,
    x: np.ndarray,
    y: np.ndarray,
    shown: np.ndarray,
    *,
    clear: bool,
) -> None:
    """Draw a line from each gate's inputs to it: thick and coloured where it is 1."""
    lines: dict[bool, list] = {False: [], True: []}
    for op, a, b, out in circuit.rows():
        before = {EQ: (), XOR: (a, b), AND: (a, b)}
        for wire in before.get(op, (a,)):
            lines[bool(shown[wire])].append([(x[wire], y[wire]), (x[out], y[out])])
    one = VERMILION if clear else ORANGE
    for bit, paint, width in ((False, "#c9d3dd", 0.7), (True, one, 1.4)):
        ax.add_collection(
            LineCollection(lines[bit], colors=paint, linewidths=width, zorder=0)
        )
    ax.set(xlim=(-1.1, x.max() + 0.5), ylim=(-1.02, 0.12))


def bits_trade(
    table: Mapping[tuple[int, int], Priced],
    reference: float,
    width: int,
    fraction_bits: int,
) -> Picture:
    """Draw accuracy and tables against fraction bits, for words of one width.

    Args:
        table: (bits of a word, fraction bits) -> the network in such words.
        reference: Accuracy in floating point.
        width: The width to draw.
        fraction_bits: The point to mark.

    Raises:
        ValueError: If that setting is not in the table.
    """
    if (width, fraction_bits) not in table:
        most = max(f for w, f in table if w == width)
        raise ValueError(
            f"fraction_bits must be at most {most} in words of {width} bits, got "
            f"{fraction_bits}"
        )
    picture, left, right = _two_panels()
    points = sorted(f for w, f in table if w == width)
    rows = [table[width, f] for f in points]
    chosen = table[width, fraction_bits]
    left.plot(points, [r.accuracy for r in rows], marker="o", ms=4, label="fixed point")
    left.axhline(reference, color=VERMILION, ls="--", label="floating point")
    left.plot([fraction_bits], [chosen.accuracy], "s", color=BLACK, ms=9, mfc="none")
    # the same for every setting, and near enough to tell one record in a hundred
    reached = [reference, *(row.accuracy for row in table.values())]
    left.set(ylabel="test accuracy", ylim=(min(reached) - 0.03, max(reached) + 0.03))
    left.legend(fontsize=8, loc="lower right")
    right.plot(points, [r.megabytes for r in rows], marker="o", ms=4)
    right.plot([fraction_bits], [chosen.megabytes], "s", color=BLACK, ms=9, mfc="none")
    top = 1.05 * max(row.megabytes for row in table.values())
    right.set(ylabel="megabytes of tables", ylim=(0, top))
    fractions = [f for _, f in table]
    for ax in (left, right):
        ax.set(
            xlabel="fraction bits", xlim=(min(fractions) - 0.5, max(fractions) + 0.5)
        )
    picture.alt = (
        f"Words of {width} bits, {fraction_bits} after the point: accuracy "
        f"{chosen.accuracy:.3f} (floating point {reference:.3f}), "
        f"{chosen.and_gates:,} AND gates, {chosen.megabytes:.1f} megabytes."
    )
    return picture


def pruning_trade(
    retrained: Mapping[float, Priced], before: Mapping[float, float], keep: float
) -> Picture:
    """Draw accuracy and AND gates against the share of weights that is kept.

    Args:
        retrained: Share kept -> the network after retraining.
        before: Share kept -> accuracy before retraining.
        keep: The share to mark.

    Raises:
        ValueError: If ``keep`` is not among them.
    """
    if keep not in retrained:
        raise ValueError(f"keep must be one of {sorted(retrained)}, got {keep}")
    picture, left, right = _two_panels()
    shares = sorted(retrained)
    spots = np.arange(len(shares))
    here = shares.index(keep)
    after = [retrained[s].accuracy for s in shares]
    left.plot(spots, after, marker="o", ms=4, label="retrained")
    left.plot(spots, [before[s] for s in shares], marker="x", ms=5, label="only pruned")
    left.plot([here], [after[here]], "s", color=BLACK, ms=9, mfc="none")
    left.set(ylabel="test accuracy", ylim=(0, 1.03))
    left.legend(fontsize=8, loc="lower right")
    sizes = [retrained[s].megabytes for s in shares]
    paint = [ORANGE if k == here else BLUE for k in spots]
    right.bar(spots, sizes, color=paint)
    right.set(ylabel="megabytes of tables", ylim=(0, 1.1 * max(sizes)))
    for ax in (left, right):
        ax.set(xlabel="share of weights kept")
        ax.set_xticks(spots, [f"{s:.0%}" for s in shares], fontsize=8, rotation=45)
    one = retrained[keep]
    times = retrained[max(shares)].and_gates / one.and_gates
    picture.alt = (
        f"{keep:.0%} of the weights kept: accuracy {before[keep]:.3f} when only "
        f"pruned, {one.accuracy:.3f} retrained; {one.and_gates:,} AND gates, "
        f"{times:.1f} times fewer than with {max(shares):.0%}."
    )
    return picture


def _two_panels() -> tuple[Picture, Axes, Axes]:
    """Return a picture with two panels in a fixed layout, which draws twice as fast."""
    picture = Picture(figsize=(7.6, 3.1), layout="none")
    picture.subplots_adjust(left=0.09, right=0.98, top=0.95, bottom=0.24, wspace=0.26)
    return picture, picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)


def activation_errors(
    x: np.ndarray, curves: Mapping[str, np.ndarray], real: np.ndarray
) -> Picture:
    """Draw activations that circuits compute, and how far each is from the real one.

    Args:
        x: Inputs, ascending.
        curves: Name -> values at ``x``.
        real: The real function at ``x``.
    """
    picture = Picture(figsize=(7.6, 3.0))
    left, right = picture.subplots(1, 2)
    left.plot(x, real, color=_FAINT, linestyle="-", linewidth=4, label="real")
    for name, values in curves.items():
        left.plot(x, values, label=name)
        right.plot(x, values - real, label=name)
    left.set(xlabel="x", ylabel="value")
    right.set(xlabel="x", ylabel="error")
    left.legend(fontsize=8)
    worst = {name: float(np.abs(v - real).max()) for name, v in curves.items()}
    picture.alt = "Worst errors: " + "; ".join(
        f"{n}: {e:.4f}" for n, e in worst.items()
    )
    return picture


def distances(errors: np.ndarray, marked: Mapping[str, int]) -> Picture:
    """Draw how far each record lies from a public subspace, the nearest first.

    Args:
        errors: Relative distance of each record, ``(n,)``, 0 for those within.
        marked: Name -> row of a record to point out.
    """
    floor = 1e-17  # exactly 0 has no logarithm
    order = np.argsort(errors)
    place = np.empty(len(errors), int)
    place[order] = np.arange(len(errors))
    picture = Picture(figsize=(7.2, 3.0))
    ax = picture.add_subplot()
    size = np.log10(np.maximum(errors, floor))
    ax.plot(np.arange(1, len(errors) + 1), size[order], ".", ms=4)
    for name, row in marked.items():
        ax.plot([place[row] + 1], [size[row]], "s", color=VERMILION, mfc="none", ms=9)
        ax.annotate(
            name,
            (place[row] + 1, size[row]),
            textcoords="offset points",
            xytext=(9, 14),
        )
    ax.set(xlabel="records, the nearest first", ylabel="power of ten of the distance")
    ax.set_xscale("log")
    inside = int((errors < 1e-9).sum())
    nearest = errors[errors >= 1e-9].min(initial=np.inf)
    picture.alt = (
        f"{inside} of {len(errors)} records lie in the public subspace; the next one "
        f"is {nearest:.3g} of its length away. "
        + "; ".join(f"{name}: {errors[row]:.2g}" for name, row in marked.items())
    )
    return picture


def costs(rows: Sequence[tuple[str, float, float | None]]) -> Picture:
    """Draw what one answer costs in several ways.

    Args:
        rows: (name, megabytes, accuracy or None if nothing ran).
    """
    picture = Picture(figsize=(7.6, 0.8 + 0.36 * len(rows)))
    ax = picture.add_subplot()
    names, sizes, right = zip(*rows, strict=True)
    spots = np.arange(len(rows))
    paint = [GREEN if value is not None else "#c8c8c8" for value in right]
    bars = ax.barh(spots, sizes, color=paint, edgecolor=BLACK, linewidth=0.5)
    notes = [
        f"{size:,.3g} MB" + (f", {value:.3f} right" if value is not None else "")
        for size, value in zip(sizes, right, strict=True)
    ]
    ax.bar_label(bars, notes, fontsize=8, padding=3)
    ax.set_yticks(spots, names)
    ax.invert_yaxis()
    ax.set(xscale="log", xlabel="megabytes for one record")
    ax.set_xlim(min(sizes) / 2, max(sizes) * 12)
    picture.alt = "Megabytes for one record. " + "; ".join(
        f"{name}: {note}" for name, note in zip(names, notes, strict=True)
    )
    return picture

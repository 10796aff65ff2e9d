"""Figures of chapter 5: one gate step by step, a live adder, what things cost."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import LogLocator

from ppdl_course.arguments import between
from ppdl_course.figures.picture import (
    BLACK,
    BLUE,
    GREEN,
    VERMILION,
    YELLOW,
    Picture,
    styled,
)
from ppdl_course.mpc.circuits.circuit import AND
from ppdl_course.mpc.garbling.gate_by_gate import Garbler
from ppdl_course.mpc.garbling.point_and_permute import row_number
from ppdl_course.mpc.garbling.scheme_costs import GateCost
from ppdl_course.mpc.label_hash import LabelHash, as_bytes, colour

STEPS = (
    "The garbler draws two labels for each wire",
    "It encrypts the output labels, a row for each pair of colours",
    "The evaluator gets the rows and one label of each input",
    "The two colours say which row to open",
    "The row opens to one label of the output: still no bit",
)
_HIDDEN = "· · · · · · · ·"
_FAINT = "#8a8a8a"


def gate_step(garbler: Garbler, x: int, y: int, *, step: int) -> Picture:
    """Draw one AND gate under point-and-permute.

    Args:
        garbler: Of the circuit with one AND gate, one instance, point-and-permute.
        x: The garbler's bit.
        y: The evaluator's bit.
        step: Which of :data:`STEPS`, 0..4.

    Raises:
        ValueError: If ``step``, ``x`` or ``y`` is out of range.
    """
    between(0, len(STEPS) - 1, step=step)
    between(0, 1, x=x, y=y)
    a, b, c = garbler.pairs
    rows = garbler.garbled.rows[0]
    labels = a[x], b[y]
    row = int(row_number(*labels)[0])
    hash_ = LabelHash(garbler.garbled.key)
    opened = garbler.scheme.open(AND, *labels, rows, 0, hash_)
    picture = Picture(figsize=(7.6, 3.2))
    ax = _blank(picture, STEPS[step])
    knows_all = step < 2
    who = "garbler's desk" if knows_all else "evaluator's desk: the rest is not there"
    ax.text(0, 0.94, who, color=_FAINT)
    result = int(np.array_equal(opened, c[1]))
    for name, pair, bit, x0, top in (
        ("A", a, x, 0.0, 0.78),
        ("B", b, y, 0.0, 0.43),
        ("C", c, result, 0.71, 0.61),
    ):
        for line in (0, 1):  # the evaluator's label stands first, whatever its bit
            value = line if knows_all else bit ^ line
            shown = knows_all or (line == 0 and (name != "C" or step == 4))
            text = f"{name}{value}" if knows_all else name
            _label(ax, x0, top - 0.13 * line, text, pair[value][0], shown)
    for k in range(4):
        _row(ax, k, rows[k][0], shown=step >= 1, chosen=step >= 3 and k == row)
    ax.text(0.375, 0.9, "colours, row", color=_FAINT, fontsize=9)
    picture.alt = _gate_alt(step, row, opened)
    return picture


def _gate_alt(step: int, row: int, opened: np.ndarray) -> str:
    text = f"Step {step} of 4: {STEPS[step]}."
    if step >= 3:
        text += f" The colours {row >> 1}, {row & 1} point to row {row}."
    if step == 4:
        text += f" It opens to the label {as_bytes(opened)[:4].hex()}…"
    return text


def _blank(picture: Picture, title: str) -> Axes:
    ax = picture.add_subplot()
    ax.set_axis_off()
    ax.set(xlim=(-0.02, 1.02), ylim=(0.2, 1))
    ax.set_title(title)
    return ax


def _label(
    ax: Axes, x: float, y: float, name: str, label: np.ndarray, shown: bool
) -> None:
    text = as_bytes(label)[:4].hex() + "…" if shown else _HIDDEN
    ax.text(x, y, name, color=BLACK if shown else _FAINT, weight="bold")
    ax.text(x + 0.06, y, text, family="monospace", color=BLACK if shown else _FAINT)
    if shown:
        bit = bool(colour(label))
        box = {"facecolor": YELLOW if bit else "white", "edgecolor": BLACK, "pad": 2}
        ax.text(x + 0.235, y, str(int(bit)), bbox=box, fontsize=8)


def _row(ax: Axes, k: int, row: np.ndarray, *, shown: bool, chosen: bool) -> None:
    y = 0.77 - 0.16 * k
    box = {
        "facecolor": "#d9f0e6" if chosen else "white",
        "edgecolor": GREEN if chosen else _FAINT,
        "linewidth": 2.5 if chosen else 0.8,
        "boxstyle": "round,pad=0.35",
    }
    text = as_bytes(row)[:4].hex() + "…" if shown else " " * 9
    line = f"{k >> 1} {k & 1}   {text}"
    mark = "▶ " if chosen else "  "
    ax.text(0.36, y, mark + line, family="monospace", bbox=box)


def adder_wires(
    bits: Mapping[str, Sequence[int]],
    labels: Mapping[str, np.ndarray],
    *,
    clear: bool,
) -> Picture:
    """Draw a ripple-carry adder with what is on its wires.

    Args:
        bits: Bits of the wires ``x``, ``y``, ``sum`` and ``carry``, lowest first.
        labels: The evaluator's labels of the same wires, each ``(n, 2)``.
        clear: Show the bits, or what the evaluator sees.
    """
    n = len(bits["x"])
    title = "In the clear: bits" if clear else "The evaluator's view: labels"
    picture = Picture(figsize=(7.6, 3.7))
    ax = _blank(picture, title)
    ax.set(xlim=(-0.35, n + 0.15), ylim=(-0.1, 3.3))
    for k in range(n):
        left = n - 1 - k  # the lowest bit stands on the right
        ax.add_patch(_box(left + 0.12, 1.2))
        ax.text(left + 0.47, 1.6, f"full\nadder {k}", ha="center", va="center")
        for wire, at, ends in (
            ("x", left + 0.3, (2.0, 2.65)),
            ("y", left + 0.65, (2.0, 2.65)),
            ("sum", left + 0.47, (0.55, 1.2)),
        ):
            style = _wire_style(bits[wire][k], clear)
            ax.plot([at, at], ends, **style)
            end = 2.75 if wire != "sum" else 0.32
            name = {"x": "x", "y": "y", "sum": "s"}[wire] + str(k)
            ax.text(at, end + (0.3 if wire != "sum" else -0.28), name, ha="center",
                    color=_FAINT)  # fmt: skip
            _wire_text(ax, at, end, bits[wire][k], labels[wire][k], clear)
        style = _wire_style(bits["carry"][k], clear)
        ax.plot([left - 0.18, left + 0.12], [1.6, 1.6], **style)
        _wire_text(ax, left - 0.04, 1.85, bits["carry"][k], labels["carry"][k], clear)
    picture.alt = _adder_alt(bits, labels, clear)
    return picture


def _adder_alt(bits: Mapping, labels: Mapping, clear: bool) -> str:
    if clear:
        words = [f"{w} = {''.join(map(str, bits[w][::-1]))}" for w in bits]
        return "An adder of full adders with the bits on its wires: " + ", ".join(words)
    hexes = ", ".join(as_bytes(label)[:2].hex() for label in labels["sum"])
    return (
        "The same adder as the evaluator sees it: each wire carries a random label and "
        f"a colour bit; the sums' labels begin with {hexes}. No bit can be read."
    )


def _box(x: float, y: float) -> FancyBboxPatch:
    return FancyBboxPatch((x, y), 0.7, 0.8, boxstyle="round,pad=0", fc="#eef3f8")


def _wire_style(bit: int, clear: bool) -> dict:
    if not clear:
        return {"color": _FAINT, "linewidth": 1.5, "linestyle": "-"}
    if bit:
        return {"color": VERMILION, "linewidth": 3, "linestyle": "-"}
    return {"color": BLUE, "linewidth": 1.5, "linestyle": "--"}


def _wire_text(
    ax: Axes, x: float, y: float, bit: int, label: np.ndarray, clear: bool
) -> None:
    if clear:
        ax.text(x, y, str(bit), ha="center", weight="bold")
        return
    box = {
        "facecolor": YELLOW if colour(label) else "white",
        "edgecolor": _FAINT,
        "pad": 1.5,
    }
    text = as_bytes(label)[:2].hex()
    ax.text(x, y, text, ha="center", family="monospace", fontsize=8, bbox=box)


def scheme_costs(costs: Sequence[GateCost]) -> Picture:
    """Draw bytes and time of one gate under each scheme."""
    picture = Picture(figsize=(8.2, 3.3))
    left, right = picture.subplots(1, 2, sharey=True)
    places = np.arange(len(costs))
    names = [cost.scheme for cost in costs]
    for ax, first, second, unit in (
        (left, "and_bytes", "xor_bytes", "bytes of a gate's rows"),
        (right, "garble_ns", "open_ns", "nanoseconds, an AND gate in a batch"),
    ):
        for shift, field, face, hatch in (
            (-0.2, first, BLUE, ""),
            (0.2, second, "white", "///"),
        ):
            values = [getattr(cost, field) for cost in costs]
            name = {"and_bytes": "AND", "xor_bytes": "XOR"}.get(field, field[:-3])
            bars = ax.barh(places + shift, values, 0.38, color=face, hatch=hatch,
                           edgecolor=BLUE, label=name)  # fmt: skip
            ax.bar_label(bars, fmt="%.0f", fontsize=8, padding=2)
        ax.set_xlabel(unit)
        ax.margins(x=0.15)
        ax.legend(fontsize=8)
    left.set_yticks(places, names)
    left.invert_yaxis()
    picture.alt = "Cost of one gate. " + "; ".join(
        f"{c.scheme}: {c.and_bytes} bytes an AND, {c.xor_bytes} an XOR, "
        f"{c.garble_ns:.0f} ns to garble, {c.open_ns:.0f} ns to open"
        for c in costs
    )
    return picture


def compared_views(
    ones: Mapping[str, np.ndarray], *, runs: int, bound: float = 6.5
) -> Picture:
    """Draw how often each bit of the evaluator's view is 1, for several inputs.

    Args:
        ones: Name of an input -> frequency of 1 in each bit; three at most.
        runs: Runs behind each frequency.
        bound: Standard deviations drawn as a band.
    """
    picture = Picture(figsize=(7.2, 3.2))
    ax = picture.add_subplot()
    half = bound / (2 * np.sqrt(runs))
    ax.axhspan(0.5 - half, 0.5 + half, color="#e8e8e8", label=f"{bound:g} sigma")
    for (name, values), mark in styled(ones.items(), "o+x"):
        ax.plot(values, mark, markersize=4, linestyle="none", label=name, alpha=0.8)
    ax.set(
        xlabel="bit of the evaluator's view",
        ylabel="how often it is 1",
        ylim=(-0.03, 1.03),
    )
    ax.legend(fontsize=8, loc="lower right")
    worst = {name: float(np.abs(v - 0.5).max()) for name, v in ones.items()}
    picture.alt = f"Frequency of 1 in each bit of the view, {runs} runs; " + ", ".join(
        f"{name}: at most {value:.3f} from one half" for name, value in worst.items()
    )
    return picture


def comparison_costs(
    curves: Mapping[str, tuple[Sequence[int], Sequence[float], Sequence[float]]],
) -> Picture:
    """Draw what one comparison costs by each protocol.

    Args:
        curves: Name -> (bits of the numbers, bytes, seconds); four at most.
    """
    picture = Picture(figsize=(8.2, 3.2))
    left, right = picture.subplots(1, 2)
    for ax, which, unit in ((left, 1, "bytes on the wire"), (right, 2, "seconds")):
        for (name, curve), mark in styled(curves.items(), "osD^"):
            ax.plot(curve[0], curve[which], marker=mark, label=name)
        ax.set(xlabel="bits of the numbers", ylabel=unit, xscale="log", yscale="log")
        ticks = sorted({bits for curve in curves.values() for bits in curve[0]})
        ax.set_xticks(ticks, [str(t) for t in ticks])
        ax.minorticks_off()
        # a decade has one power of ten: more marks, so that a height can be read
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter("{x:,g}")
    left.legend(fontsize=8)
    picture.alt = "Bytes of one comparison. " + "; ".join(
        f"{name}: {size[-1]:,.0f} bytes and {seconds[-1]:.3f} s at {bits[-1]} bits"
        for name, (bits, size, seconds) in curves.items()
    )
    return picture

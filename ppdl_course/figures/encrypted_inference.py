"""Figures of chapter 11: what encrypted inference costs, and what it needs."""

import functools
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from ppdl_course.arguments import between
from ppdl_course.figures.picture import (
    BLUE,
    GREEN,
    ORANGE,
    SKY,
    VERMILION,
    Picture,
    counted,
)
from ppdl_course.he.inference.integer_network import IntegerNetwork
from ppdl_course.he.inference.square_network import SquareNetwork

ARRIVALS = (0.1, 1, 10, 100, 1000)
"""Images a second that a slider offers."""

LARGEST_MODULUS = 40
"""Bits of the largest plaintext modulus that a slider offers."""


def batch_trade(
    seconds: float, slots: int, arrivals: float, batch: int, single: float
) -> Picture:
    """Draw throughput and waiting time against the images in a batch.

    Args:
        seconds: Measured time of one batch, whatever is in its slots.
        slots: Images that fit.
        arrivals: Images a second that clients bring.
        batch: The batch size to mark.
        single: Measured time of one image alone, in a packed layout.

    Raises:
        ValueError: If the batch does not fit the slots.
    """
    between(1, slots, batch=batch)
    sizes = 2 ** np.arange(int(np.log2(slots)) + 1)
    hour = 3600 * sizes / seconds
    wait = (sizes - 1) / arrivals + seconds
    chosen = 3600 * batch / seconds, (batch - 1) / arrivals + seconds
    # A fixed layout: finding one costs half of a redraw.
    picture = Picture(figsize=(7.2, 3.2), layout="none")
    picture.subplots_adjust(left=0.1, right=0.98, top=0.96, bottom=0.16, wspace=0.27)
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    spots = np.arange(len(sizes))
    for ax, values, alone, point, label in (
        (left, hour, 3600 / single, chosen[0], "images an hour, server"),
        (right, wait, single, chosen[1], "seconds the first image waits"),
    ):
        # powers on plain axes: logarithmic ones take three times as long to draw
        ax.plot(spots, np.log10(values), label="one ciphertext a feature")
        ax.axhline(np.log10(alone), color=VERMILION, ls="--", label="one image, packed")
        ax.plot([np.log2(batch)], [np.log10(point)], "o", color=BLUE, ms=8)
        ax.set(xlabel="images in the batch", ylabel=label)
        ax.set_xticks(spots[::4], [f"{size:,}" for size in sizes[::4]])
        # the longest wait that a slider can show: no slider moves the axis
        longest = (slots - 1) / ARRIVALS[0] + seconds if ax is right else values[-1]
        powers = [np.log10(v) for v in (*values, alone, longest)]
        ends = range(int(np.floor(min(powers))), int(np.ceil(max(powers))) + 1)
        ax.set_yticks(list(ends), [f"$10^{{{power}}}$" for power in ends])
    left.legend(fontsize="small")
    picture.alt = (
        f"A batch of {batch} takes {seconds:.2g} s: {chosen[0]:,.0f} images an hour, "
        f"and the first one waits {_short(chosen[1])} s if {arrivals:g} arrive a "
        f"second. One packed image takes {single:.2g} s: {3600 / single:,.0f} an hour."
    )
    return picture


def bits_needed(
    settings: Mapping[tuple[int, int], tuple[float, float]],
    weight_bits: int,
    input_bits: int,
    plain_bits: int,
) -> Picture:
    """Draw label agreement and plaintext bits against the bits of a weight.

    Args:
        settings: (bits of a weight, fraction bits of an input) -> what
            :func:`integer_row` returns.
        weight_bits: The setting to mark.
        input_bits: Fraction bits of an input.
        plain_bits: Bits of one plaintext modulus.

    Raises:
        ValueError: If ``settings`` lacks the one to mark.
    """
    rows = {w: settings[w, i] for w, i in sorted(settings) if i == input_bits}
    if weight_bits not in rows:
        raise ValueError(
            f"weight_bits must be one of {list(rows)} at {input_bits} input bits, got "
            f"{weight_bits}"
        )
    bits = list(rows)
    same, need = (np.array([rows[b][i] for b in bits]) for i in (0, 1))
    # A fixed layout: finding one costs more than half of a redraw.
    picture = Picture(figsize=(7.2, 3.4), layout="none")
    picture.subplots_adjust(left=0.1, right=0.98, top=0.88, bottom=0.17, wspace=0.27)
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    left.plot(bits, 100 * same, "o-")
    left.axhline(99.9, color=GREEN, ls="--", label="99.9 %")
    left.plot([weight_bits], [100 * rows[weight_bits][0]], "s", color=VERMILION, ms=9)
    left.set(xlabel="bits of a weight", ylabel="same label as float64 (%)")
    left.legend(fontsize="small")
    right.plot(bits, need, "o-", label="largest possible result")
    count = int(np.ceil(rows[weight_bits][1] / plain_bits))
    right.axhline(plain_bits, color=SKY, ls=":", label="1 modulus")
    if count > 1:
        label = f"{count} moduli"
        right.axhline(count * plain_bits, color=ORANGE, ls="--", label=label)
    moduli = counted(count, "plaintext modulus", "plaintext moduli")
    right.plot([weight_bits], [rows[weight_bits][1]], "s", color=VERMILION, ms=9)
    right.set(xlabel="bits of a weight", ylabel="plaintext modulus (bits)")
    # of all settings, with room for the legend: no slider moves the axis
    most = max(bits for _, bits in settings.values()) + LARGEST_MODULUS
    right.set_ylim(0, 1.4 * most)
    right.legend(fontsize="small", loc="upper left")
    picture.suptitle(
        f"{weight_bits}-bit weights: {100 * rows[weight_bits][0]:.1f} % of labels, "
        f"{rows[weight_bits][1]:.0f} bits, {moduli}",
        fontsize=10,
    )
    picture.alt = (
        f"With weights of {weight_bits} bits and inputs of "
        f"{counted(input_bits, 'fraction bit')} {100 * rows[weight_bits][0]:.1f} % of "
        f"labels stay; results need {rows[weight_bits][1]:.0f} bits, {moduli} of "
        f"{plain_bits} bits."
    )
    return picture


def integer_row(
    network: SquareNetwork, images: np.ndarray, weight_bits: int, input_bits: int
) -> tuple[float, float]:
    """Return (share of labels kept, bits of the largest possible result).

    Args:
        network: A square network, balanced.
        images: Rows within [-1, 1].
        weight_bits: Bits of a weight, with its sign.
        input_bits: Fraction bits of an input.
    """
    integers = IntegerNetwork.of(
        network, input_bits=input_bits, weight_bits=weight_bits
    )
    x = integers.inputs(images) / 2.0**input_bits
    same = network.quantised(weight_bits).predict(x) == network.predict(images)
    return float(same.mean()), float(np.log2(float(2 * integers.largest() + 1)))


def normalised_or_not(
    rates: Sequence[float], runs: Mapping[str, Sequence[Sequence[float]]], chance: float
) -> Picture:
    """Draw the accuracy of six nonlinear layers against the learning rate.

    Args:
        rates: Learning rates.
        runs: Name -> for each rate, the accuracy of each seed.
        chance: Accuracy of guessing.
    """
    picture = Picture()
    ax = picture.add_subplot()
    for name, at_rates in runs.items():
        means = [np.mean(seeds) for seeds in at_rates]
        (line,) = ax.plot(rates, means, label=name)
        for rate, seeds in zip(rates, at_rates, strict=True):
            ax.plot([rate] * len(seeds), seeds, "o", color=line.get_color(), ms=4)
    ax.axhline(chance, color="0.5", lw=1, label="guessing")
    ax.set(
        xscale="log", xlabel="learning rate", ylabel="test accuracy", ylim=(-0.04, 1.03)
    )
    ax.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    numbers = "; ".join(
        f"{name}: {', '.join(f'{np.mean(s):.2f}' for s in at_rates)}"
        for name, at_rates in runs.items()
    )
    where = ", ".join(f"{r:g}" for r in rates)
    picture.alt = f"Mean test accuracy at learning rates {where}. {numbers}."
    return picture


def layout_costs(rows: Mapping[str, Mapping[str, float]]) -> Picture:
    """Draw the seconds and ciphertexts of each layout for one image.

    Args:
        rows: Layout -> ``seconds``, ``ciphertexts`` and the operation counts.
    """
    names = list(rows)
    spots = np.arange(len(names))
    picture = Picture(figsize=(7.2, 2.8))
    _part(picture)
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    _points(left, {n: rows[n]["seconds"] for n in names}, "seconds, server", BLUE)
    kinds = {"ciphertexts": SKY, "products": ORANGE, "rotations": GREEN}
    for k, (kind, colour) in enumerate(kinds.items()):
        counts = [rows[n][kind] for n in names]
        right.barh(spots + 0.27 * (k - 1), counts, 0.25, color=colour, label=kind)
    right.set(xscale="symlog", xlabel="count, one image")
    right.set_yticks(spots, [""] * len(names))
    right.legend(fontsize="small")
    right.invert_yaxis()
    picture.alt = "One image. " + "; ".join(
        f"{n}: {r['seconds']:.3g} s, {r['ciphertexts']:.0f} ciphertexts, "
        f"{r['products']:.0f} products, {r['rotations']:.0f} rotations"
        for n, r in rows.items()
    )
    return picture


def _part(picture: Picture) -> None:
    """Keep a panel's last number apart from the next one's first."""
    picture.set_layout_engine("constrained", w_pad=0.12)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def _points(ax: Axes, values: Mapping[str, float], title: str, colour: str) -> None:
    """Draw one labelled point a row on a logarithmic axis, which has no zero."""
    spots = np.arange(len(values))
    ax.plot(list(values.values()), spots, "o", color=colour, ms=8)
    for spot, value in zip(spots, values.values(), strict=True):
        ax.annotate(
            _short(value), (value, spot), (0, 7), textcoords="offset points",
            ha="center", fontsize="small",
        )  # fmt: skip
    ax.set(xscale="log", xlabel=title, ylim=(len(values) - 0.5, -0.6))
    ax.minorticks_off()
    powers = [np.log10(value) for value in values.values()]  # whole powers at both ends
    # far enough for the numbers above the outer points, too
    ax.set_xlim(10 ** np.floor(min(powers) - 1), 10 ** np.ceil(max(powers) + 0.6))
    ax.set_yticks(spots, list(values))
    ax.grid(axis="y", color="0.9")


def chapter_costs(rows: Mapping[str, Mapping[str, float]]) -> Picture:
    """Draw each system of the chapter: seconds, bytes and accuracy for one image.

    Args:
        rows: System -> ``latency`` and ``each`` (seconds), ``bytes`` an image, and
            ``accuracy``.
    """
    names = list(rows)
    picture = Picture(figsize=(7.6, 3.2))
    titles = {"latency": "wait for an answer (s)", "each": "time an image (s)"}
    titles["bytes"] = "bytes an image"
    _part(picture)
    for place, (kind, title) in enumerate(titles.items(), 1):
        ax = picture.add_subplot(1, 3, place)
        colour = (BLUE, VERMILION, GREEN)[place - 1]
        _points(ax, {n: rows[n][kind] for n in names}, title, colour)
        labels = [f"{n}\n({r['accuracy']:.1%} right)" for n, r in rows.items()]
        ax.set_yticklabels(labels if place == 1 else [""] * len(names))
    picture.alt = "; ".join(
        f"{n}: {r['latency']:.2g} s wait, {r['each']:.2g} s and {r['bytes']:,.0f} "
        f"bytes an image, accuracy {r['accuracy']:.3f}"
        for n, r in rows.items()
    )
    return picture


REPORTED = (
    ("CryptoNets [21], MNIST", "99 %", "about 59,000 an hour", "ICML 2016"),
    ("Normalised polynomials [22]", "competes with the best", "", "ePrint 2017/035"),
    ("2P-DNN [34], MNIST", "over 97 %", "", "arXiv 1807.08459"),
    ("LoLa [38]", "", "0.16 s by transfer learning", "ICML 2019"),
)
"""What the papers' abstracts and texts report: system, accuracy, speed, where."""


class PaperTable:
    """The papers' figures beside this run's, as text and as an HTML table.

    Args:
        ours: System number ("21", "22", "34", "38") -> (accuracy, speed) as text.
    """

    def __init__(self, ours: Mapping[str, tuple[str, str]]) -> None:
        self.rows = [
            (name, accuracy, speed, *ours[name.split("[")[1][:2]])
            for name, accuracy, speed, _ in REPORTED
        ]

    @functools.cached_property
    def header(self) -> tuple[str, ...]:
        """Names of the columns."""
        return ("system", "paper: accuracy", "paper: speed", "here", "here: speed")

    def __str__(self) -> str:
        return "\n".join(" | ".join(row) for row in (self.header, *self.rows))

    def _repr_html_(self) -> str:
        head = "".join(f"<th scope=col>{name}</th>" for name in self.header)
        body = "".join(
            f"<tr><th scope=row>{row[0]}</th>"
            + "".join(f"<td>{cell or 'not given'}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        return f"<table><tr>{head}</tr>{body}</table>"

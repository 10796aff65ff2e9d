"""Figures of chapter 13: who reads what, drop-outs, verdicts, training, costs."""

import html
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ppdl_course.attacks.coalitions import Reading
from ppdl_course.figures.picture import (
    BLUE,
    GREEN,
    VERMILION,
    Picture,
    counted,
    styled,
)
from ppdl_course.figures.transcript import Page

MOST_LEAVERS = 4
"""Where the axis of clients who left ends."""


def readings(found: Mapping[str, Reading], coalition: Sequence[str]) -> Page:
    """Show what a coalition has read, ciphertext by ciphertext.

    Args:
        found: Name of a ciphertext -> what the attempts on it came to.
        coalition: Who pools keys and views.
    """
    rows = [
        (name, "safe" if one.age is None else f"READ: {one.age}", one.how)
        for name, one in found.items()
    ]
    read = sum(one.age is not None for one in found.values())
    members = ", ".join(coalition) or "nobody"
    caption = (
        f"Together: {members}. They read {read} of {counted(len(found), 'ciphertext')}."
    )
    return table(("ciphertext", "what became of it", "how"), rows, caption)


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    loud: str = "READ",
) -> Page:
    """Show rows of text; cells that begin with one word stand out.

    Args:
        heads: Over each column.
        rows: Cells; the first of a row names it.
        caption: Above the table.
        loud: The word that stands out, in bold as well as in its words.
    """
    left = 'style="text-align:left"'
    head = "".join(f"<th scope=col {left}>{html.escape(name)}</th>" for name in heads)
    body = ""
    for first, *others in rows:
        cells = "".join(f"<td {left}>{_said(text, loud)}</td>" for text in others)
        body += f"<tr><th scope=row {left}>{html.escape(first)}</th>{cells}</tr>"
    said = html.escape(caption)
    return Page(f"<table><caption>{said}</caption><tr>{head}</tr>{body}</table>")


def _said(text: str, loud: str) -> str:
    shown = html.escape(text)
    return f"<strong>{shown}</strong>" if text.startswith(loud) else shown


class Round(NamedTuple):
    """One round of a sum with drop-outs, as it really went.

    Attributes:
        total: What came out, shape (d,), or None if the round stopped.
        expected: The plain sum of the numbers that had arrived, shape (d,).
        messages: Messages that crossed.
        kilobytes: Bytes that crossed, in thousands.
    """

    total: np.ndarray | None
    expected: np.ndarray
    messages: int
    kilobytes: float


def dropouts(
    rounds: Mapping[tuple[int, int, int], Round],
    threshold: int,
    before: int,
    after: int,
) -> Picture:
    """Draw the sum that a round recovered, and the messages it took.

    Args:
        rounds: (threshold, left before the upload, left after it) -> how it went.
        threshold: Which round to show.
        before: The same.
        after: The same.

    Raises:
        ValueError: If ``rounds`` lacks it.
    """
    key = threshold, before, after
    if key not in rounds:
        raise ValueError(f"threshold, before, after must be run beforehand, got {key}")
    shown = rounds[key]
    picture = Picture(figsize=(8.0, 3.2), layout="none")
    picture.subplots_adjust(left=0.09, right=0.98, top=0.9, bottom=0.17, wspace=0.28)
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    places = np.arange(len(shown.expected))
    largest = max(np.abs(one.expected).max() for one in rounds.values())
    left.bar(places, shown.expected, 0.6, color=BLUE, label="plain sum of uploads")
    if shown.total is None:
        left.set_title("no sum: too few are left", fontsize=9, color=VERMILION)
    else:
        left.plot(places, shown.total, "D", color=VERMILION, label="recovered sum")
        left.set_title("sum recovered", fontsize=9)
    left.set(xlabel="coordinate", ylabel="sum", ylim=(-1.15 * largest, 1.5 * largest))
    left.set_xticks(places)
    left.legend(fontsize=8, loc="upper right")
    along = sorted(b for t, b, a in rounds if (t, a) == (threshold, after))
    line = [rounds[threshold, b, after].messages for b in along]
    right.plot(along, line, "o-", markersize=4)
    right.plot([before], [shown.messages], "s", color=VERMILION, markersize=9)
    right.set(
        xlabel="clients who left before the upload",
        ylabel="messages of the round",
        xlim=(-0.4, MOST_LEAVERS + 0.4),
        ylim=(0, 1.15 * max(one.messages for one in rounds.values())),
    )
    right.set_xticks(range(MOST_LEAVERS + 1))
    came = "no sum" if shown.total is None else f"the sum {shown.total.tolist()}"
    picture.alt = (
        f"Threshold {threshold}, {before} left before the upload and {after} after it: "
        f"{came}; the plain sum of the uploads is {shown.expected.tolist()}. "
        f"{counted(shown.messages, 'message')}, {shown.kilobytes:.1f} kB."
    )
    return picture


def checked_training(
    losses: Mapping[str, Sequence[float]], *, ylabel: str = "loss on all records (nats)"
) -> Picture:
    """Draw losses round by round.

    Args:
        losses: How it was learnt -> the loss after each round, first the start's.
        ylabel: What is drawn, with its unit.
    """
    picture = Picture(figsize=(6.4, 3.2))
    ax = picture.add_subplot()
    for (name, values), style in styled(losses.items(), ["o", "x", "+", "s"]):
        ax.plot(values, marker=style, markersize=6, label=name)
    ax.set(xlabel="round", ylabel=ylabel)
    ax.legend(fontsize=8)
    picture.alt = "Loss by round: " + "; ".join(
        f"{name} from {values[0]:.3f} to {values[-1]:.3f}"
        for name, values in losses.items()
    )
    return picture


def system_costs(rows: Mapping[str, tuple[float, float, int]]) -> Picture:
    """Draw what this chapter's systems cost: seconds, megabytes, messages.

    Args:
        rows: Name -> seconds, megabytes, messages that an owner takes part in.
    """
    picture = Picture(figsize=(8.6, 2.8))
    axes = picture.subplots(1, 3, sharey=True)
    units = ("seconds, all parties", "megabytes", "messages of one owner")
    names = list(rows)
    for k, (ax, unit, colour) in enumerate(
        zip(axes, units, (BLUE, GREEN, VERMILION), strict=True)
    ):
        bars = ax.barh(names, [rows[name][k] for name in names], color=colour)
        ax.bar_label(bars, fmt="%.3g", fontsize=8, padding=2)
        ax.set_xlabel(unit)
        ax.margins(x=0.25)
    axes[0].invert_yaxis()
    picture.alt = "Cost of this chapter's systems. " + "; ".join(
        f"{name}: {s:.2f} s, {mb:.2f} MB, {counted(n, 'message')} of one owner"
        for name, (s, mb, n) in rows.items()
    )
    return picture

"""Figures of chapter 4: the list of numbers, its cost, views, comparisons, layers."""

import html
from collections.abc import Mapping, Sequence

import numpy as np

from ppdl_course.figures.picture import BLUE, GREEN, ORANGE, VERMILION, Picture
from ppdl_course.figures.transcript import EVERYONE, Page
from ppdl_course.parties.costs import Cost


def number_list(
    p: int, w: Sequence[int], *, i: int, j: int, x: int, view: str = EVERYONE
) -> Picture:
    """Draw Alice's list of numbers as one party sees it.

    Args:
        p: The prime.
        w: The list.
        i: Alice's number: entries after it are raised.
        j: Bob's number: the entry he reads.
        x: Bob's random number.
        view: ``"everyone"``, ``"Alice"`` or ``"Bob"``.
    """
    if view not in (EVERYONE, "Alice", "Bob"):
        raise ValueError(f"view must be {EVERYONE!r}, 'Alice' or 'Bob', got {view!r}")
    u = np.arange(1, len(w) + 1)
    height = np.array([entry / p for entry in w])
    picture = Picture(figsize=(7.0, 3.2), layout="none")
    picture.subplots_adjust(left=0.1, right=0.74, bottom=0.16, top=0.88)
    ax = picture.subplots()
    if view == "Bob":
        ax.plot(u, height, "s", color="#777777", label="cannot tell if raised")
    else:
        ax.plot(u[:i], height[:i], "o", color=BLUE, label="as it was (u ≤ i)")
        ax.plot(u[i:], height[i:], "^", color=VERMILION, label="raised by 1 (u > i)")
    learned = "nothing about j"
    if view != "Alice":
        ax.axvline(j, color=GREEN, linestyle="--", linewidth=1, label="Bob reads here")
        ax.axhline(x % p / p, color=ORANGE, linestyle=":", label="x mod p")
        match = w[j - 1] == x % p
        learned = f"entry {j} {'equals' if match else 'differs from'} x mod p"
        learned += f": i {'≥' if match else '<'} {j}"
    ax.set(xlabel="place u in the list", ylabel="w as a part of p", ylim=(-0.03, 1.03))
    ax.set_title(f"view of {view}: {learned}")
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.02, 0.5))
    picture.alt = f"{len(w)} numbers between 0 and p, without pattern. View of {view}: "
    picture.alt += f"{learned}."
    return picture


def growth(ranges: Sequence[int], costs: Mapping[str, Sequence[Cost]]) -> Picture:
    """Draw time and bytes of Yao's first protocol against the range R.

    Args:
        ranges: Values of R.
        costs: Key length -> cost of a run for each R.
    """
    picture = Picture(figsize=(7.4, 3.2))
    left, right = picture.subplots(1, 2)
    ends = []
    for key, runs in costs.items():
        left.plot(ranges, [run.seconds for run in runs], marker="o", label=key)
        right.plot(ranges, [run.bytes / 1000 for run in runs], marker="o", label=key)
        ends.append(f"{key}: {runs[-1].seconds:.2f} s, {runs[-1].bytes:,} bytes")
    left.set(xlabel="range R", ylabel="seconds", ylim=0, xlim=0)
    right.set(xlabel="range R", ylabel="kilobytes on the wire", ylim=0, xlim=0)
    left.legend(title="key")
    last = f"At R = {ranges[-1]}: {'; '.join(ends)}."
    picture.alt = f"Time and bytes against the range R. {last}"
    return picture


def two_views(
    first: Sequence[int], second: Sequence[int], *, names: tuple[str, str], p: float
) -> Picture:
    """Draw how often each bin of a party's view came up under two secrets.

    Args:
        first: Bins seen under the first secret.
        second: Bins seen under the second.
        names: What the two secrets were.
        p: The p-value of the test that they are the same.
    """
    cells = int(max(max(first), max(second))) + 1
    counts = [np.bincount(sample, minlength=cells) for sample in (first, second)]
    picture = Picture()
    ax = picture.subplots()
    looks = zip((-0.2, 0.2), counts, names, (BLUE, VERMILION), ("", "//"), strict=True)
    for shift, count, name, color, hatch in looks:
        places = np.arange(cells) + shift
        ax.bar(places, count, 0.4, color=color, hatch=hatch, label=name)
    ax.set(xlabel="bin of what is seen", ylabel="runs", title=f"p-value {p:.3g}")
    ax.margins(y=0.2)
    ax.legend(ncols=2)
    spread = ", ".join(
        f"{name}: {count.min()} to {count.max()}"
        for name, count in zip(names, counts, strict=True)
    )
    picture.alt = f"Runs in each of {cells} bins ({spread}); p-value {p:.3g}."
    return picture


def cost_table(costs: Sequence[Cost], *, caption: str = "One comparison") -> Page:
    """Show costs side by side; a later chapter adds its rows to the same list."""
    heads = ("method", "messages", "bytes", "rounds", "milliseconds")
    head = "".join(f"<th scope=col>{name}</th>" for name in heads)
    rows = "".join(
        f'<tr><th scope=row style="text-align:left">{html.escape(cost.method)}</th>'
        f"<td>{cost.messages:,}</td><td>{cost.bytes:,}</td><td>{cost.rounds:,}</td>"
        f"<td>{1000 * cost.seconds:.1f}</td></tr>"
        for cost in costs
    )
    table = f"<caption>{html.escape(caption)}</caption><tr>{head}</tr>{rows}"
    return Page(f'<table style="text-align:right">{table}</table>')


def cost_by_bits(bits: Sequence[int], costs: Mapping[str, Sequence[Cost]]) -> Picture:
    """Draw bytes and rounds of each method against the length of the numbers.

    Args:
        bits: Lengths of the compared numbers.
        costs: Method -> its cost at each length, or at the first few of them.
    """
    picture = Picture(figsize=(7.4, 3.4))
    left, right = picture.subplots(1, 2)
    for name, row in costs.items():
        at = bits[: len(row)]
        left.plot(at, [cost.bytes for cost in row], marker="o", label=name)
        right.plot(at, [cost.rounds for cost in row], marker="o", label=name)
    left.set(xlabel="bits of each number", ylabel="bytes on the wire", yscale="log")
    right.set(xlabel="bits of each number", ylabel="rounds", ylim=0)
    left.legend(fontsize=8)
    ends = "; ".join(
        f"{name}, {bits[len(row) - 1]} bits: {row[-1].bytes:,} bytes, "
        f"{row[-1].rounds} rounds"
        for name, row in costs.items()
    )
    picture.alt = f"Bytes (on a logarithmic axis) and rounds by length. {ends}."
    return picture


def layer_costs(
    linear: Cost, relu: Cost, *, latency: float, bandwidth: float
) -> Picture:
    """Draw what the two halves of a layer on shares cost, side by side.

    Args:
        linear: Cost of the matrix product.
        relu: Cost of the ReLU.
        latency: Seconds a message travels, for the estimate over a network.
        bandwidth: Bytes a second, for the same.
    """
    both = (linear, relu)
    network = [c.over_network(latency=latency, bandwidth=bandwidth) for c in both]
    quantities = {
        "kilobytes": [c.bytes / 1000 for c in both],
        "rounds": [c.rounds for c in both],
        "ms on this machine": [1000 * c.seconds for c in both],
        f"ms at {1000 * latency:g} ms distance": [1000 * s for s in network],
    }
    picture = Picture(figsize=(8.4, 2.8))
    panels = picture.subplots(1, len(quantities))
    for ax, (name, values) in zip(panels, quantities.items(), strict=True):
        bars = ax.bar([c.method for c in both], values, color=[BLUE, VERMILION])
        bars[1].set_hatch("//")
        ax.bar_label(bars, fmt="{:,.3g}")
        ax.set(ylabel=name)
        ax.margins(y=0.15)
    picture.alt = "; ".join(
        f"{c.method}: {c.bytes:,} bytes, {c.rounds} rounds, {1000 * c.seconds:.2f} ms "
        f"here, {1000 * far:.0f} ms over a network"
        for c, far in zip(both, network, strict=True)
    )
    return picture

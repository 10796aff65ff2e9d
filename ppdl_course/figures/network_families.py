"""Figures of chapter 2, first half: links, memory, depth, a GAN and its collapse."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch
from matplotlib.ticker import MaxNLocator

from ppdl_course.arguments import between
from ppdl_course.families.gan import GANRun, coverage
from ppdl_course.families.initialise import signal_by_layer
from ppdl_course.families.links import LinkedNetwork
from ppdl_course.figures.picture import (
    BLACK,
    BLUE,
    GREEN,
    SKY,
    VERMILION,
    Picture,
    counted,
    styled,
)

EXAMPLES = 64
"""Of the signal: a product this small is not shared among processor cores, which takes
longer than the product while they are busy."""
_LOOK = {
    "direct": {"color": BLUE, "linestyle": "-", "linewidth": 1.0},
    "cross-layer": {"color": VERMILION, "linestyle": (0, (4, 2)), "linewidth": 1.6},
    "self-join": {"color": GREEN, "linestyle": (0, (1, 1)), "linewidth": 1.8},
}


def link_diagram(networks: Mapping[str, LinkedNetwork]) -> Picture:
    """Draw networks side by side, each kind of link in its own colour and dash.

    Args:
        networks: Title -> network, one to four.
    """
    if not 1 <= len(networks) <= 4:
        raise ValueError(f"networks must be one to four, got {len(networks)}")
    picture = Picture(figsize=(2.6 * len(networks) + 0.4, 2.6))
    alts = []
    for ax, (title, network) in zip(
        np.atleast_1d(picture.subplots(1, len(networks))), networks.items(), strict=True
    ):
        _draw_network(ax, network)
        ax.set_title(title, fontsize=11)
        names = {}
        for link in network.links():
            names.setdefault(link.kind, []).append(f"{link.source} to {link.target}")
        listed = "; ".join(f"{kind} {', '.join(ends)}" for kind, ends in names.items())
        alts.append(f"{title}: {listed}")
    handles = [ax.plot([], [], label=kind, **look)[0] for kind, look in _LOOK.items()]
    picture.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)
    picture.alt = "Layers from left to right with their links. " + ". ".join(alts) + "."
    return picture


def _draw_network(ax: Axes, network: LinkedNetwork) -> None:
    ax.set_axis_off()
    ax.set(xlim=(-0.3, len(network.widths) - 0.7), ylim=(-0.95, 1.25))
    places = [
        [(float(k), 0.55 * (i - (width - 1) / 2)) for i in range(width)]
        for k, width in enumerate(network.widths)
    ]
    for kind, source, target in network.links():
        for start in places[source]:
            ends = [start] if kind == "self-join" else places[target]
            for end in ends:
                ax.add_patch(_arrow(kind, start, end))
    for column in places:
        ax.plot(*zip(*column, strict=True), "o", color="white", mec=BLACK, ms=11, ls="")


def _arrow(
    kind: str, start: tuple[float, float], end: tuple[float, float]
) -> FancyArrowPatch:
    look = dict(_LOOK[kind], arrowstyle="-|>", mutation_scale=7, shrinkB=6, zorder=1)
    if kind == "self-join":
        x, y = start
        return FancyArrowPatch(
            (x - 0.08, y + 0.1),
            (x + 0.08, y + 0.1),
            connectionstyle="arc3,rad=-2.2",
            **{**look, "shrinkB": 0},
        )
    bend = -0.42 if kind == "cross-layer" else 0.0
    return FancyArrowPatch(start, end, connectionstyle=f"arc3,rad={bend}", **look)


def memory_curves(runs: Mapping[str, Sequence[float]], steps: int) -> Picture:
    """Draw how often each network gives the first bit back, by update.

    Args:
        runs: Name -> share of right bits at each update.
        steps: Steps between bit and answer, for the labels.
    """
    picture = Picture()
    ax = picture.subplots()
    ends = []
    for name, right in runs.items():
        smooth = np.convolve(right, np.full(10, 0.1), mode="valid")
        ax.plot(np.arange(10, len(right) + 1), smooth, label=name)
        ends.append(f"{name} {smooth[-1]:.0%}")
    ax.axhline(0.5, color=BLACK, linewidth=0.8, linestyle=":")
    ax.text(len(right), 0.51, "coin toss", ha="right", fontsize=9)
    ax.set(xlabel="update", ylabel="right bits (mean of 10 updates)", ylim=(0.4, 1.03))
    ax.legend(loc="center right")
    ax.grid(alpha=0.3)
    picture.alt = (
        f"Share of right bits {steps} steps after the bit, over the updates. At the "
        f"end: {', '.join(ends)}; a coin gives 50%."
    )
    return picture


def signal_curves(depth: int, gain: float, *, seed: int = 1) -> Picture:
    """Draw the strength of the signal layer by layer, plain and residual, untrained.

    Args:
        depth: Layers, 1 to 100.
        gain: Standard deviation of the weights in units of 1 / sqrt(width); He's rule
            is 1.414.
        seed: Of inputs and weights.
    """
    between(1, 100, depth=depth)
    picture = Picture(layout="none")
    picture.subplots_adjust(left=0.13, right=0.97, bottom=0.17, top=0.9)
    ax = picture.subplots()
    ends = []
    for name, residual in (("plain", False), ("residual", True)):
        rng = np.random.default_rng(seed)
        signal = signal_by_layer(
            depth, gain=gain, rng=rng, residual=residual, examples=EXAMPLES
        )
        ax.plot(np.log10(signal), label=name)
        ends.append(f"{name} {signal[-1]:.1e}")
    # by the depth alone: the slider of the gain does not move the axis
    ax.set(xlim=(0, depth), ylim=(-0.5 * depth - 1, 0.5 * depth + 1))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.axhspan(*np.log10([0.5, 2]), color=SKY, alpha=0.5, linewidth=1)
    ax.set(
        xlabel="layer",
        ylabel="mean square, as a power of 10",
        title=f"gain {gain:.2f}: after {counted(depth, 'layer')} {', '.join(ends)}",
    )
    ax.title.set_fontsize(10)
    ax.legend(loc="lower left")
    ax.grid(alpha=0.3)
    picture.alt = (
        f"Signal of an untrained network with gain {gain:.2f} over "
        f"{counted(depth, 'layer')}, on a logarithmic axis. At the end: "
        f"{', '.join(ends)} of the input's."
    )
    return picture


def depth_curves(rates: Mapping[str, Mapping[int, float]]) -> Picture:
    """Draw test accuracy by number of layers.

    Args:
        rates: Name of the network -> layers -> test accuracy; four at most.
    """
    picture = Picture()
    ax = picture.subplots()
    alts = []
    for (name, by_depth), mark in styled(rates.items(), "os^v"):
        layers = list(by_depth)
        ax.plot(layers, list(by_depth.values()), marker=mark, label=name)
        listed = ", ".join(f"{a:.0%} at {d}" for d, a in by_depth.items())
        alts.append(f"{name}: {listed}")
    ax.axhline(0.1, color=BLACK, linewidth=0.8, linestyle=":")
    ax.text(layers[0], 0.12, "guessing", fontsize=9)
    ax.set(
        xscale="log", xlabel="layers", ylabel="test accuracy (digits)", ylim=(0, 1.03)
    )
    ax.set_xticks(layers, [str(d) for d in layers])
    ax.minorticks_off()
    ax.legend(loc="lower left", bbox_to_anchor=(0, 0.2))
    ax.grid(alpha=0.3)
    picture.alt = f"Accuracy on the digits by layers. {'; '.join(alts)}; guessing 10%."
    return picture


def gan_runs(runs: Mapping[str, GANRun], real: np.ndarray) -> Picture:
    """Draw two or more runs: samples above, loss curves below.

    Args:
        runs: Title -> run.
        real: Real points, shape (n, 2).
    """
    picture = Picture(figsize=(3.7 * len(runs), 5.2))
    axes = picture.subplots(2, len(runs), squeeze=False)
    alts = []
    for (above, below), (title, run) in zip(axes.T, runs.items(), strict=True):
        above.plot(*real.T, ".", color="#9A9A9A", ms=3, label="real", linestyle="")
        above.plot(*run.samples.T, "x", color=VERMILION, ms=4, label="generated", ls="")
        above.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-1.6, 2.6), ylim=(-1.1, 1.6))
        share = coverage(real, run.samples)
        above.set_title(f"{title}: covers {share:.0%}", fontsize=10)
        above.legend(fontsize=8, loc="upper right")
        losses = (run.generator_losses, run.discriminator_losses)
        for label, loss in zip(("generator", "discriminator"), losses, strict=True):
            smooth = np.convolve(loss, np.full(20, 1 / 20), mode="valid")
            below.plot(np.arange(20, len(loss) + 1), smooth, label=label)
        below.axhline(np.log(4), color=BLACK, linewidth=0.8, linestyle=":")
        below.set(xlabel="round", ylabel="loss (nats)", ylim=(0, 3))
        below.legend(fontsize=8)
        last = [np.mean(loss[-100:]) for loss in losses]
        alts.append(
            f"{title}: covers {share:.0%} of the real points; last losses "
            f"{last[0]:.2f} (generator) and {last[1]:.2f} (discriminator)"
        )
    picture.alt = (
        "Generated on real points above, loss curves below. " + "; ".join(alts) + "."
    )
    return picture

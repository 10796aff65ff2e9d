"""The survey's Fig. 1 with live values: a network, and what one input does in it.

Source of the layout: "Privacy-Preserving Deep Learning Models for Law Big Data Feature
Learning", DASC 2019, Fig. 1.
"""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import TwoSlopeNorm

from ppdl_course.figures.picture import BLUE, VERMILION, Picture
from ppdl_course.nn import Network, softmax

_LARGEST = 12  # units in a layer that still can be told apart
_COLOURS = colormaps["RdBu"]  # red is negative, white 0, blue positive


def network_diagram(
    network: Network,
    x: np.ndarray,
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
) -> Picture:
    """Draw the network with the values that the forward pass of ``x`` gives.

    A node shows its value and is coloured by it. A link's width is the size of the
    signal on it, weight times value; solid blue raises the next node, dashed red lowers
    it. Squares are the bias nodes, which always give 1 and receive no link. Beside an
    output stands its softmax probability.

    Args:
        network: No layer wider than 12 units.
        x: One input, shape (inputs,).
        inputs: A name for each input.
        outputs: A name for each output.

    Raises:
        ValueError: If a layer is too wide, x does not fit the network, or the names do
            not fit its first and last layer.
    """
    if max(network.sizes) > _LARGEST:
        raise ValueError(f"network must have layers <= {_LARGEST}, got {network.sizes}")
    if (len(inputs), len(outputs)) != (network.sizes[0], network.sizes[-1]):
        raise ValueError(
            f"inputs, outputs must name {network.sizes[0]} and {network.sizes[-1]} "
            f"nodes, got {len(inputs)} and {len(outputs)}"
        )
    passes = network.trace(np.asarray(x)[np.newaxis])
    nodes = [layer.nodes[0] for layer in passes] + [passes[-1].outputs[0]]
    places = [_column(k, len(a), k < len(passes)) for k, a in enumerate(nodes)]
    picture = Picture(figsize=(7.6, 4.0), layout="none")
    ax = picture.add_axes((0.01, 0.02, 0.98, 0.96))
    ax.set_axis_off()
    ax.set_xlim(-0.7, len(nodes) - 0.25)
    ax.set_ylim(-0.14, 1.10)
    for k, W in enumerate(network.weights):
        _draw_links(ax, places[k], places[k + 1], W, nodes[k], k + 2 == len(nodes))
        ax.text(k + 0.5, 1.06, f"$W_{k + 1}$", ha="center", fontsize=12)
    for k, (place, values) in enumerate(zip(places, nodes, strict=True)):
        _draw_nodes(ax, place, values, biased=k < len(passes))
    probabilities = softmax(nodes[-1])
    for (left, height), name in zip(places[0][1:], inputs, strict=True):
        ax.text(
            left - 0.14, height, fill(name, 12), ha="right", va="center", fontsize=10
        )
    for (right, height), name, p in zip(
        places[-1], outputs, probabilities, strict=True
    ):
        ax.text(
            right + 0.14,
            height,
            f"{fill(name, 12)}\n$p$ = {p:.2f}",
            va="center",
            fontsize=10,
        )
    input_text = ", ".join(f"{n} = {v:g}" for n, v in zip(inputs, x, strict=True))
    ax.text(0.5, 0.0, input_text, transform=ax.transAxes, ha="center", fontsize=10)
    picture.alt = _describe(network, input_text, outputs, probabilities)
    return picture


def _column(k: int, count: int, biased: bool) -> np.ndarray:
    """Return the places of a layer's nodes, shape (count, 2), the bias node on top."""
    reach = 0.48 if biased else min(0.18 * (count - 1), 0.48)
    heights = np.linspace(0.5 + reach, 0.5 - reach, count)
    return np.column_stack([np.full(count, float(k)), heights])


def _draw_links(
    ax: Axes,
    start: np.ndarray,
    end: np.ndarray,
    W: np.ndarray,
    values: np.ndarray,
    last: bool,
) -> None:
    """Draw a line from each node of a layer to each node but the bias of the next."""
    ends = end if last else end[1:]
    signal = W * values  # (units, 1 + inputs)
    segments = np.empty((*signal.shape, 2, 2))
    segments[:, :, 0] = start[np.newaxis]
    segments[:, :, 1] = ends[:, np.newaxis]
    width = 0.3 + 4.5 * np.abs(signal) / max(np.abs(signal).max(), 1e-12)
    for raises, colour, dash in ((True, BLUE, "-"), (False, VERMILION, (0, (3, 1.2)))):
        chosen = (signal >= 0) == raises
        ax.add_collection(
            LineCollection(
                segments[chosen],
                linewidths=width[chosen],
                colors=colour,
                linestyles=[dash],
                alpha=0.65,
                zorder=1,
            )
        )


def _draw_nodes(ax: Axes, places: np.ndarray, values: np.ndarray, biased: bool) -> None:
    reach = max(1.0, float(np.abs(values).max()))
    norm = TwoSlopeNorm(0, -1.6 * reach, 1.6 * reach)  # dark ends would hide the text
    colours = _COLOURS(norm(values))
    if biased:
        ax.scatter(
            *places[0], s=620, c="#EEEEEE", edgecolors="black", marker="s", zorder=2
        )
        ax.text(*places[0], "1", ha="center", va="center", fontsize=10, zorder=3)
    rest = slice(1 if biased else 0, None)
    ax.scatter(*places[rest].T, s=760, c=colours[rest], edgecolors="black", zorder=2)
    for place, value in zip(places[rest], values[rest], strict=True):
        ax.text(*place, f"{value:.2f}", ha="center", va="center", fontsize=9, zorder=3)


def _describe(
    network: Network, input_text: str, outputs: Sequence[str], probabilities: np.ndarray
) -> str:
    shapes = ", ".join(f"{len(W)}x{W.shape[1]}" for W in network.weights)
    got = ", ".join(
        f"{n} with probability {p:.2f}"
        for n, p in zip(outputs, probabilities, strict=True)
    )
    return (
        f"Network of {'-'.join(map(str, network.sizes))} nodes, weight matrices "
        f"{shapes}, a bias node in every layer but the last. Input: {input_text}. "
        f"Output: {got}."
    )

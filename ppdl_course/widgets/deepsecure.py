"""Widgets of chapter 7: a unit with live wires, bits of a word, degree of pruning."""

import functools
from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np

from ppdl_course.combined.prices import Priced
from ppdl_course.figures.deepsecure import (
    bits_trade,
    pruning_trade,
    unit_wires,
)
from ppdl_course.figures.picture import Picture
from ppdl_course.mpc.circuits.arithmetic import relu
from ppdl_course.mpc.circuits.builder import Builder
from ppdl_course.mpc.circuits.circuit import Circuit, to_bits
from ppdl_course.mpc.circuits.dot_product import dot_product
from ppdl_course.mpc.garbling.worked_examples import garbled_wires
from ppdl_course.widgets.explorer import Explorer

UNIT_BITS, UNIT_FRACTION = 4, 2
"""Words of the unit that is drawn: from -2 to 1.75 by quarters."""
WEIGHTS = (3, -5)
"""Its weights, in quarters."""
NAMES = ("$x_1$", "$x_2$", "$w_1$", "$w_2$")


@functools.cache
def small_unit() -> Circuit:
    """Return ReLU(w_1 x_1 + w_2 x_2) on words of 4 bits: inputs, then weights."""
    b = Builder()
    xs = [b.input(UNIT_BITS) for _ in range(2)]
    ws = [b.input(UNIT_BITS) for _ in range(2)]
    total = dot_product(b, xs, ws, fraction_bits=UNIT_FRACTION, drop=0)
    return b.build(relu(b, total))


def unit_explorer() -> Explorer:
    """Return one unit of a layer, garbled afresh whenever an input changes."""

    def figure(x1: int, x2: int, view: str) -> Picture:
        numbers = (x1, x2, *WEIGHTS)
        bits = np.concatenate([to_bits(n, UNIT_BITS) for n in numbers])
        values, labels = garbled_wires(small_unit(), bits)
        clear = view == "in the clear"
        return unit_wires(small_unit(), values, labels, clear=clear, names=NAMES)

    top = 1 << (UNIT_BITS - 1)

    def slider(name: str, value: int) -> widgets.IntSlider:
        return widgets.IntSlider(
            value=value, min=-top, max=top - 1, description=f"{name}, in quarters"
        )

    return Explorer(
        figure,
        {
            "x1": slider("x1", 3),
            "x2": slider("x2", -2),
            "view": widgets.Dropdown(
                value="in the clear",
                options=["in the clear", "evaluator"],
                description="view",
            ),
        },
        caption="Change an input by a quarter: how many wires change in the clear, and "
        "can the evaluator tell which?",
        states=[
            {"x1": x1, "x2": x2, "view": view}
            for x1, x2 in ((3, -2), (-3, 2))
            for view in ("in the clear", "evaluator")
        ],
    )


def bits_explorer(
    table: Mapping[tuple[int, int], Priced], reference: float
) -> Explorer:
    """Return controls over the bits of a word and those after its point.

    Args:
        table: (bits, fraction bits) -> the network in such words.
        reference: Accuracy in floating point.
    """
    widths = sorted({width for width, _ in table})
    fractions = sorted({fraction for _, fraction in table})
    start = widths[len(widths) // 2]
    finest = max(f for w, f in table if w == start)
    return Explorer(
        functools.partial(bits_trade, table, reference),
        {
            "width": widgets.SelectionSlider(
                options=widths, value=start, description="bits of a word"
            ),
            "fraction_bits": widgets.SelectionSlider(
                options=fractions, value=finest, description="fraction bits"
            ),
        },
        caption="Too few fraction bits round the network away; too many leave no room "
        "before the point. Which word is the cheapest that still answers well?",
        states=[
            {"width": w, "fraction_bits": f}
            for w, f in sorted(table)
            if w in (widths[0], start, widths[-1]) and f in (fractions[0], finest)
        ],
    )


def pruning_explorer(
    retrained: Mapping[float, Priced], before: Mapping[float, float]
) -> Explorer:
    """Return a control over the share of weights that is kept.

    Args:
        retrained: Share -> the network after retraining.
        before: Share -> accuracy before retraining.
    """
    shares = sorted(retrained)
    middle = shares[len(shares) // 2]
    return Explorer(
        functools.partial(pruning_trade, retrained, before),
        {
            "keep": widgets.SelectionSlider(
                options=[(f"{share:.0%}", share) for share in shares],
                value=shares[-1],
                description="weights kept",
            )
        },
        caption="How many weights can go before one answer in a hundred changes, and "
        "how much of that is due to retraining?",
        states=[{"keep": share} for share in (shares[0], middle, shares[-1])],
    )

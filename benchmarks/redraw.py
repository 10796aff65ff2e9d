"""Time from a moved slider to the new picture, in milliseconds, in the kernel.

network_ms, activation_ms, learning_ms    median of 30 redraws of each widget of
                                          chapter 1; above 150, dragging feels slow
slowest_ms                                the slowest of these ninety
"""

import statistics
from collections.abc import Iterable

import numpy as np

from ppdl_course.nn import Network
from ppdl_course.widgets.explorer import Explorer
from ppdl_course.widgets.feedforward_backprop import (
    activation_explorer,
    learning_explorer,
    network_explorer,
)

REDRAWS = 30


def measure() -> dict[str, float]:
    network = Network([3, 4, 4, 2], "sigmoid", rng=np.random.default_rng(1))
    diagram = network_explorer(
        network,
        inputs={name: (0, REDRAWS, 1) for name in ("a", "b", "c")},
        outputs=["no", "yes"],
        states=[(0, 0, 0)],
    )
    learning = learning_explorer()
    rates = learning.controls["rate"].options
    times = {
        "network_ms": redraws(diagram, "x1", range(1, REDRAWS + 1)),
        "activation_ms": redraws(
            activation_explorer(), "z", [-6 + i / 4 for i in range(REDRAWS)]
        ),
        "learning_ms": redraws(
            learning, "rate", [rates[i % len(rates)] for i in range(REDRAWS)]
        ),
    }
    slowest = max(max(each) for each in times.values())
    medians = {name: statistics.median(each) for name, each in times.items()}
    return {**medians, "slowest_ms": slowest}


def redraws(widget: Explorer, control: str, values: Iterable[float]) -> list[float]:
    """Move a control through the values and return each redraw's time in ms."""
    times = []
    for value in values:
        widget.controls[control].value = value
        times.append(widget.redraw_ms)
    return times

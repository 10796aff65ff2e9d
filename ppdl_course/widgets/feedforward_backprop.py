"""Widgets of chapter 1: the network with input sliders, activations, learning rates."""

from collections.abc import Mapping, Sequence

import ipywidgets as widgets
import numpy as np

from ppdl_course.figures.feedforward_backprop import (
    PRELU_SLOPES,
    activation_curves,
    learning_runs,
)
from ppdl_course.figures.network_diagram import network_diagram
from ppdl_course.figures.picture import Picture
from ppdl_course.nn import Network
from ppdl_course.stored.sgd_runs import load_sgd_runs
from ppdl_course.widgets.explorer import Explorer


def network_explorer(
    network: Network,
    *,
    inputs: Mapping[str, tuple[float, float, float]],
    outputs: Sequence[str],
    states: Sequence[Sequence[float]],
) -> Explorer:
    """Return the network's diagram with a slider for each input.

    Args:
        network: What to draw; no layer wider than 12.
        inputs: Name -> (lowest, highest, step) of its slider.
        outputs: Names of the outputs.
        states: Inputs drawn for the static page; the sliders start at the first.
    """
    names = list(inputs)
    keys = [f"x{i}" for i in range(1, 1 + len(names))]

    def figure(**values: float) -> Picture:
        x = np.array([values[key] for key in keys])
        return network_diagram(network, x, inputs=names, outputs=outputs)

    start = states[0]
    sliders = {
        key: widgets.FloatSlider(
            value=value, min=low, max=high, step=step, description=name
        )
        for key, value, (name, (low, high, step)) in zip(
            keys, start, inputs.items(), strict=True
        )
    }
    return Explorer(
        figure,
        sliders,
        caption="Drag an input. Blue links raise the next node, dashed orange ones "
        "lower it; the wider, the stronger the signal.",
        states=[dict(zip(keys, state, strict=True)) for state in states],
    )


def activation_explorer() -> Explorer:
    """Return the activations with their derivatives, by z and by PReLU's slope."""
    return Explorer(
        activation_curves,
        {
            "activation": widgets.Dropdown(
                options=["sigmoid", "relu", "prelu"], description="activation"
            ),
            "z": widgets.FloatSlider(
                value=1.0, min=-6, max=6, step=0.25, description="z"
            ),
            "slope": widgets.FloatSlider(
                value=0.25,
                min=PRELU_SLOPES[0],
                max=PRELU_SLOPES[1],
                step=0.05,
                description="PReLU slope a",
            ),
        },
        caption="Where is the derivative nearly 0? A unit that stays there learns "
        "nothing. The slope a belongs to PReLU alone.",
        states=[
            {"activation": "sigmoid", "z": 5.0, "slope": 0.25},
            {"activation": "relu", "z": -2.0, "slope": 0.25},
            {"activation": "prelu", "z": -2.0, "slope": 0.25},
        ],
    )


def learning_explorer() -> Explorer:
    """Return stored training runs by learning rate and width."""
    runs = load_sgd_runs()
    return Explorer(
        lambda rate, width: learning_runs(rate, width, runs=runs),
        {
            "rate": widgets.SelectionSlider(
                options=runs.rates, value=0.01, description="learning rate"
            ),
            "width": widgets.SelectionSlider(
                options=runs.widths, value=8, description="hidden units"
            ),
        },
        caption="Blue: the chosen run. Grey: the other rates at the same width. Each "
        "run was computed beforehand, with the law cases and one seed.",
        states=[
            {"rate": 0.001, "width": 8},
            {"rate": 0.1, "width": 8},
            {"rate": 3.0, "width": 8},
            {"rate": 0.1, "width": 1},
        ],
    )

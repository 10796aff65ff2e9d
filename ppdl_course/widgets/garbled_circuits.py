"""Widgets of chapter 5: one gate step by step, and an adder with live wires."""

import ipywidgets as widgets
import numpy as np

from ppdl_course.arguments import between
from ppdl_course.figures.garbled_circuits import STEPS, adder_wires, gate_step
from ppdl_course.figures.picture import Picture
from ppdl_course.mpc.circuits.circuit import to_bits
from ppdl_course.mpc.garbling.worked_examples import garbled_adder, garbled_and
from ppdl_course.widgets.explorer import Explorer


def gate_stepper() -> Explorer:
    """Return one AND gate, garbled afresh whenever a bit changes."""

    def figure(x: int, y: int, step: int) -> Picture:
        return gate_step(garbled_and(), x, y, step=step)

    controls = {
        "x": widgets.IntSlider(value=1, min=0, max=1, description="x (garbler's bit)"),
        "y": widgets.IntSlider(
            value=0, min=0, max=1, description="y (evaluator's bit)"
        ),
        "step": widgets.IntSlider(
            value=0, min=0, max=len(STEPS) - 1, description="step"
        ),
    }
    return Explorer(
        figure,
        controls,
        caption="Step to 4, then change x: could the evaluator tell the change from "
        "what is on its desk?",
        states=[{"x": 1, "y": 0, "step": step} for step in range(len(STEPS))],
    )


def adder_explorer(width: int = 4) -> Explorer:
    """Return an adder whose wires show bits, or what the evaluator sees.

    Args:
        width: Bits of the two numbers, 1 to 6.
    """
    between(1, 6, width=width)

    def figure(x: int, y: int, view: str) -> Picture:
        bits, labels = garbled_adder(to_bits(x, width), to_bits(y, width))
        shown = {name: np.asarray(row, int).tolist() for name, row in bits.items()}
        return adder_wires(shown, labels, clear=view == "in the clear")

    top = (1 << width) - 1
    controls = {
        "x": widgets.IntSlider(value=5 % (top + 1), min=0, max=top, description="x"),
        "y": widgets.IntSlider(value=3 % (top + 1), min=0, max=top, description="y"),
        "view": widgets.Dropdown(
            value="in the clear",
            options=["in the clear", "evaluator"],
            description="view",
        ),
    }
    start = {"x": controls["x"].value, "y": controls["y"].value}
    return Explorer(
        figure,
        controls,
        caption="Add in the clear, then take the evaluator's place: each change "
        "garbles anew, since a garbled circuit serves once.",
        states=[start | {"view": view} for view in ("in the clear", "evaluator")],
    )

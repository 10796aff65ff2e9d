"""Widgets of chapter 15, over its figures and those of ``answered_queries``."""

from collections.abc import Sequence
from functools import partial

import ipywidgets as widgets

from ppdl_course.figures.answered_queries import budget_ledger, histogram_utility
from ppdl_course.figures.differential_privacy import neighbour_densities
from ppdl_course.widgets.explorer import Explorer

# ten round values a decade: what the text says, the slider can show
_FINE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)


def _epsilons(value: float, low: float, high: float, name: str) -> widgets.Widget:
    """Return a slider over round values between low and high, both included."""
    values = [float(f"{m}e{power}") for power in range(-3, 2) for m in _FINE]
    options = [(f"{each:g}", each) for each in values if low <= each <= high]
    return widgets.SelectionSlider(options=options, value=value, description=name)


def epsilon_explorer() -> Explorer:
    """Return a slider over epsilon above densities, log ratio and best test."""
    return Explorer(
        neighbour_densities,
        {
            "epsilon": _epsilons(1.0, 0.1, 10.0, "epsilon [nats]"),
            "mechanism": widgets.ToggleButtons(
                options=["Laplace", "Gaussian"], description="noise"
            ),
        },
        caption="Drag epsilon; the first two axes follow it. Where does the log ratio "
        "touch the dashed lines, and how often is the adversary right?",
        states=[
            {"epsilon": 0.1, "mechanism": "Laplace"},
            {"epsilon": 1.0, "mechanism": "Laplace"},
            {"epsilon": 4.0, "mechanism": "Laplace"},
            {"epsilon": 1.0, "mechanism": "Gaussian"},
        ],
    )


def ledger_explorer() -> Explorer:
    """Return sliders over a session of queries and its budget."""
    return Explorer(
        budget_ledger,
        {
            "epsilon_each": _epsilons(0.05, 0.003, 1.0, "epsilon of a query [nats]"),
            "budget": widgets.FloatSlider(
                value=2.0, min=0.5, max=10, step=0.5, description="budget [nats]"
            ),
            "queries": widgets.IntSlider(
                value=200, min=10, max=400, step=10, description="queries"
            ),
        },
        caption="Make the queries small or large: from when on is advanced composition "
        "worth its delta?",
        states=[
            {"epsilon_each": 0.05, "budget": 2.0, "queries": 200},
            {"epsilon_each": 0.01, "budget": 1.0, "queries": 400},
            {"epsilon_each": 0.5, "budget": 2.0, "queries": 20},
        ],
    )


def histogram_explorer(labels: Sequence[str], counts: Sequence[int]) -> Explorer:
    """Return a slider over epsilon above a histogram and one private release of it."""
    return Explorer(
        partial(histogram_utility, labels, counts),
        {
            "epsilon": _epsilons(0.1, 0.005, 5.0, "epsilon [nats]"),
            "replace": widgets.Checkbox(
                value=False, description="neighbours replace a case"
            ),
            "seed": widgets.IntSlider(value=15, min=0, max=50, description="release"),
        },
        caption="Below which epsilon can you no longer tell which bin is larger?",
        states=[
            {"epsilon": 1.0, "replace": False, "seed": 15},
            {"epsilon": 0.05, "replace": False, "seed": 15},
            {"epsilon": 0.005, "replace": False, "seed": 15},
            {"epsilon": 0.05, "replace": True, "seed": 15},
        ],
    )

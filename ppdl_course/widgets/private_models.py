"""Widgets of chapter 17: accuracy against noise, missing shares, wrong labels."""

import functools

import ipywidgets as widgets

from ppdl_course.figures.noised_statistics import (
    missing_shares,
    model_accuracies,
    unreliable_accuracies,
)
from ppdl_course.figures.private_models import noise_by_relevance
from ppdl_course.stored import noised_statistics as runs
from ppdl_course.stored.private_models import (
    EPSILONS,
    SHARES,
    SIDES,
    load_noise_runs,
)
from ppdl_course.widgets.explorer import Explorer


def noise_explorer() -> Explorer:
    """Return stored runs by size of the sheet, epsilon, and share for relevances."""
    names = {
        "side": (SIDES, 12, "side of a sheet (8: the bare digit)"),
        "epsilon": (EPSILONS, 4, "epsilon in all"),
        "share": (SHARES, 0.1, "share of it for the relevances"),
    }
    sliders = {
        key: widgets.SelectionSlider(options=options, value=value, description=name)
        for key, (options, value, name) in names.items()
    }
    return Explorer(
        functools.partial(noise_by_relevance, runs=load_noise_runs()),
        sliders,
        caption="Crosses are seeds. When is it worth knowing what matters, and how "
        "much of the budget is that knowledge worth?",
        states=[
            {"side": side, "epsilon": epsilon, "share": share}
            for side, epsilon, share in (
                (12, 4, 0.1),
                (14, 2, 0.2),
                (8, 1, 0.1),
                (8, 16, 0.4),
            )
        ],
    )


def statistics_explorer() -> Explorer:
    """Return four private models of digits by epsilon, records, and features."""
    controls = {
        "epsilon": widgets.SelectionSlider(
            options=runs.EPSILONS, value=2, description="epsilon"
        ),
        "records": widgets.SelectionSlider(
            options=runs.RECORDS, value=700, description="records n"
        ),
        "features": widgets.SelectionSlider(
            options=runs.FEATURES, value=16, description="features d"
        ),
    }
    return Explorer(
        functools.partial(model_accuracies, runs=runs.load_model_runs()),
        controls,
        caption="What helps more, twice the records or twice the epsilon? Gaussian "
        "noise has a delta of 1e-5 besides.",
        states=[
            {"epsilon": 2, "records": 1347, "features": 64},
            {"epsilon": 2, "records": 150, "features": 64},
            {"epsilon": 2, "records": 1347, "features": 16},
        ],
    )


def honest_owners() -> Explorer:
    """Return the epsilon that is left when owners do not add their share."""
    controls = {
        "promised": widgets.SelectionSlider(
            options=(0.1, 0.5, 1.0, 2.0), value=1.0, description="promised epsilon"
        ),
        "present": widgets.IntSlider(value=3, min=1, max=20, description="added"),
        "owners": widgets.IntSlider(
            value=5, min=2, max=20, description="shares planned"
        ),
    }
    return Explorer(
        missing_shares,
        controls,
        caption="Is the loss in proportion to the shares that are missing?",
        states=[
            {"promised": 1.0, "owners": 5, "present": 3},
            {"promised": 1.0, "owners": 20, "present": 12},
            {"promised": 1.0, "owners": 20, "present": 1},
        ],
    )


def unreliable_explorer() -> Explorer:
    """Return five ways to combine models, by how many have wrong labels."""
    controls = {
        "bad": widgets.SelectionSlider(
            options=runs.BAD, value=6, description="with wrong labels, of 20"
        ),
        "kind": widgets.Dropdown(
            options=runs.KINDS[::-1], value="at random", description="wrong"
        ),
    }
    return Explorer(
        functools.partial(unreliable_accuracies, runs=runs.load_participant_runs()),
        controls,
        caption="Which errors does a plain mean survive, and which not?",
        states=[
            {"bad": 6, "kind": "at random"},
            {"bad": 6, "kind": "in concert"},
            {"bad": 8, "kind": "in concert"},
        ],
    )

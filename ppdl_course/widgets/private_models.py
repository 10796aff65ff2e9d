"""Widget of chapter 17: where the noise goes, against accuracy."""

import functools

import ipywidgets as widgets

from ppdl_course.figures.private_models import noise_by_relevance
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

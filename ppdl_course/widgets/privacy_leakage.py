"""Widgets of chapter 3: seats, repetition, batch size and noise."""

from collections.abc import Sequence

import ipywidgets as widgets

from ppdl_course.attacks.who_sees_what import SEATS, Case
from ppdl_course.figures.privacy_leakage import (
    exposure_growth,
    leaked_digits,
    view_from,
)
from ppdl_course.stored.character_models import (
    EPOCHS,
    REPETITIONS,
    load_exposure_growth,
)
from ppdl_course.stored.gradient_reconstructions import (
    LEVELS,
    SIZES,
    load_reconstructions,
)
from ppdl_course.widgets.explorer import Explorer


def seat_explorer(cases: Sequence[Case]) -> Explorer:
    """Return what is seen from each seat, in each architecture that ran.

    Args:
        cases: From ``attacks.who_sees_what.all_cases``.
    """
    names = [case.name for case in cases]
    return Explorer(
        lambda seat, architecture: view_from(seat, architecture, cases=cases),
        {
            "seat": widgets.Dropdown(options=list(SEATS), description="seat"),
            "architecture": widgets.Dropdown(options=names, description="architecture"),
        },
        caption="Every line was read from the log of a run. Bytes are what a sealed or "
        "masked message looks like.",
        states=[
            {"seat": "the wire", "architecture": names[0]},
            {"seat": "the wire", "architecture": names[1]},
            {"seat": "a client", "architecture": names[2]},
            {"seat": "server + 2 clients", "architecture": names[-1]},
        ],
    )


def memory_explorer() -> Explorer:
    """Return the exposure of the canaries by repetition and epoch."""
    growth = load_exposure_growth()
    return Explorer(
        lambda repetitions, epoch: exposure_growth(repetitions, epoch, growth=growth),
        {
            "repetitions": widgets.SelectionSlider(
                options=REPETITIONS, value=8, description="times in the text"
            ),
            "epoch": widgets.IntSlider(
                value=10, min=1, max=EPOCHS, description="epoch"
            ),
        },
        caption="One dot a canary. Computed beforehand: one training, measured after "
        "every epoch. At the dashed line the secret is the model's first guess.",
        states=[
            {"repetitions": 0, "epoch": EPOCHS},
            {"repetitions": 4, "epoch": EPOCHS},
            {"repetitions": 32, "epoch": 5},
            {"repetitions": 32, "epoch": EPOCHS},
        ],
    )


def leak_explorer() -> Explorer:
    """Return reconstructions by batch size and noise."""
    leaks = load_reconstructions()
    return Explorer(
        lambda n, level: leaked_digits(n, level, leaks=leaks),
        {
            "n": widgets.SelectionSlider(
                options=SIZES, value=1, description="records in the batch"
            ),
            "level": widgets.SelectionSlider(
                options=LEVELS, value=0.0, description="noise / gradient"
            ),
        },
        caption="Computed beforehand from fixed seeds. Noise is measured by its norm, "
        "relative to the gradient's.",
        states=[
            {"n": 1, "level": 0.0},
            {"n": 4, "level": 0.0},
            {"n": 8, "level": 0.0},
            {"n": 1, "level": 1.0},
        ],
    )

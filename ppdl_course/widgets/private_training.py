"""Widget of chapter 16: the settings of DP-SGD against epsilon and accuracy."""

import ipywidgets as widgets

from ppdl_course.figures.private_training import SETTINGS, training_settings
from ppdl_course.stored.private_training import TASKS, load_private_runs
from ppdl_course.widgets.explorer import Explorer


def settings_explorer() -> Explorer:
    """Return stored private runs by noise multiplier, clipping norm, batch, epochs.

    Epsilon is computed at every move; accuracies were computed beforehand.
    """
    runs = load_private_runs()
    names = {
        "noise": "noise multiplier",
        "clip": "clipping norm C",
        "batch": "expected batch size",
        "epochs": "epochs",
    }
    start = {"noise": 1.0, "clip": 1.0, "batch": 128, "epochs": 10}
    sliders = {
        key: widgets.SelectionSlider(
            options=SETTINGS[key], value=start[key], description=name
        )
        for key, name in names.items()
    }
    task = widgets.Dropdown(options=TASKS, description="task")
    return Explorer(
        lambda **values: training_settings(**values, runs=runs),
        {"task": task, **sliders},
        caption="Left: what it costs. Right: how right it is, by clipping norm; "
        "crosses are seeds. Which slider changes the accuracy and not epsilon?",
        states=[
            {"task": "law cases", **start},
            {"task": "digits", **start},
            {"task": "digits", "noise": 4.0, "clip": 1.0, "batch": 512, "epochs": 30},
            {"task": "digits", "noise": 0.5, "clip": 10.0, "batch": 32, "epochs": 30},
        ],
    )

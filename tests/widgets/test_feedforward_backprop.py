"""Widgets of chapter 1: each control moves the picture, each state is drawn."""

import re

import numpy as np
import pytest

from ppdl_course.nn import Network
from ppdl_course.widgets.feedforward_backprop import (
    activation_explorer,
    learning_explorer,
    network_explorer,
)


def networks():
    network = Network([3, 4, 4, 2], "sigmoid", rng=np.random.default_rng(1))
    return network_explorer(
        network,
        inputs={"priors": (0, 6, 1), "violent": (0, 1, 1), "settled": (0, 1, 1)},
        outputs=["free", "prison"],
        states=[(2, 1, 0), (0, 0, 1)],
    )


def alt(shown):
    return re.search(r'alt="([^"]+)"', shown.children[-2].value)[1]


def test_input_sliders_drive_the_forward_pass():
    shown = networks()
    assert "priors = 2, violent = 1, settled = 0" in alt(shown)
    shown.controls["x1"].value = 5
    assert "priors = 5, violent = 1, settled = 0" in alt(shown)
    assert shown.controls["x1"].description == "priors"


def test_activation_and_mark_follow_their_controls():
    shown = activation_explorer()
    shown.controls["activation"].value = "prelu"
    shown.controls["z"].value = -2
    shown.controls["slope"].value = 0.5
    assert alt(shown).startswith("prelu, a = 0.5")
    assert "At z = -2 the value is -1.000, the derivative 0.500" in alt(shown)


def test_rate_and_width_choose_the_stored_run():
    shown = learning_explorer()
    shown.controls["rate"].value = 0.3
    shown.controls["width"].value = 16
    assert "learning rate 0.3 with 16 hidden units" in alt(shown)


@pytest.mark.parametrize("build", [networks, activation_explorer, learning_explorer])
def test_every_state_of_the_fallback_is_a_described_picture(build):
    shown = build()
    rows = shown.fallback().split("<tr>")[1:]
    assert len(rows) == len(shown._states)
    assert all("<img alt=" in row and "alert" not in row for row in rows)

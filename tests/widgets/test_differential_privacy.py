"""Tests for differential_privacy: a moved control redraws what it controls."""

import pytest

from ppdl_course.widgets import differential_privacy as dp

MAKERS = [
    dp.epsilon_explorer,
    dp.ledger_explorer,
    lambda: dp.histogram_explorer(["a", "b"], [30, 50]),
]


@pytest.mark.parametrize("make", MAKERS)
def test_every_control_redraws_the_picture(make):
    explorer = make()
    for control in explorer.controls.values():
        before = explorer.children[-2].value
        if hasattr(control, "options"):
            control.index = len(control.options) - 1
        elif isinstance(control.value, bool):
            control.value = not control.value
        else:
            control.value = control.value * 0.5
        after = explorer.children[-2].value
        assert after != before
        assert "<img alt=" in after


@pytest.mark.parametrize("make", MAKERS)
def test_the_static_fallback_shows_every_state(make):
    assert make().fallback().count("<img alt=") >= 3


def test_the_caption_follows_epsilon():
    explorer = dp.epsilon_explorer()
    explorer.controls["epsilon"].value = 0.1
    assert "epsilon 0.1" in explorer.children[-2].value


def test_the_text_can_name_values_that_the_sliders_show():
    ledger = dp.ledger_explorer()
    assert ledger.controls["epsilon_each"].label == "0.05"
    assert "affordable are 40 by basic" in ledger.children[-2].value

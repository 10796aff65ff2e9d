"""Tests for differential_privacy: a moved control redraws what it controls."""

import pytest

from ppdl_course.widgets import differential_privacy as dp

from .redrawn import assert_every_control_redraws

MAKERS = [
    dp.epsilon_explorer,
    dp.ledger_explorer,
    lambda: dp.histogram_explorer(["a", "b"], [30, 50]),
]


@pytest.mark.parametrize("make", MAKERS)
def test_every_control_redraws_the_picture(make):
    assert_every_control_redraws(make())


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

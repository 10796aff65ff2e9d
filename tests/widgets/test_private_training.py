"""Tests for ppdl_course.widgets.private_training: a moved slider redraws."""

import re

from ppdl_course.widgets.private_training import settings_explorer

from .redrawn import assert_every_control_redraws


def test_every_control_redraws_the_picture():
    assert_every_control_redraws(settings_explorer())


def test_the_clipping_norm_changes_the_accuracy_and_not_epsilon():
    explorer = settings_explorer()
    seen = []
    for clip in (0.1, 1.0):
        explorer.controls["clip"].value = clip
        alt = explorer.children[-2].value
        epsilon = re.search(r"epochs: epsilon ([\d.]+)", alt)[1]
        seen.append((epsilon, re.search(r"accuracy ([\d.]+)%", alt)[1]))
    assert seen[0][0] == seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_the_static_fallback_shows_every_state():
    assert settings_explorer().fallback().count("<img alt=") == 4

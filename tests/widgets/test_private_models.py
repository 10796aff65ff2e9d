"""Tests for ppdl_course.widgets.private_models: a moved slider redraws, and at once."""

import statistics
import time

from ppdl_course.widgets.private_models import noise_explorer

from .redrawn import assert_every_control_redraws


def test_every_control_redraws_the_picture():
    assert_every_control_redraws(noise_explorer())


def test_a_redraw_takes_under_150_ms_of_this_processor():
    explorer, spent = noise_explorer(), []
    for side in (8, 14, 10, 12):
        start = time.process_time()
        explorer.controls["side"].value = side
        spent.append(time.process_time() - start)
    assert statistics.median(spent) < 0.15


def test_the_static_fallback_shows_every_state():
    assert noise_explorer().fallback().count("<img alt=") == 4

"""Tests for ppdl_course.widgets.private_models: a moved slider redraws, and at once."""

import statistics
import time

import pytest

from ppdl_course.widgets.private_models import (
    honest_owners,
    noise_explorer,
    statistics_explorer,
    unreliable_explorer,
)

from .redrawn import assert_every_control_redraws


@pytest.mark.parametrize(
    "make", [noise_explorer, statistics_explorer, honest_owners, unreliable_explorer]
)
def test_every_control_redraws_the_picture(make):
    assert_every_control_redraws(make())


def test_the_slowest_epsilon_of_shares_is_there_in_150_ms_of_this_processor():
    explorer, spent = honest_owners(), []
    explorer.controls["promised"].value = 0.1
    for owners in (20, 19, 20, 18):
        start = time.process_time()
        explorer.controls["owners"].value = owners
        spent.append(time.process_time() - start)
    assert statistics.median(spent) < 0.15


def test_a_redraw_takes_under_150_ms_of_this_processor():
    explorer, spent = noise_explorer(), []
    for side in (8, 14, 10, 12):
        start = time.process_time()
        explorer.controls["side"].value = side
        spent.append(time.process_time() - start)
    assert statistics.median(spent) < 0.15


def test_the_static_fallback_shows_every_state():
    assert noise_explorer().fallback().count("<img alt=") == 4

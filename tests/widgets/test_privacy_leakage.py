"""Widgets of chapter 3: each control moves the picture, each state is drawn."""

import re

import numpy as np
import pytest

from ppdl_course.attacks.registry_form import forms, intake_network
from ppdl_course.attacks.who_sees_what import SEATS, all_cases
from ppdl_course.data import load_law_cases
from ppdl_course.widgets.privacy_leakage import (
    leak_explorer,
    memory_explorer,
    seat_explorer,
)


def seats():
    x = forms(load_law_cases().records[:4])
    network = intake_network(np.random.default_rng(0))
    return seat_explorer(all_cases(network, x[:3], np.array([0, 1, 0]), x[3]))


def alt(shown):
    return re.search(r'alt="([^"]+)"', shown.children[-2].value)[1]


def test_every_seat_and_architecture_can_be_chosen():
    shown = seats()
    for architecture in shown.controls["architecture"].options:
        shown.controls["architecture"].value = architecture
        for seat in SEATS:
            shown.controls["seat"].value = seat
            page = shown.children[-2].value
            assert f"Seen from {seat}, {architecture}" in page
            assert "alert" not in page


def test_repetition_and_epoch_choose_the_stored_exposures():
    shown = memory_explorer()
    shown.controls["repetitions"].value = 32
    shown.controls["epoch"].value = 30
    assert "after epoch 30" in alt(shown)


def test_batch_size_and_noise_choose_the_stored_reconstruction():
    shown = leak_explorer()
    shown.controls["n"].value = 4
    shown.controls["level"].value = 0.1
    assert alt(shown).startswith("4 digits above")
    assert "noise of 0.1 times" in alt(shown)


@pytest.mark.parametrize("build", [memory_explorer, leak_explorer])
def test_every_state_of_the_fallback_is_a_described_picture(build):
    shown = build()
    rows = shown.fallback().split("<tr>")[1:]
    assert len(rows) == len(shown._states)
    assert all("<img alt=" in row and "alert" not in row for row in rows)


def test_the_fallback_of_the_seats_shows_a_table_for_each_state():
    page = seats().fallback()
    assert page.count("Seen from") == 4
    assert "alert" not in page

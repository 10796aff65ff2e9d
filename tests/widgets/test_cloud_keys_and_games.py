"""Chapter 8's widgets follow their controls, over games that are played."""

import re

import pytest

from ppdl_course.federated.protection_game import Game
from ppdl_course.widgets.cloud_keys_and_games import belief_explorer, game_explorer

GAME = Game(2, 10, 3, 1)


def shown(explorer):
    return re.search('alt="([^"]*)"', explorer._canvas.value)[1]


def test_the_equilibrium_moves_with_costs_losses_and_belief():
    explorer = game_explorer(GAME)
    assert "on in 75% of rounds and a malicious user attacks in 40%" in shown(explorer)
    explorer.controls["loss"].value = 20
    assert "on in 75% of rounds and a malicious user attacks in 20%" in shown(explorer)
    explorer.controls["cost"].value = 4
    assert "attacks in 40%" in shown(explorer)
    explorer.controls["penalty"].value = 6
    assert "on in 33%" in shown(explorer)
    explorer.controls["prior"].value = 0.1
    assert "on in 0% of rounds and a malicious user attacks in 100%" in shown(explorer)
    explorer.controls["prior"].value = 0
    assert "attacks in 100%" in shown(explorer)
    assert explorer.fallback().count("<img") == 4


@pytest.mark.parametrize("edge", ["min", "max"])
def test_every_end_of_every_slider_is_drawn(edge):
    for explorer in (game_explorer(GAME), belief_explorer(GAME)):
        for control in explorer.controls.values():
            control.value = getattr(control, edge)
            assert "<img" in explorer._canvas.value


def test_a_detector_without_a_difference_tells_nothing():
    explorer = belief_explorer(GAME)
    honest = float(re.search(r"at the end ([\d.]+)", shown(explorer))[1])
    assert honest < 0.05
    malicious = float(re.search(r"rounds, belief ([\d.]+)\. On", shown(explorer))[1])
    assert malicious > 0.9
    for name in ("hit", "false_alarm"):
        explorer.controls[name].value = 0.5
    assert "belief at the end 0.20 (median)" in shown(explorer)
    assert "of rounds, belief 0.20. On" in shown(explorer)
    assert explorer.fallback().count("<img") == 4


def test_attacks_too_rare_to_pay_are_never_protected_against():
    explorer = belief_explorer(GAME)
    explorer.controls["attack_rate"].value = 0.15
    assert shown(explorer).count("0% of rounds") == 2
    assert "On above a belief of 1.33" in shown(explorer)

"""Chapter 8's figures: what they draw follows from what they are given."""

import numpy as np
import pytest

from ppdl_course.federated.protection_game import Game, Outcome, compare
from ppdl_course.figures.cloud_keys_and_games import (
    belief_paths,
    round_of_the_game,
    rule_costs,
    training_run,
    who_opens_what,
)

GAME = Game(2, 10, 3, 1)


def test_each_attempt_has_its_field():
    opened = {"a": {"x": True, "y": False}, "b": {"x": False, "y": False}}
    picture = who_opens_what(opened)
    (ax,) = picture.axes
    assert [text.get_text() for text in ax.texts] == ["reads", "no", "no", "no"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert "a: x; b: none" in picture.alt


def test_both_sides_are_indifferent_at_the_point():
    picture = round_of_the_game(GAME, 0.5)
    for ax, at in zip(picture.axes, (0.4, 0.75), strict=True):
        first, second, point = ax.lines
        (x,), (y,) = point.get_data()
        assert x == pytest.approx(at)
        for line in (first, second):
            assert np.interp(x, *line.get_data()) == pytest.approx(y)
    assert "on in 75% of rounds" in picture.alt
    assert "attacks in 40%" in picture.alt
    assert "indifferent" in picture.alt


def test_where_protection_never_pays_the_point_is_at_the_end():
    picture = round_of_the_game(GAME, 0.1)
    left, right = picture.axes
    assert left.lines[2].get_xydata().tolist() == [[1, 1]]
    assert right.lines[2].get_xydata().tolist() == [[0, 3]]
    assert "costs more than it can save" in picture.alt
    assert "free" in round_of_the_game(Game(0, 10, 3, 1), 0.5).alt


def test_no_payoff_moves_the_axes_of_a_round():
    axes = [round_of_the_game(Game(c, 19, 3, 6), 1).axes for c in (0.5, 6)]
    for one, other in zip(*axes, strict=True):
        assert one.get_xlim() == other.get_xlim()
        assert one.get_ylim() == other.get_ylim()


def outcome(belief, on):
    zeros = np.zeros(belief.shape[1])
    return Outcome(zeros, zeros, zeros, on, on & False, belief)


def test_beliefs_are_drawn_user_by_user():
    belief = np.array([[0.5, 0.5], [0.2, 0.9]])
    picture = belief_paths(
        outcome(belief, np.array([[False, True]])), np.array([False, True]), 0.6
    )
    (ax,) = picture.axes
    honest, malicious, threshold = ax.lines
    assert honest.get_ydata().tolist() == [0.5, 0.2]
    assert malicious.get_ydata().tolist() == [0.5, 0.9]
    assert honest.get_linestyle() != malicious.get_linestyle()
    assert threshold.get_ydata()[0] == 0.6
    assert "1 honest user, protected against in 0% of rounds" in picture.alt
    assert "1 malicious one, 100% of rounds, belief 0.90" in picture.alt
    alone = belief_paths(
        outcome(belief, np.array([[False, True]])), np.array([False, False]), 0.6
    )
    assert "0 malicious ones" in alone.alt


def test_bars_are_energy_and_losses_with_the_interval_of_both():
    runs = {0.2: compare(GAME, 0.2, rng=np.random.default_rng(1), courts=200)}
    picture = rule_costs(runs)
    (ax,) = picture.axes
    energy, loss = (ax.containers[k] for k in (9, 10))  # threshold
    rule = runs[0.2]["threshold"]
    assert energy[0].get_height() == pytest.approx(rule.energy.mean())
    assert loss[0].get_height() == pytest.approx(rule.loss.mean())
    assert loss[0].get_y() == pytest.approx(rule.energy.mean())
    assert f"threshold at 20%: {rule.total.mean():.2f}" in picture.alt
    hatches = [bars[0].get_hatch() for bars in ax.containers[::3]]
    assert len(set(hatches)) == 4


def test_a_training_shows_accuracy_and_operations():
    picture = training_run(
        [0.5, 0.75], {"products": 12, "comparisons": 3}, seconds=1.5, megabytes=0.25
    )
    left, right = picture.axes
    assert left.lines[0].get_ydata().tolist() == [50, 75]
    assert [bar.get_width() for bar in right.patches] == [12, 3]
    assert "50.0% right before training, 75.0% after 1 step" in picture.alt
    assert "12 products, 3 comparisons; 1.50 s, 0.25 MB" in picture.alt

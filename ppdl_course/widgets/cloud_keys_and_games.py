"""Controls of chapter 8, over the figures of ``figures.cloud_keys_and_games``."""

import ipywidgets as widgets
import numpy as np

from ppdl_course.federated.protection_game import (
    Game,
    break_even_loss,
    simulate,
)
from ppdl_course.figures.cloud_keys_and_games import (
    Picture,
    belief_paths,
    round_of_the_game,
)
from ppdl_course.widgets.explorer import Explorer

ROUNDS, USERS = 60, 40


def game_explorer(game: Game) -> Explorer:
    """Return controls over cost, loss, belief and penalty of one round.

    Args:
        game: Where the controls stand first; its gain stays.
    """

    def figure(cost: float, loss: float, penalty: float, prior: float) -> Picture:
        return round_of_the_game(Game(cost, loss, game.gain, penalty), prior)

    def slider(value: float, low: float, high: float, step: float, name: str) -> object:
        return widgets.FloatSlider(
            value=value, min=low, max=high, step=step, description=name
        )

    return Explorer(
        figure,
        {
            "cost": slider(game.cost, 0, 6, 0.25, "cost of protection"),
            "loss": slider(game.loss, 1, 20, 0.5, "loss by an attack"),
            "penalty": slider(game.penalty, 0, 6, 0.25, "penalty if caught"),
            "prior": slider(0.5, 0, 1, 0.05, "belief: malicious"),
        },
        caption="Double the loss: who changes what they do, the cloud or the attacker?",
        states=[
            {"cost": c, "loss": loss, "penalty": r, "prior": p}
            for c, loss, r, p in (
                (2, 10, 1, 0.5),
                (2, 20, 1, 0.5),
                (2, 10, 6, 0.5),
                (2, 10, 1, 0.15),
            )
        ],
    )


def belief_explorer(game: Game, *, prior: float = 0.2) -> Explorer:
    """Return controls over an attacker's rate and a detector's two errors.

    Args:
        game: The payoffs, which say where the threshold lies.
        prior: Share of malicious users, and the cloud's first belief.
    """

    def figure(attack_rate: float, hit: float, false_alarm: float) -> Picture:
        rng = np.random.default_rng(8)
        malicious = rng.random(USERS) < prior  # as simulate draws them first
        outcome = simulate(
            game,
            prior,
            "threshold",
            rng=np.random.default_rng(8),
            attack_rate=attack_rate,
            rounds=ROUNDS,
            courts=USERS,
            detection=hit,
            false_alarm=false_alarm,
        )
        least = break_even_loss(game.cost, 1.0, attack_rate) / game.loss
        return belief_paths(outcome, malicious, least)

    def slider(value: float, low: float, high: float, step: float, name: str) -> object:
        return widgets.FloatSlider(
            value=value, min=low, max=high, step=step, description=name
        )

    return Explorer(
        figure,
        {
            "attack_rate": slider(0.4, 0.05, 1, 0.05, "attacks a round"),
            "hit": slider(0.9, 0.1, 1, 0.05, "attacks that are reported"),
            "false_alarm": slider(0.1, 0.05, 0.9, 0.05, "false alarms"),
        },
        caption="At which settings can the cloud not tell the two kinds apart?",
        states=[
            {"attack_rate": a, "hit": h, "false_alarm": f}
            for a, h, f in (
                (0.4, 0.9, 0.1),
                (0.4, 0.5, 0.5),
                (0.15, 0.9, 0.1),
                (0.4, 0.3, 0.2),
            )
        ],
    )

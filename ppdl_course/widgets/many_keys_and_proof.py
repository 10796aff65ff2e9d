"""Controls of chapter 13, over the figures of ``figures.many_keys_and_proof``.

Nothing is looked up: a coalition's keys are tried when it is ticked, and each round of
drop-outs has been played.
"""

import functools
import itertools

import ipywidgets as widgets
import numpy as np

from ppdl_course.attacks.coalitions import PARTIES, Situation, can_decrypt
from ppdl_course.federated.dropouts.rounds import play_round
from ppdl_course.figures.many_keys_and_proof import (
    MOST_LEAVERS,
    Round,
    dropouts,
    readings,
)
from ppdl_course.figures.transcript import Page
from ppdl_course.widgets.explorer import Explorer

CLIENTS = 6
THRESHOLDS = (4, 5, 6)


def coalition_explorer(situation: Situation) -> Explorer:
    """Return a tick for each party, and what those ticked read together.

    Args:
        situation: The keys and the ciphertexts.
    """

    def tried(tapped: bool, **ticked: bool) -> Page:
        coalition = [name for name in PARTIES if ticked[_keyword(name)]]
        found = can_decrypt(coalition, situation, tapped=tapped)
        return readings(found, coalition)

    controls = {
        _keyword(name): widgets.Checkbox(value=name == "cloud", description=name)
        for name in PARTIES
    }
    controls["tapped"] = widgets.Checkbox(
        value=False, description="all ciphertexts are public"
    )
    chosen = (
        ("cloud",),
        ("master",),
        ("cloud", "master"),
        ("proxy",),
        ("proxy", "receiver"),
        ("owner 2", "cloud", "proxy"),
    )
    return Explorer(
        tried,
        controls,
        caption="Which two must never meet? Which one is safe to trust alone?",
        states=[
            {_keyword(name): name in coalition for name in PARTIES} | {"tapped": False}
            for coalition in chosen
        ],
    )


def _keyword(name: str) -> str:
    return name.replace(" ", "_")


def dropout_explorer(*, seed: int = 13) -> Explorer:
    """Return controls over the threshold and the clients who leave.

    Args:
        seed: Draws the clients' numbers; keys and masks are fresh.
    """
    rng = np.random.default_rng(seed)
    values = {f"court {i}": rng.integers(-20, 41, 4) for i in range(1, CLIENTS + 1)}
    names = list(values)
    rounds = {}
    for threshold, before, after in itertools.product(
        THRESHOLDS, range(MOST_LEAVERS + 1), range(3)
    ):
        leave = dict.fromkeys(names[:before], "upload")
        leave |= dict.fromkeys(names[before : before + after], "unmasking")
        outcome = play_round(values, threshold=threshold, leave=leave)
        rounds[threshold, before, after] = Round(
            outcome.total,
            np.sum([values[name] for name in names[before:]], axis=0),
            outcome.messages,
            outcome.bytes / 1000,
        )
    return Explorer(
        functools.partial(dropouts, rounds),
        {
            "threshold": widgets.SelectionSlider(
                options=THRESHOLDS, value=4, description="threshold"
            ),
            "before": widgets.IntSlider(
                value=1, min=0, max=MOST_LEAVERS, description="left before the upload"
            ),
            "after": widgets.IntSlider(
                value=0, min=0, max=2, description="left after the upload"
            ),
        },
        caption="Whose numbers are in the sum, and when does the round stop?",
        states=[
            {"threshold": t, "before": b, "after": a}
            for t, b, a in ((4, 0, 0), (4, 1, 0), (4, 1, 1), (4, 2, 1), (6, 0, 1))
        ],
    )

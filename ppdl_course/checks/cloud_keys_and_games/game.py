"""Check of chapter 8 on the equilibrium of the game, mixed or at its corner."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.remote import mapped
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_none,
)


def check_equilibrium(
    equilibrium: Callable[..., Any], *, seed: int | None = None
) -> None:
    """Check both probabilities, where both mix, and where protection never pays."""
    with drawn_inputs(seed) as rng:
        f, r = (rng.uniform(0.2, 5, 60) for _ in range(2))
        L, pi = rng.uniform(2, 40, 60), rng.uniform(0.1, 1, 60)
        pi[:3] = 1
        share = rng.uniform(0.05, 0.95, 60)
        share[3:6] = 0.999
        mixed = np.column_stack([share * pi * L, L, f, r, pi])
        over = rng.uniform(1.02, 4, 60)
        never = np.column_stack([over * pi * L, L, f, r, pi])
        never[:4, 4] = 0
        never[4:8, 4] = 1
        never[4:8, 0] = never[4:8, 1] * 1.3
    for rows, what in (
        (mixed, "where pi L is above c"),
        (never, "where pi L is below c"),
    ):
        got = _pairs(mapped(equilibrium, [tuple(map(float, row)) for row in rows]))
        _compare(got, rows, what)


def _pairs(results: list[Any]) -> np.ndarray:
    rows = []
    for got in results:
        row = require_array(got, shape=(2,), what="equilibrium(c, L, f, r, pi)")
        require(
            bool(np.all((row >= -1e-12) & (row <= 1 + 1e-9))),
            f"equilibrium(...) returns {row.round(4).tolist()}: both are "
            "probabilities, from 0 to 1.",
        )
        rows.append(row)
    return np.array(rows)


def _compare(got: np.ndarray, rows: np.ndarray, what: str) -> None:
    c, L, f, r, pi = rows.T
    on, attack = f / (f + r), np.minimum(1, c / np.maximum(pi * L, 1e-300))
    corner = what.endswith("below c")
    right = np.column_stack([on * 0, on * 0 + 1] if corner else [on, attack])
    if np.allclose(got, right, rtol=1e-6, atol=1e-9):
        return
    if np.allclose(got[:, ::-1], right, rtol=1e-6, atol=1e-9):
        require(False, f"{what}, the two are exchanged: first P(on), then P(attack).")
    first = {
        "P(on) is r / (f + r): it is the attacker whom P(on) leaves without a "
        "preference, so look at what f and r are to it.": r / (f + r),
        "P(on) is 1 - c / (pi L), made of the cloud's own payoffs: those decide what "
        "the attacker must do.": 1 - attack,
        "P(on) is c / (pi L), made of the cloud's own payoffs: those decide what the "
        "attacker must do.": attack,
        "P(on) is 1: protection is then on in every round, and an attacker would "
        "never attack.": on * 0 + 1,
        "P(on) is pi f / (f + r): a malicious user knows that it is malicious.": (
            pi * on
        ),
        "P(on) is 0: then an attack always pays.": on * 0,
        "P(on) is one half.": on * 0 + 0.5,
        "P(on) is f / (f + r) rounded.": on.round(2),
    }
    second = {
        "P(attack) is c / L: the cloud does not know whether the user is malicious, "
        "where is pi?": c / L,
        "P(attack) is pi c / L: with a smaller pi, does a malicious user dare more, or "
        "less?": np.minimum(1, pi * c / L),
        "P(attack) is 1 - c / (pi L): at which rate is protection worth just what it "
        "costs?": 1 - attack,
        "P(attack) is f / (f + r), made of the attacker's own payoffs: those decide "
        "what the cloud does.": on,
        "P(attack) is r / (f + r), made of the attacker's own payoffs.": r / (f + r),
        "P(attack) is c / (c + L): a round with protection on costs c, attacked or "
        "not.": c / (c + L),
        "P(attack) is c / (c + pi L): a round with protection on costs c, attacked or "
        "not.": c / (c + pi * L),
        "P(attack) is 1: then protection would be on in every round.": on * 0 + 1,
        "P(attack) is 0: then protection would never be on.": on * 0,
        "P(attack) is one half.": on * 0 + 0.5,
        "P(attack) is c / (pi L) rounded.": attack.round(2),
        "P(attack) is c / (pi L) over all users: only malicious ones attack, and c / L "
        "is not yet divided by their share.": pi * attack,
    }
    if corner:
        first = {
            "P(on) is f / (f + r). Here protection costs more than it can save, even "
            "against a user who always attacks: should it ever be on?": on,
            "P(on) is 1: protection costs more than it can save.": on * 0 + 1,
            "P(on) is 0 only where L is below c, or pi is 0. What protection can save "
            "is pi L: the user may be honest.": np.where((c > L) | (pi == 0), 0, on),
            "P(on) is 0 only where L is below c. What protection can save is pi L: the "
            "user may be honest.": np.where(c > L, 0, on),
            "P(on) is pi L / c: no share of rounds is worth it.": pi * L / c,
            "P(on) is c / (pi L), cut at 1: protection costs more than it saves.": (
                attack
            ),
            "P(on) is one half.": on * 0 + 0.5,
        }
        second = {
            "P(attack) is 0. Protection is never on here: what does a malicious user "
            "do then?": on * 0,
            "P(attack) is f / (f + r): protection is never on, so an attack always "
            "pays.": on,
            "P(attack) is pi L / c: protection is never on, so an attack always "
            "pays.": pi * L / c,
            "P(attack) is c / L: protection is never on, so an attack always pays.": (
                np.minimum(1, c / L)
            ),
            "P(attack) is one half: protection is never on, so an attack always "
            "pays.": on * 0 + 0.5,
            "P(attack) is 1 only where pi is above 0: who is malicious attacks, "
            "however rare that is.": np.where(pi > 0, 1.0, 0.0),
        }
    fitting = [
        message
        for column, mistakes in ((0, first), (1, second))
        if not np.allclose(got[:, column], right[:, column], rtol=1e-6, atol=1e-9)
        for message, wrong in mistakes.items()
        if np.allclose(got[:, column], wrong, rtol=1e-6, atol=1e-9)
    ]
    require_none(fitting, f"{what}, ")
    names = ("P(on)", "P(attack)")
    for column, name in enumerate(names):
        require_close(
            got[:, column], right[:, column], what=f"{what}, {name}", rtol=1e-6
        )

"""Visible checks of chapter 17: a court's budget, and the draw of participants."""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.remote import mapped
from ppdl_course.checks.verdict import (
    on_other_data,
    require,
    require_array,
    require_close,
    require_kept,
    require_none,
)
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    epsilon_by_rdp,
)
from ppdl_course.dp.definition import Neighbours


@on_other_data
@drawn_anew
def check_may_visit(
    may_visit: Callable[..., object], *, delta: float = 1e-5, seed: int = 17
) -> None:
    """Check the decision at budgets just below, at and above what visits cost."""
    rng = np.random.default_rng(seed)
    rows, want, wrong = [], [], []
    for visits in (0, 1, 2, int(rng.integers(3, 6)), int(rng.integers(6, 12))):
        visit = SubsampledGaussian(
            noise_multiplier=float(rng.uniform(0.8, 2)),
            sample_rate=float(rng.uniform(0.02, 0.2)),
            steps=int(rng.integers(5, 40)),
            neighbours=Neighbours.ADD_REMOVE,
        )
        costs = {k: _cost(visit, k, delta) for k in (1, visits, visits + 1, visits + 2)}
        next_one = costs[visits + 1]
        budgets = [
            # equal to the last bit only where there is one way to add up
            next_one if visits == 0 else next_one * (1 + 1e-9),
            next_one * (1 - 1e-9),
            next_one * 1.001,
            next_one * 0.999,
            (costs[visits] + next_one) / 2,
            (next_one + costs[visits + 2]) / 2,
            (visits + 1) * costs[1] * 0.99,
            costs[visits] if visits else next_one / 2,
        ]
        for budget in budgets:
            rows.append((visits, visit, budget))
            want.append(next_one <= budget)
            wrong.append(
                {
                    "a visit that would just reach the budget is allowed: at most.": (
                        next_one < budget
                    ),
                    "the visit to come was forgotten: the budget must hold with it.": (
                        costs[visits] <= budget
                    ),
                    "the visit to come was forgotten: the budget must hold with it. ": (
                        costs[visits] < budget
                    ),
                    "one visit too many was counted.": costs[visits + 2] <= budget,
                    "epsilons of single visits were added up: the accountant of all "
                    "visits together gives less.": (visits + 1) * costs[1] <= budget,
                    "the earlier visits were forgotten.": costs[1] <= budget,
                    "it is the wrong way round.": next_one > budget,
                    "it says True whatever was spent.": True,
                    "it says False whatever was spent.": False,
                }
            )
    got = mapped(may_visit, rows, delta=delta)
    for answer in got:
        require(
            isinstance(answer, bool | np.bool_),
            f"may_visit must return True or False, got {answer!r}.",
        )
    off = [i for i, (a, b) in enumerate(zip(got, want, strict=True)) if bool(a) != b]
    if not off:
        return
    visits, _, budget = rows[off[0]]
    about = f"after {visits} visits with a budget of {budget:.6g}: "
    require_none(
        (
            message.strip()
            for message in wrong[0]
            if all(w[message] == bool(a) for w, a in zip(wrong, got, strict=True))
        ),
        about,
    )
    said = "allowed" if got[off[0]] else "refused"
    require(
        False,
        f"{about}you {said} the next visit. {visits + 1} visits together cost "
        f"{_cost(rows[off[0]][1], visits + 1, delta):.6g} by Renyi divergences.",
    )


def _cost(visit: SubsampledGaussian, visits: int, delta: float) -> float:
    return epsilon_by_rdp([visit] * visits, delta=delta) if visits else 0.0


@on_other_data
@drawn_anew
def check_draw_chances(
    draw_chances: Callable[..., object], *, participants: int = 5, seed: int = 17
) -> None:
    """Check the chances of the next draw: none drawn, some, all but one, large ones."""
    rng = np.random.default_rng(seed)
    n = participants
    for kind in range(6):
        scores = rng.integers(0, 60, n)
        drawn = rng.permutation(n)[: (0, 1, n - 1, 2, 0, 1)[kind] % n]
        epsilon, draws = (
            float(rng.uniform(0.5, 3)),
            int(rng.integers(len(drawn) + 1, n + 1)),
        )
        if kind == 3:
            scores[:] = 40  # ties
        if kind == 4:
            scores = scores * 1000  # exp overflows unless the largest is taken off
            epsilon = 30.0
        if kind == 5:
            epsilon = 0.0
        chosen = [int(i) for i in drawn]
        mine = scores.copy()
        what = f"draw_chances(...) with {len(chosen)} of {n} drawn"
        with np.errstate(all="ignore"):
            raw = draw_chances(mine, list(chosen), epsilon=epsilon, draws=draws)
        require_kept(scores, mine, "scores")
        if kind == 4:
            require(
                bool(np.all(np.isfinite(np.asarray(raw, dtype=float)))),
                "exp of a large score is infinite: take the largest off before.",
            )
        got = require_array(raw, shape=(n,), what=what)
        right = _chances(scores, chosen, epsilon / draws / 2)
        require_close(
            got,
            right,
            what=what,
            mistakes=_wrong_chances(scores, chosen, epsilon, draws),
        )


def _chances(scores: np.ndarray, chosen: list[int], factor: float) -> np.ndarray:
    z = factor * scores.astype(float)
    left = np.ones(len(z), bool)
    left[chosen] = False
    z = np.where(left, z, -np.inf)
    weights = np.exp(z - z.max())
    return weights / weights.sum()


def _wrong_chances(
    scores: np.ndarray, chosen: list[int], epsilon: float, draws: int
) -> list[tuple[str, np.ndarray]]:
    factor = epsilon / draws / 2
    left = np.ones(len(scores), bool)
    left[chosen] = False
    everybody = _chances(scores, [], factor)
    best = np.where(left, scores, -1)
    linear = np.where(left, scores, 0) / max(np.where(left, scores, 0).sum(), 1)
    return [
        (
            "each draw has the whole budget: it is shared out among the draws.",
            _chances(scores, chosen, epsilon / 2),
        ),
        (
            "the 2 below the fraction is missing.",
            _chances(scores, chosen, epsilon / draws),
        ),
        (
            "the budget was shared among those who are left, not among the draws.",
            _chances(scores, chosen, epsilon / 2 / max(left.sum(), 1)),
        ),
        (
            "the budget was shared among the draws to come, not among all.",
            _chances(scores, chosen, epsilon / 2 / max(draws - len(chosen), 1)),
        ),
        ("who was drawn before can be drawn again.", everybody),
        (
            "after leaving out who was drawn, the chances must add up to 1 again.",
            np.where(left, everybody, 0),
        ),
        ("the worst is the likeliest: the sign is wrong.",
         _chances(-scores, chosen, factor)),
        ("chances in proportion to the scores keep no epsilon.", linear),
        (
            "the best is always drawn: that is no draw, and keeps no epsilon.",
            (best == best.max()) / (best == best.max()).sum(),
        ),
        ("they are all alike: the scores have no part in it.", left / left.sum()),
        (
            "scores were divided by their largest: their sensitivity is then no "
            "longer 1.",
            _chances(scores / max(scores.max(), 1), chosen, factor),
        ),
        (
            "scores were divided by their sum: their sensitivity is then no longer 1.",
            _chances(scores / max(scores.sum(), 1), chosen, factor),
        ),
        ("the budget was multiplied by the draws.",
         _chances(scores, chosen, epsilon * draws / 2)),
    ]  # fmt: skip

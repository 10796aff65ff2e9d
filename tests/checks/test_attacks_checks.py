"""Every check of chapter 3 accepts right answers and names each known mistake."""

from pathlib import Path

import numpy as np
import pytest

from ppdl_course.checks import attacks, attacks_models
from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.bank import read_answers

BANK = Path(__file__).parents[1] / "chapters/bank/03_privacy_leakage"
CHECKS = {
    "exposure": attacks.check_exposure,
    "most_likely_number": attacks.check_most_likely_number,
    "label_from_gradient": attacks.check_label_from_gradient,
    "tpr_at_fpr": attacks_models.check_tpr_at_fpr,
    "infer_value": attacks_models.check_infer_value,
    "safe_counts": attacks_models.check_safe_counts,
    "others_gradient": attacks_models.check_others_gradient,
}
ANSWERS = [
    pytest.param(name, answer, id=f"{name}: {answer.name}")
    for name in CHECKS
    for answer in read_answers(BANK / f"{name}.py")
]


def function(name, code):
    space = {"np": np, "STEP": 3}
    exec(code, space)
    return space[name]


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_the_check_tells_right_from_wrong(name, answer):
    if answer.right:
        CHECKS[name](function(name, answer.code))
    else:
        with pytest.raises(Mistake) as caught:
            CHECKS[name](function(name, answer.code))
        assert answer.says in str(caught.value)


def right(name):
    return next(
        function(name, a.code) for a in read_answers(BANK / f"{name}.py") if a.right
    )


def test_a_beam_of_ten_fails_where_two_steps_are_unlikely():
    def beam(next_digit, digits):
        level = [(0.0, "")]
        for _ in range(digits):
            longer = [
                (total + log_p, prefix + str(digit))
                for total, prefix in level
                for digit, log_p in enumerate(next_digit(prefix))
            ]
            level = sorted(longer)[-10:]
        return level[-1][1]

    hard = {"path": "80316", "first": 0.05, "second": 0.2}
    attacks.check_most_likely_number(right("most_likely_number"), **hard)
    with pytest.raises(Mistake, match="dropped on the way"):
        attacks.check_most_likely_number(beam, **hard)


@pytest.mark.parametrize(("first", "second"), [(0.05, 0.97), (0.05, 0.2)])
def test_the_hidden_path_is_the_best_of_all_numbers(first, second):
    tree = attacks.hidden_path_tree("9247", first=first, second=second)
    table = attacks.all_numbers(tree, 4)
    assert max(table)[1] == "9247"
    assert np.isclose(sum(np.exp(total) for total, _ in table), 1)


@pytest.mark.parametrize("candidates", [2, 1000])
def test_exposure_is_checked_for_any_number_of_candidates(candidates):
    attacks.check_exposure(right("exposure"), candidates=candidates, rank=2)


@pytest.mark.parametrize("seed", range(5))
def test_the_rate_is_checked_on_any_scores(seed):
    attacks_models.check_tpr_at_fpr(right("tpr_at_fpr"), seed=seed)


@pytest.mark.parametrize("k", [1, 2, 13])
def test_the_heat_map_is_checked_at_any_threshold(k):
    attacks_models.check_safe_counts(right("safe_counts"), k=k)


def test_ways_to_round_a_heat_map_wrongly_are_named():
    def people(runner, cell, cells):
        return np.array([len(set(runner[cell == c])) for c in range(cells)])

    def nearest(runner, cell, cells, k):
        n = people(runner, cell, cells)
        return np.where(n >= k, 3 * np.rint(n / 3), 0)

    def first(runner, cell, cells, k):
        n = people(runner, cell, cells) // 3 * 3
        return np.where(n >= k, n, 0)

    def never(runner, cell, cells, k):
        n = people(runner, cell, cells)
        return np.where(n >= k, n, 0)

    for wrong, message in (
        (nearest, "round down, not to the nearest"),
        (first, "compare the true number"),
        (never, "not rounded"),
    ):
        with pytest.raises(Mistake, match=message):
            attacks_models.check_safe_counts(wrong)


@pytest.mark.parametrize(("clients", "colluding"), [(2, 1), (9, 8), (4, 1)])
def test_collusion_is_checked_for_any_number_of_clients(clients, colluding):
    attacks_models.check_others_gradient(
        right("others_gradient"), clients=clients, colluding=colluding
    )


def test_an_answer_that_is_no_number_is_told_so():
    with pytest.raises(Mistake, match="is None"):
        attacks.check_exposure(lambda losses, secret: None)
    with pytest.raises(Mistake, match="is None"):
        attacks.check_most_likely_number(lambda next_digit, digits: None)
    with pytest.raises(Mistake, match="a str of 4 digits"):
        attacks.check_most_likely_number(lambda next_digit, digits: "1")

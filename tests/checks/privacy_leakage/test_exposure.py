"""Chapter 3's checks with other numbers than the chapter's, and what they can find."""

import numpy as np
import pytest

from ppdl_course.checks import privacy_leakage as checks
from ppdl_course.checks.privacy_leakage import extraction, membership
from ppdl_course.checks.verdict import Mistake

from ..whole_cells import bank_of, first_right, function

CHAPTER = "03_privacy_leakage"


def right(exercise):
    return first_right(CHAPTER, exercise)


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

    hard = {"path": "80316", "chances": (0.05, 0.2, 0.97, 0.97, 0.97)}
    checks.check_most_likely_number(right("most_likely_number"), **hard)
    with pytest.raises(Mistake, match="dropped on the way"):
        checks.check_most_likely_number(beam, **hard)


def test_greedy_behind_every_first_digit_fails_where_two_digits_are_unlikely():
    def first_then_greedy(next_digit, digits):
        found = []
        for digit, total in enumerate(next_digit("")):
            number = str(digit)
            while len(number) < digits:
                log_p = next_digit(number)
                number, total = f"{number}{log_p.argmax()}", total + log_p.max()
            found.append((total, number))
        return max(found)[1]

    one = {"path": "80316", "chances": (0.05, 0.2, 0.97, 0.97, 0.97)}
    checks.check_most_likely_number(first_then_greedy, **one)
    two = {"path": "31072", "chances": (0.05, 0.04, 0.97, 0.97, 0.97)}
    checks.check_most_likely_number(right("most_likely_number"), **two)
    with pytest.raises(Mistake, match="more likely number"):
        checks.check_most_likely_number(first_then_greedy, **two)
    with pytest.raises(Mistake, match=r"more likely number|greedy"):
        checks.check_on_random_trees(first_then_greedy)


def test_every_right_search_passes_on_random_trees():
    for answer in bank_of(CHAPTER)["most_likely_number"]:
        if answer.right:
            search = function(CHAPTER, "most_likely_number", answer)
            checks.check_on_random_trees(search, trees=20)


@pytest.mark.parametrize("rate", [4 / 64, 1 / 64])
def test_some_others_stand_exactly_at_the_rates_of_the_check(rate):
    for seed in range(5):
        members, others = membership.tied_scores(seed)
        shares = {float((others >= t).mean()) for t in others}
        assert rate in shares
        assert 1 - (1 - rate) == rate  # in any arithmetic
        assert len(set(members)) < len(members)


@pytest.mark.parametrize("second", [0.97, 0.2, 0.04])
def test_the_hidden_path_is_the_best_of_all_numbers(second):
    tree = extraction.hidden_path_tree("9247", (0.05, second, 0.97, 0.97))
    table = extraction.all_numbers(tree, 4)
    assert max(table)[1] == "9247"
    assert np.isclose(sum(np.exp(total) for total, _ in table), 1)


@pytest.mark.parametrize("candidates", [2, 1000])
def test_exposure_is_checked_for_any_number_of_candidates(candidates):
    checks.check_exposure(right("exposure"), candidates=candidates, rank=2)


@pytest.mark.parametrize("seed", range(5))
def test_the_rate_is_checked_on_any_scores(seed):
    checks.check_tpr_at_fpr(right("tpr_at_fpr"), seed=seed)


@pytest.mark.parametrize("k", [1, 2, 13])
def test_the_heat_map_is_checked_at_any_threshold(k):
    checks.check_safe_counts(right("safe_counts"), k=k)


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
            checks.check_safe_counts(wrong)


@pytest.mark.parametrize(("clients", "colluding"), [(2, 1), (9, 8), (4, 1)])
def test_collusion_is_checked_for_any_number_of_clients(clients, colluding):
    checks.check_others_gradient(
        right("others_gradient"), clients=clients, colluding=colluding
    )


def test_an_answer_that_is_no_number_is_told_so():
    with pytest.raises(Mistake, match="is None"):
        checks.check_exposure(lambda losses, secret: None)
    with pytest.raises(Mistake, match="is None"):
        checks.check_most_likely_number(lambda next_digit, digits: None)
    with pytest.raises(Mistake, match="a str of 4 digits"):
        checks.check_most_likely_number(lambda next_digit, digits: "1")

"""A check with ``seed=None`` draws anew each time, and its message names the seed."""

import re
from collections import Counter

import pytest

from ppdl_course.checks import fresh_inputs
from ppdl_course.checks.fresh_inputs import drawn_anew, drawn_inputs
from ppdl_course.checks.verdict import Mistake


@drawn_anew
def check_seen(answer, *, seed=7):
    if answer(seed) != "right":
        raise Mistake("that is wrong.")


def told(answer):
    with pytest.raises(Mistake) as mistake:
        check_seen(answer, seed=None)
    return str(mistake.value)


def test_each_call_draws_another_seed_and_a_given_seed_is_kept():
    seen = []
    for _ in range(4):
        check_seen(lambda seed: seen.append(seed) or "right", seed=None)
    check_seen(lambda seed: seen.append(seed) or "right")
    check_seen(lambda seed: seen.append(seed) or "right", seed=3)
    assert len(set(seen[:4])) == 4
    assert seen[4:] == [7, 3]


def test_the_seed_that_the_message_names_repeats_the_mistake():
    message = told(lambda seed: "wrong")
    seed = int(re.search(r"seed=(\d+)", message)[1])
    with pytest.raises(Mistake, match=r"^that is wrong\.$"):
        check_seen(lambda s: "right" if s != seed else "wrong", seed=seed)


def test_an_exception_of_the_answer_carries_the_seed_as_a_note():
    with pytest.raises(ZeroDivisionError) as error:
        check_seen(lambda seed: 1 / 0, seed=None)
    assert "seed=" in error.value.__notes__[0]


def numbers(seed=None):
    with drawn_inputs(seed) as rng:
        return rng.integers(2**60, size=4).tolist()


def test_two_gradings_draw_other_inputs():
    assert numbers() != numbers()


def test_a_variable_fixes_the_seeds_and_their_order(monkeypatch):
    drawn = []
    for fixed in ("autumn", "autumn", "spring"):
        monkeypatch.setenv(fresh_inputs.VARIABLE, fixed)
        monkeypatch.setattr(fresh_inputs, "_drawn", Counter())  # as a new process has
        drawn.append((numbers(), numbers()))
    assert drawn[0] == drawn[1]
    assert len({str(n) for pair in drawn for n in pair}) == 4


@pytest.mark.parametrize("fixed", [None, ""])
def test_without_it_no_two_processes_draw_the_same(monkeypatch, fixed):
    monkeypatch.delenv(fresh_inputs.VARIABLE, raising=False)
    if fixed is not None:
        monkeypatch.setenv(fresh_inputs.VARIABLE, fixed)
    monkeypatch.setattr(fresh_inputs, "_drawn", Counter())
    first = numbers()
    monkeypatch.setattr(fresh_inputs, "_drawn", Counter())
    assert numbers() != first


def wrong(seen):
    with drawn_inputs() as rng:
        seen += rng.integers(2**60, size=4).tolist()
        raise Mistake("wrong.")


def test_the_seed_of_a_mistake_brings_its_inputs_again():
    seen = []
    with pytest.raises(Mistake) as mistake:
        wrong(seen)
    seed = int(re.search(r"seed=(\d+)", str(mistake.value))[1])
    assert numbers(seed) == seen

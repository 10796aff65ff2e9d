"""Tests for ppdl_course.checks.millionaires_problem.yao: right answers pass, leaks are
named.

Here are the promises that a check makes about its own error rates, and mistakes beyond
the bank of answers.
"""

import secrets

import numpy as np
import pytest

from ppdl_course.checks.millionaires_problem import yao as checks
from ppdl_course.checks.verdict import Mistake
from ppdl_course.parties.views import FALSE_ALARM, samples_needed


def question(j, public):
    x = secrets.randbelow(public.n)
    return x, (public.encrypt(x) - j + 1) % public.n


def the_list(i, y, p):
    return [(v + (u > i)) % p for u, v in enumerate(y, 1)]


def test_the_draws_of_a_check_give_the_power_it_promises():
    """A fifth of 32 cells never taken: w = 0.5."""
    for alarm in (FALSE_ALARM / 4, FALSE_ALARM / 6):
        assert samples_needed(0.5, checks.CELLS, false_alarm=alarm) <= checks.DRAWS
    missing = checks.CELLS / 5
    effect = (missing + (checks.CELLS - missing) * 0.25**2) / checks.CELLS
    assert effect**0.5 == pytest.approx(0.5)


def test_a_right_question_passes_every_time():
    for _ in range(10):
        checks.check_bob_question(question)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda j, k: question(1, k), "shift that carries j is missing"),
        (lambda j, k: question(j + 1, k), "one too far"),
        (lambda j, k: (7, 8), "is tiny"),
        (lambda j, k: question(j, k)[1], "return the pair"),
        (lambda j, k: question(j, k)[::-1], "m is not E"),
        (lambda j, k: (float(question(j, k)[0]), 1), "whole number"),
    ],
)
def test_wrong_questions_are_told_what_is_wrong(answer, says):
    with pytest.raises(Mistake, match=says):
        checks.check_bob_question(answer)


def test_an_unreduced_or_unencrypted_question_is_named():
    def negative(j, public):
        x = secrets.randbelow(public.n)
        return x, public.encrypt(x) - j + 1 - public.n

    def plain(j, public):
        x = secrets.randbelow(public.n)
        return x, (x - j + 1) % public.n

    with pytest.raises(Mistake, match=r"left the range 0\.\.n-1"):
        checks.check_bob_question(negative)
    with pytest.raises(Mistake, match="encrypt it first"):
        checks.check_bob_question(plain)


@pytest.mark.parametrize("fifth", [0, 4])
def test_an_x_that_misses_a_fifth_of_its_range_is_caught(fifth):
    def short(j, public):
        while True:
            x, m = question(j, public)
            if x * 5 // public.n != fifth:
                return x, m

    for _ in range(5):
        with pytest.raises(Mistake, match="not uniform"):
            checks.check_bob_question(short)


@pytest.mark.parametrize(
    "answer",
    [
        the_list,
        lambda i, y, p: np.array(the_list(i, y, p)),
        lambda i, y, p: tuple(the_list(i, y, p)),
        lambda i, y, p: (v for v in the_list(i, y, p)),
    ],
)
def test_right_lists_of_any_kind_pass(answer):
    checks.check_alice_list(answer)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda i, y, p: [v % p for v in y], "no entry was raised"),
        (lambda i, y, p: the_list(i, y, p)[:-1], "6 entries expected, got 5"),
        (lambda i, y, p: None, "return a list, got NoneType"),
        (lambda i, y, p: [v + 0.0 for v in the_list(i, y, p)], "whole number"),
        (lambda i, y, p: the_list(i, y, p)[::-1], "the list is turned round"),
    ],
)
def test_wrong_lists_are_told_what_is_wrong(answer, says):
    with pytest.raises(Mistake, match=says):
        checks.check_alice_list(answer)

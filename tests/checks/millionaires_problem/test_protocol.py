"""Tests for ppdl_course.checks.millionaires_problem.protocol: right answers pass, leaks
are named.

Here are the promises that a check makes about its own error rates, and mistakes beyond
the bank of answers.
"""

import random
import secrets
import time

import numpy as np
import pytest

from ppdl_course.checks.millionaires_problem import protocol as checks
from ppdl_course.checks.verdict import Mistake
from ppdl_course.parties.views import FALSE_ALARM, samples_needed


def question(j, public):
    x = secrets.randbelow(public.n)
    return x, (public.encrypt(x) - j + 1) % public.n


def the_list(i, y, p):
    return [(v + (u > i)) % p for u, v in enumerate(y, 1)]


def blinded(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * group.base_power(b) % group.p


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
    "draw",
    [
        lambda n: random.randrange(n),
        lambda n: random.Random().getrandbits(300) % n,
        lambda n: int(random.random() * n),
        lambda n: int(np.random.default_rng().integers(2**62)) * 2**200 % n,
        lambda n: int(np.random.randint(2**31)) * 2**225 % n,  # noqa: NPY002
        lambda n: int(np.random.random() * 2**53) * 2**202 % n,  # noqa: NPY002
        lambda n: random.getrandbits(400) % n,
    ],
)
def test_draws_from_generators_for_statistics_are_named(draw):
    with pytest.raises(Mistake, match="made for statistics"):
        checks.check_draw_exponent(draw)


def test_generators_work_again_after_a_check():
    with pytest.raises(Mistake):
        checks.check_draw_exponent(random.randrange)
    assert random.Random(1).random() == random.Random(1).random()
    assert np.random.default_rng(1).integers(10) == np.random.default_rng(1).integers(
        10
    )
    assert "getrandbits" not in vars(random.Random)


@pytest.mark.parametrize(
    "draw",
    [
        secrets.randbelow,
        lambda q: np.int64(secrets.randbelow(q)) if q < 2**60 else secrets.randbelow(q),
        lambda q: int.from_bytes(secrets.token_bytes(64), "big") % q,
        lambda q: random.SystemRandom().randint(0, q - 1),
    ],
)
def test_right_draws_pass(draw):
    for _ in range(5):
        checks.check_draw_exponent(draw)


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda q: 5, "not random"),
        (lambda q: secrets.randbelow(q) + 1, "must be in|not uniform"),
        (lambda q: secrets.randbits(16) % q, "not uniform"),
        (lambda q: min(secrets.randbelow(q), secrets.randbelow(q)), "not uniform"),
        (lambda q: 0.5, "whole number"),
    ],
)
def test_wrong_draws_are_told_what_is_wrong(draw, says):
    with pytest.raises(Mistake, match=says):
        checks.check_draw_exponent(draw)


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
        (lambda i, y, p: the_list(i, y, p)[::-1], "the list should be"),
    ],
)
def test_wrong_lists_are_told_what_is_wrong(answer, says):
    with pytest.raises(Mistake, match=says):
        checks.check_alice_list(answer)


def test_a_right_blinding_passes():
    checks.check_blind(blinded)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda c, A, g, r: (r(g.q), r(g.q)), "call randbelow once"),
        (lambda c, A, g, r: blinded(c, A, g, lambda n: 1 + r(g.q) % 10), "not take"),
        (lambda c, A, g, r: blinded(1, A, g, r), "not A"),
        (lambda c, A, g, r: blinded(c, A, g, r)[1], "return the pair"),
        (lambda c, A, g, r: (3, blinded(c, A, g, r)[1]), "not A"),
        (lambda c, A, g, r: blinded(c, A, g, lambda n: 3), "call randbelow once"),
    ],
)
def test_wrong_blindings_are_told_what_is_wrong(answer, says):
    with pytest.raises(Mistake, match=says):
        checks.check_blind(answer)


def test_the_attack_must_find_none_as_a_mistake_and_bools_are_choices():
    def attack(A, B, group, seeds):
        for seed in seeds:
            generator = random.Random(seed)
            draws = [generator.randrange(group.q) for _ in range(3)]
            power = group.base_power(draws[2])
            if B in (power, group.product(A, power)):
                return power != B
        return None

    checks.check_recover_choice(attack)
    with pytest.raises(Mistake, match="no choice found for seed"):
        checks.check_recover_choice(lambda *_: None)


def test_right_and_gates_of_any_kind_pass():
    for constant in (0, 1):
        for kind in (int, np.uint8):
            checks.check_and_share(
                lambda party, d, e, a, b, c, k=constant, kind=kind: kind(
                    c ^ d & b ^ e & a ^ (d & e if party == k else 0)
                )
            )


def test_a_check_leaves_generators_and_clock_as_they_were():
    before = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    checks.check_draw_exponent(secrets.randbelow)
    assert random.getstate() == before[0]
    assert np.array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002
    assert time.perf_counter() != time.perf_counter()
    np.random.default_rng(1).random()

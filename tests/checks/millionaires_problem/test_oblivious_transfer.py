"""Chapter 4's checks of an oblivious transfer: mistakes beyond the bank of answers."""

import random
import secrets
import time

import numpy as np
import pytest

from ppdl_course.checks.millionaires_problem import oblivious_transfer as checks
from ppdl_course.checks.verdict import Mistake


def blinded(c, A, group, randbelow=secrets.randbelow):
    group.require_member(A, "A")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * group.base_power(b) % group.p


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
        (lambda q: secrets.randbits(16) % q, "for 16 random bits"),
        (lambda q: min(secrets.randbelow(q), secrets.randbelow(q)), "not uniform"),
        (lambda q: 0.5, "whole number"),
    ],
)
def test_wrong_draws_are_told_what_is_wrong(draw, says):
    with pytest.raises(Mistake, match=says):
        checks.check_draw_exponent(draw)


def test_a_check_leaves_generators_and_clock_as_they_were():
    before = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    checks.check_draw_exponent(secrets.randbelow)
    assert random.getstate() == before[0]
    assert np.array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002
    assert time.perf_counter() != time.perf_counter()
    np.random.default_rng(1).random()

"""Chapter 8's checks: odd results are told kindly, and right ones of any kind pass."""

import math
import secrets

import numpy as np
import pytest

from ppdl_course.checks import cloud_keys_and_games as checks
from ppdl_course.checks.cloud_keys_and_games.spread import require_uniform
from ppdl_course.checks.cloud_keys_and_games.toy_keys import (
    SAFE_PRIMES,
    SMALL_SAFE_PRIMES,
    Master,
    ciphertext_of,
    integer,
)
from ppdl_course.checks.verdict import Mistake
from ppdl_course.publickey.arithmetic.safe_primes import is_safe_prime
from ppdl_course.publickey.paired import UserSecret
from ppdl_course.publickey.two_trapdoors import StrongSecret
from tests.checks.other_kinds import of_another_kind


def switched(answer):
    checks.check_switch_on(answer, cost=3)


@pytest.mark.parametrize(
    ("check", "value", "says"),
    [
        (checks.check_two_trapdoors, None, "must return"),
        (checks.check_two_trapdoors, (1.5, 2, 3), "theta is a float"),
        (checks.check_two_trapdoors, (True, 2, 3), "theta must be an int, got bool"),
        (checks.check_two_trapdoors, (1, 2), "got 2 parts"),
        (checks.check_split_strong_key, (1, None), "lam2 is None"),
        (checks.check_split_strong_key, "12", "got str"),
        (checks.check_blind, ((1, 2, 3), 4), "must be a ciphertext"),
        (checks.check_blind, ((0, 2), 4), "T1 of the blinded ciphertext is outside"),
        (checks.check_blind, ((1, 2), -4), "r is outside"),
        (checks.check_unblind_product, None, "must be a ciphertext"),
        (checks.check_to_joint_key, (1, "a"), "T2 of the result must be an int"),
        (checks.check_equilibrium, None, "is None"),
        (checks.check_equilibrium, (2, 0), "both are probabilities"),
        (checks.check_equilibrium, ("a", "b"), "must be an array of numbers"),
        (checks.check_update_belief, None, "is None"),
        (checks.check_update_belief, (1, 2), "must have shape"),
        (switched, None, "is None"),
        (switched, True, "must have shape"),
        (switched, [0.5] * 12, "must be True or False"),
    ],
)
def test_odd_things_are_told_kindly(check, value, says):
    with pytest.raises(Mistake, match=says):
        check(lambda *arguments: value)


@of_another_kind
@pytest.mark.parametrize(
    "check",
    [
        checks.check_two_trapdoors,
        checks.check_split_strong_key,
        checks.check_blind,
        checks.check_unblind_product,
        checks.check_to_joint_key,
        checks.check_equilibrium,
        checks.check_update_belief,
        switched,
    ],
)
def test_answers_of_another_kind_fail(check, answer):
    with pytest.raises(Mistake):
        check(lambda *arguments: answer)


def test_powers_without_a_modulus_are_named_before_they_run_for_ever():
    def bare(p, q, g):
        return 5, g**5 * (p * q) ** 4, math.lcm(p - 1, q - 1)

    with pytest.raises(Mistake, match="pow takes the modulus as its third argument"):
        checks.check_two_trapdoors(bare)
    with pytest.raises(Mistake, match="than any memory"):
        checks.check_to_joint_key(lambda *arguments: (77**4, 1))


def test_the_fixed_primes_are_safe_and_different():
    for primes, bits in ((SAFE_PRIMES, 128), (SMALL_SAFE_PRIMES, 48)):
        assert len(set(primes)) == len(primes)
        for p in primes:
            assert p.bit_length() == bits
            assert is_safe_prime(p)


def test_the_checks_key_agrees_with_the_package():
    rng = np.random.default_rng(8)
    mine = Master.drawn(rng)
    theirs = StrongSecret.from_primes(mine.p, mine.q)
    user = UserSecret.generate(theirs.parameters)
    c = user.public.encrypt(1234)
    key = Master(mine.p, mine.q, theirs.parameters.g)
    assert key.by_weak_key((c.b, c.a), user.x) == 1234
    assert key.by_strong_key(c.b) == 1234
    again = key.encrypt(77, user.public.h, rng)
    assert user.raw_decrypt(again[::-1]) == theirs.raw_decrypt(again[::-1]) == 77
    assert key.by_weak_key(again, user.x + 1) is None


def test_whole_numbers_may_come_in_any_type_that_holds_them():
    gmpy2 = pytest.importorskip("gmpy2")
    for value in (7, np.int64(7), gmpy2.mpz(7)):
        assert integer(value, "it") == 7
    for value in (7.0, np.float64(7)):
        with pytest.raises(Mistake, match="it is a float"):
            integer(value, "it")


def test_a_ciphertext_is_a_pair_of_units():
    key = Master.drawn(np.random.default_rng(1))
    assert ciphertext_of([2, 3], key, "it") == (2, 3)
    with pytest.raises(Mistake, match="T2 of it shares a factor with N"):
        ciphertext_of((1, key.p), key, "it")
    with pytest.raises(Mistake, match="reduce it modulo"):
        ciphertext_of((key.square, 1), key, "it")


def test_numbers_that_are_not_uniform_are_named():
    bound = 2**100
    draws = [secrets.randbelow(bound) for _ in range(64)]
    require_uniform(draws, bound, "r")
    require_uniform([d + 5 for d in draws], bound, "r", low=5)
    for wrong, says in (
        (draws[:63] + draws[:1], "63 of 64 draws differ"),
        ([d // 2 for d in draws], "not uniform"),
        ([d | 1 for d in draws], "is odd in all"),
        ([draws[0] % 2**99 + k for k in range(64)], "follows from the one before"),
    ):
        with pytest.raises(Mistake, match=says):
            require_uniform(wrong, bound, "r")


def test_randomness_may_be_longer_than_asked_for():
    def joined(first, part, share, keys, n, g):
        square, s = n * n, secrets.randbelow(n * n)
        opened = part * pow(first, share, square)
        h = math.prod(keys)
        return opened * pow(h, s, square) % square, pow(g, s, square)

    checks.check_to_joint_key(joined)


def test_several_slips_in_a_product_are_said_together():
    def answer(z, x, y, rx, ry, N):
        square = N * N
        return z[0] * pow(x[0], -ry, square) % square, z[1] * pow(x[1], -ry, square)

    with pytest.raises(Mistake, match="reduce it modulo"):
        checks.check_unblind_product(answer)

    def reduced(z, x, y, rx, ry, N):
        return tuple(part % N**2 for part in answer(z, x, y, rx, ry, N))

    with pytest.raises(Mistake, match="y rx is left in; rx ry is left in"):
        checks.check_unblind_product(reduced)


def test_where_two_rules_give_the_same_everywhere_both_are_named():
    with pytest.raises(Mistake, match="is always on") as told:
        checks.check_switch_on(lambda beliefs, a, loss: beliefs > -1, cost=3)
    assert "one half" not in str(told.value)

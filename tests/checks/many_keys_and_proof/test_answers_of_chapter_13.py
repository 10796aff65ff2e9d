"""Chapter 13's checks: odd results are told kindly, and right ones of any kind pass."""

import secrets

import numpy as np
import pytest

from ppdl_course.checks import many_keys_and_proof as checks
from ppdl_course.checks.many_keys_and_proof.reencryption import Zeros, product
from ppdl_course.checks.many_keys_and_proof.shamir import coefficients
from ppdl_course.checks.many_keys_and_proof.told_shares import value_at
from ppdl_course.checks.many_keys_and_proof.toy_keys import number_below, toy_key
from ppdl_course.checks.many_keys_and_proof.whole_numbers import whole
from ppdl_course.checks.verdict import Mistake
from tests.checks.other_kinds import of_another_kind

CHECKS = {
    "bcp_decrypt": checks.check_bcp_decrypt,
    "blinded_switch": checks.check_blinded_switch,
    "reencryption_key": lambda answer: checks.check_reencryption_key(
        answer, digit_bits=8
    ),
    "masked_upload": checks.check_masked_upload,
    "commit": checks.check_commit,
    "verify_aggregate": checks.check_verify_aggregate,
    "share_secret": checks.check_share_secret,
    "find_leak": checks.check_find_leak,
}


@pytest.mark.parametrize("name", CHECKS)
@of_another_kind
def test_an_answer_of_another_kind_is_a_mistake(name, answer):
    with pytest.raises(Mistake):
        CHECKS[name](lambda *args, **kwargs: answer)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("bcp_decrypt", "7", "must be a whole number"),
        ("bcp_decrypt", True, "must be a whole number"),
        ("blinded_switch", (1.0, 2, 3), "is a float"),
        ("blinded_switch", (1, 2), "three numbers"),
        ("blinded_switch", "abc", "three numbers"),
        ("reencryption_key", None, "the key is None"),
        ("reencryption_key", [([1], [2])] * 4, "must have 8 entries"),
        ("reencryption_key", [7] * 4, "a pair"),
        ("masked_upload", None, "must be a list of numbers"),
        ("masked_upload", {}, "must be a list of numbers"),
        ("masked_upload", [0.5] * 5, "is a float"),
        ("commit", 5, "two numbers"),
        ("commit", (5, None), "r is None"),
        ("verify_aggregate", 1, "return True or False"),
        ("share_secret", {1: 2}, "shares are asked for"),
        ("share_secret", [1] * 5, "a pair"),
        ("find_leak", {"Zoe": (1, 2)}, "none of these is"),
        ("find_leak", {"Ana": 7}, "the pair"),
    ],
)
def test_odd_things_are_told_kindly(name, value, says):
    with pytest.raises(Mistake, match=says):
        CHECKS[name](lambda *args, **kwargs: value)


def test_whole_numbers_may_come_in_any_exact_type():
    assert [whole(x, "it") for x in (7, np.int64(7), np.array(7), np.uint8(7))] == [
        7
    ] * 4
    for odd in (7.0, np.float64(7), True, "7", [7]):
        with pytest.raises(Mistake):
            whole(odd, "it")


@pytest.mark.parametrize("small", [False, True])
def test_a_toy_key_decrypts_its_own_and_the_master_agrees(small):
    rng = np.random.default_rng(5)
    key, other = toy_key(rng, small=small), toy_key(rng)
    N, square = key.N, key.N**2
    for m in (0, 1, N - 1, number_below(N, rng)):
        A, B = key.encrypt(m, number_below(square // 2, rng))
        assert key.decrypt(A, B) == m
        k, ka, kr, total = (
            (pow(u, key.lam, square) - 1) // N for u in (key.g, key.h, A, B)
        )
        assert (total - ka * kr * pow(k, -1, N)) * pow(key.lam, -1, N) % N == m
    assert other.decrypt(*key.encrypt(3, 12345)) is None


def test_a_lent_zero_is_zero_under_its_key():
    rng = np.random.default_rng(1)
    zeros = Zeros([1, 0, -1, 1], 2**20 + 7, rng)
    c0, c1 = zeros()
    phase = zeros.phase((c0.tolist(), c1.tolist()))
    assert all(abs(e) <= 34 and e % 17 == 0 for e in phase)
    assert any(phase)


def test_a_product_of_polynomials_turns_the_sign_where_it_wraps():
    assert product([0, 1], [0, 1], 97) == [96, 0]  # X X = X^2 = -1
    assert product([1, 2, 3, 4], [0, 0, 0, 1], 97) == [95, 94, 93, 1]


def test_two_ways_to_interpolate_agree():
    p, line = 10007, [5, 7, 11]
    shares = [(x, sum(c * x**k for k, c in enumerate(line)) % p) for x in (1, 2, 3, 4)]
    assert coefficients(shares, p) == [5, 7, 11, 0]
    assert value_at(shares, 0, p) == 5
    assert value_at(shares[1:], 6, p) == (5 + 42 + 11 * 36) % p


def test_the_owners_part_alone_is_not_enough_for_both():
    def owner_only(A, B, N, g, h, a=None, lam=None):
        return (B * pow(A, -(a or 0), N**2) % N**2 - 1) // N

    with pytest.raises(Mistake, match="with lam"):
        checks.check_bcp_decrypt(owner_only)


def test_a_blind_may_be_taken_off_by_any_number_with_the_right_remainder():
    def unreduced(A, B, N):
        tau = secrets.randbelow(N)
        return A, B * (1 + tau * N) % N**2, 1 - tau * N + 5 * N**2

    checks.check_blinded_switch(unreduced)


def test_a_stream_may_be_asked_number_by_number_only_by_its_own_rule():
    def twice(i, x, keys, turn, stream, q):
        masks = {j: stream(key, turn, len(x)) for j, key in keys.items()}
        again = {j: stream(key, turn, len(x)) for j, key in keys.items()}
        assert masks == again
        return [
            (v + sum((1 if j > i else -1) * masks[j][k] for j in keys)) % q
            for k, v in enumerate(x)
        ]

    checks.check_masked_upload(twice)

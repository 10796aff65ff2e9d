"""Chapter 5's checks: false alarms, and what they can detect."""

import hashlib
import random
import secrets

import numpy as np
import pytest

from ppdl_course.checks import garbled_circuits as garbling
from ppdl_course.checks.garbled_circuits.circuits import xor
from ppdl_course.checks.verdict import Mistake


def pad(a, b):
    return hashlib.sha256(a + b).digest()


@pytest.mark.parametrize("bias", [0.7])
def test_a_shuffle_that_is_often_skipped_is_found(bias):
    def sometimes(left, right, out):
        rows = [
            xor(pad(left[i], right[j]), out[i & j] + bytes(16))
            for i in (0, 1)
            for j in (0, 1)
        ]
        if random.SystemRandom().random() > bias:
            secrets.SystemRandom().shuffle(rows)
        return rows

    with pytest.raises(Mistake, match="not shuffled well"):
        garbling.check_garble_and(sometimes)


@pytest.mark.parametrize(
    ("check", "value", "says"),
    [
        (garbling.check_full_adder, None, "must return two wires"),
        (garbling.check_full_adder, ("a", "b"), "a wire is an int"),
        (garbling.check_garble_and, None, "a list of four rows"),
        (garbling.check_garble_and, [b"a"] * 4, "each row has 32 bytes"),
        (garbling.check_garble_and, [bytes(32)] * 4, "no row opens"),
        (garbling.check_wire_labels, [], "must return 2000 pairs"),
        (garbling.check_wire_labels, [(1, 2)] * 2000, "each of 16 bytes"),
        (garbling.check_open_half_gate, None, "must return a label"),
        (garbling.check_open_half_gate, bytes(16), "labels are wrong"),
        (garbling.check_odd_one_out, 1, "must return two bits"),
        (garbling.check_additive_shares, [1], "3 parties need 3 shares"),
        (garbling.check_additive_shares, [0.5, 0.5, 2], "whole numbers"),
    ],
)
def test_odd_things_are_told_kindly(check, value, says):
    with pytest.raises(Mistake, match=says):
        check(lambda *arguments: value)


def test_an_adder_wrong_in_one_row_is_told_which():
    def majority_missing(b, x, y, carry):
        return b.xor(b.xor(x, y), carry), b.xor(b.and_(x, y), carry)

    with pytest.raises(Mistake, match=r"wrong for x, y, carry = \(0, 0, 1\)"):
        garbling.check_full_adder(majority_missing)


def test_numpy_integers_and_bytearrays_are_taken():
    def shares(x, n, Q):
        drawn = [np.int64(secrets.randbelow(Q)) for _ in range(n - 1)]
        return np.array([*drawn, (x - sum(map(int, drawn))) % Q])

    garbling.check_additive_shares(shares)

    def labels(count):
        pairs = []
        for _ in range(count):
            zero, one = secrets.token_bytes(16), bytearray(secrets.token_bytes(16))
            one[0] = one[0] & 254 | 1 - (zero[0] & 1)
            pairs.append((zero, one))
        return pairs

    garbling.check_wire_labels(labels)


def test_checks_leave_the_statistics_generators_unseeded():
    draws = []
    for _ in range(2):
        with pytest.raises(Mistake):
            garbling.check_garble_and(lambda *a: None)
        draws.append((random.random(), np.random.random()))  # noqa: NPY002
    assert draws[0] != draws[1]

"""Tests for ppdl_course.mpc.learning.attacks."""

import numpy as np
import pytest
from scipy.stats import binom

from ppdl_course.data import load_law_cases
from ppdl_course.mpc.learning import attacks, twin
from ppdl_course.mpc.learning.attacks import (
    UNKNOWN,
    careless_dealer,
    categories,
    difference,
    failure_rates,
    one_hot_groups,
    openings,
    products_with_one_triple,
    wild_entries,
)
from ppdl_course.mpc.learning.dealer import Dealer
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.material import Triple
from ppdl_course.mpc.learning.regression import RegressionPlan, batches, train
from ppdl_course.mpc.learning.session import together
from ppdl_course.mpc.sharing.additive import split

FIXED = FixedPoint()
ALARM = 1e-6


@pytest.fixture(scope="module")
def cases():
    return load_law_cases()


@pytest.fixture(scope="module")
def months(cases):
    """Eight batches of forty case files, one after the other under one mask."""
    return [FIXED.encode(cases.X_train[40 * k : 40 * k + 40]) for k in range(8)]


def test_case_files_are_read_out_of_a_mask_used_again(cases, months):
    """Every field that is read is right, and most fields of most files are read."""
    seen = openings(months, careless_dealer(bytes(range(16))))
    groups = one_hot_groups(cases.feature_names)
    found = categories(seen, list(groups.values()), 2**13)
    right = np.stack(
        [
            np.stack(
                [
                    cases.X_train[40 * k : 40 * k + 40][:, g].argmax(1)
                    for g in groups.values()
                ],
                1,
            )
            for k in range(8)
        ]
    )
    read = found != UNKNOWN
    assert np.array_equal(found[read], right[read])
    assert read.mean() > 0.9


def test_who_knows_one_file_reads_its_partner_whole(cases, months):
    seen = openings(months[:2], careless_dealer(bytes(16)))
    moved = difference(seen[1], seen[0])
    known = months[0].view(np.int64)
    assert np.array_equal(known + moved, months[1].view(np.int64))


def test_fresh_masks_give_nothing_away(cases, months):
    seen = openings(months, Dealer)
    groups = one_hot_groups(cases.feature_names)
    assert (categories(seen, list(groups.values()), 2**13) == UNKNOWN).all()


def test_a_triple_used_twice_is_right_and_tells_the_difference():
    rng = np.random.default_rng(0)
    x, y, x2, y2 = rng.integers(0, 2**64, (4, 5), np.uint64)
    supplies = Dealer().supplies([Triple((5,))])
    triple = tuple(tuple(s.take(Triple((5,)))) for s in supplies)
    once, again = products_with_one_triple(
        triple, [(split(x), split(y)), (split(x2), split(y2))]
    )
    assert np.array_equal(once["product"], x * y)
    assert np.array_equal(again["product"], x2 * y2)
    assert np.array_equal(once["e"] - again["e"], x - x2)
    assert np.array_equal(once["f"] - again["f"], y - y2)


def test_truncations_fail_at_the_rate_of_the_bound():
    powers, count = (50, 57, 60, 62), 20_000
    measured, bound = failure_rates(powers, count, 13, np.random.default_rng(1))
    for rate, p in zip(measured, bound, strict=True):
        low, high = binom.ppf([ALARM / 8, 1 - ALARM / 8], count, p)
        assert low <= rate * count <= high


def test_a_training_that_meets_a_failed_truncation():
    """25 fraction bits: a few thousand truncations of products near 2^55.

    The twin expects more than 30 failures, so that a run without any has a chance
    below 10^-13; each is off by 2^(64 - 25 - 3) units, whole numbers of weight.
    """
    fixed, rng = FixedPoint(25, 64), np.random.default_rng(2)
    x, w = rng.normal(size=(400, 200)), np.zeros((200, 1))
    y = 40 * rng.normal(size=(400, 1))
    plan = RegressionPlan(400, 200, batches(400, 100, 5, rng), 10, "linear")
    plain = twin.Plain(fixed, None)
    wanted = twin.train(plain, plan, x, y, w)
    assert plain.failures > 30
    session = together(
        lambda server, *shares: train(server, plan, *shares),
        plan.requests(),
        *(fixed.encode(v) for v in (x, y, w)),
        fixed=fixed,
    )
    assert wild_entries(session.total, wanted, 25 + 10).any()


def test_an_owner_who_lies_is_not_noticed():
    """Labels of a thousand: the run ends without an error, with another model."""
    rng = np.random.default_rng(3)
    x, y, w = rng.normal(size=(20, 3)), rng.integers(0, 2, (20, 1)), np.zeros((3, 1))
    plan = RegressionPlan(20, 3, (tuple(range(20)),) * 3, 5)
    found = []
    for labels in (y, np.where(np.arange(20)[:, None] == 4, 1000.0, y)):
        session = together(
            lambda server, *shares: train(server, plan, *shares),
            plan.requests(),
            *(FIXED.encode(v) for v in (x, labels, w)),
        )
        found.append(FIXED.decode(session.total))
    assert np.abs(found[0]).max() < 2 < 20 < np.abs(found[1]).max()


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="seed must have 16 bytes, got 3"):
        careless_dealer(b"abc")
    with pytest.raises(ValueError, match="openings must be an integer >= 2"):
        categories([np.zeros((1, 1), np.uint64)], [[0]], 1)
    with pytest.raises(ValueError, match=r"second must have shape \(2, 2\)"):
        attacks.difference(np.zeros((2, 2), np.uint64), np.zeros((2, 3), np.uint64))
    with pytest.raises(ValueError, match=r"power must be an integer in 0\.\.62"):
        failure_rates([63], 1, 13, np.random.default_rng(0))

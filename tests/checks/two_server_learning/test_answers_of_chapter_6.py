"""Chapter 6's checks: odd results are told kindly, and right ones of any kind pass."""

import numpy as np
import pytest
import torch

from ppdl_course.checks import two_server_learning as checks
from ppdl_course.checks.two_server_learning.stand_ins import Shared
from ppdl_course.checks.two_server_learning.words import words_of
from ppdl_course.checks.verdict import Mistake


def rebuilt(answer):
    checks.check_rebuild_matrix(answer, fraction_bits=13)


@pytest.mark.parametrize(
    ("check", "value", "says"),
    [
        (checks.check_share_matrix, None, "must return two shares"),
        (checks.check_share_matrix, ([["a"] * 4] * 6, [[1]]), "holds 'a'"),
        (checks.check_share_matrix, ([[1], [2, 3]], [[1]]), "X0 must"),
        (rebuilt, None, "is None"),
        (rebuilt, np.zeros((4, 3)), "all entries are 0"),
        (checks.check_beaver_share, None, "is None"),
        (checks.check_beaver_share, np.zeros((3, 3)), "holds floats"),
        (checks.check_beaver_share, np.zeros((3, 3), np.int32), "has dtype int32"),
        (checks.check_truncate_share, 5, "must have shape"),
        (checks.check_sigmoid_on_shares, 0.5, "must return something shared"),
        (checks.check_sgd_step, None, "must return something shared"),
        (checks.check_offer_product, None, "must return two things"),
        (checks.check_offer_product, ([(0, 1)] * 64, 1.5), "whole numbers, got 1.5"),
        (checks.check_offer_product, ([(0,)] * 64, 1), "offers two messages"),
        (checks.check_offer_product, (7, 1), "64 transfers need 64 pairs"),
        (checks.check_recover_row, [["x"]], "must be an array of numbers"),
    ],
)
def test_odd_things_are_told_kindly(check, value, says):
    with pytest.raises(Mistake, match=says):
        check(lambda *arguments: value)


def test_words_may_come_in_any_type_that_holds_them():
    right = np.array([[2**63, 1]], np.uint64)
    tensor = torch.from_numpy(right.view(np.int64))
    kinds = (right, right.view(np.int64), [[2**63, 1]], right.astype(object), tensor)
    for words in kinds:
        assert np.array_equal(words_of(words, (1, 2), "it"), right)
    with pytest.raises(Mistake, match="its axes are exchanged"):
        words_of(right.T, (1, 2), "it")
    with pytest.raises(Mistake, match="is not reduced"):
        words_of([[2**64, 1]], (1, 2), "it")
    with pytest.raises(Mistake, match="is not reduced"):
        words_of([[-1, 1]], (1, 2), "it")


@pytest.mark.parametrize("who", [0, 1])
def test_either_server_may_take_off_the_open_product(who):
    def share(i, E, F, X, W, Z):
        return (X - (E if i == who else E * np.uint64(0))) @ F + E @ W + Z

    checks.check_beaver_share(share)


@pytest.mark.parametrize("unit", [-1, 1])
def test_a_truncation_may_be_off_by_one_unit_and_not_by_two(unit):
    def off_by(units):
        def cut(share, f, i):
            y = (share.view(np.int64) >> f).view(np.uint64)
            return y + np.uint64(units % 2**64) if i else y

        return cut

    # a signed shift gives the floor or one less
    if unit == 1:
        checks.check_truncate_share(off_by(unit))
    with pytest.raises(Mistake, match="off by more than a unit"):
        checks.check_truncate_share(off_by(2 * unit))


def test_what_is_shared_shows_its_numbers_to_nobody():
    x = Shared(np.array([1.0, -1.0]), [])
    for look in (bool, float, len, list, abs, np.asarray, lambda x: x > 0):
        with pytest.raises(Mistake, match="no server sees one"):
            look(x)
    with pytest.raises(Mistake, match="no server sees one"):
        x / 2


def test_products_of_shared_numbers_are_counted_and_others_are_not():
    log = []
    x = Shared(np.eye(2), log)
    total = 2 * x + 1 - x - np.ones((2, 2)) + np.float64(0) * x
    assert log == []
    assert np.array_equal((total * x @ x.T)._values, np.eye(2))
    assert log == ["product", "product"]
    with pytest.raises(Mistake, match="Is the transpose missing"):
        x @ Shared(np.ones((3, 1)), log)


def test_a_sigmoid_may_say_either_thing_at_a_half():
    def strict(u, at_least_0):
        above, below = 1 - at_least_0(0.5 - u), at_least_0(-0.5 - u)
        return (1 - above - below) * (u + 0.5) + above

    checks.check_sigmoid_on_shares(strict)

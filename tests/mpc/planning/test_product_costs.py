"""Tests for product_costs: a real product by each method, and what grows with what."""

import pytest

from ppdl_course.mpc.planning.product_costs import METHODS, measure_product


@pytest.mark.parametrize("method", METHODS[:2])
def test_a_product_is_right_and_its_cost_is_measured(method):
    cost = measure_product(method, 5, 3, 2)
    assert (cost.method, cost.columns) == (method, 2)
    assert cost.bytes > 8 * 2 * (5 * 3 + 3 * 2)  # at least both openings
    assert cost.seconds > 0


def test_transfers_cost_with_each_column_what_a_dealer_does_not():
    ot = [measure_product("ot", 8, 4, k).bytes for k in (1, 3)]
    dealt = [measure_product("dealer", 8, 4, k).bytes for k in (1, 3)]
    each = (ot[1] - ot[0]) / 2
    assert each > 64 * 2 * 4 * 6 * 8  # 64 transfers a term, 4 numbers, 6 bytes a row
    assert each > 20 * (dealt[1] - dealt[0]) / 2


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="columns must be an integer >= 1, got 0"):
        measure_product("dealer", 1, 1, 0)
    with pytest.raises(ValueError, match=r"method must be one of .*, got 'paper'"):
        measure_product("paper", 1, 1, 1)

"""Tests for the statistics desk of chapter 15."""

import pytest

from ppdl_course.dp.audits.statistics_office import StatisticsDesk


def test_the_desk_counts_large_groups_and_refuses_small_ones():
    desk = StatisticsDesk(range(20), minimum=5)
    assert desk.count(lambda number: number < 5) == 5
    with pytest.raises(ValueError, match="count must be at least 5 to be given out"):
        desk.count(lambda number: number < 4)
    assert desk.asked == 1
    with pytest.raises(ValueError, match="minimum must be an integer >= 1, got 0"):
        StatisticsDesk([], minimum=0)


def test_two_large_groups_give_one_member_away():
    cases = [("a", True), ("b", False), *((f"c{i}", i % 2 == 0) for i in range(30))]
    desk = StatisticsDesk(cases)
    for name, secret in cases[:2]:
        everybody = desk.count(lambda case: case[1])
        others = desk.count(lambda case, name=name: case[1] and case[0] != name)
        assert everybody - others == secret

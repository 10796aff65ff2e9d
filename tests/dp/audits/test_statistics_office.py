"""Tests for the statistics office of chapter 15."""

import pytest

from ppdl_course.dp.audits.statistics_office import StatisticsOffice


def test_the_desk_counts_large_groups_and_refuses_small_ones():
    office = StatisticsOffice(range(20), minimum=5)
    assert office.count(lambda number: number < 5) == 5
    with pytest.raises(ValueError, match="count must be at least 5 to be given out"):
        office.count(lambda number: number < 4)
    assert office.answered == 1
    with pytest.raises(ValueError, match="minimum must be an integer >= 1, got 0"):
        StatisticsOffice([], minimum=0)


def test_two_large_groups_give_one_member_away():
    cases = [("a", True), ("b", False), *((f"c{i}", i % 2 == 0) for i in range(30))]
    office = StatisticsOffice(cases)
    for name, secret in cases[:2]:
        everybody = office.count(lambda case: case[1])
        others = office.count(lambda case, name=name: case[1] and case[0] != name)
        assert everybody - others == secret

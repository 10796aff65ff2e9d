"""Tests for the content of law_cases.csv."""

import re

import numpy as np
import pytest
from scipy import stats

from ppdl_course.data import load_law_cases
from ppdl_course.law.cases import cases
from ppdl_course.law.people import phone_number


@pytest.fixture(scope="module")
def records():
    return load_law_cases().records


def test_every_phone_number_is_in_the_range_that_nobody_has(records):
    assert all(re.fullmatch(r"000-\d{4}-\d{4}", case.phone) for case in records)


def test_names_phones_and_numbers_tell_people_apart(records):
    for field in ("case_id", "name", "phone"):
        assert len({getattr(case, field) for case in records}) == len(records)


def test_values_keep_to_their_ranges(records):
    for case in records:
        assert 16 <= case.age <= 84
        assert 2014 <= case.year <= 2023
        assert 0 <= case.prior_convictions <= 6
        assert case.amount > 0
        assert case.injury in range(4)
        assert {case.weapon, case.settled, case.confessed} <= {0, 1}
        assert case.address.endswith(f", {case.district}")


def test_a_sentence_has_months_exactly_if_it_is_custodial(records):
    assert all((case.months > 0) == bool(case.custodial) for case in records)
    assert max(case.months for case in records) < 240


def test_families_are_plausible(records):
    for case in records:
        relations = case.family_relations
        for single in ("spouse", "mother", "father"):
            assert relations.count(single) <= 1
        if case.age < 20:
            assert not {"spouse", "son", "daughter"} & set(relations)


@pytest.mark.parametrize("field", ["age", "family_members", "district"])
def test_some_personal_fields_go_with_the_outcome(field, records):
    values = np.array([getattr(case, field) for case in records])
    outcome = np.array([case.custodial for case in records])
    if field == "age":  # young and old against the middle: no straight line
        values = (values < 25) | (values >= 55)
    table = [
        [np.sum((values == v) & (outcome == o)) for o in (0, 1)] for v in set(values)
    ]
    table = [row for row in table if sum(row) >= 20]
    assert stats.chi2_contingency(table).pvalue < 1e-6


@pytest.mark.parametrize(
    "private",
    [
        lambda case: case.phone[-1],
        lambda case: case.name[0],
        lambda case: re.sub("[0-9]+ |,.*", "", case.address),
    ],
    ids=["phone", "name", "street"],
)
def test_name_street_and_phone_do_not(private, records):
    """One fixed file, one test each: an accident would stay, so 1e-3 is enough."""
    table: dict[str, list[int]] = {}
    for case in records:
        table.setdefault(private(case), [0, 0])[case.custodial] += 1
    kept = [row for row in table.values() if sum(row) >= 20]
    assert stats.chi2_contingency(kept).pvalue > 1e-3


def test_another_seed_gives_other_people():
    a, b = (next(iter(cases(seed, 1))) for seed in (1, 2))
    assert a.person.name != b.person.name


@pytest.mark.parametrize("subscriber", [-1, 10**8])
def test_a_phone_number_has_eight_digits(subscriber):
    with pytest.raises(ValueError, match="subscriber must be an integer in"):
        phone_number(subscriber)

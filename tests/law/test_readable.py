"""A row of the design matrix is read back as the record says it."""

import numpy as np
import pytest

from ppdl_course.data import load_law_cases
from ppdl_course.law.readable import read_row

CASES = load_law_cases()


@pytest.mark.parametrize("row", [0, 1, 777, 5999])
def test_what_is_read_is_what_the_record_says(row):
    found = read_row(CASES, CASES.X[row])
    assert len(found) == 12
    assert found == {name: getattr(CASES.records[row], name) for name in found}


def test_a_row_with_small_errors_is_read_as_well():
    noisy = CASES.X[3] + np.random.default_rng(1).uniform(-0.01, 0.01, 28)
    assert read_row(CASES, noisy) == read_row(CASES, CASES.X[3])


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"row must have shape \(28,\), got \(5,\)"):
        read_row(CASES, np.zeros(5))

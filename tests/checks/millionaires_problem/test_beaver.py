"""Chapter 4's check of an AND gate on shared bits: right answers of any kind pass."""

import numpy as np

from ppdl_course.checks.millionaires_problem import beaver as checks


def test_right_and_gates_of_any_kind_pass():
    for constant in (0, 1):
        for kind in (int, np.uint8):
            checks.check_and_share(
                lambda party, d, e, a, b, c, k=constant, kind=kind: kind(
                    c ^ d & b ^ e & a ^ (d & e if party == k else 0)
                )
            )

"""The checks that chapter 5 calls."""

from ppdl_course.checks.garbled_circuits.circuits import (
    check_odd_one_out,
    check_open_half_gate,
)
from ppdl_course.checks.garbled_circuits.full_adder import check_full_adder
from ppdl_course.checks.garbled_circuits.garbled_gate import check_garble_and
from ppdl_course.checks.garbled_circuits.labels import check_wire_labels
from ppdl_course.checks.garbled_circuits.shares import check_additive_shares

__all__ = [
    "check_additive_shares",
    "check_full_adder",
    "check_garble_and",
    "check_odd_one_out",
    "check_open_half_gate",
    "check_wire_labels",
]

"""The time of a submission: kernels, checks, and what is left out."""

import time

import pytest

from ppdl_course.classroom.grader.execution.time_used import TimeUsed
from ppdl_course.classroom.limits import Limits


class Counted:
    """A kernel that has computed so many seconds."""

    def __init__(self, seconds):
        self.seconds = seconds

    def processor_seconds(self):
        return self.seconds


def compute(seconds):
    start = time.process_time()
    while time.process_time() < start + seconds:
        pass


def test_kernels_and_the_processes_of_checks_add_up():
    used = TimeUsed(Limits(seconds=10, cell_seconds=8))
    for seconds in (2.0, 3.0):
        used.begin(Counted(seconds))
        used.end()
    used.add(4.0)
    assert used.whole.spent == pytest.approx(9, abs=0.5)
    assert used.for_check().processor == pytest.approx(1, abs=0.5)
    used.add(1.0)
    assert used.whole.over() == "used more than 10 s of processor time"


def test_a_cell_pays_for_its_kernel_alone_and_a_check_for_both_sides():
    used = TimeUsed(Limits(seconds=10, cell_seconds=8))
    kernel = Counted(0.0)
    used.begin(kernel)
    cell, check = used.for_cell(), used.for_check()
    kernel.seconds = 2.0
    compute(0.5)
    assert cell.spent == 2
    assert check.spent >= 2.5


def test_what_is_not_counted_takes_neither_kind_of_time():
    used = TimeUsed(Limits(seconds=1, cell_seconds=1, wall_factor=2))
    left = used.whole.wall_left
    with used.not_counted():
        compute(1.2)
        time.sleep(1)
    assert used.whole.over() == ""
    assert used.whole.spent < 0.5
    assert used.whole.wall_left > left - 0.5
    compute(1)
    assert used.whole.over() == "used more than 1 s of processor time"

"""What a sandbox may change of a check's own arguments."""

import numpy as np

from ppdl_course.classroom.judging.wire.own_objects import mutable_parts


def test_the_parts_that_may_change_are_found_once_each_and_in_order():
    array, inner, kept = np.zeros(2), [1], {"a": 1}
    rows = [([inner, array], 3), ([inner, array], 4)]
    parts = mutable_parts(rows, {"k": kept})
    expected = [rows[0][0], inner, array, rows[1][0], kept]
    assert [id(part) for part in parts] == [id(part) for part in expected]

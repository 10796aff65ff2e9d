"""Every answer of the bank against its whole check cell: the broad net.

Here an answer runs in this process. Kernels and sandboxes, which cost seconds, grade
the first answers to each exercise in tests/chapters; ``ppdl bank`` grades them all.
"""

import pytest

from ppdl_course.checks.verdict import Mistake

from .whole_cells import SOURCES, bank_of, run_check

ANSWERS = [
    pytest.param(
        chapter, exercise, answer, id=f"{chapter[:2]}-{exercise}-{answer.name}"
    )
    for chapter in SOURCES
    for exercise, answers in bank_of(chapter).items()
    for answer in answers
]


@pytest.mark.parametrize(("chapter", "exercise", "answer"), ANSWERS)
def test_the_check_cell_tells_right_from_wrong(chapter, exercise, answer):
    if answer.right:
        run_check(chapter, exercise, answer)
        return
    with pytest.raises(Mistake) as told:
        run_check(chapter, exercise, answer)
    assert " ".join(answer.says.split()) in " ".join(str(told.value).split())

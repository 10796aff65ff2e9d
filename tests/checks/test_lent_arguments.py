"""What a check expects does not depend on what an answer did to its arguments.

Each exercise's first right answer spoils one of its arguments, once it has its result.
The check may say that an argument was changed; else it must take the answer as right:
had it computed its expectation from the spoilt argument, it would not.
"""

import copy

import numpy as np
import pytest
import torch

from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.bank.whole_cells import quiet

from .whole_cells import SOURCES, answered, bank_of

MOST_ARGUMENTS = 8
NAMED = ("chang", "is not what it was")  # how a check says that an argument was spoilt


def spoil(value):
    """Set all that can be set within a value to garbage."""
    if isinstance(value, np.ndarray) and value.flags.writeable:
        value[...] = np.zeros((), value.dtype) + (
            77 if value.dtype.kind in "fciu" else 0
        )
    elif isinstance(value, torch.Tensor):
        with torch.no_grad():
            value.fill_(77)
    elif isinstance(value, tuple):
        for part in value:
            spoil(part)
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            spoil(part)
        value.clear()


def kept(result):
    """Copy what may share memory with an argument; a ciphertext is itself."""
    if type(result) in (tuple, list):
        return type(result)(map(kept, result))
    if isinstance(result, dict):
        return {name: kept(value) for name, value in result.items()}
    if isinstance(result, np.ndarray | torch.Tensor):
        return copy.deepcopy(result)
    return result


def spoiling(answer, place):
    """Return an answer that spoils its argument of that number after its work."""
    depth = 0

    def spoilt(*args, **kwargs):
        nonlocal depth
        depth += 1  # an answer may call itself
        try:
            result = kept(answer(*args, **kwargs))
        finally:
            depth -= 1
        if not depth:
            for value in [*args, *kwargs.values()][place : place + 1]:
                spoil(value)
        return result

    return spoilt


@pytest.mark.parametrize("chapter", SOURCES)
def test_no_expectation_comes_from_an_argument_that_the_answer_spoilt(chapter):
    wrong = {}
    for exercise, answers in bank_of(chapter).items():
        right = next(answer for answer in answers if answer.right)
        for place in range(MOST_ARGUMENTS):
            with quiet():
                scope, check = answered(chapter, exercise, right.code)
                if isinstance(scope[exercise], type) or not callable(scope[exercise]):
                    break
                scope[exercise] = spoiling(scope[exercise], place)
                try:
                    exec(check, scope)
                except Mistake as told:
                    if not any(words in str(told) for words in NAMED):
                        wrong[exercise, place] = str(told)
                except Exception as error:
                    wrong[exercise, place] = repr(error)
    assert wrong == {}

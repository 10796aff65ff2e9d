"""Unusual right answers and sly wrong ones that the chapters' banks have no room for.

``bank/MODULE.py`` beside this file holds them as in a chapter's bank; the name of each
begins with its exercise.
"""

import hashlib
import random
import secrets
from pathlib import Path

import numpy as np
import pytest

from ppdl_course.checks.feedforward_backprop import backward as backprop
from ppdl_course.checks.feedforward_backprop import forward as nn
from ppdl_course.checks.garbled_circuits import circuits as garbling
from ppdl_course.checks.garbled_circuits import labels_and_shares as garbling_statistics
from ppdl_course.checks.millionaires_problem import protocol as millionaires
from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.bank.answers import read_answers

MODULES = (backprop, garbling, garbling_statistics, millionaires, nn)
ANSWERS = [
    pytest.param(answer, id=answer.name)
    for path in sorted((Path(__file__).parent / "more_answers").glob("[a-z]*.py"))
    for answer in read_answers(path)
]


def pad(a, b):
    return hashlib.sha256(a + b).digest()


def check_and_answer(answer):
    exercise = answer.name.split(":")[0]
    name = f"check_{exercise}"
    check = next(getattr(m, name) for m in MODULES if hasattr(m, name))
    scope = {"np": np, "random": random, "secrets": secrets, "hashlib": hashlib}
    scope |= {"pad": pad, "xor": garbling.xor, "TWEAKS": 2}
    exec(answer.code, scope)
    return check, scope[exercise]


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_check_tells_right_from_wrong(answer):
    with np.errstate():  # an answer may set numpy's error handling
        check, function = check_and_answer(answer)
        if answer.right:
            check(function)
            return
        with pytest.raises(Mistake) as told:
            check(function)
    assert answer.says in str(told.value)


def test_a_check_leaves_generators_and_clock_as_they_were():
    import time

    before = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    millionaires.check_draw_exponent(secrets.randbelow)
    assert random.getstate() == before[0]
    assert np.array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002
    assert time.perf_counter() != time.perf_counter()
    np.random.default_rng(1).random()

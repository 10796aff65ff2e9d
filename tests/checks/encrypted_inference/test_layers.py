"""Chapter 11's checks: answers of another kind, and mistakes beyond the bank."""

import math
import secrets

import numpy as np
import pytest

from ppdl_course.checks.encrypted_inference import batch_norm as encrypted_batch_norm
from ppdl_course.checks.encrypted_inference import blinding, client_request
from ppdl_course.checks.encrypted_inference import depth as encrypted_depth
from ppdl_course.checks.encrypted_inference import integer_weights as encrypted_integers
from ppdl_course.checks.encrypted_inference import layers as encrypted_inference
from ppdl_course.checks.encrypted_inference import slots as encrypted_slots
from ppdl_course.checks.verdict import Mistake
from tests.checks.other_kinds import of_another_kind

NAMES = [
    "fold_batch_norm",
    "quantise",
    "join_remainders",
    "rotate_and_sum",
    "count_depth",
    "blind",
    "encrypt_batch",
    "hide_slots",
]
HOMES = {
    "fold_batch_norm": encrypted_batch_norm,
    "count_depth": encrypted_depth,
    "blind": blinding,
    "encrypt_batch": client_request,
    "quantise": encrypted_integers,
    "join_remainders": encrypted_integers,
    "hide_slots": encrypted_slots,
}


def check_of(name):
    return getattr(HOMES.get(name, encrypted_inference), f"check_{name}")


@pytest.mark.parametrize("name", NAMES)
@of_another_kind
def test_an_answer_of_another_kind_is_a_mistake_or_an_error_never_a_pass(name, answer):
    with pytest.raises((Mistake, TypeError, ValueError, IndexError)):
        check_of(name)(lambda *args: answer)


@pytest.mark.nightly
def test_a_right_blinding_passes_many_times():
    def blind(sums, n):
        undo = [(i, 1 + secrets.randbelow(2**31)) for i in range(len(sums))]
        secrets.SystemRandom().shuffle(undo)
        return [pow(sums[i], r, n * n) for i, r in undo], undo

    for _ in range(5):
        blinding.check_blind(blind)
    # the bounds the docstring states
    assert 1 / math.factorial(blinding.UNITS) < 1e-20
    assert 2.0 ** (-7 * blinding.UNITS) < 1e-40


def test_an_answer_that_adds_up_what_the_vector_hides_is_told_that_it_changed_it():
    """In a notebook only: a sandbox gets a stand-in for the vector, and no slots."""

    def reads_slots(v, d, rotate):
        v._values = sum(np.roll(v._values, -i) for i in range(d))
        return v

    with pytest.raises(Mistake, match="your function changes v"):
        encrypted_inference.check_rotate_and_sum(reads_slots)

"""Chapter 9's checks take every right answer of the bank and name every mistake."""

import math
import secrets
from pathlib import Path

import numpy as np
import pytest
import tenseal as ts

from ppdl_course.checks import he, he_lattice
from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.bank import read_answers
from ppdl_course.he.bootstrapping import MODULUS

BANK = Path(__file__).parents[1] / "chapters" / "bank" / "09_homomorphic_encryption"
CHECKS = {
    "guess_age": he.check_guess_age,
    "find_primes": he.check_find_primes,
    "paillier_encrypt": he.check_paillier_encrypt,
    "encode_fixed": he.check_encode_fixed,
    "pack": he.check_pack,
    "nand_input": he_lattice.check_nand_input,
    "choose_parameters": he_lattice.check_choose_parameters,
    "public_context": he_lattice.check_public_context,
}
ANSWERS = [
    pytest.param(name, answer, id=f"{name}-{answer.name}")
    for name in CHECKS
    for answer in read_answers(BANK / f"{name}.py")
]


def function(name, code):
    space = {"math": math, "np": np, "secrets": secrets, "ts": ts, "MODULUS": MODULUS}
    exec(code, space)
    return space[name]


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_right_answers_pass_and_mistakes_are_named(name, answer):
    given = function(name, answer.code)
    if answer.right:
        CHECKS[name](given)
    else:
        with pytest.raises(Mistake) as told:
            CHECKS[name](given)
        assert answer.says in str(told.value)


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("answer", [None, "a word", 3.5, [1]], ids=repr)
def test_an_answer_of_another_kind_is_a_mistake_or_an_error_never_a_pass(name, answer):
    with pytest.raises((Mistake, TypeError, ValueError, IndexError)):
        CHECKS[name](lambda *args: answer)


def test_a_right_answer_with_unlucky_randomness_still_passes_many_times():
    """The bound on false fails is 2**-124 and less; all runs must pass."""

    def encrypt(m, n):
        return (1 + m * n) * pow(secrets.randbelow(n - 1) + 1, n, n * n) % (n * n)

    for _ in range(12):
        he.check_paillier_encrypt(encrypt)


def test_the_check_of_randomness_leaves_the_global_generators_as_they_were():
    import random

    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    want = random.random(), np.random.random()  # noqa: NPY002
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    he.check_paillier_encrypt(
        lambda m, n: (1 + m * n) * pow(1 + secrets.randbelow(n - 1), n, n**2) % n**2
    )
    assert (random.random(), np.random.random()) == want  # noqa: NPY002

"""Chapter 9's checks: false alarms, and mistakes beyond the bank of answers."""

import math
import secrets

import numpy as np
import pytest
import tenseal as ts

from ppdl_course.checks import homomorphic_encryption as he
from ppdl_course.checks.verdict import Mistake
from ppdl_course.he.lattice.bootstrapping import MODULUS
from tests.checks.other_kinds import of_another_kind

CHECKS = {
    "guess_age": he.check_guess_age,
    "find_primes": he.check_find_primes,
    "paillier_encrypt": he.check_paillier_encrypt,
    "encode_fixed": he.check_encode_fixed,
    "pack": he.check_pack,
    "nand_input": he.check_nand_input,
    "choose_parameters": he.check_choose_parameters,
    "public_context": he.check_public_context,
}


@pytest.mark.parametrize("name", CHECKS)
@of_another_kind
def test_an_answer_of_another_kind_is_a_mistake_or_an_error_never_a_pass(name, answer):
    with pytest.raises((Mistake, TypeError, ValueError, IndexError)):
        CHECKS[name](lambda *args: answer)


@pytest.mark.nightly
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


def masked(m, n, r):
    return (1 + m * n) * pow(r, n, n * n) % (n * n)


def counting():
    state = [secrets.randbits(1000)]

    def encrypt(m, n):
        state[0] += 1
        return masked(m, n, state[0])

    return encrypt


def own_generator(m, n):
    drawn = np.random.default_rng().bytes(128)
    return masked(m, n, int.from_bytes(drawn, "big") % n)


def fixed_exponent(c, n, e):
    return next((age for age in range(121) if pow(age, 65537, n) == c), None)


def truncated_if_negative(x, Q):
    scaled = round(x * 10**6) if x >= 0 else math.ceil(x * 10**6)
    if abs(scaled) > Q // 2:
        raise ValueError
    return scaled % Q


def emptied(values, slot_bits):
    total = 0
    while values:
        total = (total << slot_bits) + values.pop()
    return total


def half_the_room(c1, c2):
    linear = -(c1 + c2)
    linear[-1] += MODULUS // 16
    return linear % MODULUS


def short_special_prime(products, scale_bits):
    sizes = [scale_bits + 10, *[scale_bits] * (products + 1)]
    allowed = {4096: 109, 8192: 218, 16384: 438, 32768: 881}
    return min(n for n, bits in allowed.items() if sum(sizes) <= bits), sizes


def somebody_elses(context):
    other = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    other.global_scale = 2.0**40
    other.generate_galois_keys()
    other.make_context_public()
    return other.serialize()


@pytest.mark.parametrize(
    ("name", "answer", "message"),
    [
        ("guess_age", fixed_exponent, "n and e that you are given"),
        ("paillier_encrypt", counting(), "one r follows from the one before"),
        ("paillier_encrypt", own_generator, "generator made for statistics"),
        ("encode_fixed", truncated_if_negative, "cut off, not rounded"),
        ("pack", emptied, "changes values"),
        ("nand_input", half_the_room, "too near 0 or 1/2"),
        ("choose_parameters", short_special_prime, "special prime, the last"),
        ("public_context", somebody_elses, "not the public parts of the context"),
    ],
)
def test_sly_wrong_answers_are_named(name, answer, message):
    with pytest.raises(Mistake, match=message):
        CHECKS[name](answer)

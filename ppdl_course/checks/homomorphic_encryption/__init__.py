"""The checks that chapter 9 calls."""

from ppdl_course.checks.homomorphic_encryption.lattices import (
    check_choose_parameters,
    check_nand_input,
    check_public_context,
)
from ppdl_course.checks.homomorphic_encryption.packing import (
    check_encode_fixed,
    check_pack,
)
from ppdl_course.checks.homomorphic_encryption.public_key import (
    check_find_primes,
    check_guess_age,
    check_paillier_encrypt,
)

__all__ = [
    "check_choose_parameters",
    "check_encode_fixed",
    "check_find_primes",
    "check_guess_age",
    "check_nand_input",
    "check_pack",
    "check_paillier_encrypt",
    "check_public_context",
]

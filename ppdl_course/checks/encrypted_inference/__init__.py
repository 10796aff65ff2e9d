"""The checks that chapter 11 calls."""

from ppdl_course.checks.encrypted_inference.batch_norm import check_fold_batch_norm
from ppdl_course.checks.encrypted_inference.blinding import MODULUS, check_blind
from ppdl_course.checks.encrypted_inference.client_request import check_encrypt_batch
from ppdl_course.checks.encrypted_inference.depth import check_count_depth
from ppdl_course.checks.encrypted_inference.integer_weights import (
    check_join_remainders,
    check_quantise,
)
from ppdl_course.checks.encrypted_inference.layers import check_rotate_and_sum
from ppdl_course.checks.encrypted_inference.slots import check_hide_slots

__all__ = [
    "MODULUS",
    "check_blind",
    "check_count_depth",
    "check_encrypt_batch",
    "check_fold_batch_norm",
    "check_hide_slots",
    "check_join_remainders",
    "check_quantise",
    "check_rotate_and_sum",
]

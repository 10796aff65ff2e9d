"""The checks that chapter 13 calls."""

from ppdl_course.checks.many_keys_and_proof.aggregates import check_verify_aggregate
from ppdl_course.checks.many_keys_and_proof.blinding import check_blinded_switch
from ppdl_course.checks.many_keys_and_proof.commitments import check_commit
from ppdl_course.checks.many_keys_and_proof.decryption import check_bcp_decrypt
from ppdl_course.checks.many_keys_and_proof.leaks import check_find_leak
from ppdl_course.checks.many_keys_and_proof.masks import check_masked_upload
from ppdl_course.checks.many_keys_and_proof.reencryption import (
    check_reencryption_key,
)
from ppdl_course.checks.many_keys_and_proof.shamir import check_share_secret

__all__ = [
    "check_bcp_decrypt",
    "check_blinded_switch",
    "check_commit",
    "check_find_leak",
    "check_masked_upload",
    "check_reencryption_key",
    "check_share_secret",
    "check_verify_aggregate",
]

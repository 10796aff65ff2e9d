"""The checks that chapter 3 calls."""

from ppdl_course.checks.privacy_leakage.attribute import check_infer_value
from ppdl_course.checks.privacy_leakage.collusion import check_others_gradient
from ppdl_course.checks.privacy_leakage.exposure import check_exposure
from ppdl_course.checks.privacy_leakage.extraction import (
    check_most_likely_number,
    check_on_random_trees,
)
from ppdl_course.checks.privacy_leakage.label import check_label_from_gradient
from ppdl_course.checks.privacy_leakage.membership import check_tpr_at_fpr
from ppdl_course.checks.privacy_leakage.sums import check_safe_counts

__all__ = [
    "check_exposure",
    "check_infer_value",
    "check_label_from_gradient",
    "check_most_likely_number",
    "check_on_random_trees",
    "check_others_gradient",
    "check_safe_counts",
    "check_tpr_at_fpr",
]

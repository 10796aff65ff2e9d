"""The checks that chapter 15 calls."""

from ppdl_course.checks.differential_privacy.audit import check_audit_bound
from ppdl_course.checks.differential_privacy.differencing import check_reveal_custody
from ppdl_course.checks.differential_privacy.exponential_mechanism import (
    check_exponential_choice,
)
from ppdl_course.checks.differential_privacy.laplace_releases import (
    check_private_histogram,
)
from ppdl_course.checks.differential_privacy.sparse_vector import check_above_threshold
from ppdl_course.checks.differential_privacy.survey_shares import check_estimate_share
from ppdl_course.checks.differential_privacy.surveys import check_randomised_response
from ppdl_course.checks.differential_privacy.totals import check_private_total

__all__ = [
    "check_above_threshold",
    "check_audit_bound",
    "check_estimate_share",
    "check_exponential_choice",
    "check_private_histogram",
    "check_private_total",
    "check_randomised_response",
    "check_reveal_custody",
]

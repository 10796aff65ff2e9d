"""The checks that chapter 6 calls."""

from ppdl_course.checks.two_server_learning.learning import (
    check_sgd_step,
    check_sigmoid_on_shares,
)
from ppdl_course.checks.two_server_learning.masks import (
    check_offer_product,
    check_share_matrix,
)
from ppdl_course.checks.two_server_learning.products import (
    check_beaver_share,
    check_truncate_share,
)
from ppdl_course.checks.two_server_learning.ring import (
    check_rebuild_matrix,
    check_recover_row,
)

__all__ = [
    "check_beaver_share",
    "check_offer_product",
    "check_rebuild_matrix",
    "check_recover_row",
    "check_sgd_step",
    "check_share_matrix",
    "check_sigmoid_on_shares",
    "check_truncate_share",
]

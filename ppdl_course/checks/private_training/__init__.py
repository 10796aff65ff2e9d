"""The checks that chapter 16 calls."""

from ppdl_course.checks.private_training.audited_epochs import check_batch_statistic
from ppdl_course.checks.private_training.clipping import (
    check_clip_each,
    check_ghost_norms,
)
from ppdl_course.checks.private_training.noisy_means import check_private_mean
from ppdl_course.checks.private_training.parts import check_noisy_sum_in_parts
from ppdl_course.checks.private_training.poisson_batches import check_poisson_batch
from ppdl_course.checks.private_training.sharing import check_share_largest

__all__ = [
    "check_batch_statistic",
    "check_clip_each",
    "check_ghost_norms",
    "check_noisy_sum_in_parts",
    "check_poisson_batch",
    "check_private_mean",
    "check_share_largest",
]

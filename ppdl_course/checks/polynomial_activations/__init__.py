"""The checks that chapter 10 calls."""

from ppdl_course.checks.polynomial_activations.degrees import check_cheapest_degree
from ppdl_course.checks.polynomial_activations.evaluation import (
    check_evaluate,
    check_levels_needed,
)
from ppdl_course.checks.polynomial_activations.fits import (
    check_chebyshev_coefficients,
    check_fold_interval,
    check_normal_fit,
    check_relu_from_step,
)

__all__ = [
    "check_cheapest_degree",
    "check_chebyshev_coefficients",
    "check_evaluate",
    "check_fold_interval",
    "check_levels_needed",
    "check_normal_fit",
    "check_relu_from_step",
]

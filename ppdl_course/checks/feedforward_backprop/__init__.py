"""The checks that chapter 1 calls."""

from ppdl_course.checks.feedforward_backprop.backward import check_layer_backward
from ppdl_course.checks.feedforward_backprop.differences import check_numerical_gradient
from ppdl_course.checks.feedforward_backprop.forward import (
    check_layer_forward,
    check_sigmoid,
    check_sigmoid_anywhere,
)
from ppdl_course.checks.feedforward_backprop.loss import (
    check_cross_entropy,
    check_cross_entropy_far_out,
)
from ppdl_course.checks.feedforward_backprop.prelu import check_prelu_backward
from ppdl_course.checks.feedforward_backprop.record import (
    check_any_record,
    check_record_from_gradient,
)

__all__ = [
    "check_any_record",
    "check_cross_entropy",
    "check_cross_entropy_far_out",
    "check_layer_backward",
    "check_layer_forward",
    "check_numerical_gradient",
    "check_prelu_backward",
    "check_record_from_gradient",
    "check_sigmoid",
    "check_sigmoid_anywhere",
]

"""The checks that chapter 7 calls."""

from ppdl_course.checks.deepsecure.choices import check_argmax
from ppdl_course.checks.deepsecure.decoded_layers import check_steal_layer
from ppdl_course.checks.deepsecure.delegation import check_share_record
from ppdl_course.checks.deepsecure.dictionaries import check_grow_dictionary
from ppdl_course.checks.deepsecure.pruned_weights import check_prune_and_retrain
from ppdl_course.checks.deepsecure.relu import check_relu
from ppdl_course.checks.deepsecure.sigmoid_pieces import check_sigmoid

__all__ = [
    "check_argmax",
    "check_grow_dictionary",
    "check_prune_and_retrain",
    "check_relu",
    "check_share_record",
    "check_sigmoid",
    "check_steal_layer",
]

"""The checks that chapter 2 calls."""

from ppdl_course.checks.network_families.cells import check_lstm_step, check_rnn_states
from ppdl_course.checks.network_families.initial_weights import check_he_std
from ppdl_course.checks.network_families.legal_text import (
    check_attend,
    check_merge_cells,
    check_redact,
    check_viterbi,
)
from ppdl_course.checks.network_families.trees import check_encode_tree

__all__ = [
    "check_attend",
    "check_encode_tree",
    "check_he_std",
    "check_lstm_step",
    "check_merge_cells",
    "check_redact",
    "check_rnn_states",
    "check_viterbi",
]

"""The checks that chapter 2 calls."""

from ppdl_course.checks.network_families.attention import (
    check_attend,
    check_merge_cells,
)
from ppdl_course.checks.network_families.best_paths import (
    check_long_viterbi,
    check_viterbi,
)
from ppdl_course.checks.network_families.cells import check_rnn_states
from ppdl_course.checks.network_families.initial_weights import (
    check_any_he_std,
    check_he_std,
)
from ppdl_course.checks.network_families.lstm import check_lstm_step
from ppdl_course.checks.network_families.redaction import (
    check_any_redaction,
    check_redact,
)
from ppdl_course.checks.network_families.trees import (
    check_any_tree,
    check_encode_tree,
)

__all__ = [
    "check_any_he_std",
    "check_any_redaction",
    "check_any_tree",
    "check_attend",
    "check_encode_tree",
    "check_he_std",
    "check_long_viterbi",
    "check_lstm_step",
    "check_merge_cells",
    "check_redact",
    "check_rnn_states",
    "check_viterbi",
]

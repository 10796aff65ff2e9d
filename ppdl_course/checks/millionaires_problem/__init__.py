"""The checks that chapter 4 calls."""

from ppdl_course.checks.millionaires_problem.beaver import check_and_share
from ppdl_course.checks.millionaires_problem.oblivious_transfer import (
    check_blind,
    check_draw_exponent,
    check_recover_choice,
    leaky_choice_is_found,
)
from ppdl_course.checks.millionaires_problem.yao import (
    check_alice_list,
    check_bob_question,
    check_find_i,
    unreduced_list_is_read,
)

__all__ = [
    "check_alice_list",
    "check_and_share",
    "check_blind",
    "check_bob_question",
    "check_draw_exponent",
    "check_find_i",
    "check_recover_choice",
    "leaky_choice_is_found",
    "unreduced_list_is_read",
]

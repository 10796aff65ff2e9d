"""The checks that chapter 8 calls."""

from ppdl_course.checks.cloud_keys_and_games.belief import check_update_belief
from ppdl_course.checks.cloud_keys_and_games.blinding import check_blind
from ppdl_course.checks.cloud_keys_and_games.game import check_equilibrium
from ppdl_course.checks.cloud_keys_and_games.joint_key import check_to_joint_key
from ppdl_course.checks.cloud_keys_and_games.products import check_unblind_product
from ppdl_course.checks.cloud_keys_and_games.split_key import check_split_strong_key
from ppdl_course.checks.cloud_keys_and_games.threshold import check_switch_on
from ppdl_course.checks.cloud_keys_and_games.trapdoors import check_two_trapdoors

__all__ = [
    "check_blind",
    "check_equilibrium",
    "check_split_strong_key",
    "check_switch_on",
    "check_to_joint_key",
    "check_two_trapdoors",
    "check_unblind_product",
    "check_update_belief",
]

"""Tests for ppdl_course.mpc.sharing.unreduced."""

import pytest

from ppdl_course.mpc.sharing.unreduced import unreduced_shares

Q = 2**31 - 1


@pytest.mark.parametrize("x", [0, 1, 1200, Q - 1200, Q - 1])
def test_the_shares_are_right_modulo_q(x):
    shares = unreduced_shares(x, 3, Q)
    assert len(shares) == 3
    assert sum(shares) % Q == x
    assert all(0 <= share < Q for share in shares[:-1])


def test_the_last_share_lies_in_a_window_that_x_moves():
    """With Q = 5 every value of the window x+1..x+5 comes; a miss has chance 1e-9."""
    for x in range(5):
        last = {unreduced_shares(x, 2, 5)[-1] for _ in range(110)}
        assert last == set(range(x + 1, x + 6))

"""Tests for ppdl_course.mpc.sharing.bit_planes."""

import numpy as np
import pytest

from ppdl_course.mpc.sharing.bit_planes import planes


@pytest.mark.parametrize("count", [1, 63, 64, 65, 200])
@pytest.mark.parametrize("width", [1, 8, 31, 32, 33, 64])
def test_planes_hold_the_bits_of_the_numbers(count, width):
    x = np.random.default_rng(count).integers(0, 2**64, count, np.uint64)
    found = planes(x, width)
    assert found.shape == (width, -(-count // 64))
    for k, plane in enumerate(found.tolist()):
        bits = [plane[i // 64] >> i % 64 & 1 for i in range(len(plane) * 64)]
        assert bits[:count] == [v >> k & 1 for v in x.tolist()]
        assert not any(bits[count:])


def test_a_width_beyond_a_word_is_refused():
    with pytest.raises(ValueError, match=r"width must be an integer in 1\.\.64"):
        planes(np.zeros(1, np.uint64), 65)

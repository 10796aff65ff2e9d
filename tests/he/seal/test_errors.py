"""Each entry of the catalogue runs: into its message, and out of it."""

import numpy as np
import pytest

from ppdl_course.he.seal.errors import TROUBLES

NAMES = [f"{t.message[:40]}: {t.means[:40]}" for t in TROUBLES]


@pytest.mark.parametrize("trouble", TROUBLES, ids=NAMES)
def test_the_message_is_the_librarys_own(trouble):
    if trouble.message:
        with pytest.raises((ValueError, RuntimeError)) as caught:
            trouble.provoke()
        assert str(caught.value) == trouble.message
    else:
        result = np.array(trouble.provoke(), dtype=float)
        assert not np.allclose(result, trouble.result, rtol=0.01)


@pytest.mark.parametrize("trouble", TROUBLES, ids=NAMES)
def test_the_way_out_gives_the_right_result(trouble):
    np.testing.assert_allclose(trouble.way_out(), trouble.result, rtol=1e-3, atol=1e-2)
